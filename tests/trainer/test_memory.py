"""Where memory is short: a real server's models go for a training, and a chat waits rather than load them again."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process as embedded
from agent1.store.home import Home
from agent1.store.records import Run, RunState
from agent1.store.store import Store
from agent1.tests.tiny_models import tiny_llama_gguf
from agent1.trainer.memory import ChatMakesRoom, check_chat, make_room, unloadable
from agent1.trainer.run_folder import Order, RunFolder
from agent1.trainer.stages import training

TAG = "tiny:latest"
ENDLESS = 1e18  # bytes that no machine has


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("home"))
    yield home
    embedded.stop(home)


@pytest.fixture(scope="module")
def server(home: Home, tmp_path_factory: pytest.TempPathFactory) -> ModelServer:
    found = ModelServer(embedded.find_or_start(home))
    file = tiny_llama_gguf(tmp_path_factory.mktemp("base") / "tiny.gguf")
    digest = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    found.upload(file, digest)
    list(found.create(TAG, CreateRequest(files={"tiny.gguf": digest})))
    return found


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    store = Store(home)
    yield store
    if run := store.runs.active():
        store.runs.advance(run, RunState.FAILED)
    store.close()


def train(store: Store, server: str = "embedded") -> tuple[Run, RunFolder]:
    """A run that is being trained, as far as the store and its folder tell."""
    run = store.runs.queue(base=TAG, base_digest="sha256:0", server=server, message_ids=[])
    folder = RunFolder(store.home.run_folder(run.id))
    folder.stage(RunState.TRAINING).mkdir(parents=True)
    folder.write_order(Order(run.id, TAG, "sha256:0", "", server, str(store.home.root), 1, "agent1-tiny:1", TAG))
    for state in (RunState.PREPARING, RunState.TRAINING):
        run = store.runs.advance(run, state)
    return run, folder


def test_where_memory_is_short_the_models_go_and_a_chat_waits_until_the_training_is_over(
    store: Store, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "memory_wanted", lambda parameters: ENDLESS)
    server.load(TAG)
    assert unloadable(server) > 0
    run, folder = train(store)
    training.make_room_where_short(folder)
    assert server.loaded() == {}
    with pytest.raises(ChatMakesRoom):
        check_chat(store, server, TAG)
    store.runs.advance(run, RunState.FAILED)
    check_chat(store, server, TAG)


def test_with_memory_enough_nothing_is_unloaded(store: Store, server: ModelServer) -> None:
    server.load(TAG)
    _, folder = train(store)
    folder.room_made.write_text("{}")  # of an earlier try
    training.make_room_where_short(folder)
    assert list(server.loaded()) == [TAG]
    assert not folder.room_made.exists()
    check_chat(store, server, TAG)


def test_a_chat_goes_on_where_its_model_still_fits_beside_the_training(store: Store, server: ModelServer) -> None:
    _, folder = train(store)
    make_room(folder, wanted=0)
    check_chat(store, server, TAG)


def test_a_server_that_is_away_holds_no_training_up(store: Store, tmp_path: Path) -> None:
    _, folder = train(store, server="http://127.0.0.1:9")
    assert make_room(folder, wanted=ENDLESS) == []
