"""Conversations: each belongs to a person; its messages are a tree of which one path is shown."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from .database import Database, moment, stamp
from .errors import Notice
from .records import AnswerState, Conversation, ImportedConversation, ImportedMessage, Person, Role


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
                "insert into conversations (person_id, title, created_at) values (?, ?, ?)",
                [person.id, title, stamp(created)],
            )
        return Conversation(int(cursor.lastrowid or 0), person.id, title, created, None)

    def get(self, conversation_id: int, person: Person) -> Conversation:
        """Raises NoSuchConversation."""
        row = self._database.row(
            "select * from conversations where id = ? and person_id = ?", [conversation_id, person.id]
        )
        if row is None:
            raise NoSuchConversation(id=conversation_id)
        return _conversation(row)

    def newest(self, person: Person, limit: int = 50) -> list[Conversation]:
        """Newest first; conversations without a message are not listed."""
        rows = self._database.rows(
            "select * from conversations where person_id = ? and leaf_id is not null"
            " order by created_at desc, id desc limit ?",
            [person.id, limit],
        )
        return [_conversation(row) for row in rows]

    def rename(self, conversation: Conversation, title: str) -> None:
        with self._database.write() as db:
            db.execute("update conversations set title = ? where id = ?", [title, conversation.id])

    def import_all(self, conversations: Iterable[ImportedConversation], person: Person) -> int:
        """Add them in one transaction, all or none. Returns how many."""
        count = 0
        with self._database.write() as db:
            for imported in conversations:
                count += 1
                created = stamp(imported.created_at)
                cursor = db.execute(
                    "insert into conversations (person_id, title, created_at) values (?, ?, ?)",
                    [person.id, imported.title, created],
                )
                conversation_id, leaf = int(cursor.lastrowid or 0), None
                for message in imported.messages:
                    cursor = db.execute(
                        "insert into messages (conversation_id, parent_id, role, content, state, created_at)"
                        " values (?, ?, ?, ?, ?, ?)",
                        [conversation_id, leaf, message.role, message.content, message.state, created],
                    )
                    leaf = int(cursor.lastrowid or 0)
                    if message.score is not None:
                        db.execute(
                            "insert into ratings (message_id, person_id, score, rated_at) values (?, ?, ?, ?)",
                            [leaf, person.id, message.score, created],
                        )
                    if message.correction is not None:
                        db.execute(
                            "insert into corrections (message_id, person_id, content, corrected_at)"
                            " values (?, ?, ?, ?)",
                            [leaf, person.id, message.correction, created],
                        )
                db.execute("update conversations set leaf_id = ? where id = ?", [leaf, conversation_id])
        return count

    def export_all(self, person: Person) -> Iterator[ImportedConversation]:
        """The shown path of each, oldest first, in the shape that `import_all` takes.

        Empty messages and an answer that is still being written are left out.
        """
        rows = self._database.rows(
            "select * from conversations where person_id = ? and leaf_id is not null order by created_at, id",
            [person.id],
        )
        for row in rows:
            messages = self._database.rows(f"{PATH} order by depth desc", [row["leaf_id"], person.id, person.id])
            said = tuple(
                ImportedMessage(
                    role=Role(message["role"]),
                    content=message["content"],
                    score=message["score"],
                    state=AnswerState(message["state"]),
                    correction=message["correction"],
                )
                for message in messages
                if message["content"].strip() and message["state"] != AnswerState.WRITING
            )
            if said:
                yield ImportedConversation(row["title"], moment(row["created_at"]), said)


# From a leaf (1st value) up to its root, each message with the score and the wording of a person (2nd and 3rd value).
PATH = """
with recursive path as (
    select messages.*, 0 as depth from messages where id = ?
    union all
    select messages.*, path.depth + 1 from messages join path on messages.id = path.parent_id
)
select path.*, ratings.score, corrections.content as correction from path
left join ratings on ratings.message_id = path.id and ratings.person_id = ?
left join corrections on corrections.message_id = path.id and corrections.person_id = ?
"""


def _conversation(row: dict[str, Any]) -> Conversation:
    return Conversation(
        id=row["id"],
        person_id=row["person_id"],
        title=row["title"],
        created_at=moment(row["created_at"]),
        leaf_id=row["leaf_id"],
    )
