"""The data set of a run: what is learned, frozen before the run exists, one JSON line an example.

Owns dataset.jsonl, held_out.jsonl and left_out.jsonl in the run's folder. Does not cover what is worth learning
(material) nor the token ids (stages/preparing). Only the last message of a row is trained; the others are the
conversation before it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..store.records import Role
from .material import Example, LeftOut, Material
from .progress import write_whole
from .verdicts import Turn

DATASET = "dataset.jsonl"
LEFT_OUT = "left_out.jsonl"
HELD_OUT = "held_out.jsonl"  # rows as in dataset.jsonl, never learned: what the run is measured on
RATED, REPLAY = "rated", "replay"


@dataclass(frozen=True)
class Row:
    """One line of dataset.jsonl."""

    id: str
    kind: str  # RATED, or REPLAY: the base's own answer, learned so that it is not forgotten
    messages: tuple[Turn, ...]  # the last is the answer that is trained
    source: Mapping[str, int | str]  # {"conversation", "message"} or {"prompt"}
    score: int | None = None
    held_out: bool = False
    is_corrected: bool = False  # the answer is a person's own wording


@dataclass(frozen=True)
class Frozen:
    message_ids: tuple[int, ...]  # what the run learns from
    sha256: str  # of dataset.jsonl, 64 hex digits


def freeze(folder: Path, material: Material) -> Frozen:
    """Write what a run will learn and what was left out, to stay as it is whatever is rated later. Raises OSError."""
    write_left_out(folder, material.left_out)
    write_held_out(folder, rated_rows(material.held_out, held_out=True))
    sha256 = write_rows(folder, rated_rows(material.examples))
    return Frozen(tuple(sorted({example.message_id for example in material.examples})), sha256)


def rated_rows(examples: Iterable[Example], held_out: bool = False) -> Iterator[Row]:
    told: Counter[int] = Counter()
    for example in examples:
        told[example.message_id] += 1
        yield _rated(example, told[example.message_id], held_out)


def write_rows(folder: Path, rows: Iterable[Row]) -> str:
    """Replace dataset.jsonl as a whole; returns its sha256. Raises OSError."""
    return _write(folder / DATASET, rows)


def read_rows(folder: Path) -> list[Row]:
    return [_row(told) for told in _lines(folder / DATASET)]


def read_held_out(folder: Path) -> list[Row]:
    """What the run is measured on; empty where the material was small, or of a run that froze none."""
    path = folder / HELD_OUT
    return [_row(told) for told in _lines(path)] if path.exists() else []


def write_held_out(folder: Path, rows: Iterable[Row]) -> None:
    """Replace held_out.jsonl as a whole. Raises OSError."""
    _write(folder / HELD_OUT, rows)


def _write(path: Path, rows: Iterable[Row]) -> str:
    text = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    write_whole(path, text)
    return hashlib.sha256(text.encode()).hexdigest()


def write_left_out(folder: Path, left_out: Iterable[LeftOut]) -> None:
    """Replace left_out.jsonl as a whole; of one message the first reason stays. Raises OSError."""
    reasons: dict[int, str] = {}
    for item in left_out:
        reasons.setdefault(item.message_id, item.reason)
    lines = (json.dumps({"message": message, "reason": reason}) + "\n" for message, reason in reasons.items())
    write_whole(folder / LEFT_OUT, "".join(lines))


def read_left_out(folder: Path) -> list[LeftOut]:
    return [LeftOut(told["message"], told["reason"]) for told in _lines(folder / LEFT_OUT)]


def _rated(example: Example, turn: int, held_out: bool) -> Row:
    """`turn` tells several people's wordings of one answer apart."""
    return Row(
        id=f"rated-{example.message_id}" + (f"-{turn}" if turn > 1 else ""),
        kind=RATED,
        messages=(*example.before, Turn(Role.ASSISTANT, example.answer)),
        source={"conversation": example.conversation_id, "message": example.message_id},
        score=example.score,
        held_out=held_out,
        is_corrected=example.is_corrected,
    )


def _row(told: dict[str, Any]) -> Row:
    turns = tuple(Turn(Role(message["role"]), message["content"]) for message in told.pop("messages"))
    return Row(messages=turns, **told)


def _lines(path: Path) -> list[dict[str, Any]]:
    # Not splitlines: a message may hold U+2028 and its like, which JSON leaves as they are.
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]
