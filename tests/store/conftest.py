from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from agent1.store.home import Home
from agent1.store.records import Conversation, Person
from agent1.store.store import Store

settings.register_profile("real_files", deadline=None)  # a disk is as slow as it likes
settings.load_profile("real_files")

Clock = Callable[[], datetime]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def clock() -> Clock:
    """Each look at it is one second later."""
    ticks = count()
    return lambda: datetime(2026, 11, 1, 10, tzinfo=UTC) + timedelta(seconds=next(ticks))


@pytest.fixture
def store(home: Home, clock: Clock) -> Iterator[Store]:
    store = Store(home, clock)
    yield store
    store.close()


@pytest.fixture
def person(store: Store) -> Person:
    return store.people.local()


@pytest.fixture
def conversation(store: Store, person: Person) -> Conversation:
    return store.conversations.start(person, "Opening hours")
