"""Conversations: each belongs to a person; its messages are a tree of which one path is shown."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from .database import Database, moment, stamp
from .errors import Notice
from .records import (
    MARK_END,
    MARK_START,
    Conversation,
    Found,
    ModelOptions,
    Person,
)
from .settings import check_bounds

WAY_BACK = timedelta(seconds=10)  # for which a deletion can be undone
EXCERPT = 12  # words


class NoSuchConversation(Notice):
    """It is not there, or it belongs to somebody else: told alike."""

    key = "error-no-such-conversation"


class Conversations:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def start(self, person: Person, title: str = "") -> Conversation:
        with self._database.write() as db:
            created = self._clock()
            cursor = db.execute(
                "insert into conversations (person_id, title, created_at, active_at) values (?, ?, ?, ?)",
                [person.id, title, stamp(created), stamp(created)],
            )
        return Conversation(int(cursor.lastrowid or 0), person.id, title, created, None, created)

    def get(self, conversation_id: int, person: Person) -> Conversation:
        """Raises NoSuchConversation."""
        row = self._database.row(
            "select * from conversations where id = ? and person_id = ? and deleted_at is null",
            [conversation_id, person.id],
        )
        if row is None:
            raise NoSuchConversation(id=conversation_id)
        return _conversation(row)

    def owned(self, conversations: Sequence[int], person: Person) -> frozenset[int]:
        """Those of them that the person can open."""
        marks = ", ".join("?" * len(conversations))
        rows = self._database.rows(
            f"select id from conversations where person_id = ? and deleted_at is null and id in ({marks})",
            [person.id, *conversations],
        )
        return frozenset(row["id"] for row in rows)

    def newest(self, person: Person, limit: int = 50) -> list[Conversation]:
        """That in which something was said last comes first; conversations without a message are not listed."""
        rows = self._database.rows(
            "select * from conversations where person_id = ? and leaf_id is not null and deleted_at is null"
            " order by active_at desc, id desc limit ?",
            [person.id, limit],
        )
        return [_conversation(row) for row in rows]

    def count(self, person: Person) -> int:
        """Of those that have a message."""
        row = self._database.row(
            "select count(*) as count from conversations where person_id = ? and leaf_id is not null", [person.id]
        )
        return int(row["count"]) if row else 0

    def rename(self, conversation: Conversation, title: str) -> None:
        with self._database.write() as db:
            db.execute("update conversations set title = ? where id = ?", [title, conversation.id])

    def choose_options(self, conversation: Conversation, options: ModelOptions) -> None:
        """How the model is asked in this conversation from now on. Raises BadPolicy."""
        check_bounds(asdict(options))
        kept = {name: value for name, value in asdict(options).items() if value is not None}
        with self._database.write() as db:
            db.execute("update conversations set options = ? where id = ?", [json.dumps(kept), conversation.id])

    def search(self, person: Person, words: str, limit: int = 50) -> list[Found]:
        """Conversations with all of the words (or their beginnings) in the title or in one message.

        Accents and case do not matter. Newest first; of each the newest message with the words.
        """
        wanted = " ".join(f'"{word}"*' for word in re.findall(r"\w+", words))
        if not wanted:
            return []
        found: dict[int, Found] = {}
        for table, sql in (("title", FOUND_TITLES), ("excerpt", FOUND_MESSAGES)):
            for row in self._database.rows(sql, [wanted, person.id, limit]):
                conversation = _conversation(row)
                known = found.get(conversation.id)
                title = row["marked"] if table == "title" else known.title if known else conversation.title
                excerpt = row["marked"] if table == "excerpt" else ""
                if known is None or not known.excerpt:
                    found[conversation.id] = Found(conversation, title, excerpt)
        newest = sorted(found.values(), key=lambda hit: (hit.conversation.active_at, hit.conversation.id), reverse=True)
        return newest[:limit]

    def delete(self, conversation: Conversation) -> None:
        """From now on it is as if it were not there; for WAY_BACK it can be restored, then it is purged."""
        with self._database.write() as db:
            db.execute("update conversations set deleted_at = ? where id = ?", [stamp(self._clock()), conversation.id])

    def restore(self, conversation_id: int, person: Person) -> Conversation:
        """Raises NoSuchConversation where it has been purged already."""
        with self._database.write() as db:
            db.execute(
                "update conversations set deleted_at = null where id = ? and person_id = ?",
                [conversation_id, person.id],
            )
        return self.get(conversation_id, person)

    def purge(self) -> int:
        """Remove what was deleted longer ago than WAY_BACK, with all that was said and thought. Returns how many."""
        with self._database.write() as db:
            until = stamp(self._clock() - WAY_BACK)
            count = int(db.execute("delete from conversations where deleted_at <= ?", [until]).rowcount)
        if count:
            self._database.shred()
        return count


MARKS = f"'{MARK_START}', '{MARK_END}'"
FOUND_TITLES = f"""
select conversations.*, highlight(found_titles, 0, {MARKS}) as marked
from found_titles join conversations on conversations.id = found_titles.rowid
where found_titles match ? and person_id = ? and deleted_at is null and leaf_id is not null
order by found_titles.rowid desc limit ?
"""
FOUND_MESSAGES = f"""
select conversations.*, snippet(found_messages, 0, {MARKS}, '…', {EXCERPT}) as marked
from found_messages
join messages on messages.id = found_messages.rowid
join conversations on conversations.id = messages.conversation_id
where found_messages match ? and role != 'system' and person_id = ? and deleted_at is null
order by found_messages.rowid desc limit ? * 4
"""


def _conversation(row: dict[str, Any]) -> Conversation:
    return Conversation(
        id=row["id"],
        person_id=row["person_id"],
        title=row["title"],
        created_at=moment(row["created_at"]),
        leaf_id=row["leaf_id"],
        active_at=moment(row["active_at"]),
        options=ModelOptions(**json.loads(row["options"])),
    )
