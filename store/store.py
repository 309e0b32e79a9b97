"""The store: every noun over one database."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from . import backups
from .accounts import Accounts
from .choices import Choices
from .comparisons import Comparisons
from .conversations import Conversations
from .database import Database
from .errors import Notice
from .exchange import Exchange
from .home import Home
from .messages import Messages
from .people import People
from .pins import Pins
from .promotions import Promotions
from .ratings import Ratings
from .records import Reason, Run, RunState
from .runs import Runs
from .sessions import Sessions
from .settings import Settings
from .sign_in_failures import SignInFailures
from .usage import Usage


class HomeNotWritable(Notice):
    key = "error-home-not-writable"


def utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    def __init__(self, home: Home, clock: Callable[[], datetime] = utc_now) -> None:
        """Raises HomeNotWritable, NewerDatabase, UnreadableDatabase."""
        try:
            home.make()
        except OSError as error:
            raise HomeNotWritable(path=str(home.root)) from error
        self.home, self.clock = home, clock
        self.is_open = True
        self._database = Database(home.database)
        self.people = People(self._database, clock)
        self.accounts = Accounts(self._database, clock)
        self.sessions = Sessions(self._database, clock)
        self.sign_in_failures = SignInFailures(self._database, clock)
        self.conversations = Conversations(self._database, clock)
        self.messages = Messages(self._database, clock)
        self.ratings = Ratings(self._database, clock)
        self.runs = Runs(self._database, clock)
        self.promotions = Promotions(self._database, clock)
        self.choices = Choices(self._database, clock)
        self.comparisons = Comparisons(self._database, clock)
        self.pins = Pins(self._database, clock)
        self.exchange = Exchange(self._database, clock)
        self.settings = Settings(self._database)
        self.usage = Usage(self._database)

    def check(self) -> None:
        """Raises DamagedDatabase."""
        self._database.check()

    def back_up_if_due(self) -> Path | None:
        """The daily backup, where the newest one is old enough. Raises BackupBroken, sqlite3.Error, OSError."""
        if not backups.is_due(self.home.backups, self.clock()):
            return None
        return self._database.back_up(self.home.backups, self.clock())

    def finish(self, run: Run, to: RunState, tag: str, reason: Reason | None) -> Run:
        """End a run with its tag; PROMOTED also switches the chat to it, in the same transaction.

        Raises StaleRun.
        """
        with self._database.write():
            if to is RunState.PROMOTED:
                self.promotions.promote(tag, run.id)
            return self.runs.advance(run, to, reason=reason, tag=tag)

    def close(self) -> None:
        self.is_open = False
        self._database.close()
