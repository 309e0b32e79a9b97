"""The ids that training gets are llama.cpp's."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from agent1.serving.gguf_file import read_gguf
from agent1.serving.vocabulary import Vocabulary, VocabularyUnreadable
from tests.tiny_models import TEXTS, tiny_llama_gguf


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_llama_gguf(tmp_path_factory.mktemp("vocabulary") / "chatml.gguf")


@pytest.fixture(scope="module")
def chatml(model: Path) -> Iterator[Vocabulary]:
    with Vocabulary(model) as vocabulary:
        yield vocabulary


@pytest.fixture(scope="module")
def llama3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    path = tiny_llama_gguf(tmp_path_factory.mktemp("vocabulary") / "llama3.gguf", dialect="llama3")
    with Vocabulary(path) as vocabulary:
        yield vocabulary


@pytest.mark.parametrize("text", TEXTS)
def test_ids_are_those_of_an_independent_byte_level_bpe(chatml: Vocabulary, model: Path, text: str) -> None:
    keys = read_gguf(model).keys
    tokens, merges = keys["tokenizer.ggml.tokens"], keys["tokenizer.ggml.merges"]
    assert isinstance(tokens, list)
    assert isinstance(merges, list)
    pairs = [(left, right) for left, _, right in (merge.partition(" ") for merge in merges)]
    other = Tokenizer(models.BPE(vocab={token: index for index, token in enumerate(tokens)}, merges=pairs))
    other.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    assert chatml.tokens(text) == other.encode(text).ids


@given(text=st.text())
def test_ids_turn_back_into_the_text(chatml: Vocabulary, text: str) -> None:
    assert chatml.text(chatml.tokens(text, parse_special=False)) == text


def test_a_special_token_is_one_id_only_where_it_may_be(chatml: Vocabulary) -> None:
    assert chatml.tokens("<|im_end|>") == [2]
    assert 2 not in chatml.tokens("<|im_end|>", parse_special=False)


def test_the_begin_token_stands_first_where_the_file_wants_it(chatml: Vocabulary, llama3: Vocabulary) -> None:
    assert (chatml.begin, llama3.begin) == ((), (0,))
    assert chatml.prompt_tokens("Hello") == chatml.tokens("Hello")
    assert llama3.prompt_tokens("Hello") == [0, *llama3.tokens("Hello")]


def test_a_begin_token_that_the_template_wrote_is_not_doubled(llama3: Vocabulary) -> None:
    assert llama3.prompt_tokens("<|begin_of_text|>Hello") == llama3.prompt_tokens("Hello")


def test_the_end_tokens_are_those_at_which_llama_cpp_stops(chatml: Vocabulary, llama3: Vocabulary) -> None:
    assert {chatml.piece(token) for token in chatml.end_tokens} == {"<|endoftext|>", "<|im_end|>"}
    assert {llama3.piece(token) for token in llama3.end_tokens} == {"<|end_of_text|>", "<|eot_id|>"}
    assert chatml.end_of_text == chatml.tokens("<|im_end|>")[0]


def test_the_size_is_the_files(chatml: Vocabulary) -> None:
    assert chatml.n_vocab == 510


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.gguf").write_bytes(b"GGUF and then nothing")
    with pytest.raises(VocabularyUnreadable):
        Vocabulary(tmp_path / "no.gguf")


def test_the_handlers_of_signals_stay(model: Path) -> None:
    def mine(*_: object) -> None: ...

    before = signal.signal(signal.SIGTERM, mine)
    try:
        with Vocabulary(model):
            assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, before)
