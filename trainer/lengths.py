"""How many tokens an example has: counted where a run has prepared it, else estimated by its characters.

Owns lengths.json in the run's folder, numbers without words. Does not cover the counting itself (stages/preparing).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from statistics import median

from ..store.store import Store
from .material import Example
from .progress import write_whole
from .verdicts import Turn

LENGTHS = "lengths.json"
CHARACTERS_PER_TOKEN = 4.0  # of English with a usual vocabulary, until a run has counted


@dataclass(frozen=True)
class Counted:
    """One example as a run has prepared it."""

    message_id: int
    characters: int  # of all that was frozen: another number tells that its words have changed since
    tokens: int  # as trained, with the template's own, without turns that did not fit


@dataclass(frozen=True)
class Length:
    tokens: int
    is_counted: bool  # else estimated


@dataclass(frozen=True)
class Lengths:
    run: int | None = None  # that counted
    counted: Mapping[tuple[int, int], int] = field(default_factory=dict)  # tokens by message and characters
    characters_per_token: float = CHARACTERS_PER_TOKEN

    def of(self, example: Example) -> Length:
        characters = count_characters(example.before) + len(example.answer)
        tokens = self.counted.get((example.message_id, characters))
        return Length(tokens or round(characters / self.characters_per_token) or 1, tokens is not None)


def count_characters(turns: Iterable[Turn]) -> int:
    return sum(len(turn.content) for turn in turns)


def write_lengths(folder: Path, counted: Iterable[Counted]) -> None:
    """Replace lengths.json as a whole. Raises OSError."""
    write_whole(folder / LENGTHS, json.dumps([[one.message_id, one.characters, one.tokens] for one in counted]) + "\n")


def read_lengths(store: Store) -> Lengths:
    """As the newest run of the present base has counted them."""
    base = store.settings.policy().base
    for run in store.runs.newest():
        path = store.home.run_folder(run.id) / LENGTHS
        if run.base == base and path.exists():
            return _read(path, path.stat().st_mtime_ns, run.id)
    return Lengths()


@lru_cache(maxsize=2)  # a page asks with every click
def _read(path: Path, written: int, run: int) -> Lengths:
    """`written` tells another file of the same name apart."""
    counted = {(message, characters): tokens for message, characters, tokens in json.loads(path.read_text())}
    # The median, since of a long conversation not all characters were trained.
    rates = [characters / tokens for (_, characters), tokens in counted.items()]
    return Lengths(run, counted, median(rates) if rates else CHARACTERS_PER_TOKEN)
