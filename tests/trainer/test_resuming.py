"""Taking up an ended run, with the driver and stand-in stages: nothing that is done is done again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent1.store.home import Home
from agent1.store.records import Run, RunState
from agent1.store.runs import NoSuchRun, RunActive
from agent1.store.store import Store
from agent1.trainer.driver import Driver
from agent1.trainer.resuming import NotResumable, RunFilesGone, resumable, resume_run
from agent1.trainer.run_folder import STAGES, RunFolder
from agent1.trainer.supervise import Running
from tests.trainer.test_driver import TAG, drive, has_ended, not_nice, queued, sees, standin

__all__ = ["not_nice"]  # the fixture

ORDER = list(STAGES)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(Home(tmp_path / "home"))
    yield store
    store.close()


def failed_in(store: Store, state: RunState) -> Run:
    queued(store)
    driver = Driver(store, os.environ, standin({state: "fail"}))
    run = drive(driver, store, has_ended)
    driver.resign()
    assert run.state is RunState.FAILED
    return run


def go_on(store: Store) -> Run:
    driver = Driver(store, os.environ, standin({}))
    run = drive(driver, store, has_ended)
    driver.resign()
    return run


def states(store: Store, run: Run) -> list[RunState]:
    return [event.state for event in store.runs.events(run)]


@pytest.mark.parametrize("state", [RunState.TRAINING, RunState.EVALUATING])
def test_a_failed_run_goes_on_with_the_stage_that_failed(store: Store, state: RunState) -> None:
    run = failed_in(store, state)
    before = states(store, run)
    assert resumable(store) == run
    assert resume_run(store).id == run.id
    ended = go_on(store)
    first = min(ORDER.index(state), ORDER.index(RunState.REGISTERING))  # the tag of an ended run is gone
    assert states(store, run) == [*before, RunState.QUEUED, *ORDER[first:], RunState.PROMOTED]
    assert (ended.id, ended.tag, ended.reason is None or ended.reason.key) == (run.id, TAG, "verdict-nearer")
    assert len(store.runs.newest()) == 1


def test_a_cancelled_run_goes_on_and_can_be_cancelled_again(store: Store) -> None:
    queued(store)
    for _ in range(2):
        driver = Driver(store, os.environ, standin({RunState.TRAINING: "sleep"}))
        run = drive(driver, store, lambda run: run.state is RunState.TRAINING and sees(store, run, Running))
        store.runs.ask_cancel(run)
        run = drive(driver, store, has_ended)
        driver.resign()
        assert run.state is RunState.CANCELLED
        run = resume_run(store, run.id)
        assert not run.cancel_asked
    ended = go_on(store)
    assert ended.state is RunState.PROMOTED
    assert states(store, ended).count(RunState.PREPARING) == 1
    assert states(store, ended).count(RunState.TRAINING) == 3


def test_what_a_stage_wrote_is_not_taken_as_done_where_it_was_changed_since(store: Store) -> None:
    run = failed_in(store, RunState.REGISTERING)
    with (store.home.run_folder(run.id) / STAGES[RunState.EXPORTING][0]).open("ab") as file:
        file.write(b"!")
    resume_run(store)
    ended = go_on(store)
    assert states(store, ended).count(RunState.EXPORTING) == 2
    assert states(store, ended).count(RunState.TRAINING) == 1


def test_the_result_is_measured_against_the_model_that_is_in_use_by_then(store: Store) -> None:
    run = failed_in(store, RunState.EVALUATING)
    store.promotions.promote("another:1")
    resume_run(store)
    assert RunFolder(store.home.run_folder(run.id)).order().in_use == "another:1"


def test_a_run_that_ended_well_is_not_resumed(store: Store) -> None:
    queued(store)
    run = go_on(store)
    assert resumable(store) is None
    with pytest.raises(NotResumable):
        resume_run(store, run.id)


def test_a_run_is_not_resumed_beside_an_active_one(store: Store) -> None:
    run = failed_in(store, RunState.EXPORTING)
    queued(store)
    assert resumable(store) is None
    with pytest.raises(RunActive):
        resume_run(store, run.id)


def test_a_run_without_files_is_not_resumed(store: Store) -> None:
    run = failed_in(store, RunState.EXPORTING)
    (store.home.run_folder(run.id) / "dataset.jsonl").unlink()
    assert resumable(store) is None
    with pytest.raises(RunFilesGone):
        resume_run(store)
    assert store.runs.get(run.id).state is RunState.FAILED


@pytest.mark.parametrize("run_id", [None, 7])
def test_no_run_is_told(store: Store, run_id: int | None) -> None:
    with pytest.raises(NoSuchRun):
        resume_run(store, run_id)
