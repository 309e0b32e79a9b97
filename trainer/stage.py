"""One stage from inside: what the process of every stage does around its own work.

Owns the command line, the old evidence that goes, the waiting for a model server that is away, the sentence left
behind where the work fails, and the seal that says it is done. Light, since the training stage imports it before it
sets the environment. Does not cover the work itself (stages) nor the process seen from outside (supervise).
"""

import argparse
import errno
import shutil
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
import tenacity

from ..serving.embedded.process import ServerDied, StartTooSlow
from ..serving.errors import AnswerBroken, CreateBroken, ServerRefused, ServerTooSlow, ServerUnreachable
from ..store.errors import Notice
from ..store.records import RunState
from .preflight import DISK_FLOOR, DISK_PER_PARAMETER
from .progress import REASON, ProgressLog, write_reason
from .run_folder import RunFolder

TRIES = 12  # of the work, while the model server is away: four minutes of pauses
LONGEST_PAUSE = 30.0  # seconds between two tries
FULL = 1_000_000  # bytes; with less than that free, whatever failed did so for that
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
WAITING = "waiting"  # the phase while the server is away

_AWAY = (ServerUnreachable, ServerTooSlow, AnswerBroken, CreateBroken, ServerDied, StartTooSlow)
_BUSY = (502, 503, 504)  # statuses of a server that may be back soon

Work = Callable[[RunFolder, ProgressLog], int | None]


class StageNoRoom(Notice):
    """The disk was full in the middle of the work."""

    key = "error-stage-no-room"


class StageNoMemory(Notice):
    key = "error-stage-no-memory"


def run_stage(state: RunState, work: Work, arguments: Sequence[str]) -> int:
    """Do the work of a stage in the run's folder that `arguments` name; returns the process's exit code.

    `work` may be done again and again: after a kill, and from its beginning where the model server went away. It
    returns None or 0 once its files are there, else the exit code; its Notices become reason.json, its code 1. What
    it raises besides leaves a trace in the log, as with any program.
    """
    parser = argparse.ArgumentParser(prog=f"python -m agent1.trainer.stages.{state}")
    parser.add_argument("run", type=Path)
    run = RunFolder(parser.parse_args(arguments).run.absolute())
    stage = run.stage(state)
    run.unseal(state)  # what lies there is of another try
    try:
        progress = ProgressLog(stage)
        (stage / REASON).unlink(missing_ok=True)
        progress.beat()
        code = _patiently(work, run, progress) or 0
        if code == 0:
            run.seal(state)
            progress.write("finished")
        return code
    except Exception as error:
        notice = _notice_of(error, state, run.path)
        if notice is None:
            raise
        write_reason(stage, notice)
        with suppress(OSError):  # the disk that is full may be the log's
            traceback.print_exception(error)  # stderr is the stage's log
        return 1


def _patiently(work: Work, run: RunFolder, progress: ProgressLog) -> int | None:
    """The work, tried again with growing pauses while the server is away; each try reaches for the server anew."""

    def wait(state: tenacity.RetryCallState) -> None:
        print(f"waiting: {state.outcome and state.outcome.exception()}", flush=True)  # noqa: T201 - the stage's log
        progress.write("log", phase=WAITING)

    patient = tenacity.Retrying(
        retry=tenacity.retry_if_exception(may_pass),
        wait=tenacity.wait_exponential(max=LONGEST_PAUSE),
        stop=tenacity.stop_after_attempt(TRIES),
        before_sleep=wait,
        reraise=True,
    )
    return patient(work, run, progress)


def may_pass(error: BaseException) -> bool:
    """Whether a failure may be gone in a minute, since it says that the model server is away or busy."""
    if isinstance(error, ServerRefused):
        return error.params["status"] in _BUSY
    return isinstance(error, _AWAY)


def _notice_of(error: Exception, state: RunState, folder: Path) -> Notice | None:
    if isinstance(error, Notice):
        return error
    if isinstance(error, MemoryError):
        return StageNoMemory(stage=state, available_mb=psutil.virtual_memory().available // 10**6)
    free = shutil.disk_usage(folder).free
    if free < FULL or (isinstance(error, OSError) and error.errno in NO_ROOM):  # safetensors tell it without an errno
        return StageNoRoom(stage=state, free_mb=free // 10**6, needed_mb=_room_of_a_run(folder) // 10**6)
    return None


def _room_of_a_run(folder: Path) -> int:
    """Bytes that a run takes in all, about: a file of 8 bits has a byte a parameter. The floor if that has gone."""
    try:
        parameters = Path(RunFolder(folder).order().base_file).stat().st_size
    except (OSError, ValueError, KeyError, TypeError):
        parameters = 0
    return int(DISK_FLOOR + DISK_PER_PARAMETER * parameters)
