"""One embedded server. usage: python -m agent1.serving.embedded --home HOME [--port N] [--idle-minutes M]

Owns the process: one per home, its log, server.json, its end. What it answers is app's.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

import filelock
import psutil
import uvicorn

from ... import __version__
from ...store.home import Home
from .app import make_app
from .engine import start_engine
from .guard import Guard
from .pool import Pool
from .process import ANOTHER_RUNS, lock_file, log_file, read_server_file
from .shelf import Shelf

IDLE_MINUTES = 60.0
_GRACE = 2  # seconds a running answer has to end once the server is told to stop

log = logging.getLogger(__name__)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m agent1.serving.embedded")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0, help="default: the one of last time, else a free one")
    parser.add_argument("--idle-minutes", type=float, default=IDLE_MINUTES, help="ends after so long without a request")
    given = parser.parse_args(argv)
    home = Home(given.home.absolute())
    home.make()
    try:
        with filelock.FileLock(lock_file(home), timeout=0):
            _write_log(log_file(home))
            listening = listen(home, given.port)
            asyncio.run(_serve(home, listening, given.idle_minutes * 60))
    except filelock.Timeout:
        return ANOTHER_RUNS
    return 0


async def _serve(home: Home, listening: socket.socket, idle_seconds: float) -> None:
    shelf = Shelf(home.models)
    shelf.tidy()
    guard = Guard(make_app(shelf, Pool(start_engine), __version__))
    config = uvicorn.Config(
        guard, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=_GRACE, server_header=False
    )
    server = uvicorn.Server(config)
    # uvicorn raises the signal again once it has cleaned up; by then there is nothing left to interrupt.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    watching = asyncio.ensure_future(_announce_and_watch(home, server, guard, listening, idle_seconds))
    await server.serve(sockets=[listening])
    watching.cancel()
    log.info("ended")


async def _announce_and_watch(
    home: Home, server: uvicorn.Server, guard: Guard, listening: socket.socket, idle_seconds: float
) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    port = int(listening.getsockname()[1])
    _write_server_file(home, port)
    log.info("listening on 127.0.0.1:%d", port)
    while guard.idle_seconds() < idle_seconds:
        await asyncio.sleep(min(1.0, idle_seconds))
    log.info("nobody has asked anything for %.0f s", idle_seconds)
    server.should_exit = True


def listen(home: Home, port: int) -> socket.socket:
    """The port of last time where it is free, so that an address somebody holds stays right after a restart."""
    last = read_server_file(home)
    wanted = port or (last.port if last else 0)
    # asyncio sends at once (TCP_NODELAY) only where a socket says that it is TCP; else an answer over a kept connection
    # comes 40 ms late.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", wanted))
    except OSError:
        if port:
            raise
        listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    return listening


def _write_server_file(home: Home, port: int) -> None:
    started = psutil.Process().create_time()
    written = json.dumps({"pid": os.getpid(), "started": started, "port": port, "version": __version__})
    with tempfile.NamedTemporaryFile("w", dir=home.root, prefix=".server-", delete=False, encoding="utf-8") as file:
        file.write(written)  # mkstemp made it readable for its owner alone
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(home.server_file)


def _write_log(path: Path) -> None:
    """All output from here on, llama.cpp's too, goes to the log; the log of the last server is kept beside it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        path.replace(path.with_name(f"{path.name}.1"))
    with path.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
