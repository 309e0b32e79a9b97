"""What was deleted is in no file of an ended run any more, over a real store and real run folders."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent1.store.home import Home
from agent1.store.records import Role, Run, RunState
from agent1.store.store import Store
from agent1.trainer.dataset import Row, freeze, read_held_out, read_left_out, read_rows, write_rows
from agent1.trainer.forgetting import forget
from agent1.trainer.material import Example, LeftOut, Material
from agent1.trainer.run_folder import RunFolder
from agent1.trainer.verdicts import Turn

SECRET = "the number of the safe is 4711"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(Home(tmp_path / "home"))
    yield store
    store.close()


def talk(store: Store, text: str) -> Example:
    person = store.people.local()
    conversation = store.conversations.start(person, text)
    asked = store.messages.add(conversation, Role.USER, text, parent_id=None)
    answer = store.messages.add(conversation, Role.ASSISTANT, f"{text}!", parent_id=asked.id)
    return Example(answer.id, conversation.id, 5, (Turn(Role.USER, text),), f"{text}!")


def run_on(store: Store, learned: Example, held_out: Example, left_out: int) -> tuple[Run, RunFolder]:
    run = store.runs.queue(base="b:1", base_digest="sha256:0", server="s", message_ids=[learned.message_id])
    folder = RunFolder(store.home.run_folder(run.id))
    folder.path.mkdir(parents=True)
    freeze(folder.path, Material((learned,), (LeftOut(left_out, "left-out-repeat"),), (held_out,)))
    rows = read_rows(folder.path)
    general = Row("replay-1", "replay", (Turn(Role.USER, "2+2?"), Turn(Role.ASSISTANT, "4")), {"prompt": "2+2?"})
    write_rows(folder.path, [*rows, general])
    (folder.path / "tokens.jsonl").write_text(SECRET)
    (folder.path / "prepared").mkdir()
    (folder.path / "prepared" / "rows.arrow").write_text(SECRET)
    pair = {"question": SECRET, "wanted": SECRET, "before": "", "after": "", "held_out": True}
    folder.evaluation.write_text(json.dumps({"verdict": "promoted", "figures": {"held_out": 1, "pairs": [pair]}}))
    return run, folder


def holding(folder: RunFolder) -> list[str]:
    return [path.name for path in folder.path.rglob("*") if path.is_file() and SECRET in path.read_text()]


def test_a_deleted_conversation_is_in_no_file_of_an_ended_run(store: Store) -> None:
    secret, other = talk(store, SECRET), talk(store, "harmless")
    run, folder = run_on(store, secret, other, left_out=secret.message_id)
    store.runs.advance(run, RunState.FAILED)
    assert forget(store) == [] and len(holding(folder)) == 4  # nothing is deleted yet
    with store._database.write() as db:
        db.execute("delete from conversations where id = ?", [secret.conversation_id])
    assert forget(store) == [run.id]
    assert holding(folder) == []
    assert [row.id for row in read_rows(folder.path)] == ["replay-1"]
    assert [row.source["message"] for row in read_held_out(folder.path)] == [other.message_id]
    assert read_left_out(folder.path) == []
    assert json.loads(folder.evaluation.read_text())["verdict"] == "promoted"
    assert forget(store) == []


def test_a_run_that_goes_on_keeps_its_material_until_it_has_ended(store: Store) -> None:
    secret = talk(store, SECRET)
    run, folder = run_on(store, talk(store, "harmless"), secret, left_out=1)
    store.people.delete_data(store.people.local())
    before = holding(folder)
    assert forget(store) == [] and holding(folder) == before
    store.runs.advance(run, RunState.CANCELLED)
    assert forget(store) == [run.id] and holding(folder) == []


def test_what_was_not_deleted_stays_byte_for_byte(store: Store) -> None:
    run, folder = run_on(store, talk(store, SECRET), talk(store, "harmless"), left_out=1)
    store.runs.advance(run, RunState.FAILED)
    before = {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()}
    assert forget(store) == []
    assert {path: path.read_bytes() for path in folder.path.rglob("*") if path.is_file()} == before
