"""What runs leave behind, with real files, the driver, and a model server over real HTTP."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent1.serving.client import ModelServer
from agent1.serving.errors import ServerUnreachable
from agent1.store.home import Home
from agent1.store.records import Run, RunState
from agent1.store.store import Store
from agent1.tests.fake_ollama import FakeModel, FakeOllama, fake_ollama
from agent1.trainer.driver import Driver
from agent1.trainer.housekeeping import KEPT, UNWRITTEN, clean, disk_use, removable, tidy
from agent1.trainer.run_folder import RunFolder

TAG = "agent1-smollm2-135m:20261101-120000-1"
WEIGHTS = ("merged/model.safetensors", "model.gguf", "adapter/checkpoint-10/optimizer.pt")
LASTING = ("run.json", "dataset.jsonl", "axolotl.yml", "stages/training/output.log")

MakeRun = Callable[..., Run]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    store = Store(Home(tmp_path / "home"), clock)
    yield store
    store.close()


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with fake_ollama() as running:
        yield running


@pytest.fixture
def make_run(store: Store, fake: FakeOllama) -> MakeRun:
    """A run with every file, its tag at the server, ended as it is told."""

    def make(state: RunState) -> Run:
        run = store.runs.queue(base="smollm2:135m", base_digest="sha256:ab", server=fake.url, message_ids=[1])
        folder = RunFolder(store.home.run_folder(run.id))
        for name in (*WEIGHTS, *LASTING, "adapter/adapter_model.safetensors"):
            (folder.path / name).parent.mkdir(parents=True, exist_ok=True)
            (folder.path / name).write_bytes(b"x" * 1000)
        folder.intent.parent.mkdir(parents=True)
        folder.intent.write_text(json.dumps({"tag": TAG, "digest": "sha256:0"}))
        fake.add(FakeModel(TAG, "sha256:0"))
        return store.runs.advance(run, state)

    return make


def left(store: Store, run: Run, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if (store.home.run_folder(run.id) / name).exists()]


@pytest.mark.parametrize("state", [RunState.PROMOTED, RunState.KEPT])
def test_a_run_that_ended_well_keeps_its_words_its_adapter_and_its_tag(
    store: Store, fake: FakeOllama, make_run: MakeRun, state: RunState
) -> None:
    run = make_run(state)
    tidy(store, ModelServer)
    assert left(store, run, WEIGHTS) == []
    assert left(store, run, (*LASTING, "adapter/adapter_model.safetensors")) != []
    assert len(left(store, run, LASTING)) == len(LASTING)
    assert TAG in fake.models


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED])
def test_a_run_that_did_not_end_well_loses_its_tag_at_once_and_its_weights_later(
    store: Store, fake: FakeOllama, make_run: MakeRun, clock: Clock, state: RunState
) -> None:
    run = make_run(state)
    tidy(store, ModelServer)
    assert TAG not in fake.models
    assert left(store, run, WEIGHTS) == list(WEIGHTS)
    clock.now += KEPT
    tidy(store, ModelServer)
    assert left(store, run, (*WEIGHTS, "adapter")) == []
    assert left(store, run, LASTING) == list(LASTING)


def test_a_tag_that_somebody_uses_by_hand_stays(store: Store, fake: FakeOllama, make_run: MakeRun) -> None:
    make_run(RunState.CANCELLED)
    store.promotions.promote(TAG)
    tidy(store, ModelServer)
    assert TAG in fake.models
    store.promotions.promote("smollm2:135m")
    tidy(store, ModelServer)
    assert TAG not in fake.models


def test_a_tag_is_taken_away_as_soon_as_the_server_is_back(store: Store, fake: FakeOllama, make_run: MakeRun) -> None:
    make_run(RunState.CANCELLED)
    with pytest.raises(ServerUnreachable):
        tidy(store, lambda address: ModelServer("http://127.0.0.1:9"))
    assert TAG in fake.models
    tidy(store, ModelServer)
    assert TAG not in fake.models


def test_a_tag_that_was_never_made_is_nothing_to_take_away(store: Store, fake: FakeOllama, make_run: MakeRun) -> None:
    run = make_run(RunState.FAILED)
    fake.models.pop(TAG)
    tidy(store, ModelServer)
    assert not RunFolder(store.home.run_folder(run.id)).intent.exists()


def test_a_driver_without_a_run_tidies_up(store: Store, fake: FakeOllama, make_run: MakeRun) -> None:
    make_run(RunState.FAILED)
    driver = Driver(store, os.environ, reach=ModelServer)
    assert driver.tick() is None
    assert TAG not in fake.models


def test_a_folder_whose_maker_died_goes_and_one_that_is_being_made_stays(store: Store, clock: Clock) -> None:
    made = store.home.runs / ".new-1"
    made.mkdir(parents=True)
    began = clock.now.timestamp()
    os.utime(made, (began, began))
    tidy(store, ModelServer)
    assert made.exists()
    clock.now += UNWRITTEN + timedelta(seconds=1)
    tidy(store, ModelServer)
    assert not made.exists()


def test_cleaning_frees_what_was_told_and_leaves_the_active_run_alone(store: Store, make_run: MakeRun) -> None:
    failed, active = make_run(RunState.FAILED), make_run(RunState.TRAINING)
    for name in ("ab", "cd"):
        (store.home.bases / name).mkdir(parents=True)
        (store.home.bases / name / "model.safetensors").write_bytes(b"x" * 5000)
    told = removable(store)
    assert told == 1000 * (len(WEIGHTS) + 1) + 5000
    before = sum(disk_use(store.home).values())
    assert clean(store) == told
    assert sum(disk_use(store.home).values()) == before - told
    assert left(store, failed, WEIGHTS) == []
    assert left(store, active, WEIGHTS) == list(WEIGHTS)
    assert [base.name for base in store.home.bases.iterdir()] == ["ab"]
    assert removable(store) == 0
