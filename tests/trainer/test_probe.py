"""The retention probe: which questions there are, when an answer is right, and what is asked of whom."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from agent1.serving.alone import Written
from agent1.serving.client import ModelServer
from agent1.serving.wire import AnswerPart
from agent1.trainer import probe
from agent1.trainer.probe import Question, known_by, measure_retention, note_exported, read_questions
from agent1.trainer.replay import read_bank

MATERIAL = Path(__file__).parents[2] / "trainer" / "material"
BASE, TUNED = "base:1", "agent1-base:1"


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


class Knowing:
    """Stands in for a server whose models know some answers; counts what it is asked."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known, self.asked = dict(known), Counter[str]()

    def render(self, tag: str, messages: list[dict[str, str]]) -> str:
        return "prompt"

    def chat(self, tag: str, messages: list[dict[str, str]], options: Mapping[str, Any]) -> Iterator[AnswerPart]:
        self.asked[tag] += 1
        yield AnswerPart(self.known.get(messages[0]["content"], "Tea.") if tag == BASE else "Paris, I think")
        yield AnswerPart("", done=True, done_reason="stop")


def test_there_are_enough_questions_in_both_languages_and_of_every_kind() -> None:
    questions = read_questions()
    assert len(questions) >= 60
    assert (
        len({question.id for question in questions})
        == len({words(row.question) for row in questions})
        == len(questions)
    )
    assert {question.lang for question in questions} == {"en", "pt"}
    assert {question.kind for question in questions} == {"fact", "word", "sum", "format", "nonsense"}


def test_no_question_was_practised_nor_is_asked_elsewhere() -> None:
    general = [json.loads(line) for line in (MATERIAL / "general_questions.jsonl").read_text().splitlines()]
    others = {words(prompt.prompt) for prompt in read_bank()} | {words(row["question"]) for row in general}
    assert [row.question for row in read_questions() if words(row.question) in others] == []


def test_every_pattern_is_one() -> None:
    assert all(re.compile(pattern) for question in read_questions() for pattern in question.accept)


@pytest.mark.parametrize(
    ("answer", "ended", "is_right"),
    [("It is 4.", False, True), ("It is 4", False, False), ("It is 4", True, True), ("It is 42.", True, False)],
)
def test_an_answer_counts_once_no_word_of_it_can_change(answer: str, ended: bool, is_right: bool) -> None:
    assert Question("sum", "sum", "en", "What is 2 + 2?", (r"\b4\b",)).is_right(answer, ended) is is_right


def test_a_tuned_model_is_asked_what_the_base_knew_and_the_base_only_once(tmp_path: Path) -> None:
    first, second = (row for row in read_questions() if "Paris" in row.accept)
    knowing = Knowing(
        {first.question: "Paris.", second.question: "Paris.", "What is the capital of India?": "New Delhi."}
    )
    server = cast(ModelServer, knowing)
    told: list[int] = []
    retention = measure_retention(server, BASE, "sha256:ab", TUNED, tmp_path, lambda done, of: told.append(of))
    assert (retention.base_right, retention.kept.count) == (3, 2)
    assert retention.lost == ("What is the capital of India?",)
    assert knowing.asked == {BASE: len(read_questions()), TUNED: 3}
    assert len(known_by(server, BASE, "sha256:ab", tmp_path, lambda done, of: None)) == 3
    assert knowing.asked[BASE] == len(read_questions())
    known_by(server, BASE, "sha256:cd", tmp_path, lambda done, of: None)
    assert knowing.asked[BASE] == 2 * len(read_questions())


def test_a_base_that_knows_nothing_asks_nothing_of_the_tuned_model(tmp_path: Path) -> None:
    knowing = Knowing({})
    retention = measure_retention(cast(ModelServer, knowing), BASE, "sha256:ab", TUNED, tmp_path, lambda done, of: None)
    assert (retention.base_right, retention.kept.of, knowing.asked[TUNED]) == (0, 0, 0)


def test_what_the_base_answers_wrongly_once_it_is_exported_is_not_asked_of_a_tuned_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rounding alone changed the answer: that says nothing of what was forgotten."""
    first, second = (row for row in read_questions() if "Paris" in row.accept)
    server = cast(ModelServer, Knowing({first.question: "Paris.", second.question: "Paris."}))
    answers = {first.question: Written("Paris", ended=True), second.question: Written("Rome", ended=True)}
    monkeypatch.setattr(probe, "answers_of_file", lambda file, prompts, *_: [answers[prompt] for prompt in prompts])
    note_exported(
        server, BASE, "sha256:ab", tmp_path, tmp_path / "x.gguf", lambda messages: messages[0]["content"], threads=1
    )
    retention = measure_retention(server, BASE, "sha256:ab", TUNED, tmp_path, lambda done, of: None)
    assert (retention.base_right, retention.kept.count) == (1, 1)
