"""The rules: what promotes, what leaves a candidate, what rejects, and that each finding has its words."""

from dataclasses import replace

import pytest

from agent1.store.records import Rules, RunState
from agent1.trainer.certificate import TRAINED, Certificate
from agent1.trainer.evaluation import Evaluation, Manner
from agent1.trainer.figures import Paired, paired, share
from agent1.trainer.judgement import Outcome, judge
from agent1.trainer.probe import Retention
from agent1.ui.catalogue import LANGUAGES, Catalogue

RULES = Rules()


def change(by: float, count: int = 10, spread: float = 0.0) -> Paired:
    values = [by + spread * (-1) ** at for at in range(count)]
    found = paired([-2.0] * count, [value - 2.0 for value in values])
    assert found is not None
    return found


def manner(stopped: int = 20, empty: int = 0) -> Manner:
    return Manner(share(stopped, 20), share(20, 20), share(0, 20), empty, 1.0)


GOOD = Evaluation(
    tag="agent1-a:1",
    against="a:1",
    base="a:1",
    held_out=24,
    likeness=change(20),
    before=manner(stopped=10),
    after=manner(),
    learned=change(1.2),
    held_out_learned=change(0.8, 24, 0.1),
    own_question=change(0.3),
    retention=Retention(50, share(49, 50), ("What is the capital of India?",)),
    certificate=Certificate("server", 8, 30, "<|im_end|>"),
    pairs=(),
)


def test_a_good_tag_is_promoted() -> None:
    judgement = judge(GOOD, RULES)
    assert judgement.verdict is RunState.PROMOTED
    assert {finding.outcome for finding in judgement.findings} == {Outcome.MET}
    assert judgement.reason.key == "proof-learned-met"


CASES = {
    "parity": (replace(GOOD, certificate=replace(GOOD.certificate, failures=(TRAINED,))), Outcome.BROKEN),
    "answers": (replace(GOOD, after=manner(empty=1)), Outcome.BROKEN),
    "stopped": (replace(GOOD, after=manner(stopped=18)), Outcome.BROKEN),
    "learned": (replace(GOOD, learned=change(0.05)), Outcome.BROKEN),
    "held-out": (replace(GOOD, held_out_learned=change(-0.5, 24, 0.1)), Outcome.BROKEN),
    "question": (replace(GOOD, own_question=change(-0.3)), Outcome.BROKEN),
    "likeness": (replace(GOOD, likeness=change(-9)), Outcome.DOUBT),
    "retention": (replace(GOOD, retention=Retention(50, share(30, 50), ("a",))), Outcome.BROKEN),
}


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_by_itself_keeps_a_tag_out_of_use(rule: str) -> None:
    seen, outcome = CASES[rule]
    judgement = judge(seen, RULES)
    assert {finding.rule: finding.outcome for finding in judgement.findings if finding.outcome is not Outcome.MET} == {
        rule: outcome
    }
    assert judgement.verdict is (RunState.REJECTED if outcome is Outcome.BROKEN else RunState.KEPT)
    assert judgement.reason.key == f"proof-{rule}-{outcome}"


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (change(0.1, 24, 0.5), Outcome.DOUBT),  # enough answers, and not surely better
        (change(0.1, 10, 0.5), Outcome.MET),  # too few to be sure: not worse is enough
        (change(-0.1, 10, 0.5), Outcome.DOUBT),
        (None, Outcome.UNKNOWN),
    ],
)
def test_held_out_answers_must_be_surely_better_where_there_are_enough(found: Paired | None, outcome: Outcome) -> None:
    judgement = judge(replace(GOOD, held_out_learned=found), RULES)
    assert [finding.outcome for finding in judgement.findings if finding.rule == "held-out"] == [outcome]


@pytest.mark.parametrize(
    ("kept", "of", "outcome"),
    [
        (18, 20, Outcome.MET),
        (17, 20, Outcome.DOUBT),  # 85 %, and 97 % is possible
        (150, 200, Outcome.BROKEN),
        (0, 9, Outcome.UNKNOWN),  # a base that knows next to nothing
    ],
)
def test_what_was_forgotten_is_weighed_by_what_so_many_questions_can_show(kept: int, of: int, outcome: Outcome) -> None:
    judgement = judge(replace(GOOD, retention=Retention(of, share(kept, of), ())), RULES)
    assert [finding.outcome for finding in judgement.findings if finding.rule == "retention"] == [outcome]


def test_the_admin_decides_what_is_enough() -> None:
    lenient = Rules(learned=0.01, retention=50, stopped=80)
    for rule in ("learned", "retention", "stopped"):
        assert judge(CASES[rule][0], lenient).verdict is RunState.PROMOTED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_has_its_words(language: str) -> None:
    catalogue = Catalogue.load(language)
    nothing = replace(
        GOOD,
        learned=None,
        held_out_learned=None,
        own_question=None,
        likeness=None,
        retention=Retention(0, share(0, 0), ()),
    )
    doubts = replace(GOOD, held_out_learned=change(0.1, 24, 0.5), retention=Retention(20, share(17, 20), ()))
    for seen in (GOOD, nothing, doubts, *(seen for seen, _ in CASES.values())):
        for finding in judge(seen, RULES).findings:
            assert finding.reason.key not in catalogue.tell(finding.reason)
