"""All that Agent1 asks of a model server: Ollama or the embedded one, over the same HTTP API.

One client for both. The `ollama` package does the chatting; httpx does what the package cannot: raw
show, create with renderer and parser, rendering without generating, asking for a blob, uploading with
progress. Every failure leaves here as a Notice of errors.py, and no request waits without limit.
Does not cover which server is asked (choose.py).
"""

import contextlib
import ipaddress
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import ollama
import pydantic

from . import certificates, tags
from .errors import (
    AnswerBroken,
    BadTag,
    CannotReadFile,
    CreateBroken,
    ModelNotFound,
    ServerRefused,
    ServerTooSlow,
    ServerUnreachable,
    StrangeAnswer,
)
from .facts import ModelFacts, Parameters, ServedModel, read_facts, read_models
from .wire import Answer, AnswerPart, CreateRequest, Messages, Progress, check_parameters, read_part

__all__ = [
    "Answer",
    "AnswerPart",
    "CreateRequest",
    "ModelFacts",
    "ModelServer",
    "Parameters",
    "Progress",
    "ServedModel",
]

# Seconds. The first token may wait for a large model to load; a create may quantise it in silence.
PATIENT = httpx.Timeout(600, connect=3)
QUICK = httpx.Timeout(10, connect=3)
# Conversations answered at once: the embedded server writes as many side by side, an Ollama lets them wait in a queue.
AT_ONCE = 4
_CHUNK = 1 << 20  # bytes of an upload between two reports


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class ModelServer:
    """A model server at `url` (http://host:port). Safe to use from several threads.

    Every method raises ServerUnreachable, ServerTooSlow, ServerRefused or StrangeAnswer, and those that
    take a tag also ModelNotFound.
    """

    def __init__(self, url: str, timeout: httpx.Timeout = PATIENT, quick: httpx.Timeout = QUICK) -> None:
        self.url = url.rstrip("/")
        trust_env = not is_loopback(url)  # HTTP_PROXY must not see what stays on the machine
        how: dict[str, Any] = {"timeout": timeout, "trust_env": trust_env, "verify": certificates.known()}
        self._client = ollama.Client(self.url, **how)
        self._http = httpx.Client(base_url=self.url, **how)
        self._quick = quick

    def __repr__(self) -> str:
        return f"ModelServer({self.url!r})"

    def close(self) -> None:
        self._client.close()  # type: ignore[no-untyped-call]  # it has no annotations
        self._http.close()

    # What is there

    def version(self) -> str:
        """The version the server tells. The cheapest sign that an Ollama answers."""
        answer = self._ask("GET", "/api/version", timeout=self._quick)
        if not isinstance(answer.get("version"), str):
            raise StrangeAnswer(address=self.url)
        return str(answer["version"])

    def models(self) -> list[ServedModel]:
        answer = self._ask("GET", "/api/tags", timeout=self._quick)
        with self._reading():
            return read_models(answer)

    def loaded(self) -> dict[str, int]:
        """The tags whose models are in memory, with the bytes each takes there."""
        answer = self._ask("GET", "/api/ps", timeout=self._quick)
        with self._reading():
            return {str(row["model"]): int(row.get("size") or 0) for row in answer["models"]}

    def describe(self, tag: str) -> ModelFacts:
        answer = self._ask("POST", "/api/show", {"model": tag}, tag=tag)
        with self._reading():
            return read_facts(tag, answer)

    def has(self, tag: str) -> bool:
        """Whether a tag of this name is there, without regard to case."""
        return any(tags.same(tag, model.tag) for model in self.models())

    # Chat

    def chat(self, tag: str, messages: Messages, options: Mapping[str, Any] | None = None) -> Iterator[AnswerPart]:
        """The answer in parts as they are written; closing the iterator stops the server's writing.

        Raises AnswerBroken where it ends too early: what was yielded until then is what was written.
        """
        began = finished = False
        try:
            with self._telling(tag), contextlib.closing(self._stream(tag, messages, options)) as parts:
                for part in parts:
                    began, finished = True, bool(part.done)
                    yield read_part(part)
        except (ServerUnreachable, ServerTooSlow, StrangeAnswer) as notice:
            if not began:
                raise
            raise AnswerBroken(tag=tag, error=str(notice)) from notice
        if not finished:
            raise AnswerBroken(tag=tag, error="the answer ended without its last part")

    def _stream(
        self, tag: str, messages: Messages, options: Mapping[str, Any] | None
    ) -> Generator[ollama.ChatResponse, None, None]:
        stream = self._client.chat(tag, [dict(message) for message in messages], stream=True, options=options)
        return cast(Generator[ollama.ChatResponse, None, None], stream)

    def answer(self, tag: str, messages: Messages, options: Mapping[str, Any] | None = None) -> Answer:
        """The whole answer at once."""
        with self._telling(tag):
            part = read_part(
                self._client.chat(tag, [dict(message) for message in messages], stream=False, options=options)
            )
        return Answer(part.content, part.done_reason, part.tokens or 0, part.thinking, part.prompt_tokens or 0)

    def answers(
        self, tag: str, conversations: Iterable[Messages], options: Mapping[str, Any] | None = None
    ) -> Iterator[Answer]:
        """The answer to each conversation, in their order, AT_ONCE asked at a time; what `answer` raises ends it."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = [pool.submit(self.answer, tag, messages, options) for messages in conversations]
            try:
                for answer in asked:
                    yield answer.result()
            finally:
                for answer in asked:
                    answer.cancel()

    def render(self, tag: str, messages: Messages, options: Mapping[str, Any] | None = None) -> str | None:
        """The very text that the model would read, or None where the server cannot tell.

        With `truncate` off the server refuses a conversation longer than its context, instead of
        silently leaving the oldest messages out.
        """
        asked = {
            "model": tag,
            "messages": [dict(message) for message in messages],
            "stream": False,
            "truncate": False,
            "options": {"num_predict": 1, **(options or {})},  # a server that knows no rendering answers
            "_debug_render_only": True,
        }
        told = self._ask("POST", "/api/chat", asked, tag=tag).get("_debug_info")
        rendered = told.get("rendered_template") if isinstance(told, dict) else None
        return rendered if isinstance(rendered, str) else None

    def load(self, tag: str, keep_alive: str | float | None = None) -> None:
        """Bring a model into memory, for `keep_alive` (seconds or Ollama's "10m")."""
        with self._telling(tag):
            self._client.generate(tag, keep_alive=keep_alive)

    def unload(self, tag: str) -> None:
        with self._telling(tag):
            self._client.generate(tag, keep_alive=0)

    # New models

    def has_blob(self, digest: str) -> bool:
        with self._telling():
            answer = self._http.head(f"/api/blobs/{digest}", timeout=self._quick)
        if answer.status_code not in (200, 404):
            raise ServerRefused(status=answer.status_code, error=f"HEAD /api/blobs/{digest}")
        return answer.status_code == 200

    def upload(self, path: Path, digest: str, progress: Callable[[int, int], None] | None = None) -> bool:
        """Send a file unless the server has it; False where it had. `digest` is `sha256:<hex>` of the file.

        `progress` is told (bytes sent, bytes of all). Raises CannotReadFile.
        """
        if self.has_blob(digest):
            return False
        try:
            size = path.stat().st_size
            with path.open("rb") as file, self._telling():
                answer = self._http.post(
                    f"/api/blobs/{digest}",
                    content=_pieces(file.read, size, progress),
                    headers={"Content-Length": str(size)},
                )
        except OSError as error:
            raise CannotReadFile(path=str(path), problem=error.strerror or str(error)) from error
        self._accept(answer)
        return True

    def create(self, tag: str, request: CreateRequest) -> Iterator[Progress]:
        """Make a tag, telling what the server does. It is there only once the iterator has ended by itself.

        An existing tag of that name is replaced without a word, so look first.
        Raises BadTag, BadParameter, CreateBroken.
        """
        if not tags.is_valid(tag):
            raise BadTag(tag=tag)
        check_parameters(request.parameters)
        done = False
        try:
            with self._telling(tag), self._http.stream("POST", "/api/create", json=request.as_json(tag)) as answer:
                if answer.is_error:
                    answer.read()
                self._accept(answer)
                for line in filter(None, answer.iter_lines()):
                    told = json.loads(line)
                    if not isinstance(told, dict):
                        raise StrangeAnswer(address=self.url)
                    if told.get("error"):  # the status was sent long ago as 200
                        raise ServerRefused(status=int(told.get("status") or 500), error=str(told["error"]))
                    done = told.get("status") == "success"
                    yield Progress(str(told.get("status", "")), told.get("completed"), told.get("total"))
        except StrangeAnswer as notice:
            raise CreateBroken(tag=tag) from notice
        except ServerUnreachable as notice:
            if isinstance(notice.__cause__, httpx.ConnectError):
                raise
            raise CreateBroken(tag=tag) from notice
        if not done:
            raise CreateBroken(tag=tag)

    def delete(self, tag: str) -> None:
        with self._telling(tag):
            self._client.delete(tag)

    # How it is asked

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, tag: str = "",
        timeout: httpx.Timeout | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        with self._telling(tag):
            answer = self._http.request(method, path, json=body, timeout=timeout or self._http.timeout)
            self._accept(answer, tag)
            told = answer.json()
            if not isinstance(told, dict):
                raise StrangeAnswer(address=self.url)
            return told

    def _accept(self, answer: httpx.Response, tag: str = "") -> None:
        if answer.is_success:
            return
        try:
            error = str(answer.json()["error"])
        except (ValueError, KeyError, TypeError):
            error = answer.text
        self._refuse(answer.status_code, error, tag)

    def _refuse(self, status: int, error: str, tag: str) -> None:
        if status == 404 and tag:  # the wording varies from route to route
            raise ModelNotFound(tag=tag)
        raise ServerRefused(status=status, error=error[:500])

    @contextlib.contextmanager
    def _telling(self, tag: str = "") -> Iterator[None]:
        """Turn what the libraries raise into Notices; the only place where that is done."""
        try:
            yield
        except ollama.ResponseError as error:
            if error.status_code == -1:  # the error came once streaming had begun
                raise AnswerBroken(tag=tag, error=error.error[:500]) from error
            self._refuse(error.status_code, error.error, tag)
        except httpx.ConnectTimeout as error:
            raise ServerUnreachable(address=self.url) from error
        except httpx.TimeoutException as error:
            raise ServerTooSlow(address=self.url) from error
        except (ConnectionError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServerUnreachable(address=self.url) from error
        except (pydantic.ValidationError, ValueError) as error:  # no JSON, or not what the API says
            raise StrangeAnswer(address=self.url) from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StrangeAnswer(address=self.url) from error


def _pieces(read: Callable[[int], bytes], size: int, progress: Callable[[int, int], None] | None) -> Iterator[bytes]:
    sent = 0
    while piece := read(_CHUNK):
        yield piece
        sent += len(piece)
        if progress:
            progress(sent, size)
