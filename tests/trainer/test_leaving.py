"""Nothing is asked of a server elsewhere, nor of a cloud model, unless an admin has allowed it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent1.serving.choose import address_outside
from agent1.serving.client import ModelServer
from agent1.serving.facts import ServedModel, read_models
from agent1.store.home import Home
from agent1.store.store import Store
from agent1.trainer.leaving import ChatsWouldLeave, RunsElsewhere, check_here, check_stays


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(Home(tmp_path / "home"))
    yield store
    store.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:11434", "http://[::1]:11434", "http://localhost:1"])
def test_a_server_of_this_machine_needs_no_leave(store: Store, url: str) -> None:
    check_stays(store, ModelServer(url))


def test_a_server_elsewhere_needs_leave_for_its_very_address(store: Store) -> None:
    box, other = ModelServer("http://192.0.2.7:11434"), ModelServer("http://192.0.2.8:11434")
    for server in (box, other):
        with pytest.raises(ChatsWouldLeave):
            check_stays(store, server)
    store.settings.save(replace(store.settings.policy(), remote=box.url))
    check_stays(store, box)
    with pytest.raises(ChatsWouldLeave):
        check_stays(store, other)


@pytest.mark.parametrize(
    ("named", "outside"),
    [("", ""), ("127.0.0.1", ""), ("0.0.0.0:11434", ""), ("box.lan", "http://box.lan:11434"),
     ("https://chat.example.org", "https://chat.example.org:443"), ("127.0.0.1.evil.example", "http://127.0.0.1.evil.example:11434")],
)  # fmt: skip
def test_the_address_outside_is_told(named: str, outside: str) -> None:
    assert address_outside({"OLLAMA_HOST": named}) == outside


def test_a_cloud_model_is_refused_whatever_its_spelling() -> None:
    rows = [
        {"name": "big:cloud", "model": "big:cloud", "digest": "0", "size": 1, "remote_host": "https://ollama.com"},
        {"name": "small:1b", "model": "small:1b", "digest": "1", "size": 1},
    ]
    models: list[ServedModel] = read_models({"models": rows})
    check_here(models, "small:1b")
    for tag in ("big:cloud", "BIG:cloud", "library/big:cloud"):
        with pytest.raises(RunsElsewhere):
            check_here(models, tag)
