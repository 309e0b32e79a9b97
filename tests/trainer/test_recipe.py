"""Hyper-parameters by the number of rated examples and the size of the base."""

import pytest

from agent1.trainer.axolotl_config import steps_of
from agent1.trainer.recipe import Recipe, choose
from agent1.trainer.replay import replay_plan

STARTER = 135_000_000
SIZES = [20, 60, 100, 300, 1000]


def rows(examples: int, recipe: Recipe) -> int:
    """As the preparing stage writes them: rated answers `passes` times, general answers once."""
    return examples * recipe.passes + replay_plan(examples, recipe.passes)["count"]


@pytest.mark.parametrize("examples", SIZES)
def test_a_larger_base_is_trained_at_a_lower_rate(examples: int) -> None:
    rates = [choose(examples, size).learning_rate for size in (STARTER, 1_500_000_000)]
    assert rates == sorted(rates, reverse=True) and len(set(rates)) == 2


@pytest.mark.parametrize("examples", SIZES)
def test_rates_of_larger_bases_stay_within_what_is_advised_for_lora(examples: int) -> None:
    assert 1e-4 <= choose(examples, 1_500_000_000).learning_rate <= 3e-4


def test_fewer_examples_are_shown_more_often() -> None:
    passes = [choose(examples, STARTER).passes * choose(examples, STARTER).epochs for examples in SIZES]
    assert passes == sorted(passes, reverse=True) and passes[0] > passes[-1]


@pytest.mark.parametrize("examples", SIZES)
def test_every_size_of_material_gets_enough_weight_updates_to_learn_from(examples: int) -> None:
    recipe = choose(examples, STARTER)
    assert steps_of(recipe, rows(examples, recipe)) >= 15


@pytest.mark.parametrize("examples", SIZES)
@pytest.mark.parametrize("parameters", [0, STARTER, 1_500_000_000])
def test_no_recipe_shows_a_general_answer_twice(examples: int, parameters: int) -> None:
    assert choose(examples, parameters).epochs == 1


@pytest.mark.parametrize("parameters", [0, 7_000_000_000])
def test_an_unknown_or_large_base_is_never_trained_at_the_small_ones_rate(parameters: int) -> None:
    assert choose(60, parameters).learning_rate < choose(60, STARTER).learning_rate


def test_at_least_as_many_general_answers_are_drawn_as_there_are_rated_ones() -> None:
    assert all(replay_plan(examples, choose(examples, STARTER).passes)["count"] >= examples for examples in SIZES)
