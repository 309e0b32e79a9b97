"""Messages: a tree within each conversation. Nothing said is overwritten; an answer grows until it has ended."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from .database import Database, moment, stamp
from .errors import Notice
from .records import AnswerState, Conversation, Message, Person, Role


class NoSuchMessage(Notice):
    """It is not there, or it belongs to somebody else: told alike."""

    key = "error-no-such-message"


class Messages:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def add(
        self,
        conversation: Conversation,
        role: Role,
        content: str,
        *,
        parent_id: int | None,
        state: AnswerState = AnswerState.DONE,
        tag: str = "",
    ) -> Message:
        """Hang a message below `parent_id` and make it the end of the shown path."""
        with self._database.write() as db:
            created = self._clock()
            message_id = next_id(db)
            db.execute(
                "insert into messages (id, conversation_id, parent_id, role, content, state, tag, created_at)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                [message_id, conversation.id, parent_id, role, content, state, tag, stamp(created)],
            )
            db.execute(
                "update conversations set leaf_id = ?, active_at = ? where id = ?",
                [message_id, stamp(created), conversation.id],
            )
        return Message(message_id, conversation.id, parent_id, role, content, created, state, tag)

    def sign(self, message: Message, tag: str, unread: int) -> bool:
        """Note who writes an answer and how many earlier messages it does not read.

        False where it has ended meanwhile: somebody pressed stop while the model was being loaded.
        """
        with self._database.write() as db:
            signed = db.execute(
                "update messages set tag = ?, unread = ? where id = ? and state = 'writing'", [tag, unread, message.id]
            )
        return signed.rowcount == 1

    def write_answer(self, message: Message, content: str, state: AnswerState, thinking: str = "") -> None:
        """Save what has been written so far, or the whole with how it ended. An ended answer stays as it is."""
        with self._database.write() as db:
            db.execute(
                "update messages set content = ?, thinking = ?, state = ? where id = ? and state = 'writing'",
                [content, thinking, state, message.id],
            )

    def end_unfinished(self) -> int:
        """Mark answers whose writer died with the app as failed. Returns how many."""
        with self._database.write() as db:
            return int(db.execute("update messages set state = 'failed' where state = 'writing'").rowcount)

    def get(self, message_id: int, person: Person) -> Message:
        """Raises NoSuchMessage."""
        row = self._database.row(
            "select messages.* from messages join conversations on conversations.id = conversation_id"
            " where messages.id = ? and person_id = ? and deleted_at is null",
            [message_id, person.id],
        )
        if row is None:
            raise NoSuchMessage(id=message_id)
        return read_message(row)

    def many(self, message_ids: Sequence[int]) -> dict[int, Message]:
        """Those of them that are still there, by id; whoever's they are: for an admin."""
        found: dict[int, Message] = {}
        for begin in range(0, len(message_ids), 500):  # SQLite takes at most so many values with room to spare
            some = message_ids[begin : begin + 500]
            marks = ", ".join("?" * len(some))
            for row in self._database.rows(f"select * from messages where id in ({marks})", list(some)):
                found[row["id"]] = read_message(row)
        return found

    def path(self, leaf_id: int | None) -> list[Message]:
        """From the root to `leaf_id`."""
        rows = self._database.rows(
            "with recursive path as ("
            " select messages.*, 0 as depth from messages where id = ?"
            " union all select messages.*, depth + 1 from messages join path on messages.id = path.parent_id"
            ") select * from path order by depth desc",
            [leaf_id],
        )
        return [read_message(row) for row in rows]

    def parent(self, message: Message) -> Message | None:
        row = self._database.row("select * from messages where id = ?", [message.parent_id])
        return read_message(row) if row else None

    def siblings(self, path: list[Message]) -> dict[int, list[int]]:
        """For each message of a path the ids of all that hang in its place, itself among them, oldest first."""
        if not path:
            return {}
        rows = self._database.rows(
            "select id, parent_id, role from messages where conversation_id = ? order by id",
            [path[0].conversation_id],
        )
        places: dict[tuple[int | None, str], list[int]] = {}
        for row in rows:
            places.setdefault((row["parent_id"], row["role"]), []).append(row["id"])
        return {message.id: places[message.parent_id, str(message.role)] for message in path}

    def show(self, message: Message) -> None:
        """Let the shown path lead through `message`, down to what was said last below it."""
        with self._database.write() as db:
            db.execute(
                "update conversations set leaf_id = ("
                " with recursive below(id) as ("
                "  select ? union all select messages.id from messages join below on parent_id = below.id"
                " ) select max(id) from below) where id = ?",
                [message.id, message.conversation_id],
            )


def as_read(path: Sequence[Message]) -> list[Message]:
    """What a model reads of a path: the newest system message first, then all that was said.

    Left out are answers of which nothing came, and system messages that a later one replaced; an empty one only
    replaces.
    """
    system = [message for message in path if message.role is Role.SYSTEM][-1:]
    said = [message for message in path if message.role is not Role.SYSTEM]
    return [message for message in (*system, *said) if message.content.strip()]


def next_id(db: Any) -> int:
    """For a message to be inserted in this transaction: never one that a deleted message had, for runs know what they
    learned by these ids."""
    (highest,) = db.execute(
        "select max((select id from highest_message), coalesce((select max(id) from messages), 0))"
    ).fetchone()
    return int(highest) + 1


def read_message(row: dict[str, Any]) -> Message:
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        parent_id=row["parent_id"],
        role=Role(row["role"]),
        content=row["content"],
        created_at=moment(row["created_at"]),
        state=AnswerState(row["state"]),
        tag=row["tag"],
        thinking=row["thinking"],
        unread=row["unread"],
    )
