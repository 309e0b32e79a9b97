import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.trainer.personal import KINDS, PLACEHOLDERS, find, replaced

ROOT = Path(__file__).parents[2]
LABELLED = [
    json.loads(line)
    for line in (Path(__file__).with_name("personal_data.jsonl")).read_text(encoding="utf-8").splitlines()
]


def found(text: str) -> set[tuple[str, str]]:
    return {(one.kind, text[one.start : one.end]) for one in find(text)}


def labelled(item: dict[str, list[list[str]]]) -> set[tuple[str, str]]:
    return {(kind, part) for kind, part in item["personal"]}


def figures() -> tuple[int, int, int]:
    """Rightly found, wrongly found, missed."""
    pairs = [(found(item["text"]), labelled(item)) for item in LABELLED]
    return (
        sum(len(told & meant) for told, meant in pairs),
        sum(len(told - meant) for told, meant in pairs),
        sum(len(meant - told) for told, meant in pairs),
    )


def test_readme_tells_precision_and_recall_as_they_are() -> None:
    right, wrong, missed = figures()
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    told = re.search(r"precision (\d+) % and recall (\d+) % on (\d+) labelled texts", readme)
    assert told
    assert [int(figure) for figure in told.groups()] == [
        100 * right // (right + wrong),
        100 * right // (right + missed),
        len(LABELLED),
    ]


def test_every_kind_is_found_and_none_is_found_much_too_often() -> None:
    right, wrong, missed = figures()
    assert {kind for item in LABELLED for kind, _ in found(item["text"])} == set(KINDS) == set(PLACEHOLDERS)
    assert wrong <= right // 20 and missed <= right // 10


@pytest.mark.parametrize("item", LABELLED, ids=lambda item: item["text"][:30])
def test_nothing_that_was_labelled_stays_when_it_is_replaced(item: dict[str, list[list[str]]]) -> None:
    text = str(item["text"])
    told = replaced(text, frozenset(KINDS))
    assert not [part for kind, part in labelled(item) & found(text) if part in told]
    if not found(text):
        assert told == text


def test_only_the_chosen_kinds_are_replaced() -> None:
    text = "Write to ana@firma.com or call +1 650-253-0000."
    assert replaced(text, frozenset({"mail"})) == "Write to [e-mail] or call +1 650-253-0000."
    assert replaced(text, frozenset()) == text


@given(st.text(max_size=200) | st.from_regex(r"[\d ().+@a-z-]{0,60}", fullmatch=True))
def test_any_text_can_be_searched_and_nothing_else_is_changed(text: str) -> None:
    told = replaced(text, frozenset(KINDS))
    assert replaced(text, frozenset()) == text
    spans = [(one.start, one.end) for one in find(text)]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(text)]
    assert all(text[end:start] in told for end, start in zip(ends, starts, strict=True))
