"""Comparisons: which of two answers was picked, without knowing whose. The answers lie in the run's folder."""

from collections.abc import Callable, Mapping
from datetime import datetime

from .database import Database, stamp
from .records import Comparison, Pick, Run


class Comparisons:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def lay_out(self, run: Run, tuned_first: Mapping[int, bool]) -> None:
        """Keep, by the place of each pair, on which side the tuned model's answer stands; once and for all."""
        with self._database.write() as db:
            for place, first in tuned_first.items():
                db.execute(
                    "insert or ignore into comparisons (run_id, place, tuned_first) values (?, ?, ?)",
                    [run.id, place, first],
                )

    def of(self, run: Run) -> list[Comparison]:
        """By place."""
        rows = self._database.rows("select * from comparisons where run_id = ? order by place", [run.id])
        return [
            Comparison(row["place"], bool(row["tuned_first"]), Pick(row["pick"]) if row["pick"] else None)
            for row in rows
        ]

    def pick(self, run: Run, place: int, pick: Pick) -> None:
        """The first pick stands: a second window, or a key pressed twice, changes nothing."""
        with self._database.write() as db:
            db.execute(
                "update comparisons set pick = ?, picked_at = ? where run_id = ? and place = ? and pick is null",
                [pick, stamp(self._clock()), run.id, place],
            )
