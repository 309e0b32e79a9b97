import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.trainer.filters import LongAnswer, asked_words, is_too_long, read_long, words_of

LONG = (
    "The lighthouse on the northern cliff opens at 8 in the morning, and Maria Lopes shows visitors around; "
    "they are not allowed to climb the last stair, since it is being repaired this year."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("At eight.", "  at EIGHT "),
        ("It's **closed**!", "It’s closed"),
        ("- Bread\n- Milk", "Bread milk"),
        ("Cafe\u0301", "Café"),
        ("(Really?)", "really"),
    ],
)
def test_case_spacing_and_punctuation_make_no_difference(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Call 555-0142.", "Call 555-0143."),
        ("It is -5 degrees.", "It is 5 degrees."),
        ("Take .5 litres", "Take 5 litres"),
        ("Version 1.5", "Version 15"),
        ("C#", "C"),
        ("C++", "C"),
        ("$5", "€5"),
        ("5%", "5"),
        ("10²", "102"),
        ("👍", "👎"),
        ("?", "!"),
        ("Ana", "Anna"),
        ("Blood type A", "Blood type O"),
        ("É aberto", "E aberto"),
    ],
)
def test_what_changes_the_meaning_makes_a_difference(one: str, other: str) -> None:
    assert words_of(one) != words_of(other)
    assert asked_words(one) != asked_words(other)


@given(st.text(max_size=60))
def test_words_are_found_in_any_text_and_finding_them_again_changes_nothing(text: str) -> None:
    assert words_of(text)
    assert words_of(" ".join(words_of(text))) == words_of(text)


def test_politeness_makes_no_other_question() -> None:
    assert asked_words("Please tell me the time") == asked_words("tell me time")
    assert asked_words("Que horas são, por favor?") == asked_words("que horas são")
    assert asked_words("The?") == ("the",)


def long(text: str) -> LongAnswer:
    answer = read_long(text)
    assert answer
    return answer


def test_a_long_answer_may_differ_in_a_word() -> None:
    assert long(LONG).says_the_same(long(LONG.replace("visitors", "guests")))


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("8", "9"),
        ("Lopes", "Lima"),
        ("not allowed", "allowed"),
        ("are not", "aren't"),
        ("The lighthouse", "Nor the lighthouse"),
    ],
)
def test_a_long_answer_may_not_differ_in_a_number_a_name_or_a_negation(word: str, other: str) -> None:
    assert word in LONG
    assert not long(LONG).says_the_same(long(LONG.replace(word, other)))


def test_of_a_short_answer_every_word_counts() -> None:
    assert read_long("The lighthouse opens in spring.") is None


@given(st.text(min_size=1, max_size=50), st.integers(1, 50))
def test_what_is_said_to_be_too_long_has_more_characters_than_tokens_allow(text: str, sequence_len: int) -> None:
    assert is_too_long("", text, sequence_len) == (len(text) > 6 * sequence_len)
