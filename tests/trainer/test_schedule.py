"""When a run starts by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent1.store.records import Policy, Readiness, ReadinessState, Run, RunState
from agent1.trainer.schedule import due

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ON = Policy(automatic=True, new_examples=20)
READY = Readiness(ReadinessState.READY, ())


def ended(state: RunState, ago: timedelta) -> Run:
    return Run(1, state, "base", "sha256:0", "http://127.0.0.1:1", 20, NOW - ago - timedelta(minutes=9), NOW - ago)


def test_enough_new_material_starts_a_run() -> None:
    assert due(ON, READY, 20, [], NOW)


def test_switched_off_means_off() -> None:
    assert not due(replace(ON, automatic=False), READY, 20, [], NOW)


def test_one_new_example_too_few_waits() -> None:
    assert not due(ON, READY, 19, [], NOW)


@pytest.mark.parametrize("state", [ReadinessState.NEEDS_DATA, ReadinessState.ALMOST])
def test_not_ready_waits(state: ReadinessState) -> None:
    assert not due(ON, Readiness(state, ()), 20, [], NOW)


def test_never_beside_a_running_one() -> None:
    running = Run(2, RunState.TRAINING, "base", "sha256:0", "http://127.0.0.1:1", 20, NOW)
    assert not due(ON, READY, 20, [running], NOW)


@pytest.mark.parametrize(
    ("hours", "hour", "expected"),
    [
        ((0, 24), 23, True),
        ((1, 6), 0, False),
        ((1, 6), 1, True),
        ((1, 6), 6, False),
        ((22, 6), 23, True),
        ((22, 6), 5, True),
        ((22, 6), 12, False),
        ((7, 7), 3, True),
    ],
)
def test_only_inside_the_hours_the_admin_chose(hours: tuple[int, int], hour: int, expected: bool) -> None:
    assert due(replace(ON, hours=hours), READY, 20, [], NOW.replace(hour=hour)) is expected


@pytest.mark.parametrize(("failures", "hours"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 24), (50, 24)])
def test_each_failure_in_a_row_waits_longer_up_to_a_day(failures: int, hours: int) -> None:
    def runs(ago: timedelta) -> list[Run]:
        return [ended(RunState.FAILED, ago)] + [ended(RunState.FAILED, timedelta(days=9))] * (failures - 1)

    wait = timedelta(hours=hours)
    assert not due(ON, READY, 20, runs(wait - timedelta(seconds=1)), NOW)
    assert due(ON, READY, 20, runs(wait), NOW)


def test_a_success_ends_the_waiting() -> None:
    runs = [ended(RunState.PROMOTED, timedelta(minutes=5)), ended(RunState.FAILED, timedelta(minutes=30))]
    assert due(ON, READY, 20, runs, NOW)
