"""One stage process: started detached, watched from disk alone, ended with everything it started.

Owns process.json, output.log, exit_code, tries and asked_to_end in the stage's folder. The supervisor is a small
process in a session of its own; the command runs below it in a process group of its own, so that the group can be
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
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType

import psutil

from ..store.errors import Notice
from .progress import ROOM, ROOM_BYTES, write_whole

PROCESS = "process.json"
OUTPUT = "output.log"
EXIT_CODE = "exit_code"
TRIES = "tries"  # a byte for each launch
ASKED = "asked_to_end"
CODE_WIDTH = 16  # characters
OUT_OF_MEMORY = "memory"  # behind the code of a command that the system killed to get its memory
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
    seconds: float = field(default=0.0, compare=False)  # since its launch, the machine's sleep not counted


@dataclass(frozen=True)
class Exited:
    code: int  # as subprocess tells it: negative for the signal that ended it
    out_of_memory: bool = False  # the system killed it to get its memory


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

    What an earlier try left (exit code, process, processes without a master) is removed first; output.log is continued.
    Raises StageNotStarted. A command that cannot be executed counts as started and exits with 127.
    """
    supervisor = [sys.executable, "-P", "-m", __name__, str(stage_folder.absolute()), str(nice), *argv]
    live = {**env, "PYTHONUNBUFFERED": "1"}  # the log is read while it is written
    try:
        if isinstance(look(stage_folder), Running):
            raise StageNotStarted(reason="it is still running")
        stage_folder.mkdir(parents=True, exist_ok=True)
        _end_orphans(stage_folder)
        _forget(stage_folder, PROCESS, EXIT_CODE, ASKED)
        (stage_folder / ROOM).write_bytes(bytes(ROOM_BYTES))
        with (stage_folder / TRIES).open("ab") as tries:
            tries.write(b".")
        started = subprocess.run(supervisor, env=live, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True)
    except OSError as error:
        raise StageNotStarted(reason=str(error)) from error
    if not (stage_folder / PROCESS).exists():  # where it is, the supervisor began, even if it was killed since
        words = started.stderr.decode(errors="replace").strip().splitlines()
        raise StageNotStarted(reason=words[-1] if words else f"exit code {started.returncode}")


def look(stage_folder: Path) -> Sight:
    """How the stage's process is, from the folder alone. Cheap enough for every tick."""
    processes = _processes(stage_folder)
    if processes is None:
        return NotStarted()
    # Who is alive first: the supervisor writes the exit code before it ends, so that none is missed this way.
    alive = processes.alive()
    if exited := _exited(stage_folder):
        return exited
    if not alive:
        return Vanished()
    return Running(processes.command.pid, time.monotonic() - processes.begun)


def tries(stage_folder: Path) -> int:
    """How often the stage was launched."""
    try:
        return (stage_folder / TRIES).stat().st_size
    except FileNotFoundError:
        return 0


def forget(stage_folder: Path) -> None:
    """Make an ended stage look as if it had never been launched; its log and progress stay."""
    _forget(stage_folder, PROCESS, EXIT_CODE, ASKED, TRIES)


def _forget(stage_folder: Path, *names: str) -> None:
    for name in names:  # the process before its exit code: it never looks as if one had vanished
        (stage_folder / name).unlink(missing_ok=True)


def ask_to_end(stage_folder: Path) -> float:
    """SIGTERM to the command and everything it started, the first time it is called.

    Returns at once the seconds since that first time; does nothing when nothing runs.
    """
    asked = stage_folder / ASKED
    try:
        return time.monotonic() - float(asked.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        _signal(stage_folder, signal.SIGTERM)
    with suppress(OSError):  # a full disk: then it is asked again and again
        write_whole(asked, str(time.monotonic()))
    return 0.0


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
    if processes is None or not processes.alive():
        return
    with suppress(ProcessLookupError, PermissionError):  # it ended in this moment
        os.killpg(processes.command.pid, number)


def _end_orphans(stage_folder: Path) -> None:
    """Kill what a command left behind whose supervisor died before it: nobody else knows of it.

    Its session has the number of that supervisor, and its processes are of the same boot and not older.
    """
    processes = _processes(stage_folder)
    if processes is None or processes.supervisor.boot != _boot():
        return
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == processes.supervisor.pid and process.pid != processes.supervisor.pid:
                since_boot = process.create_time() - psutil.boot_time()
                if since_boot > processes.supervisor.since_boot - 1:
                    process.kill()


@dataclass(frozen=True)
class _Processes:
    command: Identity
    supervisor: Identity
    begun: float  # time.monotonic() at the launch; of this boot where one of them is alive

    def alive(self) -> bool:
        return self.command.is_alive() or self.supervisor.is_alive()


def _processes(stage_folder: Path) -> _Processes | None:
    try:
        told = json.loads((stage_folder / PROCESS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return _Processes(Identity(**told["command"]), Identity(**told["supervisor"]), told["begun"])


def _exited(stage_folder: Path) -> Exited | None:
    try:
        code, *why = (stage_folder / EXIT_CODE).read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return None
    return Exited(int(code), OUT_OF_MEMORY in why)


def _out_of_memory_kills() -> int:
    """How many processes the system has killed to get their memory, since it started; 0 where it does not tell."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


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
    code_file, killed_before = _reserve(stage_folder / EXIT_CODE), _out_of_memory_kills()
    # Before the command is there: whoever looks after a kill in this moment finds what it began by its session.
    _write_process(stage_folder, os.getpid(), argv)
    try:
        command = subprocess.Popen(argv, stdin=subprocess.DEVNULL, process_group=0)
    except OSError as error:
        print(f"{argv[0]}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - stderr is output.log
        _write_code(code_file, f"{CANNOT_START}")
        tell_started()
        return
    try:
        _write_process(stage_folder, command.pid, argv)
    except OSError:
        command.kill()  # unwatched it must not go on
        (stage_folder / PROCESS).unlink(missing_ok=True)
        raise
    tell_started()
    code = command.wait()
    with suppress(ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies
        os.killpg(command.pid, signal.SIGKILL)  # what it left behind
    of_memory = code == -signal.SIGKILL and _out_of_memory_kills() > killed_before
    _write_code(code_file, f"{code} {OUT_OF_MEMORY}" if of_memory else f"{code}")
    (stage_folder / ROOM).unlink(missing_ok=True)


def _reserve(path: Path) -> Path:
    """Take the room for the exit code now: a command that fills the disk must not end unheard."""
    room = path.with_name(f"{path.name}.tmp")
    room.write_text(" " * CODE_WIDTH, encoding="ascii")
    return room


def _write_code(code_file: Path, told: str) -> None:
    with code_file.open("r+", encoding="ascii") as file:
        file.write(told.ljust(CODE_WIDTH - 1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    code_file.replace(code_file.with_suffix(""))


def _write_process(stage_folder: Path, pid: int, argv: Sequence[str]) -> None:
    command, supervisor = asdict(Identity.of(pid)), asdict(Identity.of(os.getpid()))
    told = {"command": command, "supervisor": supervisor, "begun": time.monotonic(), "argv": list(argv)}
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
