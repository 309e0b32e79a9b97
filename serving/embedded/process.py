"""Finds, starts and stops the embedded server of a home.

Owns server.json and what a start that fails is told as. Light: importing it brings neither the web server nor
llama.cpp, and whatever is wrong with llama.cpp on this machine is found out in a child process.
"""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from ... import __version__
from ...store.errors import Notice
from ...store.home import Home
from .. import openmp

ANOTHER_RUNS = 75  # exit code: this home has a server; EX_TEMPFAIL of sysexits.h
START_SECONDS = 60.0  # one or two on a quiet machine
_STOP_SECONDS = 10.0
_CHECK_SECONDS = 60.0
_POLL = 0.05

CHECK = (sys.executable, "-m", "agent1.serving.embedded.runner", "--check")
SERVE = (sys.executable, "-m", "agent1.serving.embedded")


class ProcessorTooOld(Notice):
    """llama.cpp's prebuilt library uses instructions that this processor lacks (AVX2)."""

    key = "error-embedded-processor"


class LlamaMissing(Notice):
    """llama.cpp cannot be loaded. `problem` is the last line of what it said."""

    key = "error-embedded-llama"


class OpenMPMissing(Notice):
    """llama.cpp needs the system's `library`, and torch, which has a copy, is not installed."""

    key = "error-embedded-openmp"


class ServerDied(Notice):
    """The server ended before it answered. `problem` is the last line of its log at `log`."""

    key = "error-embedded-died"


class StartTooSlow(Notice):
    """The server did not answer in `seconds`; its log is at `log`."""

    key = "error-embedded-slow"


@dataclass(frozen=True)
class ServerFile:
    """What server.json tells. `started` is the process's start, seconds since 1970, as psutil gives it."""

    pid: int
    started: float
    port: int
    version: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def find(home: Home) -> str | None:
    """The address of the server of this home if it runs and listens."""
    told = read_server_file(home)
    return told.url if told and _process(told) and _listens(told.port) else None


def find_or_start(
    home: Home, timeout: float = START_SECONDS, check: Sequence[str] = CHECK, serve: Sequence[str] = SERVE
) -> str:
    """The address of the server of this home, started if need be; `timeout` in seconds.

    A server of another version of Agent1 is replaced.
    Raises ProcessorTooOld, LlamaMissing, OpenMPMissing, ServerDied, StartTooSlow, or OSError where the home cannot be
    written.
    """
    url = find(home)
    told = read_server_file(home)
    if url and told and told.version == __version__:
        return url
    if url:
        stop(home)
    _check_llama(check)
    home.make()
    log = log_file(home)
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with log.open("ab") as output:
        child = subprocess.Popen(
            [*serve, "--home", str(home.root)],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        if found := find(home):
            return found
        # Another caller's server may be the one: then it is that one's start we wait for.
        if child.poll() not in (None, ANOTHER_RUNS):
            raise ServerDied(problem=_last_line(log), log=str(log))
        time.sleep(_POLL)
    raise StartTooSlow(seconds=int(timeout), log=str(log))


def stop(home: Home) -> bool:
    """End the server of this home; False where none runs. It has some seconds to end by itself."""
    told = read_server_file(home)
    process = _process(told) if told else None
    if process is None:
        return False
    try:
        process.terminate()
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)
    except psutil.NoSuchProcess:
        pass
    return True


def read_server_file(home: Home) -> ServerFile | None:
    try:
        told = json.loads(home.server_file.read_text(encoding="utf-8"))
        return ServerFile(int(told["pid"]), float(told["started"]), int(told["port"]), str(told["version"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def log_file(home: Home) -> Path:
    return home.logs / "embedded-server.log"


def lock_file(home: Home) -> Path:
    return home.root / "server.lock"


def _process(told: ServerFile) -> psutil.Process | None:
    """The process that wrote the file; another one may have its number since."""
    try:
        process = psutil.Process(told.pid)
        is_it = abs(process.create_time() - told.started) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if is_it else None


def _listens(port: int) -> bool:
    """Whoever is let in is heard: the server listens before it writes its file. A request would take ten times as long,
    and every answer in the chat waits for this.
    """
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def _check_llama(check: Sequence[str]) -> None:
    try:
        done = subprocess.run(check, capture_output=True, timeout=_CHECK_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return  # a machine too busy to say; the start will tell
    if done.returncode == -signal.SIGILL:
        raise ProcessorTooOld()
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        if lines and openmp.NAME in lines[-1]:
            raise OpenMPMissing(library=openmp.NAME)
        raise LlamaMissing(problem=lines[-1] if lines else f"exit code {done.returncode}")


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else ""
