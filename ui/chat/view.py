"""Records into pieces of the Chat tab: rows of the chat, what stands beside each row, the list, the lines above.

Pure. Text that is not ours is escaped where it becomes HTML; what goes to the page's script as JSON is text there too
(turns.js puts it into the page with textContent). Does not cover when a piece is shown (events, sidebar).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import escape
from typing import Any

from ...store.records import (
    MARK_END,
    MARK_START,
    AnswerState,
    Conversation,
    Found,
    Message,
    Readiness,
    ReadinessState,
    Role,
    Thought,
)
from ...trainer.readiness import missing
from ..catalogue import Catalogue
from ..moments import month_text
from ..present import face_of

# Code and formulas, in which Markdown takes every sign literally.
LITERAL = re.compile(
    r"""(
        ```.*?(?:```|\Z) | ~~~.*?(?:~~~|\Z)
        | (?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)
        | \$\$.+?\$\$
    )""",
    re.DOTALL | re.VERBOSE,
)
ENDINGS = {AnswerState.STOPPED: "answer-stopped", AnswerState.CUT: "answer-cut", AnswerState.FAILED: "answer-failed"}


@dataclass(frozen=True)
class Talk:
    """A conversation as a window shows it."""

    conversation: Conversation
    path: Sequence[Message]
    siblings: Mapping[int, Sequence[int]]  # by message id
    thoughts: Mapping[int, Thought]
    most: int  # messages, from the end
    learned: Mapping[int, Sequence[str]] = field(default_factory=dict)  # by message id, the tags that learned from it

    @property
    def shown(self) -> list[Message]:
        """System messages are not shown."""
        return [message for message in self.path if message.role is not Role.SYSTEM][-self.most :]

    @property
    def has_earlier(self) -> bool:
        return len(self.shown) < sum(message.role is not Role.SYSTEM for message in self.path)

    @property
    def unrated(self) -> int:
        """Whole answers on the shown path that nobody has given a face."""
        return sum(
            message.role is Role.ASSISTANT
            and message.state is AnswerState.DONE
            and bool(message.content.strip())
            and (message.id not in self.thoughts or self.thoughts[message.id].score is None)
            for message in self.path
        )


def show_as_written(text: str) -> str:
    """Markdown in which HTML is text: what a person or a model wrote is seen, not obeyed."""
    pieces = []
    last = 0
    for literal in LITERAL.finditer(text):
        pieces += [_as_text(text[last : literal.start()]), literal[0]]
        last = literal.end()
    return "".join((*pieces, _as_text(text[last:])))


def _as_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def chat_rows(catalogue: Catalogue, messages: Sequence[Message]) -> list[dict[str, Any]]:
    """As Gradio's chat takes them; an answer carries its id."""
    return [
        {"role": "user", "content": show_as_written(message.content)}
        if message.role is Role.USER
        else answer_row(catalogue, message)
        for message in messages
    ]


def answer_row(catalogue: Catalogue, message: Message) -> dict[str, Any]:
    """One answer; a sentence where there is nothing to show."""
    shown = show_as_written(message.content.strip())
    if not shown:
        key = {AnswerState.WRITING: "waiting-for-answer", AnswerState.STOPPED: "answer-stopped"}
        shown = f'<em class="nothing">{escape(catalogue.say(key.get(message.state, "answer-none")))}</em>'
    row: dict[str, Any] = {"role": "assistant", "content": shown}
    if message.content.strip():
        row["metadata"] = {"id": message.id}
    return row


def faces_of(rows: Sequence[dict[str, Any]], thoughts: Mapping[int, Thought]) -> list[str | None]:
    """The chosen face of each assistant row, in order: what `feedback_value` takes."""
    ids = [row.get("metadata", {}).get("id") for row in rows if row["role"] == "assistant"]
    return [face_of(thoughts[id_].score) if id_ in thoughts else None for id_ in ids]


def turns(catalogue: Catalogue, talk: Talk, follow: bool = False) -> str:
    """JSON for turns.js: what stands beside each row. With `follow` the page asks for the answer that still grows."""
    return json.dumps(
        {
            "conversation": str(talk.conversation.id),
            "follow": follow,
            "rows": [turn(catalogue, talk, message) for message in talk.shown],
        }
    )


def no_turns() -> str:
    return json.dumps({"conversation": "", "follow": False, "rows": []})


def turn(catalogue: Catalogue, talk: Talk, message: Message) -> dict[str, Any]:
    """One row's tools: its text as it was written, its versions, what was thought of it, how it ended."""
    places = talk.siblings.get(message.id, [message.id])
    at = places.index(message.id)
    told: dict[str, Any] = {
        "id": message.id,
        "role": str(message.role),
        "text": message.content.strip(),
        "state": str(message.state),
        "at": at + 1,
        "of": len(places),
        "before": places[at - 1] if at else None,
        "after": places[at + 1] if at + 1 < len(places) else None,
    }
    if message.role is Role.ASSISTANT:
        thought = talk.thoughts.get(message.id, Thought(None))
        told |= {
            "tag": message.tag,
            "learned": talk.learned.get(message.id, ()),
            "thinking": message.thinking.strip(),
            "notes": notes(catalogue, message),
            "score": thought.score,
            "reasons": thought.reasons,
            "correction": thought.correction,
        }
    return told


def notes(catalogue: Catalogue, message: Message) -> list[str]:
    """How an answer ended where that was not the usual way, and what its model did not read."""
    told = []
    if message.unread:
        told.append(catalogue.say("answer-unread", count=message.unread))
    if message.content.strip() and message.state in ENDINGS:
        told.append(catalogue.say(ENDINGS[message.state]))
    return told


def growing(message: Message) -> str:
    """JSON for turns.js: the thinking of an answer that is still being written."""
    return json.dumps({"growing": {"id": message.id, "tag": message.tag, "thinking": message.thinking.strip()}})


def judged(message: Message, score: int | None) -> str:
    """JSON for turns.js: the face that one answer got."""
    return json.dumps({"judged": {"id": message.id, "score": score}})


def head(
    catalogue: Catalogue, tag: str | None, unrated: int, readiness: Readiness | None, running: bool, worse: str = ""
) -> str:
    """The line above the chat: the model, what waits for a face, what is missing for the next training.

    `worse` is the model that was rated lower, so that the chat went back to the one before it.
    """
    model = catalogue.say("model-in-use", tag=tag) if tag else catalogue.say("model-unknown")
    pieces = [f'<span id="model-in-use">{escape(model)}</span>']
    if worse:
        pieces.append(f'<span id="went-back">{escape(catalogue.say("watch-went-back", worse=worse))}</span>')
    if unrated:
        pieces.append(
            f'<button type="button" data-unrated>{escape(catalogue.say("answers-unrated", count=unrated))}</button>'
        )
    if readiness:
        pieces.append(f"<span>{escape(next_training(catalogue, readiness, running))}</span>")
    return f'<p class="quiet head">{"".join(pieces)}</p>'


def next_training(catalogue: Catalogue, readiness: Readiness, running: bool) -> str:
    """One line for the person who chats."""
    if running:
        return catalogue.say("next-training-runs")
    if readiness.state is ReadinessState.READY:
        return catalogue.say("next-training-ready")
    return catalogue.say("next-training-needs", missing=catalogue.tell(missing(readiness)[0]))


def conversation_list(
    catalogue: Catalogue, conversations: Sequence[Conversation], shown: int | None, today: date, more: bool
) -> str:
    """By day. Real links, so that one can be opened in another tab; the page opens a plain click itself."""
    if not conversations:
        return f'<p class="quiet">{escape(catalogue.say("no-conversations"))}</p>'
    pieces, heading = [], ""
    for conversation in conversations:
        day = day_of(catalogue, conversation.active_at, today)
        if day != heading:
            pieces.append(f'{"</ul>" if heading else ""}<h2>{escape(day)}</h2><ul class="conversations">')
            heading = day
        pieces.append(_entry(catalogue, conversation, shown, escape(_title(catalogue, conversation))))
    return _nav(catalogue, f"{''.join(pieces)}</ul>", more)


def found_list(catalogue: Catalogue, found: Sequence[Found], shown: int | None, more: bool) -> str:
    """What a search found, the words marked."""
    if not found:
        return f'<p class="quiet" role="status">{escape(catalogue.say("search-nothing"))}</p>'
    entries = []
    for hit in found:
        title = mark(hit.title.strip() or catalogue.say("untitled"))
        excerpt = f'<span class="excerpt">{mark(hit.excerpt)}</span>' if hit.excerpt else ""
        entries.append(_entry(catalogue, hit.conversation, shown, title + excerpt))
    return _nav(catalogue, f'<ul class="conversations">{"".join(entries)}</ul>', more)


def mark(text: str) -> str:
    """HTML with the words that were looked for in <mark>."""
    return escape(text).replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")


def way_back(catalogue: Catalogue, conversation: Conversation, seconds: int, learned: int = 0) -> str:
    """A deletion, and the button that undoes it; the page takes it away when the time is over.

    `learned` counts the models that have learned from the conversation, which a deletion does not change.
    """
    told = escape(catalogue.say("conversation-deleted", title=_title(catalogue, conversation)))
    if learned:
        told += f" {escape(catalogue.say('lineage-deleted', count=learned))}"
    return (
        f'<div class="notice good undo" role="status" data-seconds="{seconds}"><span>{told}</span>'
        f'<button type="button" data-restore="{conversation.id}">{escape(catalogue.say("undo"))}</button></div>'
    )


def day_of(catalogue: Catalogue, moment: datetime, today: date) -> str:
    """The heading of a conversation in the list; `moment` is told in local time, as `today` is."""
    day = moment.astimezone().date()
    if day >= today:
        return catalogue.say("day-today")
    if day == today - timedelta(days=1):
        return catalogue.say("day-yesterday")
    if day > today - timedelta(days=7):
        return catalogue.say("day-this-week")
    return month_text(catalogue.language, day)


def _title(catalogue: Catalogue, conversation: Conversation) -> str:
    return conversation.title.strip() or catalogue.say("untitled")


def _nav(catalogue: Catalogue, inner: str, more: bool) -> str:
    button = f'<button type="button" data-more>{escape(catalogue.say("list-more"))}</button>' if more else ""
    return f'<nav aria-label="{escape(catalogue.say("recent-conversations"))}">{inner}{button}</nav>'


def _entry(catalogue: Catalogue, conversation: Conversation, shown: int | None, inner: str) -> str:
    title = escape(_title(catalogue, conversation))
    current = ' aria-current="page"' if conversation.id == shown else ""
    buttons = "".join(
        f'<button type="button" data-{name}="{conversation.id}" title="{escape(catalogue.say(key))}"'
        f' aria-label="{escape(catalogue.say(key))}: {title}">{sign}</button>'
        for name, key, sign in (
            ("rename", "conversation-rename", "✎"),
            ("suggest", "conversation-suggest", "✨"),
            ("delete", "conversation-delete", "✕"),
        )
    )
    link = f'<a href="?c={conversation.id}" data-open="{conversation.id}" title="{title}"{current}>{inner}</a>'
    return f'<li{current}>{link}<span class="row-tools">{buttons}</span></li>'
