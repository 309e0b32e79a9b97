"""One stage process: started detached, watched from disk alone, ended with everything it started.

Owns process.json, output.log and exit_code in the stage's folder. The supervisor is a small process in
a session of its own; the command runs below it in a process group of its own, so that the group can be
ended while the supervisor stays to write down how it went. Nothing here is held in memory: whoever asks
(the same app, the app after a restart, a command line) reads the folder.
Does not cover what the command says of its progress (progress), nor what a run does next.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

import psutil

from ..store.errors import Notice
from .progress import write_whole

PROCESS = "process.json"
OUTPUT = "output.log"
EXIT_CODE = "exit_code"
CODE_WIDTH = 8  # characters
CANNOT_START = 127  # what a shell says of a command that is not there


class StageNotStarted(Notice):
    """The command could not even be launched (no process slot, no disk, the folder is not writable)."""

    key = "error-stage-not-started"


@dataclass(frozen=True)
class NotStarted:
    pass


@dataclass(frozen=True)
class Running:
    pid: int


@dataclass(frozen=True)
class Exited:
    code: int  # as subprocess tells it: negative for the signal that ended it


@dataclass(frozen=True)
class Vanished:
    """The process is gone and nobody wrote down how it ended: a power cut, a restart, an outside kill."""


Sight = NotStarted | Running | Exited | Vanished


@dataclass(frozen=True)
class Identity:
    """Which process a pid meant. A pid is used again; a pid with its start is not.

    `since_boot` stays the same when the system's clock is set, `started` where the boot time is unknown;
    `boot` keeps a pid of before a restart apart from the same pid after it.
    """

    pid: int
    started: float  # seconds since the epoch, psutil's create_time
    since_boot: float  # seconds
    boot: str

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """Raises psutil.NoSuchProcess."""
        started = psutil.Process(pid).create_time()
        return cls(pid, started, round(started - psutil.boot_time(), 2), _boot())

    def is_alive(self) -> bool:
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            now = Identity.of(self.pid)
        except psutil.NoSuchProcess:
            return False
        same_start = abs(now.started - self.started) < 0.02 or abs(now.since_boot - self.since_boot) < 0.02
        return same_start and now.boot == self.boot


def launch(stage_folder: Path, argv: Sequence[str], env: Mapping[str, str], cwd: Path, nice: int) -> None:
    """Start the command below a detached supervisor; return when process.json is there.

    What an earlier try left in the folder (exit code, process) is removed first; output.log is continued.
    Raises StageNotStarted. A command that cannot be executed counts as started and exits with 127.
    """
    supervisor = [sys.executable, "-P", "-m", __name__, str(stage_folder.absolute()), str(nice), *argv]
    live = {**env, "PYTHONUNBUFFERED": "1"}  # the log is read while it is written
    try:
        if isinstance(look(stage_folder), Running):
            raise StageNotStarted(reason="it is still running")
        stage_folder.mkdir(parents=True, exist_ok=True)
        for name in (PROCESS, EXIT_CODE):  # in this order: it never looks as if a process had vanished
            (stage_folder / name).unlink(missing_ok=True)
        started = subprocess.run(supervisor, env=live, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True)
    except OSError as error:
        raise StageNotStarted(reason=str(error)) from error
    if started.returncode != 0 or not (stage_folder / PROCESS).exists():
        words = started.stderr.decode(errors="replace").strip().splitlines()
        raise StageNotStarted(reason=words[-1] if words else f"exit code {started.returncode}")


def look(stage_folder: Path) -> Sight:
    """How the stage's process is, from the folder alone. Cheap enough for every tick."""
    processes = _processes(stage_folder)
    if processes is None:
        return NotStarted()
    # Who is alive first: the supervisor writes the exit code before it ends, so that none is missed this way.
    alive = [process for process in processes.values() if process.is_alive()]
    code = _exit_code(stage_folder)
    if code is not None:
        return Exited(code)
    return Running(processes["command"].pid) if alive else Vanished()


def ask_to_end(stage_folder: Path) -> None:
    """SIGTERM to the command and everything it started. Returns at once; does nothing when nothing runs."""
    _signal(stage_folder, signal.SIGTERM)


def kill(stage_folder: Path) -> None:
    """SIGKILL to the command and everything it started. Returns at once; does nothing when nothing runs."""
    _signal(stage_folder, signal.SIGKILL)


def end(stage_folder: Path, grace_seconds: float) -> Sight:
    """Ask, wait up to `grace_seconds`, kill, and tell what became of it."""
    ask_to_end(stage_folder)
    if isinstance(sight := _wait(stage_folder, grace_seconds), Running):
        kill(stage_folder)
        sight = _wait(stage_folder, 10)
    return sight


def _wait(stage_folder: Path, seconds: float) -> Sight:
    deadline = time.monotonic() + seconds
    while isinstance(sight := look(stage_folder), Running) and time.monotonic() < deadline:
        time.sleep(0.05)
    return sight


def _signal(stage_folder: Path, number: signal.Signals) -> None:
    processes = _processes(stage_folder)
    # Only while a process of ours is proven alive: a group's number is used again like any pid.
    if processes is None or not any(process.is_alive() for process in processes.values()):
        return
    with suppress(ProcessLookupError, PermissionError):  # it ended in this moment
        os.killpg(processes["command"].pid, number)


def _processes(stage_folder: Path) -> dict[str, Identity] | None:
    try:
        told = json.loads((stage_folder / PROCESS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return {
        "command": Identity(told["pid"], told["started"], told["since_boot"], told["boot"]),
        "supervisor": Identity(**told["supervisor"]),
    }


def _exit_code(stage_folder: Path) -> int | None:
    try:
        return int((stage_folder / EXIT_CODE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""  # not Linux: the start time alone tells


def _yield_processor(nice: int) -> None:
    """Linux shares the processor between sessions first (sched(7), "The autogroup feature"): a nice value counts only
    inside one, so that a run's session would be as strong as the chat's. Where there is no such file, nice is all.
    """
    os.nice(nice)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(nice), encoding="ascii")


def _supervise(stage_folder: Path, nice: int, argv: Sequence[str], tell_started: Callable[[], None]) -> None:
    """The detached supervisor: run the command, write down how it ended. Returns when it has."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # A handler, not SIG_IGN: a command inherits what is ignored, and could not be asked to end.
        signal.signal(number, _stay)
    _yield_processor(nice)
    code_file = _reserve(stage_folder / EXIT_CODE)
    try:
        command = subprocess.Popen(argv, stdin=subprocess.DEVNULL, process_group=0)
    except OSError as error:
        print(f"{argv[0]}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - stderr is output.log
        _write_process(stage_folder, os.getpid(), argv)
        _write_code(code_file, CANNOT_START)
        tell_started()
        return
    try:
        _write_process(stage_folder, command.pid, argv)
    except OSError:
        command.kill()  # unwatched it must not go on
        raise
    tell_started()
    code = command.wait()
    with suppress(ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies
        os.killpg(command.pid, signal.SIGKILL)  # what it left behind
    _write_code(code_file, code)


def _reserve(path: Path) -> Path:
    """Take the room for the exit code now: a command that fills the disk must not end unheard."""
    room = path.with_name(f"{path.name}.tmp")
    room.write_text(" " * CODE_WIDTH, encoding="ascii")
    return room


def _write_code(code_file: Path, code: int) -> None:
    with code_file.open("r+", encoding="ascii") as file:
        file.write(f"{code}".ljust(CODE_WIDTH - 1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    code_file.replace(code_file.with_suffix(""))


def _write_process(stage_folder: Path, pid: int, argv: Sequence[str]) -> None:
    told = {**asdict(Identity.of(pid)), "argv": list(argv), "supervisor": asdict(Identity.of(os.getpid()))}
    write_whole(stage_folder / PROCESS, json.dumps(told) + "\n")


def _stay(number: int, frame: FrameType | None) -> None:
    """A signal meant for the command; the supervisor stays to write down how it ends."""


def main(arguments: Sequence[str]) -> int:
    """`python -m agent1.trainer.supervise STAGE_FOLDER NICE COMMAND...`: exits 0 once the command is started.

    The process that was called forks the supervisor and ends, so that the app never has a child to reap.
    """
    stage_folder, nice, argv = Path(arguments[0]), int(arguments[1]), list(arguments[2:])
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        return 0 if os.read(reader, 1) else 1
    os.close(reader)
    os.setsid()
    told = os.dup(2)
    output = os.open(stage_folder / OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)

    def tell_started() -> None:
        os.write(writer, b"1")
        for descriptor in (writer, told, output):
            os.close(descriptor)

    try:
        _supervise(stage_folder, nice, argv, tell_started)
    except OSError as error:
        os.write(told, f"{error}\n".encode())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
