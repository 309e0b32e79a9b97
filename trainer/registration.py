"""From model.gguf to a tag that answers: upload, create with all that the base had, and the proof.

The proof is that the new tag reads the very prompts that its base reads, byte for byte, and says something that comes
to an end.
Does not cover the Modelfile (modelfile), a server that is away (stage) nor whether the tag answers well (evaluation).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..serving.client import CreateRequest, ModelFacts, ModelServer
from ..serving.errors import ServerRefused
from ..serving.facts import NO_TEMPLATE
from ..store.errors import Notice
from .modelfile import as_request, fill_in
from .stage import may_pass

Conversation = Sequence[Mapping[str, str]]
Told = Callable[[str, int, int], None]  # what is being done, bytes done, bytes of all (0: not known)

_SPEAK = {"temperature": 0, "seed": 1, "num_predict": 512}  # long answers are learned, too
_PROMPT_FACTS = ("template", "system", "messages", "renderer", "parser")


def _turns(*contents: str, system: str = "") -> Conversation:
    said = [
        {"role": "assistant" if position % 2 else "user", "content": content}
        for position, content in enumerate(contents)
    ]
    return [{"role": "system", "content": system}, *said] if system else said


CONVERSATIONS: tuple[Conversation, ...] = (
    _turns("What is the capital of France?"),
    _turns("What is the capital of France?", system="You are a helpful assistant."),
    _turns("Hi!", "Hello. How can I help you?", "Tell me a joke."),
    _turns("Oi!", "Olá! Como posso ajudar?", "Você já comeu pão de queijo?", system="Responda em português, às vezes."),
    _turns("I 😀 emoji: 👩‍🚀 🇧🇷 ☕️", "So do I! 🎉", "Which one is best? 🤔"),
    _turns("def f(x):\n    return {'a': [x, 1.5e-3]}\n\n\n# <b>&amp;</b> \\n \"quoted\"\n\tEnd"),
    _turns("Call 555-0142 in 1987, it costs 1,234.50 or 12345678901234567890."),
    _turns("  space before and after  \n", "\nline ends around\n", "{{ .System }} {% raw %} {0} %s"),
)


class TagTaken(Notice):
    """The server has `tag` already, and it is not of this run."""

    key = "error-tag-taken"


class PromptsDiffer(Notice):
    """The server gives `tag` other prompts than its base `base`, so what was learned does not fit."""

    key = "error-prompts-differ"


class NewTagSilent(Notice):
    """The new `tag` answered with nothing."""

    key = "error-new-tag-silent"


class NewTagEndless(Notice):
    """The new `tag` came to no end with any answer, of at most `tokens`; its base does."""

    key = "error-new-tag-endless"


@dataclass(frozen=True)
class Difference:
    conversation: int  # position in the list that was compared
    base: str  # what the base reads
    tag: str  # what the new tag reads


@dataclass(frozen=True)
class Spoken:
    """The first answer of three that ended by itself, else the first that is not empty; at temperature 0."""

    answer: str = ""
    ended: bool = False


@dataclass(frozen=True)
class ParityReport:
    base: str
    tag: str
    can_render: bool  # False: the server does not tell its prompts, and what it says of both was compared
    compared: int  # conversations
    differences: tuple[Difference, ...]
    changed: tuple[str, ...]  # fields of /api/show in which the two differ
    spoken: Spoken  # by the tag
    base_ends: bool  # the base ends an answer by itself, or was not asked, since the tag does

    def why_not(self) -> Notice | None:
        """Why the tag must not be used, or None."""
        if self.differences or (not self.can_render and set(self.changed) & set(_PROMPT_FACTS)):
            return PromptsDiffer(tag=self.tag, base=self.base)
        if not self.spoken.answer:
            return NewTagSilent(tag=self.tag)
        if not self.spoken.ended and self.base_ends:  # a model that never ends is tuned to one that never does
            return NewTagEndless(tag=self.tag, tokens=_SPEAK["num_predict"])
        return None


@dataclass(frozen=True)
class Registered:
    modelfile: str
    report: ParityReport


def register_tuned(
    server: ModelServer, facts: ModelFacts, gguf: Path, digest: str, tag: str, template: str,
    told: Told | None = None, conversations: Sequence[Conversation] = CONVERSATIONS,
    keep: Callable[[str], None] | None = None,
) -> Registered:  # fmt: skip
    """Make `tag` from a GGUF file and prove it; where the proof fails the tag is taken away again.

    `facts` are the base's, `digest` is `sha256:<hex>` of the file, `template` the text of Modelfile.template;
    `keep` is given each Modelfile before it is sent. Raises PromptsDiffer, NewTagSilent, NewTagEndless, and what the
    server and the Modelfile raise.
    """
    failure: Notice | None = None
    for with_template in _ways(facts):
        modelfile = fill_in(template, facts, tag, with_template)
        if keep:
            keep(modelfile)
        try:
            register(server, as_request(modelfile, digest), gguf, digest, tag, told)
        except ServerRefused as refused:
            # An explicit template of the GGUF's kind is no template to a server that speaks another one.
            raise (failure or refused) from refused
        try:
            report = verify(server, facts.tag, tag, conversations)
        except ServerRefused:  # it cannot load what it took
            drop(server, tag)
            raise
        failure = report.why_not()
        if failure is None:
            return Registered(modelfile, report)
        drop(server, tag)
        if not isinstance(failure, PromptsDiffer):
            break
    assert failure is not None  # there is at least one way, and it failed
    raise failure


def _ways(facts: ModelFacts) -> list[bool]:
    """Whether to send the template, in the order of trying: a stored one always; one that is the GGUF's own only
    where the server put another one in its place.
    """
    if facts.template_is_stored:
        return [True]
    return [False, True] if facts.template not in ("", NO_TEMPLATE) else [False]


def register(
    server: ModelServer, request: CreateRequest, gguf: Path, digest: str, tag: str, told: Told | None = None
) -> None:
    """Upload the file unless it is there, and create the tag.

    Raises TagTaken: creating would replace the tag without a word.
    """
    say = told or (lambda _what, _done, _total: None)
    if server.has(tag):
        raise TagTaken(tag=tag)
    server.upload(gguf, digest, lambda done, total: say("uploading", done, total))
    for progress in server.create(tag, request):
        say(progress.status, progress.completed or 0, progress.total or 0)


def verify(
    server: ModelServer, base: str, tag: str, conversations: Sequence[Conversation] = CONVERSATIONS
) -> ParityReport:
    """Compare what the two tags read, and let the new one speak. Raises ModelNotFound where one is missing."""
    had, has = server.describe(base), server.describe(tag)
    names = (*_PROMPT_FACTS, "parameters", "license")
    differences, compared = [], 0
    for position, conversation in enumerate(conversations):
        wanted = _read(server, base, conversation)
        if wanted is None:
            continue
        compared += 1
        got = server.render(tag, conversation)
        if wanted != got:
            differences.append(Difference(position, wanted, got or ""))
    spoken = _speak(server, tag, conversations)
    return ParityReport(
        base=base,
        tag=tag,
        can_render=compared > 0,
        compared=compared,
        differences=tuple(differences),
        changed=tuple(name for name in names if getattr(had, name) != getattr(has, name)),
        spoken=spoken,
        base_ends=spoken.ended or _speak(server, base, conversations).ended,
    )


def _speak(server: ModelServer, tag: str, conversations: Sequence[Conversation]) -> Spoken:
    """Three are asked: a healthy model may have nothing to say to one of them, or too much."""
    first = Spoken()
    for conversation in conversations[:3]:
        answer = server.answer(tag, conversation, _SPEAK)
        said = (answer.content or answer.thinking).strip()
        if said and answer.done_reason == "stop":
            return Spoken(said, ended=True)
        if said and not first.answer:
            first = Spoken(said)
    return first


def _read(server: ModelServer, base: str, conversation: Conversation) -> str | None:
    """The base's prompt, or None where it cannot be had: some templates refuse a system message."""
    try:
        return server.render(base, conversation)
    except ServerRefused as refused:
        if may_pass(refused):
            raise
        return None


def drop(server: ModelServer, tag: str) -> None:
    """Take away a tag that was not proved; there may be none."""
    if server.has(tag):
        server.delete(tag)
