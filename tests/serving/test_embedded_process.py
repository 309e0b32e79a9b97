"""Finding, starting and ending the embedded server, as a process of its own."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from agent1.serving.embedded import process
from agent1.store.home import Home

from .conftest import Running, talk

PATIENCE = 120


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    process.stop(home)


def started(home: Home) -> process.ServerFile:
    process.find_or_start(home, PATIENCE)
    told = process.read_server_file(home)
    assert told is not None
    return told


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def ends(pid: int) -> bool:
    until = time.monotonic() + PATIENCE
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def test_a_started_server_is_found_again(home: Home) -> None:
    assert process.find(home) is None
    url = process.find_or_start(home, PATIENCE)
    assert process.find(home) == url == process.find_or_start(home, PATIENCE)
    assert "embedded" in httpx.get(f"{url}/api/version", trust_env=False).json()["version"]


def test_the_server_tells_who_it_is_to_its_owner_alone(home: Home) -> None:
    told = started(home)
    assert stat.S_IMODE(home.server_file.stat().st_mode) == 0o600
    assert set(json.loads(home.server_file.read_text())) == {"pid", "started", "port", "version"}
    assert psutil.Process(told.pid).create_time() == pytest.approx(told.started, abs=1)


def test_the_server_listens_on_the_loopback_only(home: Home) -> None:
    listening = psutil.Process(started(home).pid).net_connections("inet")
    assert {connection.laddr.ip for connection in listening if connection.status == "LISTEN"} == {"127.0.0.1"}


def test_the_server_outlives_who_started_it(home: Home) -> None:
    code = (
        "import sys; from pathlib import Path; from agent1.store.home import Home\n"
        "from agent1.serving.embedded.process import find_or_start\n"
        f"find_or_start(Home(Path(sys.argv[1])), {PATIENCE})"
    )
    subprocess.run([*python(code), str(home.root)], check=True, timeout=PATIENCE)
    told = process.read_server_file(home)
    assert told is not None
    assert process.find(home) == told.url
    assert os.getsid(told.pid) != os.getsid(0)


def test_many_who_start_at_once_get_one_server(home: Home) -> None:
    urls: list[str] = []
    threads = [threading.Thread(target=lambda: urls.append(process.find_or_start(home, PATIENCE))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 4
    assert len(set(urls)) == 1
    told = process.read_server_file(home)
    for child in psutil.Process().children():  # one that comes late must find the server, not its end
        if told and child.pid != told.pid and str(home.root) in (child.as_dict(["cmdline"])["cmdline"] or ()):
            child.wait(PATIENCE)


def test_a_second_server_of_a_home_ends_at_once(home: Home) -> None:
    told = started(home)
    second = subprocess.run([*process.SERVE, "--home", str(home.root)], timeout=PATIENCE)
    assert second.returncode == process.ANOTHER_RUNS
    assert process.read_server_file(home) == told


def test_stopping_ends_the_server_and_starting_again_keeps_the_address(home: Home) -> None:
    first = started(home)
    assert process.stop(home)
    assert ends(first.pid)
    assert process.find(home) is None
    assert not process.stop(home)
    assert started(home).port == first.port


def test_a_taken_address_is_left_alone(home: Home) -> None:
    first = started(home)
    process.stop(home)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        assert started(home).port != first.port


def test_a_killed_server_is_replaced(home: Home) -> None:
    told = started(home)
    os.kill(told.pid, signal.SIGKILL)
    assert ends(told.pid)
    assert process.find(home) is None
    assert started(home).pid != told.pid


def test_another_process_of_that_number_is_not_taken_for_the_server(home: Home) -> None:
    home.make()
    me = {"pid": os.getpid(), "started": psutil.Process().create_time() - 3600, "port": 1, "version": "0"}
    home.server_file.write_text(json.dumps(me))
    assert process.find(home) is None
    assert not process.stop(home)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', "\x00"])
def test_a_broken_server_file_means_no_server(home: Home, text: str) -> None:
    home.make()
    home.server_file.write_text(text)
    assert process.find(home) is None


def test_a_server_of_another_version_is_replaced(home: Home) -> None:
    told = started(home)
    home.server_file.write_text(json.dumps({**vars(told), "version": "0.0.0"}))
    assert started(home).pid != told.pid
    assert ends(told.pid)


def test_a_server_ends_by_itself_when_nobody_asks(home: Home) -> None:
    serve = [*process.SERVE, "--idle-minutes", "0.05"]
    process.find_or_start(home, PATIENCE, serve=serve)
    told = process.read_server_file(home)
    assert told is not None
    assert ends(told.pid)
    assert "nobody has asked" in process.log_file(home).read_text()


def test_a_running_server_is_not_bothered_by_a_proxy(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert process.find_or_start(home, PATIENCE).startswith("http://127.0.0.1:")


def test_a_new_server_starts_a_new_log_and_keeps_the_last_one(home: Home) -> None:
    for _ in range(3):
        started(home)
        process.stop(home)
    assert sorted(path.name for path in home.logs.iterdir()) == ["embedded-server.log", "embedded-server.log.1"]
    assert process.log_file(home).read_text().count("listening") == 1


# What cannot be started


def test_a_processor_without_the_instructions_is_told(home: Home) -> None:
    dies = python(f"import os; os.kill(os.getpid(), {int(signal.SIGILL)})")
    with pytest.raises(process.ProcessorTooOld):
        process.find_or_start(home, 5, check=dies)


def test_a_missing_library_is_told_with_its_words(home: Home) -> None:
    with pytest.raises(process.LlamaMissing) as told:
        process.find_or_start(home, 5, check=python("import no_such_library"))
    assert "no_such_library" in told.value.params["problem"]  # type: ignore[operator]  # it is a text


def test_a_system_without_openmp_is_told_what_to_install(home: Home) -> None:
    words = "raise ImportError('libgomp.so.1: cannot open shared object file: No such file or directory')"
    with pytest.raises(process.OpenMPMissing) as told:
        process.find_or_start(home, 5, check=python(words))
    assert told.value.params == {"library": "libgomp.so.1"}


def test_the_real_check_passes_here() -> None:
    assert subprocess.run(process.CHECK, timeout=PATIENCE).returncode == 0


def test_a_server_that_dies_is_told_with_the_last_line_of_its_log(home: Home) -> None:
    with pytest.raises(process.ServerDied) as told:
        process.find_or_start(home, 30, check=python(""), serve=python("import sys; sys.exit('no luck today')"))
    assert told.value.params == {"problem": "no luck today", "log": str(process.log_file(home))}


def test_a_server_that_never_answers_is_told(home: Home) -> None:
    with pytest.raises(process.StartTooSlow):
        process.find_or_start(home, 1, check=python(""), serve=python("import time; time.sleep(3)"))


# Ending in mid-answer


def answering(home: Home, tiny_gguf: Path) -> tuple[process.ServerFile, Iterator[str], list[psutil.Process]]:
    """A server in the middle of an answer that takes long, and the processes of llama.cpp."""
    told = started(home)
    server = Running(home, told.url, httpx.Client(base_url=told.url, timeout=PATIENCE, trust_env=False))
    server.create_tiny("tiny:1", tiny_gguf)
    body = {"model": "tiny:1", "messages": talk("Hi"), "options": {"stop": [], "temperature": 2.0, "seed": 1}}
    lines = server.http.send(server.http.build_request("POST", "/api/chat", json=body), stream=True).iter_lines()
    next(lines)
    return told, lines, psutil.Process(told.pid).children()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_llama_cpp_ends_with_its_server(home: Home, tiny_gguf: Path, number: signal.Signals) -> None:
    told, _, [runner] = answering(home, tiny_gguf)
    os.kill(told.pid, number)
    assert ends(told.pid)
    assert ends(runner.pid)
