"""Ratings and corrections: what people thought of answers, and the figures that readiness is judged by."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .database import Database, moment, stamp
from .errors import Notice
from .messages import NoSuchMessage, read_message
from .records import Figures, Message, Person, RatedAnswer, Role


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
                " do update set score = excluded.score, rated_at = excluded.rated_at",
                [message.id, person.id, score, stamp(self._clock())],
            )

    def take_back(self, message: Message, person: Person) -> None:
        with self._database.write() as db:
            db.execute("delete from ratings where message_id = ? and person_id = ?", [message.id, person.id])

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

    def scores(self, messages: list[Message], person: Person) -> dict[int, int]:
        """The person's scores of these messages, by message id."""
        marks = ", ".join("?" * len(messages))
        rows = self._database.rows(
            f"select message_id, score from ratings where person_id = ? and message_id in ({marks})",
            [person.id, *(message.id for message in messages)],
        )
        return {row["message_id"]: row["score"] for row in rows}

    def rated_answers(self) -> list[RatedAnswer]:
        """Every rated answer, oldest message first; several people's scores of one answer each stand."""
        rows = self._database.rows(
            "select messages.*, ratings.score, ratings.rated_at, corrections.content as correction from ratings"
            " join messages on messages.id = ratings.message_id"
            " left join corrections on corrections.message_id = ratings.message_id"
            "  and corrections.person_id = ratings.person_id"
            " order by messages.id, ratings.person_id"
        )
        return [
            RatedAnswer(read_message(row), row["score"], moment(row["rated_at"]), row["correction"]) for row in rows
        ]

    def figures(self) -> Figures:
        """What has been collected, over all people.

        Conversations count with at least one message of the person; messages of person and assistant count whether
        they are on the shown path or were shown once; system messages and empty answers do not.
        """
        row = self._database.row(
            "select (select count(distinct conversation_id) from messages where role = 'user') as conversations,"
            " (select count(*) from messages where role != 'system' and content != '') as messages,"
            " (select count(*) from ratings) as ratings, (select avg(score) from ratings) as mean_rating"
        )
        assert row is not None
        return Figures(**row)


def _require(db: Any, message: Message) -> None:
    if not list(db.query("select 1 from messages where id = ?", [message.id])):
        raise NoSuchMessage(id=message.id)
