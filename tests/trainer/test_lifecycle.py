"""The life cycle: what a run does next, for every state and everything that can be seen."""

import signal
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from agent1.store.records import Reason, Run, RunState
from agent1.trainer.lifecycle import (
    FOLDER_GRACE,
    LONGEST,
    LONGEST_SILENCE,
    LONGEST_STAGE,
    MOST_TRIES,
    End,
    Evidence,
    Move,
    Start,
    step,
)
from agent1.trainer.run_folder import STAGES
from agent1.trainer.supervise import Exited, NotStarted, Running, Sight, Vanished

WORKING = list(STAGES)
ENDED_FROM_OUTSIDE = [Vanished(), Exited(-signal.SIGKILL), Exited(-signal.SIGTERM), Exited(128 + signal.SIGTERM)]


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


@pytest.mark.parametrize("sight", ENDED_FROM_OUTSIDE)
@pytest.mark.parametrize("state", WORKING)
def test_a_stage_ended_from_outside_is_done_again(state: RunState, sight: Sight) -> None:
    assert step(run_in(state), Evidence(sight)) == Start()


@pytest.mark.parametrize("sight", ENDED_FROM_OUTSIDE)
@pytest.mark.parametrize("state", WORKING)
def test_a_stage_ended_from_outside_again_and_again_fails_the_run(state: RunState, sight: Sight) -> None:
    move = step(run_in(state), Evidence(sight, tries=MOST_TRIES))
    assert move == Move(RunState.FAILED, Reason("error-stage-vanished", {"stage": str(state), "tries": MOST_TRIES}))


@pytest.mark.parametrize(("state", "following"), list(pairwise(WORKING)))
def test_a_stage_that_was_done_before_its_process_vanished_is_not_done_again(
    state: RunState, following: RunState
) -> None:
    assert step(run_in(state), Evidence(Vanished(), complete=True)) == Move(following)


@pytest.mark.parametrize("state", WORKING)
def test_a_stage_that_the_system_ended_to_get_its_memory_fails_at_once(state: RunState) -> None:
    move = step(run_in(state), Evidence(Exited(-signal.SIGKILL, out_of_memory=True)))
    assert move == Move(RunState.FAILED, Reason("error-stage-out-of-memory", {"stage": str(state)}))


@pytest.mark.parametrize("state", WORKING)
def test_a_crash_is_no_end_from_outside(state: RunState) -> None:
    move = step(run_in(state), Evidence(Exited(-signal.SIGSEGV)))
    assert isinstance(move, Move) and move.to is RunState.FAILED


@pytest.mark.parametrize("state", WORKING)
def test_a_silent_stage_is_ended_and_then_fails_with_that_reason(state: RunState) -> None:
    hung = Evidence(Running(1, seconds=LONGEST_SILENCE + 60), silence=LONGEST_SILENCE + 60)
    ended = step(run_in(state), hung)
    assert isinstance(ended, End) and ended.reason is not None
    assert ended.reason.key == "error-stage-silent"
    seen = Evidence(Exited(-signal.SIGTERM), reason=ended.reason)
    assert step(run_in(state), seen) == Move(RunState.FAILED, ended.reason)


def test_the_silence_of_an_earlier_try_does_not_count() -> None:
    seen = Evidence(Running(1, seconds=3), silence=LONGEST_SILENCE + 60)
    assert step(run_in(RunState.TRAINING), seen) is None


@pytest.mark.parametrize("state", WORKING)
def test_a_stage_that_takes_too_long_is_ended(state: RunState) -> None:
    longest = LONGEST.get(state, LONGEST_STAGE)
    assert step(run_in(state), Evidence(Running(1, seconds=longest - 1))) is None
    ended = step(run_in(state), Evidence(Running(1, seconds=longest + 1)))
    assert isinstance(ended, End) and ended.reason is not None
    assert ended.reason.key == "error-stage-too-long"


@pytest.mark.parametrize("verdict", [RunState.PROMOTED, RunState.KEPT])
def test_the_evaluation_decides_how_a_run_ends(verdict: RunState) -> None:
    why = Reason("verdict-nearer", {"before": 10, "after": 90})
    move = step(run_in(RunState.EVALUATING), Evidence(Exited(0), complete=True, verdict=verdict, why=why))
    assert move == Move(verdict, why)


def test_a_queued_run_waits_for_its_folder() -> None:
    assert step(run_in(RunState.QUEUED), Evidence(age=FOLDER_GRACE / 2)) is None


def test_a_queued_run_with_its_folder_goes_on() -> None:
    assert step(run_in(RunState.QUEUED), Evidence(complete=True)) == Move(RunState.PREPARING)


@pytest.mark.parametrize("age", [FOLDER_GRACE + 1, -3600.0])
def test_a_queued_run_whose_maker_died_fails_also_where_the_clock_was_set_back(age: float) -> None:
    move = step(run_in(RunState.QUEUED), Evidence(age=age))
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
