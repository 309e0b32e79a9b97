"""An ended run that goes on: back into the queue, from where the driver takes it to the first stage that is not done.

Owns which runs can be taken up again. Does not cover what is done and what is not (run_folder) nor the material: a
resumed run trains on what was frozen when it began.
"""

from dataclasses import replace

from ..store.errors import Notice
from ..store.records import Run, RunState
from ..store.runs import NoSuchRun, RunActive
from ..store.store import Store
from . import preflight
from .run_folder import RunFolder


class NotResumable(Notice):
    """The run ended with a new tag, so there is nothing to go on with."""

    key = "error-not-resumable"


class RunFilesGone(Notice):
    key = "error-run-files-gone"


def resumable(store: Store) -> Run | None:
    """The newest run, if it failed or was cancelled and can go on."""
    newest = store.runs.newest(1)
    return newest[0] if newest and _ended_early(newest[0]) and _has_files(store, newest[0]) else None


def resume_run(store: Store, run_id: int | None = None) -> Run:
    """Take up a failed or cancelled run again, the newest one where none is named; whoever drives does the rest.

    Raises NoSuchRun, RunActive, NotResumable, RunFilesGone, and the Notices of preflight; then nothing has changed.
    """
    if active := store.runs.active():
        raise RunActive(run=active.id)
    newest = store.runs.newest(1)
    if run_id is None and not newest:
        raise NoSuchRun(run=0)
    run = newest[0] if run_id is None else store.runs.get(run_id)
    if not _ended_early(run):
        raise NotResumable(run=run.id)
    if not _has_files(store, run):
        raise RunFilesGone(run=run.id)
    preflight.check_axolotl()
    folder = RunFolder(store.home.run_folder(run.id))
    # Another model may be in use since: that one the result has to be better than.
    folder.write_order(replace(folder.order(), in_use=store.promotions.in_use() or run.base))
    return store.runs.advance(run, RunState.QUEUED)


def _ended_early(run: Run) -> bool:
    return run.state in (RunState.FAILED, RunState.CANCELLED)


def _has_files(store: Store, run: Run) -> bool:
    folder = RunFolder(store.home.run_folder(run.id))
    return folder.order_file.exists() and folder.dataset.exists()
