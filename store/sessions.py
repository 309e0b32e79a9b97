"""Sessions: who is signed in, by a token that only the browser has; kept in the database, so a restart ends none."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from .database import Database, moment, stamp
from .people import read_person
from .records import Person

KEPT = timedelta(days=30)  # since it was last used
NOTED_EVERY = timedelta(hours=1)  # a page asks many times a second; not each look is worth a write


class Sessions:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def open(self, person: Person) -> str:
        """A new session's token. The database has its SHA-256 alone: 256 random bits need no slow hash."""
        token, now = secrets.token_urlsafe(32), stamp(self._clock())
        with self._database.write() as db:
            db.execute("delete from sessions where seen_at < ?", [stamp(self._clock() - KEPT)])
            db.execute(
                "insert into sessions (token_hash, person_id, opened_at, seen_at) values (?, ?, ?, ?)",
                [_hash(token), person.id, now, now],
            )
        return token

    def person(self, token: str) -> Person | None:
        """Who holds this token, if it is one that has not run out."""
        row = self._database.row(
            "select people.*, sessions.seen_at from sessions join people on people.id = person_id where token_hash = ?",
            [_hash(token)],
        )
        if row is None:
            return None
        now = self._clock()
        unused = now - moment(row["seen_at"])
        if unused > KEPT:
            return None
        if unused > NOTED_EVERY:
            with self._database.write() as db:
                db.execute("update sessions set seen_at = ? where token_hash = ?", [stamp(now), _hash(token)])
        return read_person(row)

    def close(self, token: str) -> None:
        with self._database.write() as db:
            db.execute("delete from sessions where token_hash = ?", [_hash(token)])


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
