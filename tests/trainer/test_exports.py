import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from agent1.store.home import Home
from agent1.store.records import Role
from agent1.store.store import Store
from agent1.trainer.exports import (
    BaseModelNeeded,
    ExportNotWritten,
    FolderNotEmpty,
    NothingToExport,
    OutputNeeded,
    export_dataset,
)
from agent1.trainer.inventory import take_inventory
from agent1.trainer.material import collect


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = Store(Home(tmp_path / "home"))
    yield store
    store.close()


def rate_some(store: Store) -> None:
    """A 5 with a sibling rated 1, a correction of a 2, and a second turn."""
    person = store.people.local()
    talk = store.conversations.start(person)
    asked = store.messages.add(talk, Role.USER, "When do you open?", parent_id=None)
    bad = store.messages.add(talk, Role.ASSISTANT, "At nine.", parent_id=asked.id)
    good = store.messages.add(talk, Role.ASSISTANT, "At eight.", parent_id=asked.id)
    more = store.messages.add(talk, Role.USER, "Write to whom?", parent_id=good.id)
    mail = store.messages.add(talk, Role.ASSISTANT, "To ana@firma.com.", parent_id=more.id)
    other = store.conversations.start(person)
    where = store.messages.add(other, Role.USER, "Where are you?", parent_id=None)
    wrong = store.messages.add(other, Role.ASSISTANT, "In Rome.", parent_id=where.id)
    for message, score in ((bad, 1), (good, 5), (mail, 4), (wrong, 2)):
        store.ratings.rate(message, person, score)
    store.ratings.correct(wrong, person, "In Lisbon.")


@pytest.fixture
def store(empty: Store) -> Store:
    rate_some(empty)
    return empty


def exported(store: Store, format_: str, path: Path) -> list[dict[str, Any]]:
    assert export_dataset(store, format_, path) == len(path.read_text(encoding="utf-8").splitlines())
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_openai_messages_put_the_loss_on_the_last_answer(store: Store, tmp_path: Path) -> None:
    lines = exported(store, "openai", tmp_path / "out.jsonl")
    assert [[message.get("weight") for message in line["messages"]] for line in lines] == [
        [None, 1],
        [None, 0, None, 1],
        [None, 1],
    ]
    assert lines[1]["messages"][-1]["content"] == "To [e-mail]."


def test_sharegpt_names_its_speakers(store: Store, tmp_path: Path) -> None:
    line = exported(store, "sharegpt", tmp_path / "out.jsonl")[0]
    assert line["conversations"] == [
        {"from": "human", "value": "When do you open?"},
        {"from": "gpt", "value": "At eight."},
    ]


def test_kto_has_good_and_bad_answers_by_themselves(store: Store, tmp_path: Path) -> None:
    lines = exported(store, "kto", tmp_path / "out.jsonl")
    assert [(line["completion"][0]["content"], line["label"]) for line in lines] == [
        ("At eight.", True),
        ("To [e-mail].", True),
        ("In Lisbon.", True),
        ("At nine.", False),
        ("In Rome.", False),
    ]


def test_dpo_pairs_siblings_and_corrections(store: Store, tmp_path: Path) -> None:
    lines = exported(store, "dpo", tmp_path / "out.jsonl")
    assert [(line["chosen"]["content"], line["rejected"]["content"]) for line in lines] == [
        ("At eight.", "At nine."),
        ("In Lisbon.", "In Rome."),
    ]


def test_the_datasets_folder_names_its_files(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert export_dataset(store, "datasets", folder) == 3
    header = (folder / "README.md").read_text(encoding="utf-8").split("---")[1]
    [config] = YAML(typ="safe").load(header)["configs"]
    assert config["data_files"] == [{"split": "train", "path": "data/train.jsonl"}]
    rows = [json.loads(line) for line in (folder / "data" / "train.jsonl").read_text().splitlines()]
    assert [(row["score"], row["corrected"]) for row in rows] == [(5, False), (4, False), (5, True)]


def test_the_axolotl_bundle_trains_the_marked_answers_on_the_named_base(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_dataset(store, "axolotl", folder, "org/base")
    config = YAML(typ="safe").load((folder / "axolotl.yml").read_text(encoding="utf-8"))
    assert (config["base_model"], config["trust_remote_code"]) == ("org/base", False)
    [rows] = config["datasets"]
    assert (rows["path"], rows["type"], rows["message_field_training"]) == ("train.jsonl", "chat_template", "train")
    lines = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
    assert all([message["train"] for message in line["messages"]][-1] for line in lines)
    assert not any(message["train"] for line in lines for message in line["messages"][:-1])
    drawn = [line["messages"][-1]["content"] for line in lines]
    assert drawn.count("To [e-mail].") < drawn.count("At eight.") < drawn.count("In Lisbon.")


def test_a_folder_with_something_in_it_is_not_written_into(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FolderNotEmpty):
        export_dataset(store, "datasets", tmp_path)


def test_what_cannot_be_exported_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputNeeded):
        export_dataset(store, "datasets", None)
    with pytest.raises(BaseModelNeeded):
        export_dataset(store, "axolotl", tmp_path / "out")
    with pytest.raises(ExportNotWritten):
        export_dataset(store, "openai", tmp_path / "missing" / "out.jsonl")


@pytest.mark.parametrize("format_", ["openai", "kto", "datasets"])
def test_an_empty_home_has_nothing_to_export(empty: Store, tmp_path: Path, format_: str) -> None:
    with pytest.raises(NothingToExport):
        export_dataset(empty, format_, tmp_path / "out")


def test_the_inventory_counts_every_wanted_answer(store: Store) -> None:
    inventory = take_inventory(collect(store))
    assert (inventory.learned, inventory.corrections, inventory.faces) == (3, 1, {4: 1, 5: 1})
    assert sum(inventory.lengths.values()) == 3
    assert inventory.personal == {"mail": 1}
