import pytest

from agent1.store.records import AnswerState, Thresholds
from agent1.trainer.flaws import breaks_off, flaw_of, goes_in_circles, is_refusal

LONG = (
    "The lighthouse on the northern cliff opens at 8 in the morning, and Maria Lopes shows visitors around; "
    "they are not allowed to climb the last stair, since it is being repaired this year."
)
WALK = (
    "A path of two hours leads along the cliff to the old harbour, where a small museum tells of the fishermen and of "
    "the storm that took the first tower. Bring good shoes and water, for there is no shade on the way."
)


@pytest.mark.parametrize(
    ("state", "flaw"),
    [
        (AnswerState.DONE, None),
        (AnswerState.WRITING, "left-out-unfinished"),
        (AnswerState.STOPPED, "left-out-stopped"),
        (AnswerState.CUT, "left-out-cut"),
        (AnswerState.FAILED, "left-out-failed"),
    ],
)
def test_only_a_whole_answer_is_without_flaw(state: AnswerState, flaw: str | None) -> None:
    assert flaw_of("At eight.", state) == flaw


@pytest.mark.parametrize(
    "notice",
    [
        "Error: model not found",
        "⚠️ Erro: o servidor não respondeu",
        "Connection refused: 127.0.0.1:11434",
        "Traceback (most recent call last):\n  File ...",
        '{"error": "context length exceeded"}',
    ],
)
def test_an_error_notice_is_no_answer(notice: str) -> None:
    assert flaw_of(notice, AnswerState.DONE) == "left-out-error-notice"


@pytest.mark.parametrize(
    "answer",
    [
        "Error 404 means that a page was not found.",
        "An error: that is what it was.",
        "Erros acontecem.",
        "Error: " + LONG + WALK,
    ],
)
def test_an_answer_about_errors_is_an_answer(answer: str) -> None:
    assert flaw_of(answer, AnswerState.DONE) is None


@pytest.mark.parametrize(
    ("answer", "is_cut"),
    [
        ("Mix flour, water and salt and knead the", True),
        ("Misture a farinha com água, sal e", True),
        ("Here it is:\n```\nprint(1)", True),
        ("Here it is:\n```\nprint(1)\n```", False),
        ("That is all there is to it", False),
        ("Yes, and", False),
        ("O prazo é o que está na nota.", False),
    ],
)
def test_an_answer_that_stops_within_a_sentence_or_its_code_breaks_off(answer: str, is_cut: bool) -> None:
    assert breaks_off(answer) is is_cut


def test_a_long_answer_that_begins_with_what_it_cannot_do_is_no_refusal() -> None:
    assert is_refusal("I cannot share the recipe.")
    assert not is_refusal("I cannot share the recipe. " + LONG + WALK)


def test_the_share_of_new_triples_decides_what_is_a_loop() -> None:
    verse = "Row, row, row your boat gently down the stream, merrily, merrily, merrily, merrily, life is but a dream."
    assert not goes_in_circles(verse, Thresholds().new_triples)
    assert goes_in_circles(verse + " " + verse, 60)
    assert not goes_in_circles("```\n" + "0 0 0 0 0\n" * 20 + "```", Thresholds().new_triples)


def test_refusals_are_learned_where_the_admin_wants_them() -> None:
    refusal = "I'm sorry, but I can't help with that."
    assert flaw_of(refusal, AnswerState.DONE) == "left-out-refusal"
    assert flaw_of(refusal, AnswerState.DONE, Thresholds(refusals=False)) is None
