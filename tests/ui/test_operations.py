"""What runs around the pages: the log, limits, health, and who may read the files."""

import asyncio
import json
import logging
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from agent1.serving.embedded.__main__ import listen
from agent1.serving.errors import NoServerRunning
from agent1.store.home import BadSetting, Deployment, Home, read_deployment
from agent1.store.records import RunState
from agent1.store.store import Store
from agent1.trainer import supervise
from agent1.trainer.run_folder import RunFolder
from agent1.ui import logs
from agent1.ui.limiter import Limiter
from agent1.ui.serve import free_port, use_private_temp
from agent1.ui.web import LARGEST_REQUEST

from .conftest import Stage
from .windows import EN


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


@pytest.fixture
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in before:
            handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def written(home: Home) -> str:
    return (home.logs / "agent1.log").read_text(encoding="utf-8")


@pytest.mark.usefixtures("root_logger")
def test_an_event_is_one_line_of_json(home: Home) -> None:
    logs.start_logging(home, "json")
    logs.tell("sign-in", person=3, address="10.0.0.1\nforged")
    (line,) = written(home).splitlines()
    told = json.loads(line)
    assert (told["event"], told["person"], told["level"]) == ("sign-in", 3, "INFO") and told["at"]


@pytest.mark.usefixtures("root_logger")
def test_an_event_is_one_line_of_text_whatever_is_in_it(home: Home) -> None:
    logs.start_logging(home, "text")
    logs.tell("sign-in-refused", account="ana\nERROR forged", address="10.0.0.1")
    (line,) = written(home).splitlines()
    assert "sign-in-refused" in line and "address='10.0.0.1'" in line


@pytest.mark.usefixtures("root_logger")
def test_the_log_rotates_and_is_the_owners_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2000)
    before = os.umask(0o077)
    try:
        logs.start_logging(home, "text")
        for number in range(400):
            logs.tell("sign-in", person=number)
    finally:
        os.umask(before)
    files = sorted(home.logs.iterdir())
    assert len(files) == logs.FILES + 1
    assert all(file.stat().st_size <= 2000 and stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)


@pytest.mark.parametrize(("name", "value"), [("AGENT1_LOG", "xml"), ("AGENT1_RATE", "0"), ("AGENT1_RATE", "many")])
def test_a_setting_that_makes_no_sense_is_named(home: Home, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_deployment(home, {name: value})
    assert refused.value.params["name"] == name


def test_neither_password_nor_cookie_nor_what_was_said_is_logged(app: Stage, caplog: pytest.LogCaptureFixture) -> None:
    password = "correct horse battery"
    app.store.accounts.add("ana", password, is_admin=True)
    caplog.set_level(logging.INFO)
    with httpx.Client(base_url=app.address, trust_env=False) as http:
        for name, tried in (("ana", password), ("ana", "wrong-secret"), ("typed-as-name", "x")):
            http.post("/sign-in", data={"name": name, "password": tried})
        token = http.cookies["agent1_session"]
        http.get("/?c=what-was-said")
    logged = "\n".join(str(vars(record)) for record in caplog.records)
    assert "'event'" not in logged and "sign-in-refused" in logged and "error-wrong-password" in logged
    for secret in (password, "wrong-secret", "typed-as-name", token, "what-was-said"):
        assert secret not in logged


def test_whoever_asks_too_much_is_asked_to_wait() -> None:
    app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("fine"))])
    app.add_middleware(Limiter, deployment=Deployment(rate=5))

    async def ask(times: int) -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            return [await client.get("/", headers={"cookie": f"agent1_session={number}"}) for number in range(times)]

    with ThreadPoolExecutor() as threads:  # in this thread the browser of other tests may have a loop that runs
        answers = threads.submit(asyncio.run, ask(7)).result()
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "60" and "minute" in answers[-1].text


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/sign-in", "application/x-www-form-urlencoded"), ("/gradio_api/queue/join", "application/json")],
)
def test_a_request_that_is_too_large_is_refused(app: Stage, path: str, kind: str) -> None:
    pieces = (b"x" * 1_000_000 for _ in range(LARGEST_REQUEST // 1_000_000 + 1))  # its length is not told beforehand
    with httpx.Client(base_url=app.address, trust_env=False, timeout=60) as http:
        # A form's single field has a lower limit of its own, which says 400.
        assert http.post(path, content=pieces, headers={"content-type": kind}).status_code in (400, 413)


def test_it_tells_whether_it_is_ready_and_names_nothing(app: Stage) -> None:
    with httpx.Client(base_url=app.address, trust_env=False) as http:
        assert (http.get("/readyz").status_code, http.get("/readyz").json()["model_server"]) == (200, "ok")
        app.server_notice = NoServerRunning()
        unready = http.get("/readyz")
    assert (unready.status_code, unready.json()) == (503, {"store": "ok", "model_server": "failed"})


def test_temporary_files_lie_in_the_home_and_those_of_the_dead_are_removed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("GRADIO_TEMP_DIR", "")
    alive, dead = home.temp / str(os.getppid()), home.temp / "999999999"
    alive.mkdir(parents=True)
    dead.mkdir()
    use_private_temp(home)
    own = home.temp / str(os.getpid())
    assert set(home.temp.iterdir()) == {alive, own} and stat.S_IMODE(own.stat().st_mode) == 0o700
    assert tempfile.gettempdir() == str(own) and os.environ["GRADIO_TEMP_DIR"].startswith(str(own))


def test_whatever_the_program_writes_is_its_owners_alone(tmp_path: Path) -> None:
    talks = tmp_path / "talks.jsonl"
    talks.write_text('{"messages": [{"role": "user", "content": "hi"}]}\n')
    environ = {**os.environ, "AGENT1_HOME": str(tmp_path / "home")}
    for arguments in (["import", str(talks)], ["export", "--output", str(tmp_path / "out.jsonl")]):
        code = f"import sys; sys.argv[1:] = {arguments!r}; from agent1.ui.cli import main; main()"
        subprocess.run([sys.executable, "-c", code], env=environ, check=True, capture_output=True)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "home", *(tmp_path / "home").rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600


def test_a_home_that_was_open_is_closed_and_a_strange_folder_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.mkdir(mode=0o755)
    Home(strange).make()
    assert stat.S_IMODE(strange.stat().st_mode) == 0o755
    Store(Home(strange)).close()
    strange.chmod(0o755)
    Store(Home(strange)).close()
    assert stat.S_IMODE(strange.stat().st_mode) == 0o700


def test_an_app_that_is_asked_to_end_leaves_the_stage_at_work_and_says_so(home: Home) -> None:
    with closing(Store(home)) as store:
        run = store.runs.queue(base="base:1b", base_digest="sha256:0", server="embedded", message_ids=[])
        store.runs.advance(run, RunState.PREPARING)
    folder = RunFolder(home.run_folder(run.id))
    stage = folder.stage(RunState.PREPARING)
    supervise.launch(stage, [sys.executable, "-c", "import time; time.sleep(600)"], os.environ, home.root, nice=0)
    try:
        environ = os.environ | {"AGENT1_HOME": str(home.root), "AGENT1_LANGUAGE": "en", "PYTHONUNBUFFERED": "1"}
        program = [str(Path(sys.executable).with_name("agent1")), "serve"]
        app = subprocess.Popen(program, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert app.stdout is not None and "http://" in app.stdout.readline()
        app.terminate()
        _, told = app.communicate()
        assert (app.returncode, told.splitlines()[-1]) == (0, EN.say("cli-run-goes-on", run=run.id))
        assert isinstance(supervise.look(stage), supervise.Running)
    finally:
        supervise.end(stage, grace_seconds=0)


def test_two_apps_that_start_in_the_same_moment_get_two_ports() -> None:
    with free_port(Deployment()) as first, free_port(Deployment()) as second:
        assert first.getsockname()[1] != second.getsockname()[1]


def test_what_listens_sends_at_once(tmp_path: Path) -> None:
    """asyncio turns Nagle's algorithm off only for a socket that says it is TCP."""
    with free_port(Deployment()) as app, listen(Home(tmp_path), 0) as embedded:
        assert {app.proto, embedded.proto} == {socket.IPPROTO_TCP}
