"""What a run does next, decided from what was seen. Pure: no clock, no disk, no process.

The driver looks, asks `step`, and does the one thing that comes back. After a restart the same function goes on from
what is on disk, so nothing has to be remembered.
"""

import signal
from dataclasses import dataclass, field

from ..store.records import Reason, Run, RunState
from .run_folder import STAGES
from .supervise import Exited, NotStarted, Running, Sight, Vanished

FOLDER_GRACE = 60.0  # seconds between the row of a queued run and its folder; more means its maker died
MOST_TRIES = 5  # of one stage that was ended from outside
LONGEST_SILENCE = 1800.0  # seconds; loading a large model or one step on a slow machine takes minutes
LONGEST_STAGE = 12 * 3600.0  # seconds
LONGEST = {RunState.TRAINING: 7 * 24 * 3600.0}  # seconds, where a stage may take longer
# Ends from outside: a kill, a terminal, the machine being switched off. 128 + SIGTERM is what a training that was asked
# to end says of itself.
INTERRUPTED = (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, 128 + signal.SIGTERM)


@dataclass(frozen=True)
class Evidence:
    sight: Sight = field(default_factory=NotStarted)  # of the present stage's process
    complete: bool = False  # the files that prove the present stage done are there
    undone: RunState = RunState.PREPARING  # of a queued run, the stage to begin with
    reason: Reason | None = None  # what the stage said of its failure
    verdict: RunState | None = None  # what the evaluation decided: PROMOTED, KEPT or REJECTED
    why: Reason | None = None  # the evaluation's reason
    age: float = 0.0  # seconds since the run was queued
    silence: float = 0.0  # seconds since the process gave a sign of life
    tries: int = 1  # how often the stage was launched


@dataclass(frozen=True)
class Start:
    """Launch the process of the run's present stage."""


@dataclass(frozen=True)
class End:
    """Ask the stage's process to end, or kill it when it was asked before. The reason is left for what comes then."""

    reason: Reason | None = None


@dataclass(frozen=True)
class Move:
    to: RunState
    reason: Reason | None = None


Step = Start | End | Move | None


def step(run: Run, seen: Evidence) -> Step:
    """The next thing to do for an active run; None while there is nothing to do but wait."""
    if run.cancel_asked:
        return End() if isinstance(seen.sight, Running) else Move(RunState.CANCELLED)
    if run.state is RunState.QUEUED:
        return _leave_queue(seen)
    match seen.sight:
        case NotStarted():
            return Start()
        case Running(seconds=seconds):
            return _watch(run, min(seen.silence, seconds), seconds)
        case Exited(code=0) | Vanished() if seen.complete:
            return _go_on(run, seen)
        case Exited(code=0):
            return _fail(run, seen, "error-stage-incomplete")
        case Exited(out_of_memory=True):
            return _fail(run, seen, "error-stage-out-of-memory")
        case Exited(code=code) if code not in INTERRUPTED:
            return _fail(run, seen, "error-stage-exited", code=code)
        case Exited() | Vanished():
            return _try_again(run, seen)


def _watch(run: Run, silence: float, seconds: float) -> Step:
    """A stage that hangs is ended; what it had done can be gone on from."""
    longest = LONGEST.get(run.state, LONGEST_STAGE)
    if silence > LONGEST_SILENCE:
        return End(Reason("error-stage-silent", {"stage": str(run.state), "minutes": round(silence / 60)}))
    if seconds > longest:
        return End(Reason("error-stage-too-long", {"stage": str(run.state), "hours": round(longest / 3600)}))
    return None


def _try_again(run: Run, seen: Evidence) -> Step:
    if seen.reason is None and seen.tries < MOST_TRIES:
        return Start()
    return _fail(run, seen, "error-stage-vanished", tries=seen.tries)


def _leave_queue(seen: Evidence) -> Step:
    if seen.complete:
        return Move(seen.undone)
    if abs(seen.age) > FOLDER_GRACE:  # less than nothing: the clock was set back
        return Move(RunState.FAILED, Reason("error-run-not-written"))
    return None


def _go_on(run: Run, seen: Evidence) -> Move:
    order = list(STAGES)
    position = order.index(run.state) + 1
    if position < len(order):
        return Move(order[position])
    return Move(seen.verdict or RunState.KEPT, seen.why)


def _fail(run: Run, seen: Evidence, key: str, **params: int) -> Move:
    return Move(RunState.FAILED, seen.reason or Reason(key, {"stage": str(run.state), **params}))
