"""The log-probabilities of an answer are those that llama.cpp itself tells."""

from pathlib import Path

import numpy as np
import pytest

from agent1.serving.likelihood import LikelihoodUnknown, Scored, log_probabilities
from tests.logits import llama_cpp_says
from tests.tiny_models import Shape, tiny_llama_gguf

VOCABULARY = Shape().vocabulary


def some_ids(length: int) -> tuple[int, ...]:
    return tuple(int(token) for token in np.random.default_rng(3).integers(3, VOCABULARY, length))


@pytest.mark.parametrize(("weights", "tied", "tolerance"), [("F32", True, 2e-3), ("Q8_0", False, 5e-2)])
def test_each_token_has_the_log_probability_that_llama_cpp_tells(
    tmp_path: Path, weights: str, tied: bool, tolerance: float
) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf", weights=weights, tied=tied)
    ids = some_ids(300)
    (told,) = log_probabilities(model, [Scored(ids, 3)])
    wanted = [llama_cpp_says(model, ids[: 297 + at], VOCABULARY)[ids[297 + at]] for at in range(3)]
    np.testing.assert_allclose(told, wanted, atol=tolerance)


def test_rows_of_any_length_are_told_apart(tmp_path: Path) -> None:
    model = tiny_llama_gguf(tmp_path / "tiny.gguf")
    rows = [Scored(some_ids(length), counted) for length, counted in ((9, 4), (40, 1), (3, 2))]
    together = log_probabilities(model, rows)
    assert [len(told) for told in together] == [4, 1, 2]
    assert together[2] == pytest.approx(log_probabilities(model, rows[2:])[0], abs=1e-4)
    assert all(value < 0 for told in together for value in told)


def test_no_rows_ask_nothing(tmp_path: Path) -> None:
    assert log_probabilities(tmp_path / "missing.gguf", []) == []


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(LikelihoodUnknown):
        log_probabilities(tmp_path / "broken.gguf", [Scored((1, 2, 3), 1)])
