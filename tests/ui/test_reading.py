"""What does not fit is left out in whole turns, from the oldest, and counted."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent1.store.messages import as_read
from agent1.store.records import Message, Role
from agent1.ui.reading import TooLongForModel, estimate, fit

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def talk(*texts: str, system: str = "") -> list[Message]:
    said = [Message(0, 1, None, Role.SYSTEM, system, NOON)] if system else []
    roles = (Role.USER, Role.ASSISTANT)
    return [*said, *(Message(n + 1, 1, n, roles[n % 2], text, NOON) for n, text in enumerate(texts))]


def test_all_is_read_where_it_fits() -> None:
    prompt = fit(talk("one", "two", "three"), 4096)
    assert [message["content"] for message in prompt.messages] == ["one", "two", "three"] and prompt.unread == 0


def test_the_oldest_turns_are_left_out_whole_and_the_system_message_stays() -> None:
    prompt = fit(talk("a" * 900, "b" * 900, "c" * 30, "d" * 30, "e", system="Be kind."), 256)
    assert [message["content"][:8] for message in prompt.messages] == ["Be kind.", "c" * 8, "d" * 8, "e"]
    assert prompt.unread == 2


def test_a_question_that_alone_is_too_long_is_refused_and_never_cut() -> None:
    with pytest.raises(TooLongForModel) as refused:
        fit(talk("short", "short", "x" * 3000), 512)
    assert refused.value.params["context"] == 512


@settings(max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=15), st.integers(256, 2000))
def test_what_is_read_fits_and_ends_with_the_question(texts: list[str], context: int) -> None:
    said = talk(*(f"{text}." for text in texts[: len(texts) - 1 + len(texts) % 2]))  # ends with a question
    try:
        prompt = fit(said, context)
    except TooLongForModel:
        assert estimate(said[-1:]) > context * 7 / 8 - 1
        return
    assert prompt.messages[-1]["content"] == said[-1].content
    assert len(prompt.messages) + prompt.unread == len(said)
    assert estimate(said[prompt.unread :]) <= context


@pytest.mark.parametrize(
    ("text", "tokens"),  # as SmolLM2's vocabulary splits it
    [
        ("Não há como saber, então você precisaria de uma solução para a questão da informação.", 31),
        ("今天天气很好，我们去公园散步吧。", 31),
        ("😀😍🚀", 9),
    ],
)
def test_the_estimate_is_not_far_below_what_a_vocabulary_says(text: str, tokens: int) -> None:
    message = Message(1, 1, None, Role.USER, text, NOON)
    assert 0.9 * tokens <= estimate([message]) <= 2 * tokens + 10


def test_the_newest_system_message_holds_and_an_empty_one_takes_it_back() -> None:
    system = [Message(n, 1, None, Role.SYSTEM, text, NOON) for n, text in enumerate(("old", "new", ""))]
    said = talk("Hi")
    assert [m.content for m in as_read([system[0], *said, system[1]])] == ["new", "Hi"]
    assert [m.content for m in as_read([system[0], *said, system[2]])] == ["Hi"]
