"""Which model server is taken, with real servers, a program called `ollama`, and the embedded one."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent1.serving.choose import address_for_later, choose_server, reach_server, read_address
from agent1.serving.client import ModelServer
from agent1.serving.embedded import process as embedded
from agent1.serving.errors import (
    BadServerAddress,
    NamedServerSilent,
    NoServerRunning,
    OllamaNotInstalled,
    ServerDidNotStart,
    ServerUnreachable,
)
from agent1.serving.ollama_process import start_ollama
from agent1.store.home import Deployment, Home
from agent1.tests.fake_ollama import FakeOllama, fake_ollama

NOWHERE = {"PATH": "/nowhere"}
PROGRAM = f"""#!{sys.executable}
import os, pathlib, threading
from agent1.tests.fake_ollama import fake_ollama
assert __import__("sys").argv[1:] == ["serve"]
pathlib.Path(os.environ["PID_FILE"]).write_text(str(os.getpid()))
with fake_ollama(port=int(os.environ["OLLAMA_HOST"].rpartition(":")[2])):
    threading.Event().wait()
"""


@pytest.fixture
def fake() -> Iterator[FakeOllama]:
    with fake_ollama() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield (made := Home(tmp_path / "home"))
    embedded.stop(made)


@pytest.fixture
def silent() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def program(folder: Path, text: str) -> dict[str, str]:
    """An environment in which `ollama` is installed."""
    folder.mkdir()
    path = folder / "ollama"
    path.write_text(text)
    path.chmod(0o755)
    return {"PATH": str(folder), "PID_FILE": str(folder / "pid")}


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[dict[str, str]]:
    environ = program(tmp_path / "bin", PROGRAM)
    yield environ
    if Path(environ["PID_FILE"]).exists():
        os.kill(int(Path(environ["PID_FILE"]).read_text()), signal.SIGKILL)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("models.local", "http://models.local:11434"),
        ("10.0.0.5:8080", "http://10.0.0.5:8080"),
        (":8080", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("0.0.0.0:1234", "http://127.0.0.1:1234"),
        ("http://0.0.0.0:1234", "http://127.0.0.1:1234"),
        ("[::]:1234", "http://[::1]:1234"),
        ("::1", "http://[::1]:11434"),
        ("[::1]", "http://[::1]:11434"),
        ("http://models.local", "http://models.local:80"),
        ("https://models.local", "https://models.local:443"),
        ("https://models.local:8443/ollama/", "https://models.local:8443/ollama"),
        (' "localhost:1234" ', "http://localhost:1234"),
    ],
)
def test_an_address_is_read_as_the_ollama_program_reads_it(value: str, address: str) -> None:
    assert read_address(value) == address


@pytest.mark.parametrize(
    "value", ["host:port", "host:70000", "ftp://host", "ho st", "http://a@host", "http://[::1", "h?x"]
)
def test_an_address_that_is_none_is_told(value: str) -> None:
    with pytest.raises(BadServerAddress):
        read_address(value)


def test_the_named_server_is_taken(fake: FakeOllama, home: Home, silent: str) -> None:
    named = NOWHERE | {"OLLAMA_HOST": fake.url.removeprefix("http://")}
    assert choose_server(home, Deployment(), named, usual=silent).url == fake.url


def test_a_named_server_that_is_silent_is_told_and_none_other_is_taken(
    fake: FakeOllama, home: Home, silent: str, installed: dict[str, str]
) -> None:
    with pytest.raises(NamedServerSilent) as told:
        choose_server(home, Deployment(), installed | {"OLLAMA_HOST": silent}, usual=fake.url)
    assert told.value.params == {"address": silent}
    assert not Path(installed["PID_FILE"]).exists()


def test_a_named_server_that_is_no_ollama_is_told(fake: FakeOllama, home: Home, silent: str) -> None:
    fake.switches.not_ollama = True
    with pytest.raises(NamedServerSilent):
        choose_server(home, Deployment(), NOWHERE | {"OLLAMA_HOST": fake.url}, usual=silent)


def test_a_running_ollama_is_taken(fake: FakeOllama, home: Home) -> None:
    assert choose_server(home, Deployment(), NOWHERE, usual=fake.url).url == fake.url


def test_an_installed_ollama_is_started(home: Home, silent: str, installed: dict[str, str]) -> None:
    server = choose_server(home, Deployment(), installed, usual=silent)
    assert server.url == silent
    assert server.version() == "0.32.15"


def test_looking_only_starts_no_installed_ollama(home: Home, silent: str, installed: dict[str, str]) -> None:
    with pytest.raises(NoServerRunning):
        choose_server(home, Deployment(), installed, looking_only=True, usual=silent)
    assert not Path(installed["PID_FILE"]).exists()
    assert not home.root.exists()


def test_an_ollama_that_ends_at_once_is_told_with_its_log(home: Home, silent: str, tmp_path: Path) -> None:
    environ = program(tmp_path / "bin", "#!/bin/sh\necho no room left >&2\nexit 1\n")
    times = iter(range(1000))
    with pytest.raises(ServerDidNotStart) as told:
        start_ollama(
            tmp_path / "bin" / "ollama",
            ModelServer(silent),
            home,
            environ,
            clock=lambda: float(next(times)),
        )
    assert "no room left" in Path(str(told.value.params["log"])).read_text()


def test_forcing_an_ollama_that_is_not_there_is_told(home: Home, silent: str) -> None:
    with pytest.raises(OllamaNotInstalled):
        choose_server(home, Deployment(server="ollama"), NOWHERE, usual=silent)


def test_without_any_ollama_looking_only_finds_nothing(home: Home, silent: str) -> None:
    with pytest.raises(NoServerRunning):
        choose_server(home, Deployment(), NOWHERE, looking_only=True, usual=silent)
    assert not home.root.exists()


def test_without_any_ollama_the_embedded_server_is_started_and_found_again(home: Home, silent: str) -> None:
    started = choose_server(home, Deployment(), NOWHERE, usual=silent)
    assert started.models() == []
    assert choose_server(home, Deployment(), NOWHERE, looking_only=True, usual=silent).url == started.url


def test_the_embedded_server_can_be_forced_beside_a_running_ollama(fake: FakeOllama, home: Home) -> None:
    named = NOWHERE | {"OLLAMA_HOST": fake.url}
    assert choose_server(home, Deployment(server="embedded"), named, usual=fake.url).url != fake.url


def test_a_run_finds_the_embedded_server_again_after_it_ended(home: Home) -> None:
    address = address_for_later(home, ModelServer(embedded.find_or_start(home)))
    embedded.stop(home)
    assert reach_server(home, address).version()


def test_a_run_never_starts_another_server_than_its_own(home: Home, silent: str) -> None:
    with pytest.raises(ServerUnreachable):
        reach_server(home, silent).version()
    assert not home.root.exists()
