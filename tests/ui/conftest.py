"""The real app in this process on a free port, over a real store; the model server's answers are known."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent1.serving.client import ModelServer
from agent1.store.errors import Notice
from agent1.store.home import Deployment, Home
from agent1.store.records import Person, Run, RunState
from agent1.store.store import Store
from agent1.trainer.plan import Plan
from agent1.ui.services import Services

from .talking_server import Talking, talking_server

if TYPE_CHECKING:
    import gradio as gr


@dataclass
class Stage:
    """What a test can arrange behind the app, and read afterwards."""

    store: Store
    talking: Talking
    address: str = ""
    server_notice: Notice | None = None  # what choosing a server says instead
    start_notice: Notice | None = None
    plan: Plan = field(default_factory=lambda: Plan(examples=30, new=12, base="base:1b"))
    drives: bool = True  # no other process of the home does
    started: list[Run] = field(default_factory=list)

    @property
    def person(self) -> Person:
        return self.store.people.local()

    def server(self) -> ModelServer:
        if self.server_notice is not None:
            raise self.server_notice
        return ModelServer(self.talking.url)

    def start_run(self) -> Run:
        if self.start_notice is not None:
            raise self.start_notice
        run = self.store.runs.queue(base="base:1b", base_digest="sha256:0", server=self.talking.url, message_ids=[1])
        self.started.append(run)
        return run

    def services(self) -> Services:
        return Services(
            store=self.store,
            server=self.server,
            known_server=self.server,
            plan_run=lambda: self.plan,
            look_at_server=lambda: self.server().version(),
            start_run=self.start_run,
            rebuild=lambda tag: self.start_run(),
            resume_run=lambda run: self.store.runs.advance(run, RunState.QUEUED),
            cancel_run=self.store.runs.ask_cancel,
            drives=lambda: self.drives,
            deployment=Deployment(rate=100_000),
            outside="",
            clock=self.store.clock,
        )


@pytest.fixture(scope="session")
def talking() -> Iterator[Talking]:
    with talking_server() as running:
        yield running


@pytest.fixture
def stage(tmp_path: Path, talking: Talking) -> Iterator[Stage]:
    """A fresh home without an app."""
    store = Store(Home(tmp_path / "home"))
    store.promotions.promote("base:1b")
    talking.asked.clear()
    yield Stage(store, talking)
    store.close()


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory, talking: Talking) -> Iterator[Stage]:
    """The app itself, started once: Gradio's import takes seconds."""
    import uvicorn

    from agent1.ui.web import build_app

    stage = Stage(Store(Home(tmp_path_factory.mktemp("app") / "home")), talking)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build_app(stage.services()), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    stage.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    yield stage
    server.should_exit = True
    thread.join(10)
    stage.store.close()


@pytest.fixture
def app(serving: Stage) -> Iterator[Stage]:
    """The running app with nothing in its home but the model in use."""
    _empty(serving)
    yield serving
    _empty(serving)


def _empty(stage: Stage) -> None:
    with stage.store._database.write() as db:
        db.execute("update conversations set leaf_id = null")
        for table in ("ratings", "messages", "conversations", "promotions", "run_messages", "run_events", "runs"):
            db.execute(f"delete from {table}")
        db.execute("delete from settings")
        for table in ("accounts", "sessions", "sign_in_failures", "people"):
            db.execute(f"delete from {table}")
    stage.store.promotions.promote("base:1b")
    stage.talking.asked.clear()
    stage.started.clear()
    stage.server_notice = stage.start_notice = None
    stage.drives = True
    stage.plan = Plan(examples=30, new=12, base="base:1b")


@pytest.fixture(scope="session")
def pages(serving: Stage) -> "gr.Blocks":
    from agent1.ui.web import build_pages

    return build_pages(serving.services())


def wait_until(holds: Callable[[], object], seconds: float = 60) -> None:
    """Return once it holds; fail after `seconds`. For what happens in another thread or process."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
