"""Whether a measured tag is put in use: promoted, kept as a candidate, or rejected, and which rule says so.

Owns the rules. Pure. A rule that fails for sure rejects the tag; one that is in doubt keeps it as a candidate. Either
can still be used by hand. Does not cover the measuring (evaluation).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..store.records import Reason, Rules, RunState
from .evaluation import Evaluation
from .figures import Paired, share

FEWEST_KNOWN = 10  # general questions that the base answers rightly; a share of fewer says nothing


SETTLED = frozenset({"held-out", "likeness"})  # doubts that eyes settle; they do not see what was forgotten


class Outcome(StrEnum):
    MET = "met"
    DOUBT = "doubt"  # not shown, though it may be so
    BROKEN = "broken"
    UNKNOWN = "unknown"  # could not be measured


@dataclass(frozen=True)
class Finding:
    rule: str
    outcome: Outcome
    reason: Reason


@dataclass(frozen=True)
class Judgement:
    verdict: RunState  # PROMOTED, KEPT or REJECTED
    findings: tuple[Finding, ...]  # one a rule

    @property
    def reason(self) -> Reason:
        """The gravest finding; of a promoted tag, what it learned."""
        for outcome in (Outcome.BROKEN, Outcome.DOUBT):
            for finding in self.findings:
                if finding.outcome is outcome:
                    return finding.reason
        return next(finding.reason for finding in self.findings if finding.rule == "learned")


def judge(seen: Evaluation, rules: Rules) -> Judgement:
    findings = tuple(_finding(rule, *look(seen, rules)) for rule, look in RULES.items())
    return _judged(findings)


def count_blind(findings: Sequence[Finding], wins: int, losses: int) -> Judgement:
    """The verdict with what a person picked blindly: surely worse rejects; surely better settles doubts about answers.

    `wins` and `losses` are of the tuned model; where no answer was the better one nothing is said.
    """
    rate = share(wins, wins + losses)
    outcome = Outcome.MET if rate.low > 0.5 else Outcome.BROKEN if rate.high < 0.5 else Outcome.UNKNOWN
    blind = _finding("blind", outcome, {"wins": wins, "losses": losses})
    settled = SETTLED if outcome is Outcome.MET else frozenset()
    kept = [
        finding
        for finding in findings
        if finding.rule != "blind" and not (finding.outcome is Outcome.DOUBT and finding.rule in settled)
    ]
    return _judged((*kept, blind))


def _judged(findings: tuple[Finding, ...]) -> Judgement:
    outcomes = {finding.outcome for finding in findings}
    if Outcome.BROKEN in outcomes:
        return Judgement(RunState.REJECTED, findings)
    return Judgement(RunState.KEPT if Outcome.DOUBT in outcomes else RunState.PROMOTED, findings)


def _finding(rule: str, outcome: Outcome, params: dict[str, str | int | float]) -> Finding:
    name = f"{rule}-{outcome}"
    return Finding(rule, outcome, Reason(f"proof-{name}", params))


Look = tuple[Outcome, dict[str, str | int | float]]


def _parity(seen: Evaluation, rules: Rules) -> Look:
    outcome = Outcome.MET if seen.certificate.is_certified else Outcome.BROKEN
    return outcome, {"conversations": seen.certificate.conversations, "rows": seen.certificate.rows}


def _answers(seen: Evaluation, rules: Rules) -> Look:
    return (Outcome.BROKEN if seen.after.empty else Outcome.MET), {
        "empty": seen.after.empty,
        "asked": seen.after.stopped.of,
    }


def _stopped(seen: Evaluation, rules: Rules) -> Look:
    stopped = seen.after.stopped
    enough = 100 * stopped.value >= rules.stopped
    return (Outcome.MET if enough else Outcome.BROKEN), {
        "stopped": stopped.count,
        "asked": stopped.of,
        "least": rules.stopped,
    }


def _learned(seen: Evaluation, rules: Rules) -> Look:
    if seen.learned is None:
        return Outcome.UNKNOWN, {}
    outcome = Outcome.MET if seen.learned.change >= rules.learned else Outcome.BROKEN
    return outcome, {**_words(seen.learned), "least": rules.learned}


def _held_out(seen: Evaluation, rules: Rules) -> Look:
    """Not worse; with enough answers, surely better."""
    change = seen.held_out_learned
    if change is None:
        return Outcome.UNKNOWN, {}
    if change.is_worse:
        outcome = Outcome.BROKEN
    elif change.count >= rules.held_out:
        outcome = Outcome.MET if change.is_better else Outcome.DOUBT
    else:
        outcome = Outcome.MET if change.change >= 0 else Outcome.DOUBT
    return outcome, _words(change)


def _question(seen: Evaluation, rules: Rules) -> Look:
    """Answers that were learned for themselves, not for their questions, are likely after any question."""
    change = seen.own_question
    if change is None:
        return Outcome.UNKNOWN, {}
    return (Outcome.BROKEN if change.is_worse else Outcome.MET), _words(change)


def _likeness(seen: Evaluation, rules: Rules) -> Look:
    if seen.likeness is None:
        return Outcome.UNKNOWN, {}
    return (Outcome.DOUBT if seen.likeness.is_worse else Outcome.MET), _words(seen.likeness)


def _retention(seen: Evaluation, rules: Rules) -> Look:
    """Below the least share: rejected where the whole interval lies below, else in doubt."""
    kept = seen.retention.kept
    if kept.of < FEWEST_KNOWN:
        return Outcome.UNKNOWN, {"known": kept.of}
    told: dict[str, str | int | float] = {"kept": kept.count, "asked": kept.of, "least": rules.retention}
    if 100 * kept.value >= rules.retention:
        return Outcome.MET, told
    return (Outcome.BROKEN if 100 * kept.high < rules.retention else Outcome.DOUBT), told


RULES: dict[str, Callable[[Evaluation, Rules], Look]] = {
    "parity": _parity,
    "answers": _answers,
    "stopped": _stopped,
    "learned": _learned,
    "held-out": _held_out,
    "question": _question,
    "likeness": _likeness,
    "retention": _retention,
}


def _words(change: Paired) -> dict[str, str | int | float]:
    figures = {"before": change.before, "after": change.after, "low": change.low, "high": change.high}
    return {"count": change.count, **{name: round(value, 2) for name, value in figures.items()}}
