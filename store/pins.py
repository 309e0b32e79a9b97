"""Pins: tuned models that no retention rule takes away."""

from collections.abc import Callable
from datetime import datetime

from .database import Database, stamp


class Pins:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def pin(self, tag: str) -> None:
        with self._database.write() as db:
            db.execute("insert or ignore into pins (tag, pinned_at) values (?, ?)", [tag, stamp(self._clock())])

    def unpin(self, tag: str) -> None:
        with self._database.write() as db:
            db.execute("delete from pins where tag = ?", [tag])

    def tags(self) -> set[str]:
        return {row["tag"] for row in self._database.rows("select tag from pins")}
