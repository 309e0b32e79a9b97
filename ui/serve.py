"""`agent1 serve`: the web app, the schedule and the driver in one process.

Owns the start and the stop of that process. Stages of a run are processes of their own and outlive it.
"""

import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from types import FrameType

import click
import psutil
import uvicorn

from ..serving.choose import address_outside
from ..store.errors import Notice
from ..store.home import Deployment, Home
from ..store.records import Run
from ..store.store import Store
from ..trainer.driver import Driver
from ..trainer.lineage import rebuild
from ..trainer.plan import make_plan
from ..trainer.resuming import resume_run
from ..trainer.retention import tidy_quietly
from ..trainer.schedule import schedule
from ..trainer.starting import start_if_due, start_run
from ..trainer.watch import watch_quietly
from .access import bind_check
from .catalogue import Catalogue
from .logs import start_logging
from .reach import Reach
from .services import Services

PORTS_TRIED = 10
BACKLOG = 2048  # uvicorn's own
TIDY = 300  # seconds between two looks at which models are to be kept
WATCH = 20  # seconds between two looks at how the new model is rated


class NoFreePort(Notice):
    key = "error-no-free-port"


def serve(store: Store, deployment: Deployment, environ: Mapping[str, str], catalogue: Catalogue) -> None:
    """Run until Ctrl-C or SIGTERM.

    Raises NoFreePort, DamagedDatabase, and the Notice of a host that is not loopback.
    """
    bind_check(deployment, store.accounts.exist())
    start_logging(store.home, deployment.log)
    listening = free_port(deployment)
    store.check()
    store.messages.end_unfinished()
    store.conversations.purge()

    reach = Reach(store, deployment, environ)
    server = reach.settled

    def start() -> Run:
        return start_run(store, server)

    driver = Driver(store, environ)
    services = Services(
        store=store,
        server=server,
        known_server=reach.quickly,
        plan_run=lambda: make_plan(store, server),
        look_at_server=reach.look,
        start_run=start,
        rebuild=lambda tag: rebuild(store, server, tag),
        resume_run=lambda run: resume_run(store, run.id),
        cancel_run=store.runs.ask_cancel,
        drives=lambda: driver.drives,
        deployment=deployment,
        outside=address_outside(environ),
        clock=store.clock,
    )
    use_private_temp(store.home)
    from .web import build_app  # gradio takes seconds; what can refuse has done so by now

    web = uvicorn.Server(uvicorn.Config(build_app(services), log_level="warning"))
    end_when_asked(web)
    scheduler = schedule(driver, lambda: start_if_due(store, server), store.back_up_if_due)
    scheduler.add_job(lambda: tidy_quietly(store, server), "interval", seconds=TIDY, id="retention")
    scheduler.add_job(lambda: watch_quietly(store, server), "interval", seconds=WATCH, id="watch")
    scheduler.start()
    host, port = listening.getsockname()[:2]
    click.echo(catalogue.say("cli-serving", address=f"http://{host}:{port}"))
    if run := store.runs.active():
        click.echo(catalogue.say("cli-run-found", run=run.id), file=sys.stderr)
    if not driver.elected():
        click.echo(catalogue.say("cli-another-drives"), file=sys.stderr)
    try:
        web.run(sockets=[listening])
    finally:
        scheduler.shutdown(wait=False)
        drove = driver.drives
        driver.resign()
        if drove and (run := store.runs.active()):
            click.echo(catalogue.say("cli-run-goes-on", run=run.id), file=sys.stderr)
        store.close()


def end_when_asked(web: uvicorn.Server) -> None:
    """Let Ctrl-C and SIGTERM end `web` and no more. uvicorn sends them once more when it has ended, and there is still
    something to say and to close then.
    """

    def ask(number: int, frame: FrameType | None) -> None:
        web.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)


def use_private_temp(home: Home) -> None:
    """What this process and Gradio write for a while lies in the home, not where everybody looks.

    What processes that are gone have left there is removed.
    """
    home.temp.mkdir(mode=0o700, exist_ok=True)
    for left in home.temp.iterdir():
        if not (left.name.isdigit() and psutil.pid_exists(int(left.name))):
            shutil.rmtree(left, ignore_errors=True)
    own = home.temp / str(os.getpid())
    own.mkdir(mode=0o700, exist_ok=True)
    tempfile.tempdir = str(own)
    os.environ["GRADIO_TEMP_DIR"] = str(own / "gradio")  # read at gradio's import


def free_port(deployment: Deployment) -> socket.socket:
    """A listening socket on the deployment's port or one of the next nine. Raises NoFreePort."""
    family = socket.AF_INET6 if ":" in deployment.host else socket.AF_INET
    for port in range(deployment.port, min(deployment.port + PORTS_TRIED, 65536)):
        # asyncio sends at once (TCP_NODELAY) only where a socket says that it is TCP; else an answer over a kept
        # connection comes 40 ms late.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((deployment.host, port))
            listening.listen(BACKLOG)  # until then a second app, started in the same moment, could bind it as well
        except OSError:
            listening.close()
            continue
        return listening
    raise NoFreePort(first=deployment.port, last=deployment.port + PORTS_TRIED - 1)
