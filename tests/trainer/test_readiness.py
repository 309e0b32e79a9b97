"""Readiness is pure arithmetic; the store's part of it (the figures) is tested with the store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.store.records import Figures, ReadinessState, Reason, Targets
from agent1.trainer.readiness import judge, missing

ENOUGH = {"conversations": 50, "messages": 200, "ratings": 20, "mean_rating": 3.5}

figures = st.builds(
    Figures,
    conversations=st.integers(0, 1000),
    messages=st.integers(0, 1000),
    ratings=st.integers(0, 1000),
    mean_rating=st.none() | st.floats(1, 5),
)


def with_met(*names: str) -> Figures:
    return Figures(**{name: value if name in names else 1 for name, value in ENOUGH.items()})  # type: ignore[arg-type]


def test_the_worked_example_needs_more_data() -> None:
    readiness = judge(Figures(conversations=30, messages=54, ratings=2, mean_rating=5.0), Targets())
    assert readiness.state is ReadinessState.NEEDS_DATA
    assert [criterion.met for criterion in readiness.criteria] == [False, False, False, True]
    assert missing(readiness) == [
        Reason("missing-conversations", {"count": 20}),
        Reason("missing-messages", {"count": 146}),
        Reason("missing-ratings", {"count": 18}),
    ]


@pytest.mark.parametrize(
    ("met", "state"),
    [
        ((), ReadinessState.NEEDS_DATA),
        (("messages",), ReadinessState.NEEDS_DATA),
        (("messages", "mean_rating"), ReadinessState.ALMOST),
        (("conversations", "messages", "ratings"), ReadinessState.ALMOST),
        (("conversations", "messages", "ratings", "mean_rating"), ReadinessState.READY),
    ],
)
def test_the_state_goes_by_how_many_criteria_are_met(met: tuple[str, ...], state: ReadinessState) -> None:
    assert judge(with_met(*met), Targets()).state is state


def test_a_figure_that_equals_its_target_meets_it() -> None:
    assert all(criterion.met for criterion in judge(with_met(*ENOUGH), Targets()).criteria)


def test_an_unknown_mean_is_not_met_and_is_told_apart_from_a_low_one() -> None:
    unknown = judge(Figures(0, 0, 0, None), Targets())
    low = judge(Figures(50, 200, 20, 2.25), Targets())
    assert missing(unknown)[-1] == Reason("missing-mean-unknown", {"target": 3.5})
    assert missing(low) == [Reason("missing-mean-rating", {"value": 2.25, "target": 3.5})]


def test_changed_targets_are_what_is_judged_by() -> None:
    targets = Targets(conversations=2, messages=4, ratings=1, mean_rating=5.0)
    assert judge(Figures(2, 4, 1, 5.0), targets).state is ReadinessState.READY


@given(figures)
def test_something_is_missing_exactly_while_it_is_not_ready(collected: Figures) -> None:
    readiness = judge(collected, Targets())
    assert (missing(readiness) == []) == (readiness.state is ReadinessState.READY)


@given(figures)
def test_what_is_missing_is_at_least_one_and_adding_it_meets_the_criterion(collected: Figures) -> None:
    for reason in missing(judge(collected, Targets())):
        if "count" in reason.params:
            name = reason.key.removeprefix("missing-")
            count = int(reason.params["count"])
            assert count >= 1
            assert getattr(collected, name) + count == getattr(Targets(), name)
