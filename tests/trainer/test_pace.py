"""The estimate of when there is enough material."""

from datetime import UTC, datetime, timedelta

import pytest

from agent1.store.records import Figures, Targets
from agent1.trainer.pace import LAST, days_left, span_of

WEEK = timedelta(days=7)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_slowest_count_decides() -> None:
    figures, recent = Figures(40, 190, 10, 4.0), Figures(14, 70, 7, 4.0)
    assert days_left(figures, Targets(), recent, WEEK) == pytest.approx(10.0)  # ratings: one a day, ten missing


def test_what_does_not_come_in_has_no_pace() -> None:
    assert days_left(Figures(40, 190, 10, 4.0), Targets(), Figures(14, 70, 0, None), WEEK) is None


def test_a_mean_has_no_pace() -> None:
    assert days_left(Figures(60, 300, 30, 2.0), Targets(), Figures(5, 5, 5, 2.0), WEEK) is None


@pytest.mark.parametrize(
    ("age", "span"), [(timedelta(hours=2), timedelta(days=1)), (timedelta(days=3), timedelta(days=3)), (WEEK * 9, LAST)]
)
def test_a_young_home_is_judged_by_its_own_days(age: timedelta, span: timedelta) -> None:
    assert span_of(NOON - age, NOON) == span


def test_an_empty_home_has_a_span_too() -> None:
    assert span_of(None, NOON) == LAST
