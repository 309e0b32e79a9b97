"""Verdicts: what one person thought of one answer, with the conversation before it, ready to be compared.

Owns reading them out of the store, a conversation at a time, and what makes two of them equal. Does not cover what is
decided from them (material) nor the rules of likeness (filters).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ..store.records import NEGATIVE, POSITIVE, AnswerState, JudgedConversation, Message, RatedAnswer, Role
from . import filters

BEST = 5  # how a person's own wording counts among scores


@dataclass(frozen=True, slots=True)
class Turn:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer, wanted or refused. Texts are compared by digests of 16 bytes, so that 100,000 fit in memory."""

    message: Message
    before: tuple[Turn, ...]  # ends with what the person asked, where anything was
    answer: str  # a person's own wording where it is wanted, what was said where it is not
    score: int
    is_wanted: bool
    is_corrected: bool  # the answer is the person's own wording
    moment: tuple[datetime, int]
    asked: bytes  # digest of the question
    said: bytes  # of the answer
    context: bytes  # of everything before the answer, role by role
    is_first_turn: bool

    @property
    def pair(self) -> bytes:
        """Question and answer, whatever was said before them."""
        return self.asked + self.said


def read_verdicts(conversations: Iterable[JudgedConversation], window: int) -> Iterator[Verdict]:
    """Wanted ones are answers rated 4 or 5 and every correction; refused ones are answers rated 1 or 2.

    A corrected answer that is rated low gives both: its own words are refused, the person's are wanted. What was said
    before an answer goes back `window` characters at most, and to the beginning of a turn of the person.
    """
    for conversation in conversations:
        ways = _Ways(conversation.messages)
        for rated in conversation.rated:
            way = ways.to(rated.message.parent_id)
            before = way.turns(window)
            if rated.correction:
                yield _verdict(rated, way, before, rated.correction, BEST, is_corrected=True)
            elif rated.score is not None and rated.score >= POSITIVE:
                yield _verdict(rated, way, before, rated.message.content, rated.score)
            if rated.score is not None and rated.score <= NEGATIVE:
                yield _verdict(rated, way, before, rated.message.content, rated.score)


def _verdict(
    rated: RatedAnswer, way: "_Way", before: tuple[Turn, ...], answer: str, score: int, is_corrected: bool = False
) -> Verdict:
    return Verdict(
        message=rated.message,
        before=before,
        answer=answer,
        score=score,
        is_wanted=score >= POSITIVE,
        is_corrected=is_corrected,
        moment=(rated.rated_at, rated.message.id),
        asked=filters.digest(filters.asked_words(before[-1].content)) if before else b"",
        said=filters.digest(filters.words_of(answer)),
        context=way.digest,
        is_first_turn=way.length == 1,
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """From the first message of a conversation to one of its messages, as the model is shown it (messages.as_read): the
    newest system message stands before all turns, wherever on the way it was written."""

    above: "_Way | None" = None
    turn: Turn | None = None
    digest: bytes = b""  # of all words on the way
    length: int = 0  # turns and system messages
    system: Turn | None = None  # the newest

    def on(self, message: Message) -> "_Way":
        """A failed answer is not part of the way, nor is the question that it failed."""
        if message.role is Role.SYSTEM:
            digest = filters.digest((self.digest.hex(), message.role, *filters.words_of(message.content)))
            system = Turn(message.role, message.content) if message.content.strip() else None
            return replace(self, digest=digest, length=self.length + 1, system=system)
        if message.state in (AnswerState.FAILED, AnswerState.WRITING) or not message.content.strip():
            failed = message.role is Role.ASSISTANT and self.turn and self.turn.role is Role.USER
            return replace(self.above, system=self.system) if failed and self.above else self
        turn = Turn(message.role, message.content)
        words = filters.asked_words if message.role is Role.USER else filters.words_of
        digest = filters.digest((self.digest.hex(), message.role, *words(message.content)))
        return _Way(self, turn, digest, self.length + 1, self.system)

    def turns(self, window: int) -> tuple[Turn, ...]:
        found: list[Turn] = []
        way = self
        while way.above and way.turn and (not found or (window := window - len(way.turn.content)) >= 0):
            found.append(way.turn)
            way = way.above
        if way.above:  # cut: it begins with a turn of the person
            while len(found) > 1 and found[-1].role is not Role.USER:
                found.pop()
        found += [self.system] if self.system else []
        return tuple(reversed(found))


class _Ways:
    """The ways through one conversation. Each goes on from its parent's, so that a long talk is read once."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = {message.id: message for message in messages}
        self._known: dict[int | None, _Way] = {None: _Way()}

    def to(self, message_id: int | None) -> _Way:
        missing = []
        while message_id not in self._known:
            assert message_id is not None
            missing.append(message := self._messages[message_id])
            message_id = message.parent_id
        way = self._known[message_id]
        for message in reversed(missing):
            way = self._known[message.id] = way.on(message)
        return way
