"""What can go wrong with a model server, told once. The wording lies in ui/texts/.

Raised by client.py, choose.py and ollama_process.py; nothing above this room sees an exception of
`ollama`, `httpx` or `pydantic`.
"""

from typing import ClassVar

from ..store.errors import Notice


class ServerUnreachable(Notice):
    """Nobody answers at `address`, or the connection broke before an answer began."""

    key: ClassVar[str] = "error-server-unreachable"


class NamedServerSilent(ServerUnreachable):
    """OLLAMA_HOST names `address`, and nobody answers there."""

    key = "error-named-server-silent"


class ServerTooSlow(Notice):
    """`address` took the request and did not answer within `seconds`."""

    key = "error-server-too-slow"


class ServerRefused(Notice):
    """The server answered `status` with `error`, its own words."""

    key = "error-server-refused"


class StrangeAnswer(Notice):
    """`address` answered something that is not Ollama's API."""

    key = "error-strange-answer"


class ModelNotFound(Notice):
    """The server has no model `tag`."""

    key = "error-model-not-found"


class AnswerBroken(Notice):
    """The answer of `tag` ended before it was complete; the parts that came stay good."""

    key = "error-answer-broken"


class CreateBroken(Notice):
    """The server stopped answering while it made `tag`: the tag is not there."""

    key = "error-create-broken"


class BadTag(Notice):
    """`tag` is no name that Ollama takes."""

    key = "error-bad-tag"


class BadParameter(Notice):
    """The model parameter `name` has a `value` that the server would take now and choke on at chat."""

    key = "error-bad-parameter"


class BadModelfile(Notice):
    """Line `line` of a Modelfile cannot be read: `problem`."""

    key = "error-bad-modelfile"


class CannotReadFile(Notice):
    """`path` cannot be read: `problem`."""

    key = "error-cannot-read-file"


class BadServerAddress(Notice):
    """OLLAMA_HOST holds a `value` that is no address."""

    key = "error-bad-server-address"


class OllamaNotInstalled(Notice):
    """AGENT1_SERVER=ollama, none answers at `address`, and the program is not installed."""

    key = "error-ollama-not-installed"


class ServerDidNotStart(Notice):
    """`ollama serve` ended or stayed silent; `log` is the file that says why."""

    key = "error-server-did-not-start"


class NoServerRunning(Notice):
    """Nothing runs, and the caller asked only to look."""

    key = "error-no-server-running"
