"""The live watch over a real store with real answers and faces; the server is the stand-in over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent1.serving.client import ModelServer
from agent1.serving.errors import ModelNotFound
from agent1.store.home import Home
from agent1.store.records import Role, RunState
from agent1.store.store import Store
from agent1.tests.fake_ollama import BASE, FakeModel, FakeOllama, fake_ollama
from agent1.trainer.watch import LOOKS, compare, read_watch, watch, went_back

TUNED = "agent1-base:20261122-100000-1"


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with fake_ollama() as running:
        running.add(FakeModel(TUNED, f"sha256:{0:064}"))
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The base was in use and rated 30 times; then a run put its model in use."""
    store = Store(Home(tmp_path / "home"))
    store.promotions.promote(BASE)
    rate(store, BASE, [5, 4, 4, 5, 3] * 6)
    run = store.runs.queue(base=BASE, base_digest="sha256:0", server="", message_ids=[])
    store.finish(run, RunState.PROMOTED, TUNED, None)
    yield store
    store.close()


def rate(store: Store, tag: str, scores: list[int]) -> None:
    """Each score for an answer of its own."""
    person = store.people.local()
    talk = store.conversations.start(person, tag)
    for score in scores:
        asked = store.messages.add(talk, Role.USER, "Why?", parent_id=None)
        answer = store.messages.add(talk, Role.ASSISTANT, "So.", parent_id=asked.id, tag=tag)
        store.ratings.rate(answer, person, score)


def look(store: Store, fake: FakeOllama) -> str | None:
    return watch(store, lambda: ModelServer(fake.url))


def taken(store: Store) -> list[int]:
    watched = read_watch(store)
    assert watched is not None
    return [look.ratings for look in watched.looks]


def test_a_worse_model_is_left_at_the_first_look_and_not_before(store: Store, fake: FakeOllama) -> None:
    rate(store, TUNED, [1] * 19)
    assert look(store, fake) is None and taken(store) == []
    rate(store, TUNED, [1])
    assert look(store, fake) == BASE == store.promotions.in_use()
    now, before = went_back(store) or pytest.fail("it went back")
    assert now.went_back_from == TUNED
    (found,) = store.promotions.looks(before)
    assert (found.ratings, found.mean, found.former_mean, found.is_worse) == (20, 1.0, 4.2, True)
    assert look(store, fake) is None  # what it went back to is not watched


def test_an_equal_model_stays_through_all_looks(store: Store, fake: FakeOllama) -> None:
    for number in range(16):
        rate(store, TUNED, [5, 4, 4, 5, 3])
        assert look(store, fake) is None
        assert taken(store) == [fixed for fixed in LOOKS if fixed <= 5 * (number + 1)]
    rate(store, TUNED, [1] * 100)
    assert look(store, fake) is None and taken(store) == list(LOOKS)  # a look is taken once
    assert store.promotions.in_use() == TUNED


def test_each_look_reads_the_ratings_that_came_first(store: Store, fake: FakeOllama) -> None:
    """However late it is taken: ratings that came after a look do not make it another look."""
    rate(store, TUNED, [5, 4, 4, 5, 3] * 4 + [1] * 20)
    assert look(store, fake) == BASE
    watched = store.promotions.looks(store.promotions.newest(2)[1])
    assert [(found.ratings, found.is_worse) for found in watched] == [(20, False), (40, True)]


def test_switched_off_it_only_tells(store: Store, fake: FakeOllama) -> None:
    store.settings.save(replace(store.settings.policy(), watch=False))
    rate(store, TUNED, [1] * 20)
    assert look(store, fake) is None
    watched = read_watch(store)
    assert watched is not None and watched.is_worse and store.promotions.in_use() == TUNED
    store.settings.save(replace(store.settings.policy(), watch=True))
    assert look(store, fake) == BASE


def test_a_model_that_was_chosen_by_hand_is_not_watched(store: Store, fake: FakeOllama) -> None:
    store.promotions.promote(BASE)
    store.promotions.promote(TUNED)
    rate(store, TUNED, [1] * 20)
    assert look(store, fake) is None and read_watch(store) is None


def test_a_former_model_with_few_ratings_cannot_be_compared_with(store: Store, fake: FakeOllama) -> None:
    run = store.runs.queue(base=BASE, base_digest="sha256:0", server="", message_ids=[])
    store.finish(run, RunState.PROMOTED, "agent1-base:2", None)
    rate(store, TUNED, [5] * 9)  # which was before it
    rate(store, "agent1-base:2", [1] * 20)
    assert look(store, fake) is None
    watched = read_watch(store)
    assert watched is not None and watched.looks[0].former_mean is None and not watched.is_worse


def test_a_former_model_that_is_gone_leaves_the_new_one_in_use(store: Store, fake: FakeOllama) -> None:
    rate(store, TUNED, [1] * 20)
    fake.models.pop(BASE)
    for _ in range(2):
        with pytest.raises(ModelNotFound):
            look(store, fake)
    assert taken(store) == [20] and store.promotions.in_use() == TUNED


def test_ratings_of_a_deleted_conversation_do_not_count(store: Store, fake: FakeOllama) -> None:
    rate(store, TUNED, [1] * 20)
    store.conversations.delete(store.conversations.newest(store.people.local())[0])
    assert look(store, fake) is None and taken(store) == []


@pytest.mark.parametrize(
    ("scores", "former", "is_worse"),
    [
        ([5] * 20, [5] * 20, False),
        ([1] * 20, [1] * 20, False),
        ([1] * 20, [5] * 20, True),
        ([4] * 20, [5] * 20, True),
        ([5] * 20, [1] * 20, False),
        ([5] * 18 + [4] * 2, [5] * 20, False),
        ([5, 4, 4, 3, 3] * 4, [5, 4, 4, 5, 3] * 4, False),  # lower, and it may be chance
        ([3, 2, 2, 3, 1] * 4, [5, 4, 4, 5, 3] * 4, True),
    ],
)
def test_worse_means_lower_for_sure(scores: list[int], former: list[int], is_worse: bool) -> None:
    assert compare(scores, former).is_worse is is_worse
