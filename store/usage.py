"""Usage: how much was said and rated, by day and by model. Counts over all people; nothing of what was said.

Days are those of the machine's own zone. Deleted conversations do not count.
"""

from dataclasses import dataclass
from datetime import datetime

from .database import Database, moment, stamp
from .ratings import NOT_DELETED
from .records import Figures


@dataclass(frozen=True)
class Day:
    day: str  # 2026-11-22
    conversations: int  # that began
    faces: tuple[int, int, int, int, int]  # ratings given, by score from 1 to 5


@dataclass(frozen=True)
class TagMean:
    """What people thought of the answers of one model."""

    tag: str
    mean: float  # 1 to 5
    ratings: int


class Usage:
    def __init__(self, database: Database) -> None:
        self._database = database

    def since(self, begin: datetime) -> Figures:
        """What has come in since then. The mean is that of these ratings."""
        row = self._database.row(
            "select (select count(distinct conversation_id) from messages where role = 'user' and created_at >= ?"
            f"   and {NOT_DELETED}) as conversations,"
            " (select count(*) from messages where role != 'system' and content != '' and created_at >= ?"
            f"   and {NOT_DELETED}) as messages,"
            " count(*) as ratings, avg(score) as mean_rating from ratings"
            f" join messages on messages.id = message_id where rated_at >= ? and {NOT_DELETED}",
            [stamp(begin)] * 3,
        )
        assert row is not None
        return Figures(**row)

    def first(self) -> datetime | None:
        """When the first conversation began."""
        row = self._database.row("select min(created_at) as first from conversations where deleted_at is null")
        return moment(row["first"]) if row and row["first"] else None

    def days(self, begin: datetime) -> list[Day]:
        """Each day since `begin` on which something happened, oldest first."""
        begun = self._database.rows(
            "select date(created_at, 'localtime') as day, count(*) as count from conversations"
            " where created_at >= ? and deleted_at is null and leaf_id is not null group by day",
            [stamp(begin)],
        )
        rated = self._database.rows(
            "select date(rated_at, 'localtime') as day, score, count(*) as count from ratings"
            f" join messages on messages.id = message_id where rated_at >= ? and {NOT_DELETED} group by day, score",
            [stamp(begin)],
        )
        conversations = {row["day"]: row["count"] for row in begun}
        faces = {(row["day"], row["score"]): row["count"] for row in rated}
        return [
            Day(day, conversations.get(day, 0), tuple(faces.get((day, score), 0) for score in range(1, 6)))
            for day in sorted(conversations.keys() | {day for day, _ in faces})
        ]

    def means(self) -> dict[str, TagMean]:
        """By tag; answers without one (imported) are left out."""
        rows = self._database.rows(
            "select tag, avg(score) as mean, count(*) as ratings from ratings"
            f" join messages on messages.id = message_id where tag != '' and {NOT_DELETED} group by tag"
        )
        return {row["tag"]: TagMean(**row) for row in rows}

    def means_by_day(self, begin: datetime) -> dict[str, list[tuple[str, float]]]:
        """Of each tag the mean of all its ratings up to each day on which it was rated, oldest first."""
        rows = self._database.rows(
            "select tag, date(rated_at, 'localtime') as day, sum(score) as total, count(*) as ratings from ratings"
            f" join messages on messages.id = message_id where tag != '' and {NOT_DELETED} group by tag, day"
            " order by tag, day"
        )
        since = begin.astimezone().date().isoformat()
        means: dict[str, list[tuple[str, float]]] = {}
        sums: dict[str, tuple[int, int]] = {}
        for row in rows:
            total, count = sums.get(row["tag"], (0, 0))
            total, count = total + row["total"], count + row["ratings"]
            sums[row["tag"]] = (total, count)
            if row["day"] >= since:
                means.setdefault(row["tag"], []).append((row["day"], total / count))
        return means

    def version(self) -> str:
        """Another text whenever what was rated, corrected or deleted may have changed: a cheap look."""
        row = self._database.row(
            "select (select count(*) || coalesce(max(rated_at), '') || coalesce(sum(score), 0) from ratings)"
            " || '|' || (select count(*) || coalesce(max(corrected_at), '') from corrections)"
            " || '|' || (select count(*) from conversations where deleted_at is not null)"
            " || '|' || (select count(*) from conversations) as version"
        )
        assert row is not None
        return str(row["version"])
