"""What each tag learned from, over a real store: deleted, undone, gone, and what that says of a tag."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent1.serving.client import ModelServer
from agent1.serving.errors import ServerUnreachable
from agent1.store.home import Home
from agent1.store.records import Conversation, Message, Role, RunState
from agent1.store.store import Store
from agent1.trainer.lineage import NoLineage, NothingDeleted, rebuild, run_of
from agent1.trainer.material import collect
from agent1.trainer.preflight import NotReady
from agent1.trainer.starting import start_run

OLD, NEW = "agent1-base:1", "agent1-base:2"
SECRET = "the number of the safe is 4711"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(Home(tmp_path / "home"))
    yield store
    store.close()


def talk(store: Store, text: str) -> tuple[Conversation, Message]:
    person = store.people.local()
    conversation = store.conversations.start(person, text)
    asked = store.messages.add(conversation, Role.USER, f"{text}?", parent_id=None)
    answer = store.messages.add(conversation, Role.ASSISTANT, f"{text}.", parent_id=asked.id)
    store.ratings.rate(answer, person, 5)
    return conversation, answer


def learn(store: Store, tag: str, *answers: Message) -> None:
    ids = [answer.id for answer in answers]
    run = store.runs.queue(base="base:1b", base_digest="sha256:0", server="", message_ids=ids)
    store.finish(run, RunState.PROMOTED, tag, None)


def no_server() -> ModelServer:
    raise ServerUnreachable(address="http://127.0.0.1:1")


def test_each_tag_knows_its_messages_and_each_message_its_tags(store: Store) -> None:
    (first, a), (second, b) = talk(store, "tea"), talk(store, "coffee")
    learn(store, OLD, a)
    learn(store, NEW, a, b)
    learned = store.runs.learned_by(run_of(store, NEW.upper()))
    assert [(row.message_id, row.conversation_id, row.title) for row in learned] == [
        (a.id, first.id, "tea"),
        (b.id, second.id, "coffee"),
    ]
    assert store.runs.tags_of([a.id, b.id, 999]) == {a.id: [OLD, NEW], b.id: [NEW]}
    assert store.runs.tags_of_conversation(first) == [OLD, NEW]
    with pytest.raises(NoLineage):
        run_of(store, "base:1b")


def test_a_deletion_marks_the_tags_and_its_undoing_unmarks_them(store: Store) -> None:
    (first, a), (_, b) = talk(store, "tea"), talk(store, "coffee")
    learn(store, OLD, a, b)
    learn(store, NEW, b)
    assert store.runs.lost() == {}
    store.conversations.delete(first)
    assert store.runs.lost() == {OLD: 1}
    store.conversations.restore(first.id, store.people.local())
    assert store.runs.lost() == {}


def test_of_what_is_gone_no_word_is_kept_and_what_comes_after_is_not_taken_for_it(store: Store) -> None:
    _, a = talk(store, SECRET)
    learn(store, OLD, a)
    store.people.delete_data(store.people.local())
    (row,) = store.runs.learned_by(run_of(store, OLD))
    assert (row.message_id, row.conversation_id, row.title) == (a.id, None, "")
    _, later = talk(store, "tea")
    assert store.runs.lost() == {OLD: 1} and store.runs.tags_of([later.id]) == {}
    tables = [row["name"] for row in store._database.rows("select name from sqlite_master where type = 'table'")]
    assert SECRET not in str([store._database.rows(f"select * from [{table}]") for table in tables])


def test_a_rebuild_is_an_ordinary_run_without_what_was_deleted(store: Store) -> None:
    """However few are left: only what a run itself needs can refuse it."""
    answers = [talk(store, f"What about number {number}") for number in range(9)]
    learn(store, OLD, *(answer for _, answer in answers))
    with pytest.raises(NothingDeleted):
        rebuild(store, no_server, OLD)
    store.conversations.delete(answers[0][0])
    assert answers[0][1].id not in {example.message_id for example in collect(store).examples}
    with pytest.raises(NotReady):  # by the button: the targets are far away
        start_run(store, no_server)
    with pytest.raises(ServerUnreachable):  # all else was checked before
        rebuild(store, no_server, OLD)
