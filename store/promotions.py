"""Promotions: which model the chat was switched to, and when. Append-only; the newest row is in use."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .database import Database, moment, stamp
from .records import Promotion


class Promotions:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def promote(self, tag: str, run_id: int | None = None) -> Promotion:
        """Switch the chat to `tag`. Doing it again for the same run changes nothing."""
        with self._database.write() as db:
            newest = self.newest(1)
            if newest and newest[0].tag == tag and newest[0].run_id == run_id:
                return newest[0]
            at = self._clock()
            cursor = db.execute(
                "insert into promotions (tag, run_id, promoted_at) values (?, ?, ?)", [tag, run_id, stamp(at)]
            )
        return Promotion(int(cursor.lastrowid or 0), tag, run_id, at)

    def newest(self, limit: int = 20) -> list[Promotion]:
        """Newest first: the first is in use, the next with another tag is what "go back" means."""
        rows = self._database.rows("select * from promotions order by id desc limit ?", [limit])
        return [_promotion(row) for row in rows]

    def in_use(self) -> str | None:
        newest = self.newest(1)
        return newest[0].tag if newest else None


def _promotion(row: dict[str, Any]) -> Promotion:
    return Promotion(row["id"], row["tag"], row["run_id"], moment(row["promoted_at"]))
