"""Lineage: what each tag learned from, and what to do about a tag that learned from something deleted since.

The store knows it by the ids of messages alone, so nothing of what was said is kept for it. Does not cover taking what
was deleted out of run folders (forgetting).
"""

from collections.abc import Callable

from ..serving import tags
from ..serving.client import ModelServer
from ..store.errors import Notice
from ..store.records import Run
from ..store.store import Store
from .starting import start_run


class NoLineage(Notice):
    """No run of this home made `tag`."""

    key = "error-no-lineage"


class NothingDeleted(Notice):
    """All that the tag learned from is still there, so there is nothing to rebuild it without."""

    key = "error-nothing-deleted"


def run_of(store: Store, tag: str) -> Run:
    """The run that made `tag`. Raises NoLineage."""
    for run in store.runs.newest(-1):
        if run.tag and tags.same(run.tag, tag):
            return run
    raise NoLineage(tag=tag)


def rebuild(store: Store, find_server: Callable[[], ModelServer], tag: str) -> Run:
    """Start an ordinary run, which learns from the base and from what is there now, so without what was deleted.

    Targets do not hold it up: what is left may be less than they ask. Raises NoLineage, NothingDeleted, and what
    `start_run` raises.
    """
    run = run_of(store, tag)
    if all(learned.conversation_id is not None for learned in store.runs.learned_by(run)):
        raise NothingDeleted(tag=run.tag)
    return start_run(store, find_server, whatever_targets=True)
