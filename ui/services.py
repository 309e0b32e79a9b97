"""What the pages need from the rest of the program, handed over once by the wiring (cli)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..serving.client import ModelServer
from ..store.home import Deployment
from ..store.records import Run
from ..store.store import Store
from ..trainer.plan import Plan


@dataclass(frozen=True)
class Services:
    store: Store
    server: Callable[[], ModelServer]  # raises Notice while none can be reached
    # The same, but what it has is looked at only the first time: each answer waits for this.
    known_server: Callable[[], ModelServer]
    plan_run: Callable[[], Plan]  # what `start_run` would do, or what refuses it
    look_at_server: Callable[[], object]  # asks the server whether it answers; starts none, raises Notice
    start_run: Callable[[], Run]  # raises Notice, and then nothing was started
    rebuild: Callable[
        [str], Run
    ]  # a run without what was deleted since this tag learned from it; raises like start_run
    resume_run: Callable[[Run], Run]  # raises Notice, and then the run stays as it ended
    cancel_run: Callable[[Run], None]
    drives: Callable[[], bool]  # whether runs are moved forward by this process, not by another one of this home
    deployment: Deployment
    outside: str  # the model server's address where it is another machine; "" on this one
    clock: Callable[[], datetime]
