from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent1.store.home import Home
from agent1.store.records import Role, RunState
from agent1.store.store import Store
from agent1.trainer.inventory import take_inventory
from agent1.trainer.lengths import Counted, Length, Lengths, read_lengths, write_lengths
from agent1.trainer.material import Example, Material
from agent1.trainer.verdicts import Turn

EXAMPLE = Example(7, 1, 5, (Turn(Role.USER, "When do you open?"),), "At eight.")  # 26 characters


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(Home(tmp_path / "home"))
    store.settings.save(replace(store.settings.policy(), base="base:1b"))
    yield store
    store.close()


def count(store: Store, base: str, *counted: Counted) -> None:
    """A run that has prepared these examples, and was cancelled then."""
    run = store.runs.queue(base=base, base_digest="d", server="s", message_ids=[7])
    store.runs.advance(run, RunState.CANCELLED)
    folder = store.home.run_folder(run.id)
    folder.mkdir(parents=True)
    write_lengths(folder, counted)


def test_before_any_run_tokens_are_estimated(store: Store) -> None:
    assert read_lengths(store).of(EXAMPLE) == Length(6, is_counted=False)


def test_what_a_run_has_counted_is_exact_and_guides_the_estimates_of_the_others(store: Store) -> None:
    count(store, "base:1b", Counted(7, 26, 13))
    lengths = read_lengths(store)
    assert lengths.of(EXAMPLE) == Length(13, is_counted=True)
    assert lengths.of(replace(EXAMPLE, message_id=8, answer="At eight." * 3)) == Length(22, is_counted=False)


def test_an_example_whose_words_have_changed_is_estimated_again(store: Store) -> None:
    count(store, "base:1b", Counted(7, 26, 13))
    assert not read_lengths(store).of(replace(EXAMPLE, answer="At half past eight.")).is_counted


def test_another_base_has_other_tokens(store: Store) -> None:
    count(store, "other:1b", Counted(7, 26, 13))
    assert read_lengths(store) == Lengths()


def test_the_newest_count_stands(store: Store) -> None:
    count(store, "base:1b", Counted(7, 26, 13))
    count(store, "base:1b", Counted(7, 26, 12))
    assert read_lengths(store).of(EXAMPLE).tokens == 12


def test_the_inventory_says_how_many_were_counted(store: Store) -> None:
    count(store, "base:1b", Counted(7, 26, 13))
    inventory = take_inventory(Material((EXAMPLE, replace(EXAMPLE, message_id=8)), ()), read_lengths(store))
    assert (inventory.counted, inventory.middle) == (1, 13)
