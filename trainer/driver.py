"""Who moves runs forward: one driver per home, elected by a file lock.

The app ticks once a second; where no app runs, `agent1 train` starts this module as a detached process that ends with
the run. The driver holds no state: a tick reads the store and the run's folder, takes one step, and forgets.
"""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from ..serving.choose import reach_server
from ..serving.client import ModelServer
from ..store.database import DatabaseError
from ..store.errors import Notice
from ..store.home import Home
from ..store.records import Reason, Run, RunState
from ..store.runs import StaleRun
from ..store.store import Store
from . import supervise
from .forgetting import forget
from .housekeeping import tidy
from .lifecycle import End, Evidence, Move, Start, step
from .progress import silence, write_reason
from .run_folder import STAGES, RunFolder

NICE = 10  # a run yields to the chat
GRACE = 60.0  # seconds from the wish to end a stage to its kill; a training step and a checkpoint fit
TICK = 1.0  # seconds
TIDY = 3600.0  # seconds between two looks at what ended runs have left
TIDY_AGAIN = 60.0  # seconds, where the last one failed


class HomeInUse(Notice):
    """Agent1 runs in this home, or a run of it goes on."""

    key = "error-home-in-use"


log = logging.getLogger(__name__)


def stage_command(state: RunState, folder: Path) -> list[str]:
    return [sys.executable, "-P", "-m", f"agent1.trainer.stages.{state}", str(folder)]


class Driver:
    def __init__(
        self,
        store: Store,
        environ: Mapping[str, str],
        command: Callable[[RunState, Path], list[str]] = stage_command,
        reach: Callable[[str], ModelServer] | None = None,
    ) -> None:
        """`reach` gives the model server that a run remembers, by its address."""
        self._store, self._environ, self._command = store, dict(environ), command
        self._lock = FileLock(store.home.driver_lock, timeout=0, thread_local=False)
        self._reach = reach or partial(reach_server, store.home)
        self._tidy_at = 0.0  # time.monotonic()

    def elected(self) -> bool:
        """Whether this process drives: it holds the home's lock, or just got it."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire()
        except Timeout:
            return False
        return True

    @property
    def drives(self) -> bool:
        """Whether this process was elected when it last asked."""
        return self._lock.is_locked

    def resign(self) -> None:
        self._lock.release()

    def tick(self) -> Run | None:
        """Take at most one step of the active run, or tidy up where there is none.

        Returns the run as it is then; None when there is none or another process drives. Raises OSError and
        DatabaseError, after which the next tick may go better.
        """
        if not self.elected():
            return None
        run = self._store.runs.active()
        if run is None:
            self._tidy()
            return None
        self._tidy_at = 0.0  # as soon as it has ended
        try:
            return self._take(run)
        except StaleRun:
            return self._store.runs.active()

    def _tidy(self) -> None:
        """Now and then, and after each run; soon again where the model server is away."""
        if time.monotonic() < self._tidy_at:
            return
        self._tidy_at = time.monotonic() + TIDY_AGAIN
        if runs := forget(self._store):
            log.info("what was deleted was taken out of the runs %s", runs)
        try:
            tidy(self._store, self._reach)
        except Notice as notice:
            log.warning("not all is tidied up: %s", notice)
            return
        self._tidy_at = time.monotonic() + TIDY

    def _take(self, run: Run) -> Run:
        folder = RunFolder(self._store.home.run_folder(run.id))
        match step(run, self._look(run, folder)):
            case Start():
                return self._start(run, folder)
            case End(reason=reason):
                self._end(run, reason, folder)
            case Move(to=to, reason=reason):
                return self._move(run, to, reason, folder)
            case None:
                pass
        return run

    def _look(self, run: Run, folder: RunFolder) -> Evidence:
        age = (self._store.clock() - run.created_at).total_seconds()
        if run.state is RunState.QUEUED:
            return Evidence(complete=folder.order_file.exists(), undone=folder.first_undone(), age=age)
        verdict, why = None, None
        complete = folder.has_evidence(run.state)
        if run.state is RunState.EVALUATING and complete:
            told = json.loads(folder.evaluation.read_text(encoding="utf-8"))
            verdict, why = RunState(told["verdict"]), Reason(**told["reason"])
        stage = folder.stage(run.state)
        return Evidence(
            sight=supervise.look(stage),
            complete=complete,
            reason=folder.reason(run.state),
            verdict=verdict,
            why=why,
            age=age,
            silence=silence(stage) or 0.0,
            tries=supervise.tries(stage),
        )

    def _start(self, run: Run, folder: RunFolder) -> Run:
        argv = self._command(run.state, folder.path)
        try:
            supervise.launch(folder.stage(run.state), argv, self._environ, cwd=folder.path, nice=NICE)
        except supervise.StageNotStarted as error:
            return self._move(run, RunState.FAILED, Reason(error.key, error.params), folder)
        log.info("run %d: %s started", run.id, run.state)
        return run

    def _end(self, run: Run, reason: Reason | None, folder: RunFolder) -> None:
        stage = folder.stage(run.state)
        if reason:
            write_reason(stage, reason)
        if supervise.ask_to_end(stage) > GRACE:
            supervise.kill(stage)

    def _move(self, run: Run, to: RunState, reason: Reason | None, folder: RunFolder) -> Run:
        if run.state is RunState.QUEUED and to in STAGES:  # where the run was taken up again, it had been there before
            for state in list(STAGES)[list(STAGES).index(to) :]:
                folder.forget(state)
        if to.has_tag:
            moved = self._store.finish(run, to, folder.order().tag, reason)
        else:
            moved = self._store.runs.advance(run, to, reason=reason)
        log.info("run %d: %s -> %s", run.id, run.state, to)
        return moved


def start_detached(home: Home, environ: Mapping[str, str]) -> None:
    """Start a driver of its own for the active run; where one is at work already, the new one ends at once."""
    home.logs.mkdir(parents=True, exist_ok=True)
    with (home.logs / "driver.log").open("ab") as output:
        subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, str(home.root)],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def drive_to_end(store: Store, driver: Driver) -> None:
    """Tick until no run is active, or until another process drives; then let go of both."""
    try:
        while driver.elected():
            try:
                if driver.tick() is None:
                    return
            except (OSError, DatabaseError) as error:  # a full disk may have room again
                log.warning("the run waits: %s", error)
            time.sleep(TICK)
    finally:
        driver.resign()
        store.close()


@contextmanager
def nobody_drives(home: Home) -> Iterator[None]:
    """Hold the home's lock for a while. Raises HomeInUse where another process has it."""
    lock = FileLock(home.driver_lock, timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise HomeInUse(path=str(home.root)) from error


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    home_store = Store(Home(Path(sys.argv[1])))
    drive_to_end(home_store, Driver(home_store, os.environ))
