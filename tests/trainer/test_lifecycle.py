"""The life cycle: what a run does next, for every state and everything that can be seen."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from agent1.store.records import Reason, Run, RunState
from agent1.trainer.lifecycle import FOLDER_GRACE, End, Evidence, Move, Start, step
from agent1.trainer.run_folder import STAGES
from agent1.trainer.supervise import Exited, NotStarted, Running, Vanished

WORKING = list(STAGES)


def run_in(state: RunState, cancel_asked: bool = False) -> Run:
    return Run(
        id=1,
        state=state,
        base="smollm2:135m",
        base_digest="sha256:0",
        server="http://127.0.0.1:1",
        examples=20,
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
        cancel_asked=cancel_asked,
    )


@pytest.mark.parametrize("state", WORKING)
def test_a_stage_without_a_process_is_started(state: RunState) -> None:
    assert step(run_in(state), Evidence(NotStarted())) == Start()


@pytest.mark.parametrize("state", WORKING)
def test_a_running_stage_is_left_alone(state: RunState) -> None:
    assert step(run_in(state), Evidence(Running(1))) is None


@pytest.mark.parametrize(("state", "following"), list(pairwise(WORKING)))
def test_a_stage_that_ended_well_with_its_files_leads_to_the_next(state: RunState, following: RunState) -> None:
    assert step(run_in(state), Evidence(Exited(0), complete=True)) == Move(following)


@pytest.mark.parametrize("state", WORKING)
def test_exit_code_0_without_the_files_is_a_failure(state: RunState) -> None:
    move = step(run_in(state), Evidence(Exited(0), complete=False))
    assert move == Move(RunState.FAILED, Reason("error-stage-incomplete", {"stage": str(state)}))


@pytest.mark.parametrize("state", WORKING)
def test_a_failed_stage_fails_the_run_even_with_all_files_there(state: RunState) -> None:
    move = step(run_in(state), Evidence(Exited(1), complete=True))
    assert move == Move(RunState.FAILED, Reason("error-stage-exited", {"stage": str(state), "code": 1}))


def test_what_the_stage_said_is_the_reason() -> None:
    said = Reason("error-no-disk", {"free": 0.1})
    assert step(run_in(RunState.TRAINING), Evidence(Exited(1), reason=said)) == Move(RunState.FAILED, said)


@pytest.mark.parametrize("state", WORKING)
def test_a_process_that_vanished_fails_the_run(state: RunState) -> None:
    move = step(run_in(state), Evidence(Vanished()))
    assert isinstance(move, Move) and move.to is RunState.FAILED


@pytest.mark.parametrize("verdict", [RunState.PROMOTED, RunState.KEPT])
def test_the_evaluation_decides_how_a_run_ends(verdict: RunState) -> None:
    why = Reason("verdict-nearer", {"before": 10, "after": 90})
    move = step(run_in(RunState.EVALUATING), Evidence(Exited(0), complete=True, verdict=verdict, why=why))
    assert move == Move(verdict, why)


def test_a_queued_run_waits_for_its_folder() -> None:
    assert step(run_in(RunState.QUEUED), Evidence(age=FOLDER_GRACE / 2)) is None


def test_a_queued_run_with_its_folder_goes_on() -> None:
    assert step(run_in(RunState.QUEUED), Evidence(complete=True)) == Move(RunState.PREPARING)


def test_a_queued_run_whose_maker_died_fails() -> None:
    move = step(run_in(RunState.QUEUED), Evidence(age=FOLDER_GRACE + 1))
    assert move == Move(RunState.FAILED, Reason("error-run-not-written"))


@pytest.mark.parametrize("state", WORKING)
def test_cancel_ends_the_process_first(state: RunState) -> None:
    assert step(run_in(state, cancel_asked=True), Evidence(Running(1))) == End()


@pytest.mark.parametrize("state", [RunState.QUEUED, *WORKING])
def test_cancel_of_a_run_without_a_process_is_the_end(state: RunState) -> None:
    assert step(run_in(state, cancel_asked=True), Evidence(NotStarted())) == Move(RunState.CANCELLED)


def test_cancel_wins_over_a_stage_that_just_ended_well() -> None:
    seen = Evidence(Exited(0), complete=True)
    assert step(run_in(RunState.TRAINING, cancel_asked=True), seen) == Move(RunState.CANCELLED)
