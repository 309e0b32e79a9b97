"""What was deleted leaves the folders of the runs that learned from it, too.

Owns which files of a run hold what people said: its data set, the token rows made of it, and the answers that the proof
compared. Works on ended runs; of one that goes on it takes effect once that has ended. What a model has learned stays
in the model until an admin deletes it.
"""

import json
import logging
import shutil
from collections.abc import Iterable

from ..store.records import RunState
from ..store.store import Store
from .axolotl_config import TOKENS
from .dataset import (
    HELD_OUT,
    RATED,
    Row,
    read_held_out,
    read_left_out,
    read_rows,
    write_held_out,
    write_left_out,
    write_rows,
)
from .progress import write_whole
from .run_folder import RunFolder

log = logging.getLogger(__name__)

# Made of the data set, by preparing and Axolotl: written anew where a run is gone on with.
DERIVED = (TOKENS, "prepared", "cache", "*.tmp", "adapter/checkpoint-*")


def forget(store: Store) -> list[int]:
    """Take the rows of messages that are gone out of every ended run; returns the runs that had some. Raises OSError.

    May be ended at any moment and done again: the data set, by which a run is found, is written last. One that cannot
    be read (a disk that lost part of it) stays and is told in the log.
    """
    touched = []
    for run in store.runs.newest(limit=-1):
        folder = RunFolder(store.home.run_folder(run.id))
        if run.state.is_active or not folder.dataset.exists():
            continue
        try:
            if _forget_in(store, folder):
                touched.append(run.id)
        except ValueError:
            log.warning("the data set of run %d cannot be read; deleted messages may be left in it", run.id)
    return touched


def _forget_in(store: Store, folder: RunFolder) -> bool:
    rows, held_out = read_rows(folder.path), read_held_out(folder.path)
    left_out = read_left_out(folder.path) if (folder.path / "left_out.jsonl").exists() else []
    named = {message for row in (*rows, *held_out) if (message := _message(row)) is not None}
    gone = named - store.messages.many(sorted(named)).keys()
    if not gone:
        return False
    for pattern in DERIVED:
        for path in folder.path.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder.unseal(RunState.PREPARING)
    _drop_pairs(folder)
    write_left_out(folder.path, [item for item in left_out if item.message_id not in gone])
    if (folder.path / HELD_OUT).exists():
        write_held_out(folder.path, _without(held_out, gone))
    write_rows(folder.path, _without(rows, gone))
    return True


def _message(row: Row) -> int | None:
    return int(row.source["message"]) if row.kind == RATED else None


def _without(rows: Iterable[Row], gone: set[int]) -> list[Row]:
    return [row for row in rows if _message(row) not in gone]


def _drop_pairs(folder: RunFolder) -> None:
    """The proof keeps its figures and verdict, not the questions and answers behind them."""
    if folder.evaluation.exists():
        told = json.loads(folder.evaluation.read_text(encoding="utf-8"))
        if told.get("figures", {}).get("pairs"):
            told["figures"]["pairs"] = []
            write_whole(folder.evaluation, json.dumps(told, indent=2, ensure_ascii=False))
