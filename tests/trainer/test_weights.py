import pytest

from agent1.store.records import Role
from agent1.trainer.dataset import RATED, REPLAY, Row
from agent1.trainer.verdicts import Turn
from agent1.trainer.weights import times_learned


def rated(score: int, is_corrected: bool = False) -> Row:
    return Row("rated-1", RATED, (Turn(Role.ASSISTANT, "Yes."),), {}, score, is_corrected=is_corrected)


@pytest.mark.parametrize("passes", range(2, 13))
def test_a_5_is_learned_more_often_than_a_4_and_own_words_most_often(passes: int) -> None:
    good, best, own = (times_learned(row, passes) for row in (rated(4), rated(5), rated(5, is_corrected=True)))
    assert 1 <= good < best == passes < own


def test_a_general_answer_is_learned_once() -> None:
    assert times_learned(Row("replay-1", REPLAY, (Turn(Role.ASSISTANT, "Yes."),), {}), 5) == 1
