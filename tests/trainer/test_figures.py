"""Intervals: they hold the truth as often as they say, and say nothing where nothing can be known."""

import numpy as np
import pytest

from agent1.trainer.figures import paired, share


def test_a_share_of_nothing_is_unknown() -> None:
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Wilson 1927 for 9 of 10: (0.5958, 0.9821)
    found = share(9, 10)
    assert (found.value, round(found.low, 4), round(found.high, 4)) == (0.9, 0.5958, 0.9821)


def test_even_all_of_few_may_be_fewer_of_many() -> None:
    assert share(6, 6).low < 0.65 and share(6, 6).high == pytest.approx(1.0)


def test_nothing_to_compare_is_no_figure() -> None:
    assert paired([], []) is None


def test_one_pair_shows_nothing() -> None:
    found = paired([1.0], [3.0])
    assert found is not None and not found.is_better and not found.is_worse


def test_equal_changes_have_an_interval_without_width() -> None:
    found = paired([1.0, 2.0, 3.0], [1.5, 2.5, 3.5])
    assert found is not None and (found.change, found.low, found.high) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("count", [6, 30])
def test_a_clear_change_is_seen_and_none_is_not(count: int) -> None:
    dice = np.random.default_rng(1)
    before = list(dice.normal(0, 1, count))
    better = paired(before, [value + change for value, change in zip(before, dice.normal(1, 0.3, count), strict=True)])
    same = paired(before, [value + change for value, change in zip(before, dice.normal(0, 0.3, count), strict=True)])
    assert better is not None and better.is_better
    assert same is not None and not same.is_better and not same.is_worse


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    dice = np.random.default_rng(2)
    held = 0
    for _ in range(60):
        found = paired([0.0] * 20, list(dice.normal(0.5, 1, 20)))
        assert found is not None
        held += found.low <= 0.5 <= found.high
    assert held >= 51  # of 60, where 57 are expected
