"""Counts of use, from a real database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent1.store.home import Home
from agent1.store.records import Message, Role
from agent1.store.store import Store


class Clock:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    return Store(Home(tmp_path), clock)


def answer(store: Store, tag: str, score: int) -> Message:
    person = store.people.local()
    talk = store.conversations.start(person, "talk")
    asked = store.messages.add(talk, Role.USER, "Hello?", parent_id=None)
    told = store.messages.add(talk, Role.ASSISTANT, "Hi.", parent_id=asked.id, tag=tag)
    store.ratings.rate(told, person, score)
    return told


def test_days_count_conversations_and_faces(store: Store, clock: Clock) -> None:
    begin = clock.now
    for score in (5, 5, 1):
        answer(store, "a", score)
    clock.now += timedelta(days=2)
    answer(store, "b", 3)
    days = store.usage.days(begin)
    assert [(day.conversations, day.faces) for day in days] == [(3, (1, 0, 0, 0, 2)), (1, (0, 0, 1, 0, 0))]
    assert days[0].day < days[1].day
    assert len(store.usage.days(clock.now)) == 1


def test_what_came_in_since_a_moment_is_counted(store: Store, clock: Clock) -> None:
    answer(store, "a", 5)
    clock.now += timedelta(days=3)
    answer(store, "a", 4)
    recent = store.usage.since(clock.now)
    assert (recent.conversations, recent.messages, recent.ratings, recent.mean_rating) == (1, 2, 1, 4.0)
    assert store.usage.first() == Clock.now


def test_each_model_has_its_mean_and_its_way(store: Store, clock: Clock) -> None:
    answer(store, "a", 5)
    answer(store, "b", 2)
    clock.now += timedelta(days=1)
    answer(store, "a", 2)
    means = store.usage.means()
    assert (means["a"].mean, means["a"].ratings, means["b"].ratings) == (3.5, 2, 1)
    assert [mean for _, mean in store.usage.means_by_day(Clock.now)["a"]] == [5.0, 3.5]
    assert [mean for _, mean in store.usage.means_by_day(clock.now)["a"]] == [3.5]


def test_the_version_changes_with_what_is_thought_and_not_with_what_is_said(store: Store) -> None:
    told = answer(store, "a", 5)
    before = store.usage.version()
    talk = store.conversations.newest(store.people.local())[0]
    store.messages.add(talk, Role.USER, "More", parent_id=told.id)
    assert store.usage.version() == before
    store.ratings.rate(told, store.people.local(), 4)
    assert store.usage.version() != before


def test_what_was_deleted_does_not_count(store: Store) -> None:
    answer(store, "a", 5)
    store.conversations.delete(store.conversations.newest(store.people.local())[0])
    assert store.usage.means() == {} and store.usage.days(Clock.now) == [] and store.usage.first() is None
