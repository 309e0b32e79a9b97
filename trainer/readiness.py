"""Readiness: is there enough material for a run? A pure function of figures and targets.

Owns the four criteria, the three states and what is still missing. Does not cover how many of the rated answers
survive the filters (the data set says that), nor the wording (ui/texts).
"""

import math

from ..store.records import Criterion, Figures, Readiness, ReadinessState, Reason, Targets


def judge(figures: Figures, targets: Targets) -> Readiness:
    """Four criteria in the order people read them: conversations, messages, ratings, mean_rating.

    The state goes by the count of criteria met, not by mean progress: fewer than half is NEEDS_DATA, at least half
    ALMOST, all READY. A mean that is unknown (nothing rated yet) is not met.
    """
    criteria = (
        _criterion("conversations", figures.conversations, targets.conversations),
        _criterion("messages", figures.messages, targets.messages),
        _criterion("ratings", figures.ratings, targets.ratings),
        _criterion("mean_rating", figures.mean_rating, targets.mean_rating),
    )
    met = sum(criterion.met for criterion in criteria)
    if met == len(criteria):
        return Readiness(ReadinessState.READY, criteria)
    return Readiness(ReadinessState.ALMOST if 2 * met >= len(criteria) else ReadinessState.NEEDS_DATA, criteria)


def missing(readiness: Readiness) -> list[Reason]:
    """One reason a criterion that is not met, in the same order; empty when all are.

    Counted criteria give `missing-<name>` with `count`; the mean gives `missing-mean-rating` with `value` and
    `target`, or `missing-mean-unknown` with `target` while nothing is rated.
    """
    return [_missing(criterion) for criterion in readiness.criteria if not criterion.met]


def _criterion(name: str, value: float | None, target: float) -> Criterion:
    return Criterion(name, value, target, met=value is not None and value >= target)


def _missing(criterion: Criterion) -> Reason:
    if criterion.name != "mean_rating":
        return Reason(f"missing-{criterion.name}", {"count": math.ceil(criterion.target - (criterion.value or 0))})
    if criterion.value is None:
        return Reason("missing-mean-unknown", {"target": criterion.target})
    return Reason("missing-mean-rating", {"value": criterion.value, "target": criterion.target})
