"""How often somebody may guess: each failure beyond a few makes the next try wait twice as long.

Counted by name and by address. A try counts before the password is looked at, so that many at once are not one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from .database import Database, moment, stamp
from .errors import Notice

FREE = {"name": 5, "address": 20}  # failures that cost nothing; many people may share an address
FIRST_WAIT = 30  # seconds
LONGEST_WAIT = 15 * 60
FORGOTTEN = timedelta(days=1)


class TooManyTries(Notice):
    key = "error-too-many-tries"


class SignInFailures:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    def begin(self, name: str, address: str) -> None:
        """Count a try as failed until `succeeded` says otherwise. Raises TooManyTries, and then it does not count."""
        now = self._clock()
        with self._database.write() as db:
            db.execute("delete from sign_in_failures where last_at < ?", [stamp(now - FORGOTTEN)])
            wait = max(self._wait("name", name, now), self._wait("address", address, now))
            if wait > 0:
                raise TooManyTries(seconds=round(wait + 0.5))
            for who in (f"name {name}", f"address {address}"):
                db.execute(
                    "insert into sign_in_failures (who, failures, last_at) values (?, 1, ?)"
                    " on conflict (who) do update set failures = failures + 1, last_at = excluded.last_at",
                    [who, stamp(now)],
                )

    def succeeded(self, name: str, address: str) -> None:
        """The name starts anew; the address gets back this one try, or anybody with an account could guess on."""
        with self._database.write() as db:
            db.execute("delete from sign_in_failures where who = ?", [f"name {name}"])
            db.execute("update sign_in_failures set failures = failures - 1 where who = ?", [f"address {address}"])

    def forget(self, name: str) -> None:
        with self._database.write() as db:
            db.execute("delete from sign_in_failures where who = ?", [f"name {name}"])

    def _wait(self, kind: str, who: str, now: datetime) -> float:
        """Seconds until the next try; 0 or less where it may come now."""
        row = self._database.row("select failures, last_at from sign_in_failures where who = ?", [f"{kind} {who}"])
        over = row["failures"] - FREE[kind] if row else -1
        if row is None or over < 0:
            return 0
        wait: int = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(over, 10))
        return wait - (now - moment(row["last_at"])).total_seconds()
