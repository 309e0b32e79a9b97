"""People. Without accounts there is one, of this machine, who is the admin; accounts come on top of the same table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .database import Database, stamp
from .records import Person

LOCAL = "local"


class People:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def local(self) -> Person:
        """Who sits at this machine: its one person, made on first use; with accounts, the oldest admin's."""
        row = self._database.row("select * from people where name = ?", [LOCAL]) or self._database.row(
            "select people.* from people join accounts on person_id = people.id where is_admin order by id"
        )
        if row is None:
            with self._database.write() as db:
                db.execute(
                    "insert into people (name, is_admin, created_at) values (?, 1, ?) on conflict do nothing",
                    [LOCAL, stamp(self._clock())],
                )
            return self.local()
        return read_person(row)

    def delete_data(self, person: Person) -> int:
        """Every conversation of a person with its messages, ratings and corrections. Returns how many there were."""
        with self._database.write() as db:
            count = int(db.execute("delete from conversations where person_id = ?", [person.id]).rowcount)
        self._database.shred()
        return count


def read_person(row: dict[str, Any]) -> Person:
    return Person(id=row["id"], name=row["name"], is_admin=bool(row["is_admin"]))
