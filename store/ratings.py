"""Ratings and corrections: what people thought of answers, and the figures that readiness is judged by."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from .database import Database, moment, stamp
from .errors import Notice
from .messages import NoSuchMessage, read_message
from .records import Figures, JudgedConversation, Message, Person, RatedAnswer, Role, Thought

REASONS = frozenset({"wrong", "long", "short", "tone", "language", "unsafe"})
MAY_TRAIN = "person_id in (select person_id from teachers)"
NOT_DELETED = "conversation_id not in (select id from conversations where deleted_at is not null)"
NOT_OF_DELETED = (
    "message_id not in (select id from messages where conversation_id in"
    " (select id from conversations where deleted_at is not null))"
)
AT_ONCE = 500  # conversations that are read with one query


class NotRatable(Notice):
    """Only answers carry faces, and only scores from 1 to 5."""

    key = "error-not-ratable"


class Ratings:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def rate(self, message: Message, person: Person, score: int) -> None:
        """Set a person's score of an answer; a second call replaces the first.

        Raises NotRatable, NoSuchMessage.
        """
        if message.role is not Role.ASSISTANT or score not in range(1, 6):
            raise NotRatable(score=score)
        with self._database.write() as db:
            _require(db, message)
            db.execute(
                "insert into ratings (message_id, person_id, score, rated_at) values (?, ?, ?, ?)"
                " on conflict (message_id, person_id)"
                " do update set rated_at = excluded.rated_at, score = excluded.score,"
                " reasons = iif(score = excluded.score, reasons, '')",
                [message.id, person.id, score, stamp(self._clock())],
            )

    def take_back(self, message: Message, person: Person) -> None:
        with self._database.write() as db:
            db.execute("delete from ratings where message_id = ? and person_id = ?", [message.id, person.id])

    def give_reason(self, message: Message, person: Person, reason: str) -> None:
        """Say why, one of REASONS; another score forgets them. Raises NotRatable without a rating."""
        self._change_reasons(message, person, lambda reasons: reasons | {reason})

    def withdraw_reason(self, message: Message, person: Person, reason: str) -> None:
        """Raises NotRatable without a rating."""
        self._change_reasons(message, person, lambda reasons: reasons - {reason})

    def _change_reasons(self, message: Message, person: Person, change: Callable[[set[str]], set[str]]) -> None:
        """One reason at a time: two clicks in short order, or in two windows, must not undo one another."""
        with self._database.write() as db:
            rated = db.execute(
                "select reasons from ratings where message_id = ? and person_id = ?", [message.id, person.id]
            ).fetchone()
            if rated is None:
                raise NotRatable(score=0)
            reasons = change(set(rated[0].split()))
            if not reasons <= REASONS:
                raise NotRatable(score=0)
            db.execute(
                "update ratings set reasons = ? where message_id = ? and person_id = ?",
                [" ".join(sorted(reasons)), message.id, person.id],
            )

    def correct(self, message: Message, person: Person, content: str) -> None:
        """Keep a person's own wording of an answer; a second call replaces the first.

        Raises NotRatable, NoSuchMessage.
        """
        if message.role is not Role.ASSISTANT or not content.strip():
            raise NotRatable(score=0)
        with self._database.write() as db:
            _require(db, message)
            db.execute(
                "insert into corrections (message_id, person_id, content, corrected_at) values (?, ?, ?, ?)"
                " on conflict (message_id, person_id)"
                " do update set content = excluded.content, corrected_at = excluded.corrected_at",
                [message.id, person.id, content, stamp(self._clock())],
            )

    def withdraw_correction(self, message: Message, person: Person) -> None:
        with self._database.write() as db:
            db.execute("delete from corrections where message_id = ? and person_id = ?", [message.id, person.id])

    def thoughts(self, messages: list[Message], person: Person) -> dict[int, Thought]:
        """What the person thought of these messages, by message id; those without a word are left out."""
        marks = ", ".join("?" * len(messages))
        rows = self._database.rows(
            "select messages.id, score, reasons, corrections.content as correction from messages"
            " left join ratings on ratings.message_id = messages.id and ratings.person_id = ?"
            " left join corrections on corrections.message_id = messages.id and corrections.person_id = ?"
            f" where messages.id in ({marks}) and (score is not null or correction is not null)",
            [person.id, person.id, *(message.id for message in messages)],
        )
        return {
            row["id"]: Thought(row["score"], tuple((row["reasons"] or "").split()), row["correction"]) for row in rows
        }

    def scores(self, messages: list[Message], person: Person) -> dict[int, int]:
        """The person's scores of these messages, by message id."""
        marks = ", ".join("?" * len(messages))
        rows = self._database.rows(
            f"select message_id, score from ratings where person_id = ? and message_id in ({marks})",
            [person.id, *(message.id for message in messages)],
        )
        return {row["message_id"]: row["score"] for row in rows}

    def judged_conversations(self) -> Iterator[JudgedConversation]:
        """Every conversation with a rating or a correction that may train and is not deleted, oldest first.

        Several people's scores of one answer each stand. Read by and by, so that memory stays small.
        """
        rows = self._database.rows(
            "select distinct conversation_id from messages join"
            f" (select message_id from ratings where {MAY_TRAIN}"
            f"  union select message_id from corrections where {MAY_TRAIN}) on message_id = messages.id"
            f" where {NOT_DELETED} order by conversation_id"
        )
        ids = [row["conversation_id"] for row in rows]
        for at in range(0, len(ids), AT_ONCE):
            yield from self.judged(ids[at : at + AT_ONCE])

    def judged(self, conversations: list[int]) -> Iterator[JudgedConversation]:
        """Some of them, by id; at most as many as SQLite takes values."""
        chosen = f"select id from messages where conversation_id in ({', '.join('?' * len(conversations))})"
        said: defaultdict[int, dict[int, Message]] = defaultdict(dict)
        for row in self._database.rows(f"select * from messages where id in ({chosen}) order by id", conversations):
            said[row["conversation_id"]][row["id"]] = read_message(row)
        thought: defaultdict[int, defaultdict[int, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
        for table in ("ratings", "corrections"):
            for row in self._database.rows(
                f"select * from {table} where {MAY_TRAIN} and message_id in ({chosen})", conversations
            ):
                thought[row["message_id"]][row["person_id"]].update(row)
        for id_ in conversations:
            rated = [
                _rated(message, told)
                for message in said[id_].values()
                for _, told in sorted(thought.get(message.id, {}).items())
            ]
            yield JudgedConversation(id_, tuple(said[id_].values()), tuple(rated))

    def figures(self) -> Figures:
        """What has been collected, over all people whose ratings may train.

        Conversations count with at least one message of the person; messages of person and assistant count whether
        they are on the shown path or were shown once; system messages and empty answers do not.
        """
        row = self._database.row(
            f"select (select count(*) from conversations where deleted_at is null and {MAY_TRAIN} and exists"
            "   (select 1 from messages where conversation_id = conversations.id and role = 'user')) as conversations,"
            " (select count(*) from messages where role != 'system' and content != '' and conversation_id not in"
            f"   (select id from conversations where deleted_at is not null or not {MAY_TRAIN})) as messages,"
            f" count(*) as ratings, avg(score) as mean_rating from ratings where {MAY_TRAIN} and {NOT_OF_DELETED}"
        )
        assert row is not None
        return Figures(**row)


def _rated(message: Message, told: dict[str, Any]) -> RatedAnswer:
    when = max(told[name] for name in ("rated_at", "corrected_at") if name in told)
    return RatedAnswer(message, told.get("score"), moment(when), told.get("content"))


def _require(db: Any, message: Message) -> None:
    if not list(db.query("select 1 from messages where id = ?", [message.id])):
        raise NoSuchMessage(id=message.id)
