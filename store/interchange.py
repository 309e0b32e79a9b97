"""Conversations as JSON lines: strict on the way in, complete on the way out.

Owns the line's shape, in which one line is one conversation:
`{"title": "...", "created_at": "2026-11-01T10:00:00Z", "messages": [{"role": "user", "content": "...", "rating": 5}]}`
Title, created_at and rating may be missing or null; a rating stands on assistant messages only. The export adds more
where there is something to say, and the import takes it back. On answers: "state" (stopped, cut or failed: how it
ended), "correction" (the person's own wording), "reasons" (of the rating), "tag" (the model that wrote it), "thinking".
On any message: "created_at", and "parent", the number of the message that it answers, counted from 1 (0: none), where
that is not the one before; and beside the messages "shown", the number of the one that the shown path ends in, where
that is not the last. Unknown keys beside "messages" are ignored, for other programs put much there; an unknown
key in a message is refused, since a misspelt rating would be lost in silence.
Does not cover the transaction (imports) nor the files of other programs (reading, foreign).
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from .errors import Notice
from .ratings import REASONS
from .records import AnswerState, ImportedConversation, ImportedMessage, Role
from .store import utc_now

LONGEST_LINE = 10_000_000  # bytes
ANSWER_KEYS = ("rating", "state", "correction", "reasons", "tag", "thinking")
MESSAGE_KEYS = frozenset({"role", "content", "created_at", "parent", *ANSWER_KEYS})
ENDED = frozenset(AnswerState) - {AnswerState.WRITING}


class ImportNotReadable(Notice):
    key = "error-import-not-readable"


class ImportEmpty(Notice):
    """There is no conversation in the file."""

    key = "error-import-empty"


class BadImport(Notice):
    """A line is wrong. Every subclass has the parameter `line`, most have `message`, both counted from 1."""

    key = "error-import-bad-line"


class LineTooLong(BadImport):
    key = "error-import-line-too-long"


class NotUtf8(BadImport):
    key = "error-import-not-utf8"


class NotJson(BadImport):
    key = "error-import-not-json"


class TooDeep(BadImport):
    key = "error-import-too-deep"


class RepeatedKey(BadImport):
    key = "error-import-repeated-key"


class BrokenCharacter(BadImport):
    """Half of a surrogate pair: JSON can spell it, no text can hold it."""

    key = "error-import-broken-character"


class BadTitle(BadImport):
    key = "error-import-bad-title"


class BadMoment(BadImport):
    key = "error-import-bad-created-at"


class NoMessages(BadImport):
    key = "error-import-no-messages"


class BadMessage(BadImport):
    """A message is no object with role and content."""

    key = "error-import-bad-message"


class UnknownKey(BadImport):
    key = "error-import-unknown-key"


class UnknownRole(BadImport):
    key = "error-import-unknown-role"


class EmptyMessage(BadImport):
    key = "error-import-empty-message"


class RatingNotWhole(BadImport):
    """A rating is written as true, 4.0 or "5"."""

    key = "error-import-rating-not-whole"


class RatingOutOfRange(BadImport):
    key = "error-import-rating-range"


class NotAnAnswer(BadImport):
    """A rating, a state or a correction stands on a message that is not the assistant's."""

    key = "error-import-not-an-answer"


class BadState(BadImport):
    key = "error-import-bad-state"


class BadCorrection(BadImport):
    key = "error-import-bad-correction"


class BadMark(BadImport):
    """Reasons, a tag or the thinking are not of the shape that the export gives them."""

    key = "error-import-bad-mark"


class BadParent(BadImport):
    """A message answers one that does not stand before it, or the shown path ends in none."""

    key = "error-import-bad-parent"


def read_import(path: Path, clock: Callable[[], datetime] = utc_now) -> Iterator[ImportedConversation]:
    """The file's conversations, one line held at a time.

    UTF-8 with or without a byte order mark; blank lines are skipped. A created_at without a zone is UTC, a missing one
    is now. Raises BadImport (a subclass each), ImportEmpty, ImportNotReadable.
    """
    now, found = clock(), False
    try:
        for number, text in lines_of(path):
            found = True
            yield conversation_of(parse_line(text, number), number, now)
    except OSError as error:
        raise ImportNotReadable(path=str(path), error=error.strerror or str(error)) from error
    if not found:
        raise ImportEmpty(path=str(path))


def write_export(conversations: Iterable[ImportedConversation], out: TextIO) -> int:
    """Write one line each, in the shape that `read_import` takes. Returns how many."""
    count = 0
    for count, conversation in enumerate(conversations, start=1):  # noqa: B007 - the last is the number written
        out.write(json.dumps(_line(conversation), ensure_ascii=False) + "\n")
    return count


def _line(conversation: ImportedConversation) -> dict[str, Any]:
    line: dict[str, Any] = {
        "title": conversation.title,
        "created_at": conversation.created_at.astimezone(UTC).isoformat(),
        "messages": [_exported(message) for message in conversation.messages],
    }
    if conversation.shown is not None:
        line["shown"] = conversation.shown + 1
    return line


def _exported(message: ImportedMessage) -> dict[str, Any]:
    told: dict[str, Any] = {
        "role": message.role.value,
        "content": message.content,
        "rating": message.score,
        "reasons": list(message.reasons) or None,
        "state": None if message.state is AnswerState.DONE else message.state.value,
        "correction": message.correction,
        "parent": None if message.parent is None else message.parent + 1,
        "tag": message.tag or None,
        "thinking": message.thinking or None,
        "created_at": message.created_at and message.created_at.astimezone(UTC).isoformat(),
    }
    return {name: value for name, value in told.items() if value is not None}


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    with path.open("rb") as file:
        number = 0
        # readline with a limit: a line of 50 MB is refused after the first ten, never held whole.
        while raw := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(raw) > LONGEST_LINE:
                raise LineTooLong(line=number, megabytes=LONGEST_LINE // 1_000_000)
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise NotUtf8(line=number, byte=error.start + 1) from error
            if text.strip():
                yield number, text


def parse_line(text: str, line: int) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for name, value in pairs:
            if name in members:
                raise RepeatedKey(line=line, name=_shown(name))
            members[name] = value
        return members

    def refuse(constant: str) -> None:
        raise NotJson(line=line, error=f"{constant} is not JSON")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except RecursionError as error:
        raise TooDeep(line=line) from error
    except json.JSONDecodeError as error:
        raise NotJson(line=line, error=f"{error.msg}, column {error.colno}") from error
    except ValueError as error:  # a number of more digits than Python converts
        raise NotJson(line=line, error="a number is too long") from error


def conversation_of(told: Any, line: int, now: datetime) -> ImportedConversation:
    if not isinstance(told, dict):
        raise BadImport(line=line)
    title = told.get("title")
    if title is not None and not isinstance(title, str):
        raise BadTitle(line=line, value=_shown(title))
    messages = told.get("messages")
    if not isinstance(messages, list) or not messages:
        raise NoMessages(line=line)
    return ImportedConversation(
        title=_whole(title or "", line),
        created_at=_moment(told.get("created_at"), line) or now,
        messages=tuple(_message(message, line, number) for number, message in enumerate(messages, start=1)),
        shown=_shown_end(told.get("shown"), line, len(messages)),
        is_dated=told.get("created_at") is not None,
    )


def _moment(told: Any, line: int) -> datetime | None:
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:  # the last: a year that UTC moves out of 1 to 9999
        raise BadMoment(line=line, value=_shown(told)) from error


def _message(told: Any, line: int, number: int) -> ImportedMessage:
    place = {"line": line, "message": number}
    if not isinstance(told, dict) or not isinstance(told.get("role"), str):
        raise BadMessage(**place)
    for name in told:
        if name not in MESSAGE_KEYS:
            raise UnknownKey(**place, name=_shown(name))
    if told["role"] not in frozenset(Role):
        raise UnknownRole(**place, role=_shown(told["role"]))
    role, content = Role(told["role"]), told.get("content")
    if not isinstance(content, str):
        raise BadMessage(**place)
    if not content.strip():
        raise EmptyMessage(**place)
    if role is not Role.ASSISTANT:
        for name in ANSWER_KEYS:
            if told.get(name) is not None:
                raise NotAnAnswer(**place, name=name, role=role.value)
    return ImportedMessage(
        role,
        _whole(content, line),
        score=_score(told.get("rating"), line, number),
        state=_state(told.get("state"), line, number),
        correction=_correction(told.get("correction"), line, number),
        parent=_parent(told.get("parent"), line, number),
        reasons=_reasons(told.get("reasons"), line, number),
        tag=_mark(told, "tag", line, number),
        thinking=_mark(told, "thinking", line, number),
        created_at=_moment(told.get("created_at"), line),
    )


def _parent(told: Any, line: int, number: int) -> int | None:
    if told is None:
        return None
    if type(told) is not int or not 0 <= told < number:
        raise BadParent(line=line, value=_shown(told))
    return told - 1


def _shown_end(told: Any, line: int, messages: int) -> int | None:
    if told is None:
        return None
    if type(told) is not int or not 1 <= told <= messages:
        raise BadParent(line=line, value=_shown(told))
    return told - 1


def _reasons(told: Any, line: int, number: int) -> tuple[str, ...]:
    if told is None:
        return ()
    if not isinstance(told, list) or not all(isinstance(one, str) and one in REASONS for one in told):
        raise BadMark(line=line, message=number, name="reasons")
    return tuple(sorted(set(told)))


def _mark(told: Any, name: str, line: int, number: int) -> str:
    text = told.get(name)
    if text is not None and not isinstance(text, str):
        raise BadMark(line=line, message=number, name=name)
    return _whole(text or "", line)


def _score(told: Any, line: int, number: int) -> int | None:
    if told is None:
        return None
    if type(told) is not int:  # isinstance would let true in
        raise RatingNotWhole(line=line, message=number, value=_shown(told))
    if not 1 <= told <= 5:
        raise RatingOutOfRange(line=line, message=number, value=_shown(told))
    return told


def _state(told: Any, line: int, number: int) -> AnswerState:
    if told is None:
        return AnswerState.DONE
    if not isinstance(told, str) or told not in ENDED:
        raise BadState(line=line, message=number, value=_shown(told))
    return AnswerState(told)


def _correction(told: Any, line: int, number: int) -> str | None:
    if told is None:
        return None
    if not isinstance(told, str) or not told.strip():
        raise BadCorrection(line=line, message=number)
    return _whole(told, line)


def _whole(text: str, line: int) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BrokenCharacter(line=line) from error
    return text


def _shown(value: object) -> str:
    """What was found, short enough for a sentence and safe to print."""
    if isinstance(value, (dict, list)):
        return "[...]" if isinstance(value, list) else "{...}"
    return json.dumps(value, ensure_ascii=False)[:40].encode(errors="replace").decode()
