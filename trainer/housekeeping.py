"""What runs leave behind: the tag of one that did not end well, and files that nobody needs any more.

Owns which files of a run are weights, how long those of a failed run stay, and the sum of what lies in a home. A run
that ended well keeps its words (material, config, logs, figures) and its adapter; the model lies with the model server.
Does not cover the tags of runs that ended well: they are the admin's to delete.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from ..serving.client import ModelServer
from ..store.home import Home
from ..store.records import Run, RunState
from ..store.store import Store
from .registration import drop
from .run_folder import RunFolder

KEPT = timedelta(days=7)  # for a failed or cancelled run to be gone on with
UNWRITTEN = timedelta(hours=1)  # a folder that is still being made then has lost its maker

# Patterns in a run's folder. The adapter of a run that ended well stays: it is small, and all that was learned.
MODEL = ("merged", "merged.tmp", "prepared", "cache", "model.gguf", "base", "*.tmp", "stages/*/*.tmp")
SPENT = (*MODEL, "adapter/checkpoint-*")
WEIGHTS = (*MODEL, "adapter")


def tidy(store: Store, reach: Callable[[str], ModelServer]) -> None:
    """Remove the files of ended runs that are not needed, and the tags of those that did not end well.

    For the process that drives, while no run is active. `reach` gives the server that a run remembers. May be ended
    at any moment and done again. Raises the server's Notices, OSError.
    """
    runs = _ended(store.runs.newest())
    for path in _leftovers(store, runs, KEPT):
        _remove(path)
    for run in runs:
        if run.state in (RunState.FAILED, RunState.CANCELLED):
            withdraw(store, run, reach)


def withdraw(store: Store, run: Run, reach: Callable[[str], ModelServer]) -> None:
    """Take away the tag that a run made in vain, unless somebody switched the chat to it by hand."""
    folder = RunFolder(store.home.run_folder(run.id))
    try:
        tag = str(json.loads(folder.intent.read_text(encoding="utf-8"))["tag"])
    except FileNotFoundError:
        return
    if tag == store.promotions.in_use():
        return
    folder.unseal(RunState.REGISTERING)
    drop(reach(run.server), tag)
    folder.intent.unlink()


def clean(store: Store) -> int:
    """Remove all that may go at once, also what would be kept for a while; returns the bytes that are free now."""
    paths = list(_removable(store))
    freed = sum(_size(path) for path in paths)
    for path in paths:
        _remove(path)
    return freed


def removable(store: Store) -> int:
    """Bytes that `clean` would free."""
    return sum(_size(path) for path in _removable(store))


def disk_use(home: Home) -> dict[str, int]:
    """Bytes by kind."""
    database = [home.database.with_name(home.database.name + end) for end in ("", "-wal", "-shm")]
    return {
        "database": sum(map(_size, database)),
        "backups": _size(home.backups),
        "runs": _size(home.runs),
        "bases": _size(home.bases),
        "models": _size(home.models),
        "logs": _size(home.logs),
    }


def _leftovers(store: Store, runs: Iterable[Run], kept: timedelta) -> Iterator[Path]:
    """What ended runs do not need any more, where weights of the failed ones may stay for `kept`."""
    now = store.clock()
    for run in runs:
        folder = store.home.run_folder(run.id)
        if run.state.has_tag:
            yield from _matching(folder, SPENT)
        elif run.finished_at and now - run.finished_at >= kept:
            yield from _matching(folder, WEIGHTS)
    for folder in store.home.runs.glob(".new-*"):
        if now.timestamp() - folder.stat().st_mtime > UNWRITTEN.total_seconds():
            yield folder


def _removable(store: Store) -> Iterator[Path]:
    runs = store.runs.newest()
    yield from _leftovers(store, _ended(runs), timedelta(0))
    in_work = {run.base_digest.removeprefix("sha256:")[:16] for run in runs if run.state.is_active}
    if store.home.bases.exists():
        yield from (path for path in store.home.bases.iterdir() if path.name not in in_work)


def _ended(runs: Iterable[Run]) -> list[Run]:
    return [run for run in runs if not run.state.is_active]


def _matching(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from folder.glob(pattern)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _size(path: Path) -> int:
    """Bytes of a file or of all files below a folder; a link counts nothing."""
    if path.is_symlink() or not path.exists():
        return 0
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file() and not file.is_symlink())
