"""Which tuned models stay, and which cannot be deleted at all; the server is the stand-in over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent1.serving.client import ModelServer
from agent1.serving.errors import ModelNotFound
from agent1.store.home import Home
from agent1.store.records import RunState
from agent1.store.store import Store
from agent1.tests.fake_ollama import BASE, FakeModel, FakeOllama, fake_ollama
from agent1.trainer.retention import TagInUse, TagIsBase, delete_tag, superfluous, tidy

MADE = [f"agent1-m:{number}" for number in range(1, 7)]


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with fake_ollama() as running:
        for tag in (*MADE, "somebody:else"):
            running.add(FakeModel(tag, f"sha256:{0:064}"))
        yield running


@pytest.fixture
def server(fake: FakeOllama) -> ModelServer:
    return ModelServer(fake.url)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Six runs that each gave a tag; the base, then the last of them in use."""
    store = Store(Home(tmp_path / "home"))
    store.settings.save(replace(store.settings.policy(), base=BASE, keep=2))
    store.promotions.promote(BASE)
    for tag in MADE:
        run = store.runs.queue(base=BASE, base_digest="sha256:0", server="", message_ids=[1])
        store.runs.advance(run, RunState.PROMOTED, tag=tag)
    store.promotions.promote(MADE[-1])
    yield store
    store.close()


def names(server: ModelServer) -> set[str]:
    return {model.tag for model in server.models()}


def test_the_newest_the_held_and_the_strangers_stay() -> None:
    made = ["m:5", "m:4", "m:3", "m:2", "m:1"]
    assert superfluous(made, [*made, "base:1b"], 2, ["M:3"]) == ["m:2", "m:1"]


def test_what_somebody_deleted_takes_no_place() -> None:
    assert superfluous(["m:3", "m:2", "m:1"], ["m:2", "m:1"], 2, []) == []


def test_the_rule_deletes_old_tags_and_nothing_else(store: Store, server: ModelServer) -> None:
    store.pins.pin(MADE[0])
    assert sorted(tidy(store, server)) == MADE[1:4]
    assert names(server) == {BASE, "somebody:else", MADE[0], *MADE[4:]}
    assert tidy(store, server) == []


def test_the_one_in_use_and_the_one_before_it_stay_however_old(store: Store, server: ModelServer) -> None:
    store.promotions.promote(MADE[1])
    store.promotions.promote(MADE[0])
    tidy(store, server)
    assert {MADE[0], MADE[1]} < names(server)


def test_nothing_is_deleted_while_a_run_goes_on(store: Store, server: ModelServer) -> None:
    store.runs.queue(base=BASE, base_digest="sha256:0", server="", message_ids=[1])
    assert tidy(store, server) == []


def test_a_model_is_deleted_by_hand_but_not_the_one_in_use_nor_the_base(store: Store, server: ModelServer) -> None:
    store.pins.pin(MADE[2])
    delete_tag(store, server, MADE[2].upper())
    assert MADE[2] not in names(server)
    with pytest.raises(TagInUse):
        delete_tag(store, server, MADE[-1])
    with pytest.raises(TagIsBase):
        delete_tag(store, server, BASE)
    with pytest.raises(ModelNotFound):
        delete_tag(store, server, "nobody:knows")
    assert {MADE[-1], BASE} < names(server)
