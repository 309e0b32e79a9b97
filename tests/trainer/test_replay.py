"""Replay: which prompts are drawn and what is kept of the base's answers."""

from collections import Counter

import pytest

from agent1.trainer.replay import Prompt, cut_at_sentence, draw, languages_of, learnable, read_bank


def bank_of(sizes: dict[tuple[str, str], int]) -> list[Prompt]:
    return [
        Prompt(id=f"{lang}-{kind}-{at}", lang=lang, prompt=f"{kind} {at}?", kind=kind)
        for (lang, kind), size in sizes.items()
        for at in range(size)
    ]


def test_the_same_seed_draws_the_same_prompts() -> None:
    assert draw(40, seed=3) == draw(40, seed=3)


def test_another_seed_draws_other_prompts() -> None:
    assert draw(40, seed=3) != draw(40, seed=4)


def test_a_larger_draw_begins_with_the_smaller_one() -> None:
    assert draw(90)[:40] == draw(40)


def test_no_prompt_is_drawn_twice() -> None:
    drawn = draw(10_000)
    assert len(set(drawn)) == len(drawn) == len(read_bank())


def test_a_draw_keeps_each_kinds_share_of_the_bank() -> None:
    bank = bank_of({("en", "fact"): 100, ("en", "talk"): 50, ("pt", "fact"): 50})
    drawn = Counter((prompt.lang, prompt.kind) for prompt in draw(40, bank, seed=1))
    shares = {("en", "fact"): 20, ("en", "talk"): 10, ("pt", "fact"): 10}
    assert all(abs(drawn[kind] - share) <= 1 for kind, share in shares.items())


def test_only_the_languages_asked_for_are_drawn() -> None:
    assert {prompt.lang for prompt in draw(50, languages={"pt"})} == {"pt"}


@pytest.mark.parametrize(
    ("texts", "languages"),
    [
        (["What is the name of the dog?", "It is called Tofu."], {"en"}),
        (["Qual é o nome do cachorro?", "Ele se chama Tofu, você não sabia?"], {"pt"}),
        (["What is the name of the dog?", "Qual é o nome do cachorro?"], {"en", "pt"}),
        (["Tofu!"], {"en", "pt"}),
    ],
)
def test_the_languages_of_a_text_are_told_by_its_small_words(texts: list[str], languages: set[str]) -> None:
    assert languages_of(texts) == languages


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One. Two! And thr", "One. Two!"),
        ('He said "Yes." Then he we', 'He said "Yes."'),
        ("Pi is 3.14159 and so o", ""),
        ("no end at all", ""),
        ("See this list. 1. Bread 2. Mil", "See this list."),
        ("", ""),
    ],
)
def test_an_answer_is_cut_behind_its_last_whole_sentence(text: str, kept: str) -> None:
    assert cut_at_sentence(text) == kept


def test_a_limit_counts_characters_of_whole_sentences() -> None:
    assert cut_at_sentence("One two. Three four. Five.", limit=20) == "One two. Three four."


def test_a_whole_short_answer_stays_as_it_is() -> None:
    assert learnable(" 4", is_whole=True) == "4"


def test_a_broken_off_answer_loses_its_last_words() -> None:
    assert learnable("It is red. It is al", is_whole=False) == "It is red."


def test_a_long_answer_is_cut_within_the_limit() -> None:
    answer = "Bees make honey. They live in hives near flowers. In winter they eat what they have made."
    assert learnable(answer, is_whole=True, limit=60) == "Bees make honey. They live in hives near flowers."


def test_an_answer_that_goes_in_circles_is_not_replayed() -> None:
    assert learnable("The answer is 1. " * 8, is_whole=True) == ""


def test_the_bank_holds_at_least_150_prompts_in_two_languages() -> None:
    bank = read_bank()
    assert len(bank) >= 150
    assert {prompt.lang for prompt in bank} == {"en", "pt"}
    assert len({prompt.id for prompt in bank}) == len({prompt.prompt for prompt in bank}) == len(bank)
