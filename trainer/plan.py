"""What a run would be, told before it is started: material, base, time, room, and all that would refuse it.

Looks only. Does not cover the start itself (starting), which checks again.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from ..serving.client import ModelServer
from ..store.errors import Notice
from ..store.records import Reason
from ..store.store import Store
from . import preflight
from .material import Material, collect, new_since
from .memory import unloadable
from .readiness import judge
from .recipe import adjusted, choose
from .replay import replay_plan
from .run_folder import RunFolder
from .starting import examine_base

# Two cores, SmolLM2-135M, 670 rows: 180 s of steps, and 100 s for all else with the general answers at hand.
SECONDS_PER_ROW_AND_PARAMETER = 4e-9  # on one core
SECONDS_AROUND = 100.0
SECONDS_PER_REPLAY_AND_PARAMETER = 5e-9  # of a general answer that the base has to write first: 40 tokens
SPARE_MEMORY = 1_000_000_000  # bytes; with less beside the training, the chat's model does not fit well


@dataclass
class Plan:
    """Sizes in bytes. `seconds` is None where the base is not known."""

    examples: int = 0
    new: int = 0  # that no earlier run has learned
    left_out: Mapping[str, int] = field(default_factory=dict)  # how many, by the catalogue's key of the reason
    base: str = ""
    parameters: int = 0
    seconds: float | None = None
    from_earlier: bool = False  # the time follows an earlier run on this machine
    cores: int = 1
    memory_wanted: float = 0
    memory_free: float = 0
    disk_wanted: float = 0
    disk_free: float = 0
    refusals: list[Reason] = field(default_factory=list)

    @property
    def chat_stays_fast(self) -> bool:
        return self.memory_free - self.memory_wanted >= SPARE_MEMORY

    @contextmanager
    def checking(self) -> Iterator[None]:
        """What refuses within is noted, and the look goes on."""
        try:
            yield
        except Notice as notice:
            self.refusals.append(Reason(notice.key, notice.params))


def make_plan(store: Store, find_server: Callable[[], ModelServer]) -> Plan:
    """Never raises a Notice: each is among the refusals."""
    policy, material = store.settings.policy(), collect(store)
    plan = Plan(base=policy.base, cores=psutil.cpu_count(logical=False) or 1)
    plan.examples, plan.new = len(material.examples), new_since(store, material)
    plan.left_out = Counter(item.reason for item in material.left_out)
    with plan.checking():
        preflight.check_readiness(judge(store.ratings.figures(), policy.targets))
    with plan.checking():
        preflight.check_examples(len(material.examples), len(material.left_out))
    with plan.checking():
        preflight.check_axolotl()
    freed = 0
    with plan.checking():
        server = find_server()
        base = examine_base(store, server)
        freed = unloadable(server)
        plan.base, plan.parameters = base.facts.tag, base.parameters
        _tell_time(plan, store, material, base.digest)
    plan.memory_wanted = preflight.memory_wanted(plan.parameters)
    plan.disk_wanted = preflight.DISK_FLOOR + preflight.DISK_PER_PARAMETER * plan.parameters
    plan.memory_free = psutil.virtual_memory().available
    plan.disk_free = psutil.disk_usage(str(store.home.root)).free
    if plan.parameters:
        with plan.checking():
            preflight.check_room(store.home.root, plan.parameters, freed)
    return plan


def _tell_time(plan: Plan, store: Store, material: Material, digest: str) -> None:
    recipe = adjusted(choose(len(material.examples), plan.parameters), store.settings.policy().tuning)
    replays = sum(
        value for name, value in replay_plan(len(material.examples), recipe.passes).items() if name == "count"
    )
    rows = (len(material.examples) * recipe.passes + replays) * recipe.epochs
    earlier = _earlier(store, digest)
    if earlier:
        learned, seconds = earlier
        # A quarter of a run does not depend on its rows: imports, merge, export, questions.
        plan.seconds, plan.from_earlier = seconds * (0.25 + 0.75 * rows / max(1, learned)), True
        return
    steps = rows * plan.parameters * SECONDS_PER_ROW_AND_PARAMETER / plan.cores
    answers = replays * plan.parameters * SECONDS_PER_REPLAY_AND_PARAMETER
    plan.seconds = SECONDS_AROUND + steps + answers


def _earlier(store: Store, digest: str) -> tuple[int, float] | None:
    """Rows and seconds of the newest run on the same file that came to its end; None where there is none."""
    for run in store.runs.newest():
        if run.base_digest == digest and run.state.has_tag and run.finished_at:
            try:
                order = RunFolder(Path(store.home.run_folder(run.id))).order()
            except (OSError, ValueError, KeyError, TypeError):
                continue
            rows = (run.examples * order.recipe.passes + order.replay.get("count", 0)) * order.recipe.epochs
            return rows, (run.finished_at - run.created_at).total_seconds()
    return None


def minutes_about(seconds: float) -> tuple[int, int]:
    """A range in whole minutes, since nobody knows better: two thirds to one and a half times the guess."""
    return max(1, math.floor(seconds / 90)), max(2, math.ceil(seconds / 40))
