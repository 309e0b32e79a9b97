"""When a run starts by itself, and the APScheduler jobs of the app: the driver's tick and the look at readiness.

Owns the rule (`due`, pure) and the two jobs. Does not cover what a start checks (starting).
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler

from ..store.database import DatabaseError
from ..store.errors import Notice
from ..store.records import Policy, Readiness, ReadinessState, Run, RunState
from .driver import TICK, Driver

LOOK = 60  # seconds between two looks at readiness
LONGEST_WAIT = timedelta(hours=24)

log = logging.getLogger(__name__)


def due(policy: Policy, readiness: Readiness, new: int, runs: Sequence[Run], now: datetime) -> bool:
    """Whether a run should start by itself.

    `new` counts usable answers that no successful run has learned from; `runs` come newest first; `now` is in the
    machine's own zone, as the admin's hours are. After n failures in a row the next try waits 2^(n-1) hours, at most
    a day; a cancelled run waits like one failure, for somebody wanted it to stop.
    """
    if not policy.automatic or readiness.state is not ReadinessState.READY or new < policy.new_examples:
        return False
    if not _within(policy.hours, now.hour) or any(run.state.is_active for run in runs):
        return False
    failures = 0
    for run in runs:
        if run.state not in (RunState.FAILED, RunState.CANCELLED):
            break
        failures += 1
    if failures == 0 or runs[0].finished_at is None:
        return True
    wait = min(timedelta(hours=2 ** min(failures - 1, 10)), LONGEST_WAIT)
    return now - runs[0].finished_at >= wait


def _within(hours: tuple[int, int], hour: int) -> bool:
    """[from, to); from > to goes over midnight; equal means all day."""
    first, last = hours
    if first == last:
        return True
    return first <= hour < last if first < last else hour >= first or hour < last


def schedule(
    driver: Driver, start_if_due: Callable[[], Run | None], back_up_if_due: Callable[[], Path | None]
) -> BackgroundScheduler:
    """The app's jobs, ready to be started. Jobs live in memory; the truth lies in the store."""
    scheduler = BackgroundScheduler(timezone="UTC")
    kept = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    scheduler.add_job(_steady(driver.tick), "interval", seconds=TICK, id="tick", **kept)
    now = datetime.now(UTC)
    scheduler.add_job(_steady(back_up_if_due), "interval", hours=1, next_run_time=now, id="backup", **kept)
    scheduler.add_job(_tell(start_if_due), "interval", seconds=LOOK, id="readiness", **kept)
    return scheduler


def _steady(job: Callable[[], object]) -> Callable[[], None]:
    """A job that is told to have failed once, not at each turn: a disk stays full for hours."""
    told = ""

    def run() -> None:
        nonlocal told
        try:
            job()
            told = ""
        except (Notice, OSError, DatabaseError) as error:
            if str(error) != told:
                log.warning("%s", error, exc_info=not isinstance(error, Notice))
            told = str(error)

    return run


def _tell(start_if_due: Callable[[], Run | None]) -> Callable[[], None]:
    def look() -> None:
        try:
            run = start_if_due()
        except Notice as notice:  # the next look tries again; the Admin page shows the same on a click
            log.warning("automatic run not started: %s", notice)
            return
        if run:
            log.info("run %d started by the schedule", run.id)

    return look
