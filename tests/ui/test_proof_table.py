"""The proof as people read it, on the page and in a terminal."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from agent1.store.records import Rules
from agent1.tests.trainer.test_judgement import CASES, GOOD
from agent1.trainer.evaluation import Evaluation
from agent1.trainer.judgement import judge
from agent1.ui.catalogue import ENGLISH, LANGUAGES, PORTUGUESE, Catalogue
from agent1.ui.proof_table import proof_panel, proof_text, read_lines


def told(seen: Evaluation) -> dict[str, Any]:
    judgement = judge(seen, Rules())
    content = {
        "verdict": judgement.verdict,
        "findings": [asdict(finding) for finding in judgement.findings],
        "figures": asdict(seen),
    }
    return dict(json.loads(json.dumps(content)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", CASES)
def test_the_broken_rule_is_marked_and_said(language: str, rule: str) -> None:
    catalogue = Catalogue.load(language)
    seen = told(CASES[rule][0])
    sentence = catalogue.tell(judge(CASES[rule][0], Rules()).reason)
    assert sentence in proof_text(catalogue, seen)
    assert ("⚠️" in proof_text(catalogue, seen)) or ("🟡" in proof_text(catalogue, seen))


def test_numbers_follow_the_language() -> None:
    english, portuguese = (
        {line.name: line for line in read_lines(Catalogue.load(language), told(GOOD))}
        for language in (ENGLISH, PORTUGUESE)
    )
    assert english["Trained answers (log-probability a token)"].change == "+1.20 [1.20; 1.20]"
    assert portuguese["Respostas treinadas (log-probabilidade por token)"].change == "+1,20 [1,20; 1,20]"


def test_what_was_forgotten_is_named() -> None:
    assert "What is the capital of India?" in proof_text(Catalogue.load(ENGLISH), told(GOOD))


def test_the_panel_lets_no_text_become_markup() -> None:
    from dataclasses import replace

    named = replace(GOOD, tag="<script>alert(1)</script>")
    assert "<script>" not in proof_panel(Catalogue.load(ENGLISH), told(named))


def test_without_held_out_answers_the_table_stands_and_says_so() -> None:
    from dataclasses import replace

    text = proof_text(
        Catalogue.load(ENGLISH), told(replace(GOOD, held_out=0, held_out_learned=None, own_question=None))
    )
    assert "No answers were held out" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_when_the_server_did_not_tell_its_prompts(language: str) -> None:
    from dataclasses import replace

    catalogue = Catalogue.load(language)
    sentence = catalogue.say("proof-rendered-by-file")
    by_file = replace(GOOD, certificate=replace(GOOD.certificate, rendered_by="file"))
    assert sentence in proof_text(catalogue, told(by_file)) and sentence not in proof_text(catalogue, told(GOOD))


def test_the_blind_comparison_stands_among_the_figures() -> None:
    seen = told(GOOD) | {"blind": {"count": 10, "of": 11, "low": 0.62, "high": 0.98, "same": 1}}
    line = next(line for line in read_lines(Catalogue.load(ENGLISH), seen) if "blind" in line.name)
    assert (line.after, line.change) == ("10 of 11", "62 to 98 %")
