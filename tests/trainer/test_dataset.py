import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.store.records import Role
from agent1.trainer import dataset
from agent1.trainer.dataset import Row, freeze, read_held_out, read_left_out, read_rows, write_rows
from agent1.trainer.material import Example, LeftOut, Material
from agent1.trainer.verdicts import Turn

ASKED = Turn(Role.USER, "When?")
EXAMPLE = Example(message_id=7, conversation_id=3, score=5, before=(ASKED,), answer="At eight.")


def test_a_frozen_example_is_its_conversation_with_the_answer_last(tmp_path: Path) -> None:
    freeze(tmp_path, Material((EXAMPLE,), ()))
    [line] = (tmp_path / dataset.DATASET).read_text().splitlines()
    assert json.loads(line) == {
        "id": "rated-7",
        "kind": "rated",
        "messages": [{"role": "user", "content": "When?"}, {"role": "assistant", "content": "At eight."}],
        "source": {"conversation": 3, "message": 7},
        "score": 5,
        "held_out": False,
        "is_corrected": False,
    }


def test_freezing_tells_the_messages_and_the_sha256_of_the_file(tmp_path: Path) -> None:
    other = Example(message_id=2, conversation_id=1, score=4, before=(ASKED,), answer="Às oito.")
    frozen = freeze(tmp_path, Material((EXAMPLE, other), ()))
    assert frozen.message_ids == (2, 7)
    assert frozen.sha256 == hashlib.sha256((tmp_path / dataset.DATASET).read_bytes()).hexdigest()


def test_the_same_material_gives_the_same_sha256(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    assert len({freeze(folder, Material((EXAMPLE,), ())).sha256 for folder in folders}) == 1


def test_two_wordings_of_one_answer_have_two_names(tmp_path: Path) -> None:
    other = Example(message_id=7, conversation_id=3, score=4, before=(ASKED,), answer="At nine.")
    frozen = freeze(tmp_path, Material((EXAMPLE, other), ()))
    assert [row.id for row in read_rows(tmp_path)] == ["rated-7", "rated-7-2"]
    assert frozen.message_ids == (7,)


def test_what_was_left_out_is_kept_with_its_reason(tmp_path: Path) -> None:
    left_out = (LeftOut(4, "left-out-cut"), LeftOut(5, "left-out-repeat"))
    freeze(tmp_path, Material((EXAMPLE,), left_out))
    assert tuple(read_left_out(tmp_path)) == left_out


def test_what_is_held_out_stands_in_a_file_of_its_own_in_the_same_shape(tmp_path: Path) -> None:
    other = Example(message_id=2, conversation_id=1, score=4, before=(ASKED,), answer="Às oito.")
    frozen = freeze(tmp_path, Material((EXAMPLE,), (), (other,)))
    [held] = read_held_out(tmp_path)
    assert (held.source, held.held_out, held.messages[-1].content) == (
        {"conversation": 1, "message": 2},
        True,
        "Às oito.",
    )
    assert [row.source["message"] for row in read_rows(tmp_path)] == [7] == list(frozen.message_ids)


def test_nothing_half_written_stays_beside_the_files(tmp_path: Path) -> None:
    freeze(tmp_path, Material((EXAMPLE,), ()))
    assert sorted(path.name for path in tmp_path.iterdir()) == [dataset.DATASET, dataset.HELD_OUT, dataset.LEFT_OUT]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
rows = st.builds(
    Row,
    id=st.text("ab1-", min_size=1),
    kind=st.sampled_from([dataset.RATED, dataset.REPLAY]),
    messages=st.lists(st.builds(Turn, st.sampled_from(list(Role)), texts), min_size=1, max_size=4).map(tuple),
    source=st.dictionaries(st.sampled_from(["conversation", "message"]), st.integers(1, 9)),
    score=st.none() | st.integers(1, 5),
    held_out=st.booleans(),
    is_corrected=st.booleans(),
)


@given(st.lists(rows, max_size=4))
def test_rows_are_read_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, written: list[Row]) -> None:
    folder = tmp_path_factory.mktemp("run")
    write_rows(folder, written)
    assert read_rows(folder) == written
