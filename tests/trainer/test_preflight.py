"""What would make a run fail later is refused before there is one."""

from pathlib import Path

import pytest

from agent1.serving.client import ModelServer
from agent1.serving.errors import ServerUnreachable
from agent1.tests.fake_ollama import fake_ollama
from agent1.trainer import preflight
from agent1.trainer.preflight import NoMemory, ServerTakesNothing, check_room, check_server


def test_a_server_that_takes_no_files_is_told_in_its_own_words(tmp_path: Path) -> None:
    with fake_ollama(takes_nothing=True) as fake, pytest.raises(ServerTakesNothing) as refused:
        check_server(ModelServer(fake.url), tmp_path)
    assert "permission denied" in str(refused.value.params["error"])


def test_a_server_that_takes_files_gets_a_few_bytes_and_nothing_is_left_in_the_home(tmp_path: Path) -> None:
    with fake_ollama() as fake:
        check_server(ModelServer(fake.url), tmp_path)
        assert [len(content) for content in fake.blobs.values()] == [32]
        assert fake.bodies("/api/create") == []
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ServerUnreachable):
        check_server(ModelServer("http://127.0.0.1:9"), tmp_path)


def test_what_the_servers_models_would_give_back_counts_as_memory(tmp_path: Path) -> None:
    parameters = 10**15  # more than any machine holds
    with pytest.raises(NoMemory):
        check_room(tmp_path, parameters)
    with pytest.raises(preflight.NoDisk):
        check_room(tmp_path, parameters, unloadable=10**20)
