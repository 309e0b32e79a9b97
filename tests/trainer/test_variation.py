"""Other wordings of a question: words go, nothing else changes."""

import random
from collections.abc import Iterator

import pytest

from agent1.store.records import Role
from agent1.trainer.dataset import RATED, Row
from agent1.trainer.variation import vary_question
from agent1.trainer.verdicts import Turn

QUESTION = "Who made the clock in the hall of the old museum?"


def row(question: str, *before: Turn) -> Row:
    turns = (*before, Turn(Role.USER, question), Turn(Role.ASSISTANT, "Ida Holm made it."))
    return Row(id="1", kind=RATED, messages=turns, source={"message": 1})


def varied(question: str = QUESTION, share: float = 0.35, seeds: int = 200) -> list[str]:
    return [vary_question(row(question), share, random.Random(seed)).messages[-2].content for seed in range(seeds)]


def is_within(words: list[str], whole: Iterator[str]) -> bool:
    return all(word in whole for word in words)  # `in` uses the iterator up, so the order counts


def test_words_are_left_out_and_the_others_keep_their_order() -> None:
    wordings = varied()
    assert all(is_within(text.split(), iter(QUESTION.split())) for text in wordings)
    assert len(set(wordings)) > 100


def test_about_the_share_that_was_asked_for_is_left_out() -> None:
    kept = sum(len(text.split()) for text in varied()) / 200 / len(QUESTION.split())
    assert 0.6 < kept < 0.7  # 2,200 words: three standard deviations are 0.03


def test_never_all_words_go() -> None:
    assert all(varied("Who made the clock?", share=0.9))


def test_the_answer_and_the_turns_before_stay() -> None:
    before = (Turn(Role.USER, "A question that was asked before."), Turn(Role.ASSISTANT, "Yes."))
    said = row(QUESTION, *before)
    changed = vary_question(said, 0.5, random.Random(1))
    assert changed.messages[:2] == before and changed.messages[-1] == said.messages[-1]
    assert changed.messages[-2] != said.messages[-2]


@pytest.mark.parametrize("question", ["Who made it?", "word " * 25, "Correct this sentence:\nHe go to school by bus."])
def test_a_text_to_work_on_and_a_question_without_a_word_to_spare_stay_whole(question: str) -> None:
    assert set(varied(question)) == {question}


def test_a_share_of_nothing_leaves_everything() -> None:
    assert set(varied(share=0.0)) == {QUESTION}
