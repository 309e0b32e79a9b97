"""The store: every noun over one database."""

from collections.abc import Callable
from datetime import UTC, datetime

from .choices import Choices
from .conversations import Conversations
from .database import Database
from .errors import Notice
from .home import Home
from .messages import Messages
from .people import People
from .promotions import Promotions
from .ratings import Ratings
from .runs import Runs
from .settings import Settings


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
        self._database = Database(home.database)
        self.people = People(self._database, clock)
        self.conversations = Conversations(self._database, clock)
        self.messages = Messages(self._database, clock)
        self.ratings = Ratings(self._database, clock)
        self.runs = Runs(self._database, clock)
        self.promotions = Promotions(self._database, clock)
        self.choices = Choices(self._database, clock)
        self.settings = Settings(self._database)

    def close(self) -> None:
        self._database.close()
