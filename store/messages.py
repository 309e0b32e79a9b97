"""Messages: a tree within each conversation. Nothing said is overwritten; an answer grows until it has ended."""

from collections.abc import Callable
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
            cursor = db.execute(
                "insert into messages (conversation_id, parent_id, role, content, state, tag, created_at)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                [conversation.id, parent_id, role, content, state, tag, stamp(created)],
            )
            message_id = int(cursor.lastrowid or 0)
            db.execute("update conversations set leaf_id = ? where id = ?", [message_id, conversation.id])
        return Message(message_id, conversation.id, parent_id, role, content, created, state, tag)

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
            " where messages.id = ? and person_id = ?",
            [message_id, person.id],
        )
        if row is None:
            raise NoSuchMessage(id=message_id)
        return read_message(row)

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
    )
