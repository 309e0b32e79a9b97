"""Which tuned models stay on the server: the newest few, the one in use, the one before it, and the pinned ones.

Owns the rule and the deleting of tags. Only tags that a run of this home made are ever deleted by the rule. Does not
cover the files of a run's folder.
"""

import logging
from collections.abc import Callable, Collection, Iterable

from ..serving.client import ModelServer
from ..serving.errors import ModelNotFound
from ..serving.tags import canonical
from ..store.errors import Notice
from ..store.store import Store
from .base import previous_tag

log = logging.getLogger(__name__)


class TagInUse(Notice):
    """The chat uses it, or the run that goes on is measured against it."""

    key = "error-tag-in-use"


class TagIsBase(Notice):
    """Every run starts from it."""

    key = "error-tag-is-base"


def superfluous(made: Iterable[str], served: Collection[str], keep: int, held: Collection[str]) -> list[str]:
    """The tags that the rule lets go. `made` by our runs, newest first; `keep` of these stay, and all that are `held`.

    A tag that somebody deleted takes no place among those that are kept. Names are compared as the server does.
    """
    there, held_names = {canonical(tag) for tag in served}, {canonical(tag) for tag in held}
    left = [tag for tag in made if canonical(tag) in there]
    return [tag for tag in left[keep:] if canonical(tag) not in held_names]


def tidy(store: Store, server: ModelServer) -> list[str]:
    """Delete what the rule lets go; returns the tags. Nothing while a run is active. Raises the server's Notices."""
    made = list(dict.fromkeys(run.tag for run in store.runs.newest(10_000) if run.tag))
    if store.runs.active() or len(made) <= store.settings.policy().keep:
        return []
    served = [model.tag for model in server.models()]
    gone = superfluous(made, served, store.settings.policy().keep, held_tags(store))
    for tag in gone:
        server.delete(tag)
    return gone


def tidy_quietly(store: Store, find_server: Callable[[], ModelServer]) -> None:
    """For the schedule: what cannot be deleted now is tried again at the next look."""
    try:
        for tag in tidy(store, find_server()):
            log.info("%s deleted: more tuned models than are kept", tag)
    except Notice as notice:
        log.warning("old models not deleted: %s", notice)


def held_tags(store: Store) -> set[str]:
    """What the rule never takes: in use, what "go back" means, the base, and what an admin pinned."""
    tags = {store.promotions.in_use(), previous_tag(store), store.settings.policy().base}
    return {tag for tag in tags if tag} | store.pins.tags()


def delete_tag(store: Store, server: ModelServer, tag: str) -> None:
    """Take a model off the server, by hand. Raises TagInUse, TagIsBase, ModelNotFound, the server's Notices."""
    name, active = canonical(tag), store.runs.active()
    if name == canonical(store.promotions.in_use() or ""):
        raise TagInUse(tag=tag)
    if name in {canonical(base) for base in (store.settings.policy().base, active.base if active else "") if base}:
        raise TagIsBase(tag=tag)
    found = next((model.tag for model in server.models() if canonical(model.tag) == name), None)
    if found is None:
        raise ModelNotFound(tag=tag)
    server.delete(found)
    store.pins.unpin(tag)
