"""What is trained: the prompt as serving sees it, labels on the answer and its end alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from agent1.serving.vocabulary import Vocabulary
from agent1.trainer.prompts import (
    IGNORED,
    Ending,
    ExampleTooLong,
    Messages,
    NoEndToken,
    NothingToLearn,
    encode_example,
    find_ending,
    report_parity,
)
from tests.tiny_models import CHATML, LLAMA3, tiny_llama_gguf

QUESTION: Messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the capital?"}]
WITHOUT_TOKENS = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant:"
WORDS_BEFORE_THE_END = "{% for m in messages %}{{ m.content }} said {{ m.role }}<|im_end|>{% endfor %}"
NEWLINE_BEFORE_THE_END = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n<|endoftext|>{% endfor %}"


def render(template: str, messages: Messages) -> str:
    return Environment().from_string(template).render(messages=messages, add_generation_prompt=True, bos_token="")


@pytest.fixture(scope="module")
def chatml(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    with Vocabulary(tiny_llama_gguf(tmp_path_factory.mktemp("prompts") / "chatml.gguf")) as vocabulary:
        yield vocabulary


@pytest.fixture(scope="module")
def llama3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    path: Path = tiny_llama_gguf(tmp_path_factory.mktemp("prompts") / "llama3.gguf", dialect="llama3")
    with Vocabulary(path) as vocabulary:
        yield vocabulary


@pytest.fixture(scope="module")
def ending(chatml: Vocabulary) -> Ending:
    return find_ending(chatml, lambda messages: render(CHATML, messages))


def test_a_chatml_answer_ends_with_im_end(ending: Ending) -> None:
    assert (ending.text, ending.source) == ("<|im_end|>", "template")


def test_a_llama3_answer_ends_with_eot(llama3: Vocabulary) -> None:
    found = find_ending(llama3, lambda messages: render(LLAMA3, messages))
    assert (found.text, found.source) == ("<|eot_id|>", "template")


@pytest.mark.parametrize("template", [WITHOUT_TOKENS, WORDS_BEFORE_THE_END])
def test_where_the_template_writes_no_end_the_vocabularys_stands_in(chatml: Vocabulary, template: str) -> None:
    found = find_ending(chatml, lambda messages: render(template, messages))
    assert (found.text, found.source) == ("<|im_end|>", "vocabulary")


def test_space_before_the_end_token_belongs_to_the_ending(chatml: Vocabulary) -> None:
    found = find_ending(chatml, lambda messages: render(NEWLINE_BEFORE_THE_END, messages))
    assert (found.text, found.source) == ("\n<|endoftext|>", "template")


def test_a_server_that_cannot_render_gets_the_vocabularys_end(chatml: Vocabulary) -> None:
    assert find_ending(chatml, lambda messages: None).source == "vocabulary"


@pytest.mark.parametrize(("dialect", "template"), [("chatml", CHATML), ("llama3", LLAMA3)])
def test_only_the_answer_and_its_end_token_are_learned(
    request: pytest.FixtureRequest, dialect: str, template: str
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(dialect)
    end = find_ending(vocabulary, lambda messages: render(template, messages))
    row = encode_example(vocabulary, render(template, QUESTION), "It is Paris.", end, limit=500)
    learned = [label for label in row.labels if label != IGNORED]
    assert vocabulary.text(learned) == "It is Paris." + end.text
    assert learned[-1] in vocabulary.end_tokens
    assert row.labels[-len(learned) :] == row.input_ids[-len(learned) :] == tuple(learned)
    assert set(row.attention_mask) == {1}
    assert len(row.attention_mask) == len(row.labels) == len(row.input_ids)


@given(answer=st.text(min_size=1).filter(str.strip))
def test_the_prompts_ids_are_exactly_those_of_the_prompt_alone(llama3: Vocabulary, answer: str) -> None:
    prompt = render(LLAMA3, QUESTION)
    row = encode_example(llama3, prompt, answer, Ending((4,), "<|eot_id|>", "template"), limit=5000)
    before = llama3.prompt_tokens(prompt)
    assert list(row.input_ids[: len(before)]) == before
    assert row.labels[: len(before)] == (IGNORED,) * len(before)
    assert llama3.text(row.input_ids[len(before) :]) == answer + "<|eot_id|>"


def test_the_begin_token_stands_first(llama3: Vocabulary) -> None:
    row = encode_example(llama3, render(LLAMA3, QUESTION), "Yes", Ending((4,), "", "template"), limit=500)
    assert row.input_ids[0] == 0
    assert row.input_ids[1] != 0


def test_an_answer_that_begins_with_a_newline_keeps_it(chatml: Vocabulary, ending: Ending) -> None:
    row = encode_example(chatml, render(CHATML, QUESTION), "\n\nYes", ending, limit=500)
    assert chatml.text(row.input_ids).endswith("assistant\n\n\nYes<|im_end|>")


def test_a_special_name_inside_an_answer_does_not_end_it(chatml: Vocabulary, ending: Ending) -> None:
    row = encode_example(chatml, render(CHATML, QUESTION), "Write <|im_end|> there", ending, limit=500)
    learned = [label for label in row.labels if label != IGNORED]
    assert [label in chatml.end_tokens for label in learned] == [False] * (len(learned) - 1) + [True]
    assert chatml.text(learned) == "Write <|im_end|> there<|im_end|>"


@pytest.mark.parametrize("answer", ["", " ", "\n\n"])
def test_an_empty_answer_is_refused(chatml: Vocabulary, ending: Ending, answer: str) -> None:
    with pytest.raises(NothingToLearn):
        encode_example(chatml, render(CHATML, QUESTION), answer, ending, limit=500)


def test_a_row_may_be_as_long_as_the_limit_and_no_longer(chatml: Vocabulary, ending: Ending) -> None:
    prompt = render(CHATML, QUESTION)
    length = len(encode_example(chatml, prompt, "Yes", ending, limit=500).input_ids)
    assert encode_example(chatml, prompt, "Yes", ending, limit=length).trained > 0
    with pytest.raises(ExampleTooLong) as refused:
        encode_example(chatml, prompt, "Yes", ending, limit=length - 1)
    assert refused.value.params == {"tokens": length, "limit": length - 1}


def test_the_report_counts_what_is_learned(chatml: Vocabulary, ending: Ending) -> None:
    rows = [
        encode_example(chatml, render(CHATML, QUESTION), text, ending, limit=500) for text in ("Yes", "It is Paris")
    ]
    report = report_parity(rows, chatml, ending, "server")
    assert (report.rows, report.trained_tokens) == (2, sum(row.trained for row in rows))
    assert (report.shortest_answer, report.longest) == (rows[0].trained, len(rows[1].input_ids))
    assert (report.begin, report.ending_text, report.rendered_by) == ((), "<|im_end|>", "server")


def test_a_row_that_learns_no_end_is_refused(chatml: Vocabulary, ending: Ending) -> None:
    row = encode_example(chatml, render(CHATML, QUESTION), "Yes", Ending((0,), "", "template"), limit=500)
    with pytest.raises(NoEndToken):
        report_parity([row], chatml, ending, "server")
