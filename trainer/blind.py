"""The blind comparison: a person picks between two answers to a held-out question, not knowing whose is whose.

Owns which pairs are shown, on which side, and what the picks do to the verdict. The answers are those of the proof, so
they go where it goes: what is deleted takes them along, and the picks remain as figures. Does not cover the rules
(judgement).
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..serving.client import ModelServer
from ..store.records import Comparison, Pick, Reason, Run, RunState
from ..store.store import Store
from .base import use_tag
from .figures import Share, share
from .judgement import Finding, Outcome, count_blind
from .progress import write_whole
from .run_folder import RunFolder

SIDES = ("first", "second", "same")


@dataclass(frozen=True)
class Open:
    """A pair that waits to be judged."""

    place: int
    question: str
    first: str
    second: str


@dataclass(frozen=True)
class Standing:
    """How far the comparison of one run is."""

    run: Run
    open: Open | None  # None: nothing is left to judge
    done: int
    of: int
    wins: int = 0  # of the tuned model
    losses: int = 0
    same: int = 0
    is_counted: bool = False  # into the verdict

    @property
    def rate(self) -> Share:
        """Wins by decisive picks."""
        return share(self.wins, self.wins + self.losses)


def stand(store: Store, run: Run) -> Standing:
    """Where the comparison of a run that gave a tag is; lays the sides out at the first look. Raises OSError."""
    told = RunFolder(store.home.run_folder(run.id)).proof()
    pairs: Sequence[Mapping[str, Any]] = told["figures"]["pairs"] if told else ()
    known = store.comparisons.of(run)
    if not known:
        store.comparisons.lay_out(run, {place: random.random() < 0.5 for place in _comparable(pairs)})
        known = store.comparisons.of(run)
    picked = Counter(comparison.pick for comparison in known if comparison.pick)
    waiting = (_open(comparison, pairs[comparison.place]) for comparison in known if pairs and not comparison.pick)
    return Standing(
        run=run,
        open=next(waiting, None),
        done=picked.total(),
        of=len(known),
        wins=picked[Pick.TUNED],
        losses=picked[Pick.FORMER],
        same=picked[Pick.SAME],
        is_counted=told is not None and "blind" in told,
    )


def pick(store: Store, find_server: Callable[[], ModelServer], run: Run, place: int, side: str) -> Standing:
    """Judge one pair: `side` is one of SIDES. After the last one all are counted into the verdict; with another
    `side` that is tried again.

    Raises what `conclude` raises, OSError.
    """
    found = next((comparison for comparison in store.comparisons.of(run) if comparison.place == place), None)
    if found and side in SIDES:
        tuned = "first" if found.tuned_first else "second"
        choice = Pick.SAME if side == "same" else Pick.TUNED if side == tuned else Pick.FORMER
        store.comparisons.pick(run, place, choice)
    standing = stand(store, run)
    if standing.of and standing.done == standing.of and not standing.is_counted:
        conclude(store, find_server, standing)
        return stand(store, run)
    return standing


def conclude(store: Store, find_server: Callable[[], ModelServer], standing: Standing) -> None:
    """Count the picks into the proof and the verdict, and let the chat follow where that changes.

    A candidate that only lacked certainty is put in use when its answers are preferred for sure; a model that a run
    put in use makes room for the one before it when they are not. Raises OSError, the server's Notices.
    """
    run, folder = standing.run, RunFolder(store.home.run_folder(standing.run.id))
    told = folder.proof()
    if told is None:
        return
    findings = [Finding(row["rule"], Outcome(row["outcome"]), Reason(**row["reason"])) for row in told["findings"]]
    judgement = count_blind(findings, standing.wins, standing.losses)
    told |= {
        "verdict": judgement.verdict,
        "reason": asdict(judgement.reason),
        "findings": [asdict(finding) for finding in judgement.findings],
        "blind": {**asdict(standing.rate), "same": standing.same},
    }
    if judgement.verdict is not run.state:
        newest = store.promotions.newest(1)
        if judgement.verdict is RunState.PROMOTED:
            use_tag(store, find_server(), run.tag, run_id=run.id)
        elif newest and newest[0].tag == run.tag and newest[0].run_id == run.id:
            use_tag(store, find_server(), told["figures"]["against"], went_back_from=run.tag)
        store.runs.judge_anew(run, judgement.verdict, judgement.reason)
    write_whole(folder.evaluation, json.dumps(told, indent=2, ensure_ascii=False))


def _comparable(pairs: Sequence[Mapping[str, Any]]) -> list[int]:
    """Places of held-out questions that the two models answer in different words."""
    return [
        place
        for place, pair in enumerate(pairs)
        if pair["held_out"] and pair["before"].strip() != pair["after"].strip()
    ]


def _open(comparison: Comparison, pair: Mapping[str, Any]) -> Open:
    sides = (pair["after"], pair["before"]) if comparison.tuned_first else (pair["before"], pair["after"])
    return Open(comparison.place, pair["question"], *sides)
