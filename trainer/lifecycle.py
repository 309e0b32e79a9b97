"""What a run does next, decided from what was seen. Pure: no clock, no disk, no process.

The driver looks, asks `step`, and does the one thing that comes back. After a restart the same function goes on from
what is on disk, so nothing has to be remembered.
"""

from dataclasses import dataclass, field

from ..store.records import Reason, Run, RunState
from .run_folder import STAGES
from .supervise import Exited, NotStarted, Running, Sight, Vanished

FOLDER_GRACE = 60.0  # seconds between the row of a queued run and its folder; more means its maker died


@dataclass(frozen=True)
class Evidence:
    sight: Sight = field(default_factory=NotStarted)  # of the present stage's process
    complete: bool = False  # the files that prove the present stage done are there
    reason: Reason | None = None  # what the stage said of its failure
    verdict: RunState | None = None  # what the evaluation decided: PROMOTED or KEPT
    why: Reason | None = None  # the evaluation's reason
    age: float = 0.0  # seconds since the run was queued


@dataclass(frozen=True)
class Start:
    """Launch the process of the run's present stage."""


@dataclass(frozen=True)
class End:
    """Ask the stage's process to end, or kill it when it was asked before."""


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
        case Running():
            return None
        case Exited(code=0) if seen.complete:
            return _go_on(run, seen)
        case Exited(code=0):
            return _fail(run, seen, "error-stage-incomplete")
        case Exited(code=code):
            return _fail(run, seen, "error-stage-exited", code=code)
        case Vanished():
            return _fail(run, seen, "error-stage-vanished")


def _leave_queue(seen: Evidence) -> Step:
    if seen.complete:
        return Move(RunState.PREPARING)
    if seen.age > FOLDER_GRACE:
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
