"""What so many answers can and cannot show: shares and paired differences with their 95 % intervals.

Pure. Intervals of shares are Wilson's, those of means are bootstrapped (scipy.stats, bias-corrected and accelerated
where that is defined). Does not cover what is compared (evaluation) nor what is good enough (judgement).
"""

from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
RESAMPLES = 2000  # the interval's ends move by less than their second digit beyond that


@dataclass(frozen=True)
class Share:
    """`value`, `low` and `high` are 0 to 1; of nothing the share is unknown: 0 to 1."""

    count: int
    of: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Paired:
    """A figure of the same answers before and after. `change` is the mean of the differences."""

    count: int
    before: float
    after: float
    change: float
    low: float  # of the change
    high: float

    @property
    def is_better(self) -> bool:
        """Surely: the whole interval lies above zero."""
        return self.low > 0

    @property
    def is_worse(self) -> bool:
        return self.high < 0


def share(count: int, of: int) -> Share:
    """Wilson's interval: it holds for few and for all too, where the plain one has no width."""
    from scipy.stats import binomtest

    if not of:
        return Share(0, 0, 0.0, 0.0, 1.0)
    interval = binomtest(count, of).proportion_ci(CONFIDENCE, method="wilson")
    return Share(count, of, count / of, float(interval.low), float(interval.high))


def paired(before: Sequence[float], after: Sequence[float]) -> Paired | None:
    """None where there is nothing to compare. One pair shows nothing: its interval goes as far below zero as above."""
    import numpy as np
    from scipy.stats import bootstrap

    if not before:
        return None
    changes = np.subtract(after, before)
    means = float(np.mean(before)), float(np.mean(after)), float(changes.mean())
    if len(changes) == 1:
        return Paired(1, *means, -abs(means[2]), abs(means[2]))
    if np.ptp(changes) == 0:  # nothing to resample
        return Paired(len(changes), *means, means[2], means[2])
    # The bias-corrected interval is not defined where too few different samples can be drawn.
    method = "BCa" if len(changes) >= 10 else "percentile"
    dice = np.random.default_rng(0)
    told = bootstrap((changes,), np.mean, confidence_level=CONFIDENCE, n_resamples=RESAMPLES, method=method, rng=dice)
    low, high = (float(end) for end in told.confidence_interval)
    return Paired(len(changes), *means, low, high)
