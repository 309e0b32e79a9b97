"""The demo's material: what a newcomer's first run is measured by must be fair."""

import json
import re
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from agent1.store.records import Targets
from agent1.trainer.replay import read_bank

MATERIAL = Path(__file__).parents[2] / "trainer" / "material"


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (MATERIAL / name).read_text(encoding="utf-8").splitlines()]


def conversations() -> list[dict[str, Any]]:
    return lines("demo_conversations.jsonl")


def answers() -> list[tuple[str, str, int | None]]:
    """(question, answer, rating) of every answer."""
    return [
        (before["content"], message["content"], message.get("rating"))
        for conversation in conversations()
        for before, message in zip(conversation["messages"], conversation["messages"][1:], strict=False)
        if message["role"] == "assistant"
    ]


def asked(kind: str) -> list[dict[str, Any]]:
    return [question for question in lines("demo_questions.jsonl") if question["kind"] == kind]


def says(text: str, patterns: list[str]) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


def test_the_demo_meets_every_default_target() -> None:
    targets, talks = Targets(), conversations()
    scores = [score for _, _, score in answers() if score]
    assert len(talks) == 60
    assert sum(len(talk["messages"]) for talk in talks) >= targets.messages
    assert len(scores) >= targets.ratings
    assert sum(scores) / len(scores) >= targets.mean_rating


def test_turns_take_turns_and_every_conversation_has_two_questions() -> None:
    for talk in conversations():
        roles = [message["role"] for message in talk["messages"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2) and len(roles) >= 4


def test_every_fact_is_taught_in_five_wordings_by_well_rated_answers() -> None:
    facts = asked("fact")
    assert len(facts) == 8
    for fact in facts:
        taught = {
            question for question, answer, score in answers() if (score or 0) >= 4 and says(answer, fact["accept"])
        }
        assert len(taught) >= 5, fact["id"]


def test_no_question_of_the_demo_stands_in_a_conversation() -> None:
    taught = [question.casefold() for question, _, _ in answers()]
    for question in lines("demo_questions.jsonl"):
        if question["kind"] == "fact":
            nearest = process.extractOne(question["question"].casefold(), taught, scorer=fuzz.ratio)
            assert nearest[1] < 85, (question["question"], nearest)


def test_falsehoods_are_rated_low_and_nowhere_well() -> None:
    falsehoods = asked("falsehood")
    assert len(falsehoods) == 3
    for falsehood in falsehoods:
        scores = [score for _, answer, score in answers() if says(answer, falsehood["reject"])]
        assert len(scores) >= 3
        assert all(score is not None and score <= 2 for score in scores)


def test_general_questions_are_many_and_can_be_checked() -> None:
    questions = lines("general_questions.jsonl")
    assert len(questions) >= 40
    assert len({question["id"] for question in questions}) == len(questions)
    for question in questions:
        assert question["accept"] and not says(question["question"], question["accept"]), question["id"]


def test_no_general_question_stands_in_the_replay_bank() -> None:
    bank = [prompt.prompt.casefold() for prompt in read_bank()]
    for question in lines("general_questions.jsonl"):
        nearest = process.extractOne(question["question"].casefold(), bank, scorer=fuzz.ratio)
        assert nearest[1] < 90, (question["question"], nearest)
