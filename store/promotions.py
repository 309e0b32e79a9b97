"""Promotions: which model the chat was switched to, when, and how it was rated since. The newest row is in use."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .database import Database, moment, stamp
from .ratings import NOT_DELETED
from .records import Look, Promotion


class Promotions:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def promote(self, tag: str, run_id: int | None = None, went_back_from: str = "") -> Promotion:
        """Switch the chat to `tag`. Doing it again for the same run changes nothing."""
        with self._database.write() as db:
            newest = self.newest(1)
            if newest and newest[0].tag == tag and newest[0].run_id == run_id:
                return newest[0]
            at = self._clock()
            cursor = db.execute(
                "insert into promotions (tag, run_id, promoted_at, went_back_from) values (?, ?, ?, ?)",
                [tag, run_id, stamp(at), went_back_from],
            )
        return Promotion(int(cursor.lastrowid or 0), tag, run_id, at, went_back_from)

    def newest(self, limit: int = 20) -> list[Promotion]:
        """Newest first: the first is in use, the next with another tag is what "go back" means."""
        rows = self._database.rows("select * from promotions order by id desc limit ?", [limit])
        return [_promotion(row) for row in rows]

    def in_use(self) -> str | None:
        newest = self.newest(1)
        return newest[0].tag if newest else None

    def scores(self, tag: str) -> list[int]:
        """What the answers of a model were rated, oldest rating first."""
        rows = self._database.rows(
            "select score from ratings join messages on messages.id = message_id"
            f" where tag = ? and {NOT_DELETED} order by rated_at, message_id, ratings.person_id",
            [tag],
        )
        return [row["score"] for row in rows]

    def note(self, promotion: Promotion, look: Look) -> None:
        """Keep what a look found; of two processes that look at once the first is believed."""
        with self._database.write() as db:
            db.execute(
                "insert or ignore into looks values (?, ?, ?, ?, ?, ?, ?)",
                [
                    promotion.id, look.ratings, stamp(self._clock()), look.mean, look.former_mean,
                    look.former_ratings, look.is_worse,
                ],
            )  # fmt: skip

    def looks(self, promotion: Promotion) -> list[Look]:
        """In the order in which they were taken."""
        rows = self._database.rows("select * from looks where promotion_id = ? order by ratings", [promotion.id])
        return [
            Look(row["ratings"], row["mean"], row["former_mean"], row["former_ratings"], bool(row["is_worse"]))
            for row in rows
        ]


def _promotion(row: dict[str, Any]) -> Promotion:
    return Promotion(row["id"], row["tag"], row["run_id"], moment(row["promoted_at"]), row["went_back_from"])
