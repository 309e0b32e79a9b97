from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent1.store.home import Home
from agent1.store.records import Added, AnswerState, ImportedConversation, ImportedMessage, Person, Role
from agent1.store.store import Store

WHEN = datetime(2026, 11, 1, 10, tzinfo=UTC)
ASKED = ImportedMessage(Role.USER, "When?")
ANSWERED = ImportedMessage(Role.ASSISTANT, "At eight.", score=5, tag="m:1b")
TALK = ImportedConversation("Times", WHEN, (ASKED, ANSWERED))


def test_a_second_import_adds_nothing(store: Store, person: Person) -> None:
    assert store.exchange.add_all([TALK], person) == Added(conversations=1, messages=2, scores={5: 1})
    assert store.exchange.add_all([TALK], person) == Added(known=1)
    assert store.ratings.figures().messages == 2


def test_one_more_conversation_costs_the_same_among_many_others(store: Store, person: Person) -> None:
    """Counted in steps of SQLite's machine: what is here is found by its index, not by going through everything."""
    steps = [0]

    def cost(title: str) -> int:
        steps[0] = 0
        store.exchange.add_all([replace(TALK, title=title, source=f"chatgpt:{title}")], person)
        return steps[0]

    def count() -> int:
        steps[0] += 1
        return 0

    store._database._db.conn.set_progress_handler(count, 1)
    alone = cost("first")
    others = (replace(TALK, title=str(day), created_at=WHEN - timedelta(days=day)) for day in range(1, 301))
    store.exchange.add_all(others, person)
    assert cost("last") < 2 * alone


def test_equal_conversations_of_one_import_are_each_added_once(store: Store, person: Person) -> None:
    undated = replace(TALK, is_dated=False)
    assert store.exchange.add_all([undated, undated], person).conversations == 2
    assert store.exchange.add_all([undated, undated], person) == Added(known=2)
    assert store.exchange.add_all([undated] * 3, person).conversations == 1


def test_a_preview_counts_what_an_import_adds_and_writes_nothing(store: Store, person: Person) -> None:
    other = replace(TALK, title="Other")
    store.exchange.add_all([other], person)
    told = store.exchange.preview([TALK, other, TALK], person)
    assert store.ratings.figures().conversations == 1
    assert told == store.exchange.add_all([TALK, other, TALK], person)


def test_the_export_of_a_home_brings_nothing_new_to_it(store: Store, person: Person) -> None:
    talk = store.conversations.start(person, "Made here")
    asked = store.messages.add(talk, Role.USER, "When?", parent_id=None)
    store.messages.add(talk, Role.ASSISTANT, "At eight.", parent_id=asked.id)
    store.exchange.add_all([replace(TALK, is_dated=False, created_at=store.clock())], person)
    exported = list(store.exchange.export_all(person))
    assert len(exported) == 2
    assert store.exchange.add_all(exported, person) == Added(known=2)


def test_ratings_and_corrections_that_came_later_are_added(store: Store, person: Person) -> None:
    bare = replace(TALK, messages=(ASKED, replace(ANSWERED, score=None)))
    store.exchange.add_all([bare], person)
    rated = replace(TALK, messages=(ASKED, replace(ANSWERED, correction="At nine.")))
    assert store.exchange.add_all([rated], person) == Added(known=1, scores={5: 1}, corrections=1)
    assert store.exchange.add_all([rated], person) == Added(known=1)


def test_what_was_rated_here_stands_against_what_is_imported(store: Store, person: Person) -> None:
    store.exchange.add_all([TALK], person)
    [talk] = store.conversations.newest(person)
    answer = store.messages.path(talk.leaf_id)[-1]
    store.ratings.rate(answer, person, 1)
    store.exchange.add_all([TALK], person)
    assert store.ratings.scores([answer], person) == {answer.id: 1}


def test_a_conversation_that_has_grown_in_its_program_grows_here(store: Store, person: Person) -> None:
    known = replace(TALK, source="chatgpt:1")
    more = (ImportedMessage(Role.USER, "And on Sundays?"), ImportedMessage(Role.ASSISTANT, "At ten.", score=4))
    grown = replace(known, title="Renamed", messages=(*known.messages, *more))
    store.exchange.add_all([known], person)
    assert store.exchange.add_all([grown], person) == Added(known=1, messages=2, scores={4: 1})
    assert store.exchange.add_all([grown], person) == Added(known=1)
    [talk] = store.conversations.newest(person)
    assert [message.content for message in store.messages.path(talk.leaf_id)][-1] == "At ten."


def test_a_deleted_conversation_can_be_imported_again(store: Store, person: Person) -> None:
    store.exchange.add_all([TALK], person)
    store.conversations.delete(store.conversations.newest(person)[0])
    assert store.exchange.add_all([TALK], person).conversations == 1


def test_nothing_stays_of_an_import_that_breaks_off(store: Store, person: Person) -> None:
    def breaking() -> Iterator[ImportedConversation]:
        yield TALK
        raise ValueError

    with pytest.raises(ValueError):
        store.exchange.add_all(breaking(), person)
    assert store.ratings.figures().conversations == 0


def test_siblings_and_the_shown_path_survive_the_way_into_another_home(
    store: Store, person: Person, tmp_path: Path
) -> None:
    talk = store.conversations.start(person, "Tree")
    asked = store.messages.add(talk, Role.USER, "When?", parent_id=None)
    first = store.messages.add(talk, Role.ASSISTANT, "At eight.", parent_id=asked.id, tag="m:1b")
    failed = store.messages.add(talk, Role.ASSISTANT, "", parent_id=asked.id, state=AnswerState.FAILED)
    store.messages.add(talk, Role.USER, "And then?", parent_id=failed.id)
    store.messages.add(talk, Role.ASSISTANT, "At nine.", parent_id=asked.id)
    store.ratings.rate(first, person, 2)
    store.ratings.give_reason(first, person, "wrong")
    exported = list(store.exchange.export_all(person))
    other = Store(Home(tmp_path / "other"))
    other.exchange.add_all(exported, other.people.local())
    assert list(other.exchange.export_all(other.people.local())) == exported
    assert [one.parent for one in exported[0].messages] == [None, None, 0, 0]
    other.close()
