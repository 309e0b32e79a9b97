"""The live watch: the faces of a model that a run put in use, against those of the model before it.

Owns when it is looked, what "worse" means, and the way back. Only what a run put in use by itself is watched; a model
that somebody chose by hand is theirs. Does not cover the proof before the switch (proof).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from ..serving.client import ModelServer
from ..serving.errors import ModelNotFound
from ..store.database import DatabaseError
from ..store.errors import Notice
from ..store.records import Look, Promotion
from ..store.store import Store
from .base import use_tag

LOOKS = (20, 40, 80)  # ratings of the new model, after which it is looked, and never in between
FEWEST = 10  # ratings of the former model; the mean of fewer says nothing
# That a model which is no worse is sent back at any of the looks. Divided evenly among them (Bonferroni), which holds
# however much they hang together. bench/live_watch.py: 2 to 4 % by simulation.
FALSE_ALARMS = 0.05
TOLD = timedelta(days=7)  # for which the chat says that it went back

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watched:
    """The model in use, as long as it is watched."""

    promotion: Promotion
    former: str  # the tag before it
    looks: tuple[Look, ...]
    ratings: int  # of the model in use until now

    @property
    def next_look(self) -> int | None:
        """After how many ratings; None after the last one."""
        return next((look for look in LOOKS if look > (self.looks[-1].ratings if self.looks else 0)), None)

    @property
    def is_worse(self) -> bool:
        return any(look.is_worse for look in self.looks)


def read_watch(store: Store) -> Watched | None:
    """None where the model in use was not put in use by a run, or there was none before it."""
    promotions = store.promotions.newest(100)
    if not promotions or promotions[0].run_id is None:
        return None
    promotion = promotions[0]
    former = next((row.tag for row in promotions if row.tag != promotion.tag), None)
    if former is None:
        return None
    looks = tuple(store.promotions.looks(promotion))
    return Watched(promotion, former, looks, len(store.promotions.scores(promotion.tag)))


def went_back(store: Store) -> tuple[Promotion, Promotion] | None:
    """The switch to the model in use and the one before it, where the watch made it and it is still news."""
    newest = store.promotions.newest(2)
    if len(newest) < 2 or not newest[0].went_back_from or store.clock() - newest[0].promoted_at > TOLD:
        return None
    return newest[0], newest[1]


def compare(scores: Sequence[int], former: Sequence[int]) -> Look:
    """The oldest of the new model's scores up to a look, against all of the former one's.

    Worse: the mean is lower, and Mann and Whitney's rank test, one-sided, with its correction for ties, says so. Faces
    are ranks: their distances mean nothing for sure.
    """
    from scipy.stats import mannwhitneyu

    mean = fmean(scores)
    if len(former) < FEWEST:
        return Look(len(scores), mean, None, len(former), is_worse=False)
    former_mean, is_worse = fmean(former), False
    if mean < former_mean:  # then they are not all alike, for which the test is not defined
        chance = mannwhitneyu(scores, former, alternative="less", method="asymptotic").pvalue
        is_worse = bool(chance < FALSE_ALARMS / len(LOOKS))
    return Look(len(scores), mean, former_mean, len(former), is_worse)


def watch(store: Store, find_server: Callable[[], ModelServer]) -> str | None:
    """Take the looks that are due, and go back where the new model is worse and the setting is on.

    Returns the tag that the chat went back to. What a look found is kept first, so that a server that is away only
    puts the way back off. Raises the server's Notices, ModelNotFound where the former model is gone.
    """
    watched = read_watch(store)
    if watched is None:
        return None
    if not watched.is_worse and (due := _due(watched)):
        scores, former = store.promotions.scores(watched.promotion.tag), store.promotions.scores(watched.former)
        for ratings in due:
            look = compare(scores[:ratings], former)
            store.promotions.note(watched.promotion, look)
            if look.is_worse:
                break
        watched = read_watch(store)
    if watched is None or not watched.is_worse or not store.settings.policy().watch:
        return None
    return use_tag(store, find_server(), watched.former, went_back_from=watched.promotion.tag)


def _due(watched: Watched) -> list[int]:
    first = watched.next_look
    return [] if first is None else [look for look in LOOKS if first <= look <= watched.ratings]


def watch_quietly(store: Store, find_server: Callable[[], ModelServer]) -> None:
    """For the schedule: what does not work now is tried again at the next turn."""
    try:
        if tag := watch(store, find_server):
            log.warning("went back to %s: the answers of the new model were rated lower", tag)
    except ModelNotFound as notice:
        log.warning("the new model is rated lower, and the one before it is gone: %s", notice)
    except (Notice, DatabaseError) as notice:
        log.warning("the way back to the former model waits: %s", notice)
