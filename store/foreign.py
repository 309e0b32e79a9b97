"""Conversations of other programs: OpenAI messages, ShareGPT, ChatGPT's export, Open WebUI's chats and feedback.

Owns their shapes, read off the programs' own exports, and what becomes of their marks: Open WebUI's score of 1 to 10 is
halved, its thumb alone is a 4 or a 2. Lenient where nothing is lost: messages without text (pictures, calls of tools)
are left out, and what answered them answers what was before. Does not cover files (reading) nor our own lines
(interchange).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from .errors import Notice
from .records import ImportedConversation, ImportedMessage, Role

ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "gpt": Role.ASSISTANT,
    "chatgpt": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "bot": Role.ASSISTANT,
}
IGNORED = frozenset({"tool", "function", "function_call", "observation"})  # of programs, to programs
OPENAI_CALLS = frozenset({"function_call", "tool_call_id", "tool_calls"})
OPENAI_KEYS = OPENAI_CALLS | {"audio", "annotations", "content", "name", "refusal", "role", "weight"}
THUMBS = {1: 4, -1: 2}  # a thumb says which side, not how far: the middle of the side
READABLE = frozenset({"text", "multimodal_text", "code"})  # kinds of content in ChatGPT's export
REASONING = re.compile(r"<details[^>]*type=\"reasoning\"[^>]*>.*?</details>\s*", re.DOTALL)
LONGEST_TITLE = 300  # characters


class BadEntry(Notice):
    """An entry of another program's file is wrong. Every subclass has `number`, counted from 1."""

    key = "error-import-bad-entry"


class BadTree(BadEntry):
    """Messages that answer one another in a circle, or one that is not there."""

    key = "error-import-bad-tree"


@dataclass(frozen=True)
class _Node:
    parent: str | None
    message: ImportedMessage | None  # None where there is nothing to keep


def find_format(told: Any) -> str | None:
    """The name of the format of one entry; None where it may be our own."""
    if not isinstance(told, dict):
        return None
    if isinstance(told.get("mapping"), dict):
        return "chatgpt"
    if isinstance(told.get("snapshot"), dict) and isinstance(told.get("data"), dict):
        return "openwebui-feedback"
    if isinstance(told.get("chat"), dict):
        return "openwebui"
    if isinstance(told.get("conversations"), list):
        return "sharegpt"
    return "openai" if _is_openai(told.get("messages")) else None


def read_foreign(told: dict[str, Any], format_: str, number: int, now: datetime) -> ImportedConversation | None:
    """None where it holds nothing to keep: no message with text, no rating. Raises BadEntry, BadTree."""
    return READERS[format_](told, number, now)


def _is_openai(messages: Any) -> bool:
    """What only OpenAI's shape has; without any of it the entry is one of ours too."""
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        return False
    return all(message.keys() <= OPENAI_KEYS for message in messages) and any(
        not message.keys() <= {"role", "content"}
        or isinstance(message.get("content"), list)
        or message.get("role") in ("developer", "tool", "function")
        for message in messages
    )


def _openai(told: dict[str, Any], number: int, now: datetime) -> ImportedConversation | None:
    return _line_of(
        [(message.get("role"), message.get("content")) for message in told["messages"]], told.get("title"), number, now
    )


def _sharegpt(told: dict[str, Any], number: int, now: datetime) -> ImportedConversation | None:
    said = told["conversations"]
    if not all(isinstance(message, dict) for message in said):
        raise BadEntry(number=number)
    return _line_of([(message.get("from"), message.get("value")) for message in said], told.get("title"), number, now)


def _line_of(said: list[tuple[Any, Any]], title: Any, number: int, now: datetime) -> ImportedConversation | None:
    messages = []
    for name, content in said:
        role, text = _role(name, number), _text(content)
        if role and text:
            messages.append(ImportedMessage(role, text))
    if not messages:
        return None
    return ImportedConversation(_title(title), now, tuple(messages), is_dated=False)


def _chatgpt(told: dict[str, Any], number: int, now: datetime) -> ImportedConversation | None:
    nodes = {str(id_): _chatgpt_node(node, number) for id_, node in told["mapping"].items()}
    return _tree(nodes, told.get("current_node"), told, told.get("create_time"), number, now, "chatgpt")


def _chatgpt_node(told: Any, number: int) -> _Node:
    if not isinstance(told, dict):
        raise BadEntry(number=number)
    parent = None if told.get("parent") is None else str(told["parent"])
    message = told.get("message")
    if not isinstance(message, dict):
        return _Node(parent, None)
    author, content, about = (_part(message, name) for name in ("author", "content", "metadata"))
    role = _role(author.get("role"), number)
    hidden = about.get("is_visually_hidden_from_conversation") is True
    text = _text(content.get("parts") if "parts" in content else content.get("text"))
    is_call = message.get("recipient") not in (None, "all")  # the assistant speaks to a tool
    if hidden or is_call or not role or not text or content.get("content_type") not in READABLE:
        return _Node(parent, None)
    tag = about.get("model_slug") if role is Role.ASSISTANT else ""
    return _Node(parent, ImportedMessage(role, text, tag=_title(tag), created_at=_moment(message.get("create_time"))))


def _openwebui(told: dict[str, Any], number: int, now: datetime) -> ImportedConversation | None:
    chat = told["chat"]
    history = _part(chat, "history")
    messages = history.get("messages")
    if not isinstance(messages, dict):
        if isinstance(chat.get("messages"), list):
            return _line_of([(m.get("role"), m.get("content")) for m in chat["messages"] if isinstance(m, dict)],
                            told.get("title") or chat.get("title"), number, now)  # fmt: skip
        raise BadEntry(number=number)
    nodes = {str(id_): _openwebui_node(node, number) for id_, node in messages.items()}
    titled = told | {"title": told.get("title") or chat.get("title")}
    created = told.get("created_at") or chat.get("timestamp")
    return _tree(nodes, history.get("currentId"), titled, created, number, now, "openwebui")


def _openwebui_node(told: Any, number: int) -> _Node:
    if not isinstance(told, dict):
        raise BadEntry(number=number)
    parent = None if told.get("parentId") is None else str(told["parentId"])
    role, text = _role(told.get("role"), number), REASONING.sub("", _text(told.get("content"))).strip()
    if not role or not text or told.get("done") is False:
        return _Node(parent, None)
    answered = role is Role.ASSISTANT
    return _Node(
        parent,
        ImportedMessage(
            role,
            text,
            score=_face(_part(told, "annotation")) if answered else None,
            tag=_title(told.get("model")) if answered else "",
            created_at=_moment(told.get("timestamp")),
        ),
    )


def _feedback(told: dict[str, Any], number: int, now: datetime) -> ImportedConversation | None:
    """The whole chat is in the row; the row's own rating stands on one answer of it."""
    row, about = _part(told["snapshot"], "chat"), _part(told, "meta")
    chat = _part(row, "chat") or row
    history = _part(chat, "history")
    messages = _part(history, "messages")
    named = str(about.get("message_id"))
    if not _part(messages, named) or _face(told["data"]) is None:
        return None
    rated = messages | {named: _part(messages, named) | {"annotation": told["data"]}}
    whole = {
        "id": about.get("chat_id") or row.get("id"),
        "title": row.get("title") or chat.get("title"),
        "created_at": row.get("created_at"),
        "chat": chat | {"history": history | {"messages": rated}},
    }
    return _openwebui(whole, number, now)


def _face(told: Mapping[str, Any]) -> int | None:
    """1 to 10 is halved; a thumb alone is a 4 or a 2."""
    score = _part(told, "details").get("rating")
    if type(score) is int and 1 <= score <= 10:
        return (score + 1) // 2
    thumb = told.get("rating")
    return THUMBS.get(thumb) if type(thumb) is int else None


def _tree(
    nodes: Mapping[str, _Node],
    shown: Any,
    told: Mapping[str, Any],
    created: Any,
    number: int,
    now: datetime,
    program: str,
) -> ImportedConversation | None:
    """Each message after the one that it answers; what is not kept is stepped over. Raises BadTree."""
    messages: list[ImportedMessage] = []
    place: dict[str | None, int | None] = {None: None}  # of each node's nearest kept message; None: the beginning
    for id_, node in _parents_first(nodes, number):
        above = place[node.parent]
        place[id_] = above
        if node.message:
            place[id_] = len(messages)
            messages.append(replace(node.message, parent=-1 if above is None else above))
    if not messages:
        return None
    moment = _moment(created)
    name = told.get("id") or told.get("conversation_id")
    return ImportedConversation(
        title=_title(told.get("title")),
        created_at=moment or now,
        messages=tuple(messages),
        shown=place.get(str(shown)) if shown is not None else None,
        source=f"{program}:{_title(name)}" if isinstance(name, str) and name else "",
        is_dated=moment is not None,
    )


def _parents_first(nodes: Mapping[str, _Node], number: int) -> Iterator[tuple[str, _Node]]:
    children: dict[str | None, list[str]] = {}
    for id_, node in nodes.items():
        if node.parent is not None and node.parent not in nodes:
            raise BadTree(number=number)
        children.setdefault(node.parent, []).append(id_)
    waiting, reached = list(reversed(children.get(None, []))), 0
    while waiting:
        id_ = waiting.pop()
        reached += 1
        yield id_, nodes[id_]
        waiting += reversed(children.get(id_, []))
    if reached != len(nodes):
        raise BadTree(number=number)


def _role(told: Any, number: int) -> Role | None:
    """None for the words of tools. Raises BadEntry."""
    if not isinstance(told, str):
        raise BadEntry(number=number)
    if told.lower() in IGNORED:
        return None
    if told.lower() not in ROLES:
        raise BadEntry(number=number)
    return ROLES[told.lower()]


def _text(told: Any) -> str:
    """Text, or the texts among the parts of a content; pictures and calls are none."""
    if isinstance(told, str):
        return _whole(told) if told.strip() else ""
    if isinstance(told, list):
        return "\n".join(filter(None, (_text(part.get("text") if isinstance(part, dict) else part) for part in told)))
    return ""


def _title(told: Any) -> str:
    return _whole(told)[:LONGEST_TITLE] if isinstance(told, str) else ""


def _whole(text: str) -> str:
    """Half of a surrogate pair, which no text can hold, becomes a question mark."""
    return text.encode(errors="replace").decode()


def _part(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = told.get(name) if isinstance(told, Mapping) else None
    return part if isinstance(part, dict) else {}


def _moment(told: Any) -> datetime | None:
    """Seconds since 1970, or their thousandths, millionths or billionths; None where it is no moment."""
    if isinstance(told, bool):
        return None
    try:
        seconds = float(told)
        while seconds > 1e11:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


READERS: Mapping[str, Callable[[dict[str, Any], int, datetime], ImportedConversation | None]] = {
    "openai": _openai,
    "sharegpt": _sharegpt,
    "chatgpt": _chatgpt,
    "openwebui": _openwebui,
    "openwebui-feedback": _feedback,
}
