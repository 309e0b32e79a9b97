"""People. For now one local person, who is the admin; accounts come on top of the same table."""

from collections.abc import Callable
from datetime import datetime

from .database import Database, stamp
from .records import Person

LOCAL = "local"


class People:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def local(self) -> Person:
        """The one person of a machine without accounts, made on first use."""
        row = self._database.row("select * from people where name = ?", [LOCAL])
        if row is None:
            with self._database.write() as db:
                db.execute(
                    "insert into people (name, is_admin, created_at) values (?, 1, ?) on conflict do nothing",
                    [LOCAL, stamp(self._clock())],
                )
            return self.local()
        return Person(id=row["id"], name=row["name"], is_admin=bool(row["is_admin"]))
