"""The driver with real processes: stand-in stages that write what the real ones would, fail, or die."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent1.store.home import Home
from agent1.store.records import Reason, Run, RunState
from agent1.store.store import Store
from agent1.trainer import driver as driver_module
from agent1.trainer import lifecycle
from agent1.trainer.driver import Driver
from agent1.trainer.lifecycle import MOST_TRIES
from agent1.trainer.recipe import Recipe
from agent1.trainer.run_folder import STAGES, Order, RunFolder
from agent1.trainer.supervise import Running, look

TAG = "agent1-smollm2-135m:20261101-120000-1"

# argv: the run's folder, the state, what to do there
STANDIN = """
import json, os, pathlib, signal, sys, time
from agent1.store.records import RunState
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder
folder, state, act, files = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
if act == "fail": sys.exit(3)
if act == "sleep": time.sleep(600)
if act == "hang":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ProgressLog(RunFolder(folder).stage(RunState(state))).beat()
    time.sleep(600)
if act == "forget": sys.exit(0)
for name in files:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    verdict = act if act in ("promoted", "kept") else "promoted"
    path.write_text(json.dumps({"verdict": verdict, "reason": {"key": "verdict-nearer", "params": {}}}))
RunFolder(folder).seal(state)
"""


def standin(acts: dict[RunState, str]) -> Callable[[RunState, Path], list[str]]:
    def command(state: RunState, folder: Path) -> list[str]:
        return [sys.executable, "-c", STANDIN, str(folder), str(state), acts.get(state, "succeed"), *STAGES[state]]

    return command


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path / "home"))


@pytest.fixture(autouse=True)
def not_nice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody chats beside a test, and a machine full of tests would hardly ever run what is nice."""
    monkeypatch.setattr(driver_module, "NICE", 0)


def queued(store: Store) -> Run:
    run = store.runs.queue(base="smollm2:135m", base_digest="sha256:0", server="http://127.0.0.1:1", message_ids=[1])
    folder = RunFolder(store.home.run_folder(run.id))
    folder.path.mkdir(parents=True)
    order = Order(
        run=run.id,
        base=run.base,
        base_digest=run.base_digest,
        base_file="base.gguf",
        server=run.server,
        home=str(store.home.root),
        threads=2,
        tag=TAG,
        in_use="smollm2:135m",
        recipe=Recipe(),
    )
    folder.dataset.touch()
    folder.write_order(order)
    return run


def drive(driver: Driver, store: Store, until: Callable[[Run], bool]) -> Run:
    """Tick without waiting a second each time; the bound is for a driver that never gets there."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        driver.tick()
        run = store.runs.newest(1)[0]
        if until(run):
            return run
        time.sleep(0.05)
    pytest.fail(f"the run stays {store.runs.newest(1)[0].state}")


def has_ended(run: Run) -> bool:
    return not run.state.is_active


def test_a_run_goes_through_every_stage_to_the_new_tag_in_use(store: Store) -> None:
    queued(store)
    run = drive(Driver(store, os.environ, standin({})), store, has_ended)
    assert [event.state for event in store.runs.events(run)] == [RunState.QUEUED, *STAGES, RunState.PROMOTED]
    assert (run.tag, store.promotions.in_use()) == (TAG, TAG)


def test_a_kept_tag_is_registered_and_not_switched_to(store: Store) -> None:
    store.promotions.promote("smollm2:135m")
    queued(store)
    run = drive(Driver(store, os.environ, standin({RunState.EVALUATING: "kept"})), store, has_ended)
    assert (run.state, run.tag, store.promotions.in_use()) == (RunState.KEPT, TAG, "smollm2:135m")


@pytest.mark.parametrize("state", list(STAGES))
def test_a_failing_stage_fails_the_run_there_and_the_chat_stays(store: Store, state: RunState) -> None:
    store.promotions.promote("smollm2:135m")
    queued(store)
    run = drive(Driver(store, os.environ, standin({state: "fail"})), store, has_ended)
    assert run.state is RunState.FAILED
    assert run.reason is not None and run.reason.params == {"stage": str(state), "code": 3}
    assert store.promotions.in_use() == "smollm2:135m"


def test_a_stage_that_says_success_without_its_files_fails(store: Store) -> None:
    queued(store)
    run = drive(Driver(store, os.environ, standin({RunState.TRAINING: "forget"})), store, has_ended)
    assert run.reason is not None and run.reason.key == "error-stage-incomplete"


def test_a_second_driver_takes_over_what_the_first_left(store: Store) -> None:
    queued(store)
    first = Driver(store, os.environ, standin({RunState.TRAINING: "sleep"}))
    run = drive(first, store, lambda run: run.state is RunState.TRAINING and sees(store, run, Running))
    first.resign()
    store.runs.ask_cancel(run)
    run = drive(Driver(store, os.environ, standin({})), store, has_ended)
    assert run.state is RunState.CANCELLED


def test_only_one_of_two_drivers_is_elected(store: Store) -> None:
    first, second = Driver(store, os.environ), Driver(store, os.environ)
    assert (first.elected(), second.elected()) == (True, False)
    assert (first.drives, second.drives) == (True, False)
    first.resign()
    assert second.elected() and second.drives


def test_cancel_ends_the_process_and_then_the_run(store: Store) -> None:
    queued(store)
    driver = Driver(store, os.environ, standin({RunState.TRAINING: "sleep"}))
    run = drive(driver, store, lambda run: run.state is RunState.TRAINING and sees(store, run, Running))
    sight = look(RunFolder(store.home.run_folder(run.id)).stage(RunState.TRAINING))
    assert isinstance(sight, Running)
    store.runs.ask_cancel(run)
    run = drive(driver, store, has_ended)
    assert run.state is RunState.CANCELLED
    assert not psutil.pid_exists(sight.pid)


def test_a_stage_killed_from_outside_is_done_again_and_in_the_end_fails_with_the_reason(store: Store) -> None:
    queued(store)
    driver = Driver(store, os.environ, standin({RunState.TRAINING: "sleep"}))
    killed: set[int] = set()

    def kill_training(run: Run) -> bool:
        sight = look(RunFolder(store.home.run_folder(run.id)).stage(RunState.TRAINING))
        if isinstance(sight, Running) and sight.pid not in killed:
            os.kill(sight.pid, signal.SIGKILL)
            killed.add(sight.pid)
        return has_ended(run)

    run = drive(driver, store, kill_training)
    assert (run.state, len(killed)) == (RunState.FAILED, MOST_TRIES)
    assert run.reason == Reason("error-stage-vanished", {"stage": "training", "tries": MOST_TRIES})


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("LONGEST_SILENCE", "error-stage-silent"),
        ("LONGEST_STAGE", "error-stage-too-long"),
    ],
)
def test_a_stage_that_hangs_and_does_not_even_hear_a_wish_is_ended_and_that_is_the_reason(
    store: Store, monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    monkeypatch.setattr(lifecycle, limit, 3.0)
    monkeypatch.setattr(driver_module, "GRACE", 1.0)
    queued(store)
    driver = Driver(store, os.environ, standin({RunState.EXPORTING: "hang"}))
    run = drive(driver, store, lambda run: run.state is RunState.EXPORTING and sees(store, run, Running))
    sight = look(RunFolder(store.home.run_folder(run.id)).stage(RunState.EXPORTING))
    assert isinstance(sight, Running)
    run = drive(driver, store, has_ended)
    assert (run.state, run.reason and run.reason.key) == (RunState.FAILED, reason)
    assert not psutil.pid_exists(sight.pid)


def sees(store: Store, run: Run, sight: type) -> bool:
    return isinstance(look(RunFolder(store.home.run_folder(run.id)).stage(run.state)), sight)
