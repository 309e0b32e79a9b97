"""From a click to a queued run: the base, the checks, the material, the folder.

Owns the order of what happens before a run exists. Everything that can refuse comes before anything is written; the
folder is whole before the driver sees it, since it gets its name by a rename.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from ..serving.choose import address_for_later
from ..serving.client import ModelFacts, ModelServer
from ..store.records import Run
from ..store.runs import RunActive
from ..store.store import Store
from . import preflight
from .base import find_file
from .dataset import freeze
from .families import check_trainable
from .material import Material, collect, new_since
from .memory import unloadable
from .modelfile import new_tag
from .readiness import judge
from .recipe import adjusted, choose
from .replay import replay_plan
from .run_folder import Order, RunFolder
from .schedule import due
from .splits import hold_out


@dataclass(frozen=True)
class Base:
    facts: ModelFacts
    file: Path
    digest: str
    parameters: int


def start_run(store: Store, find_server: Callable[[], ModelServer], *, whatever_targets: bool = False) -> Run:
    """Check everything, freeze the material and queue a run; the driver takes it from there.

    `whatever_targets`: also where the targets of readiness are not reached (any more).

    Raises RunActive, the Notices of preflight, of the server and of the family check; then nothing was written.
    """
    active = store.runs.active()
    if active:
        raise RunActive(run=active.id)
    if not whatever_targets:
        preflight.check_readiness(judge(store.ratings.figures(), store.settings.policy().targets))
    material = collect(store)
    preflight.check_examples(len(material.examples), len(material.left_out))
    preflight.check_axolotl()
    server = find_server()
    base = examine_base(store, server)
    preflight.check_room(store.home.root, base.parameters, unloadable(server))
    preflight.check_server(server, store.home.root)
    return _queue(store, server, base, material)


def start_if_due(store: Store, find_server: Callable[[], ModelServer]) -> Run | None:
    """What the schedule calls: a run where the policy wants one now, else None. Raises like `start_run`."""
    policy = store.settings.policy()
    if not policy.automatic:
        return None
    readiness = judge(store.ratings.figures(), policy.targets)
    new = new_since(store, collect(store))
    if not due(policy, readiness, new, store.runs.newest(), store.clock().astimezone()):
        return None
    return start_run(store, find_server)


def examine_base(store: Store, server: ModelServer) -> Base:
    """The base of the policy, with its file, proved trainable.

    Raises ModelNotFound, BaseFileUnreadable, and the Notices of families.
    """
    tag = store.settings.policy().base
    facts = server.describe(tag)
    file = find_file(store, facts)
    check_trainable(file)
    return Base(facts, file, facts.blob_digest, int(facts.model_info.get("general.parameter_count") or 0))


def _queue(store: Store, server: ModelServer, base: Base, material: Material) -> Run:
    store.home.runs.mkdir(exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".new-", dir=store.home.runs))
    try:
        material = hold_out(store, material)
        freeze(unfinished, material)
        run = store.runs.queue(
            base=base.facts.tag,
            base_digest=base.digest,
            server=address_for_later(store.home, server),
            message_ids=[example.message_id for example in material.examples],
        )
        order = _order(store, run, base, [model.tag for model in server.models()])
        RunFolder(unfinished).write_order(order)
        unfinished.rename(store.home.run_folder(run.id))
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return run


def _order(store: Store, run: Run, base: Base, existing: list[str]) -> Order:
    recipe = adjusted(choose(run.examples, base.parameters), store.settings.policy().tuning)
    return Order(
        run=run.id,
        base=run.base,
        base_digest=run.base_digest,
        base_file=str(base.file),
        server=run.server,
        home=str(store.home.root),
        threads=psutil.cpu_count(logical=False) or 1,
        tag=new_tag(run.base, run.created_at, run.id, existing),
        in_use=store.promotions.in_use() or run.base,
        recipe=recipe,
        replay=replay_plan(run.examples, recipe.passes),
    )
