"""Whether a run survives: its parts are killed at every stage, and all that must be there in the end is counted.

`python -m tests.kill_matrix` (or `make kill-matrix`) goes through every point and prints a table; test_kill_matrix
takes some. Each run is killed once in every stage. The stages are read from the code. Server, llama.cpp, database and
driver are the real ones, the training is a stand-in unless a point asks for Axolotl.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import psutil

from agent1.serving.client import CreateRequest, ModelServer
from agent1.serving.embedded import process as embedded
from agent1.store.home import Home
from agent1.store.records import MEASURED, ImportedConversation, ImportedMessage, Role, Run, RunState, Targets
from agent1.store.store import Store
from agent1.trainer.run_folder import STAGES, RunFolder
from agent1.trainer.starting import start_run
from tests.tiny_models import CHATML, tiny_llama_gguf

BASE = "tiny:latest"
QUICK_DRIVER = Path(__file__).with_name("quick_driver.py")
VICTIMS = ("app", "stage", "supervisor", "server", "machine")
PATIENCE = 600.0  # seconds for a whole run; the bound of one that hangs


@dataclass(frozen=True)
class Point:
    stage: RunState
    victim: str  # one of VICTIMS; "machine" is all of them at once
    moment: str  # begun: its process is there; working: it said something; sealed: it is done, and nobody has seen it
    training: str = "standin"

    def __str__(self) -> str:
        return f"{self.stage}-{self.victim}-{self.moment}" + ("-real" if self.training == "real" else "")


@dataclass
class Outcome:
    landed: list[Point]  # whose victim was alive when it was killed
    state: str = ""
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def all_points() -> list[Point]:
    """Every stage with every victim, and Axolotl itself killed while it works."""
    points = [Point(*chosen) for chosen in product(STAGES, VICTIMS, ("begun", "working"))]
    points += [Point(*chosen) for chosen in product(STAGES, ("stage", "machine"), ("sealed",))]
    return points + [Point(RunState.TRAINING, victim, "working", "real") for victim in ("stage", "machine")]


def make_template(root: Path) -> Home:
    """A home with a tiny model, rated conversations and a queued run; nothing of it runs."""
    home = Home(root / "template")
    home.make()
    file = tiny_llama_gguf(root / "tiny.gguf", weights="Q8_0", end_gain=3)  # short answers
    digest = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    server = ModelServer(embedded.find_or_start(home))
    server.upload(file, digest)
    list(server.create(BASE, CreateRequest(files={"tiny.gguf": digest}, template=CHATML)))
    with closing(Store(home)) as store:
        store.exchange.add_all(_talks(), store.people.local())
        policy = replace(store.settings.policy(), targets=Targets(5, 10, 5, 1.0), base=BASE)
        store.settings.save(policy)
        store.promotions.promote(BASE)
        run = start_run(store, lambda: server)
        folder = RunFolder(home.run_folder(run.id))
        order = folder.order()
        recipe = replace(order.recipe, epochs=1, passes=1, rank=4, batch_size=4)
        folder.write_order(replace(order, recipe=recipe, replay={"count": 2, "num_predict": 8}, base_file=str(file)))
    server.close()
    embedded.stop(home)
    return home


def _talks() -> Iterator[ImportedConversation]:
    for number in range(12):
        question = ImportedMessage(Role.USER, f"Why is the sky blue over town {number}?")
        answer = ImportedMessage(Role.ASSISTANT, f"Because of the light, and of {number} clouds.", 5)
        yield ImportedConversation("", datetime(2026, 11, 1, tzinfo=UTC), (question, answer))


class Trial:
    """One run in a copy of the template, watched from outside like a person's."""

    def __init__(self, template: Home, root: Path, training: str = "standin") -> None:
        self.home = Home(root)
        shutil.copytree(template.root, root, ignore=shutil.ignore_patterns("*.lock", "server.json"))
        self._training = training
        self.driver: subprocess.Popen[bytes] | None = None
        self.store = Store(self.home)
        self.run = self.now()
        self.folder = RunFolder(self.home.run_folder(self.run.id))
        self.folder.write_order(replace(self.folder.order(), home=str(root)))
        self._answers = self.store._database.rows("select message_id as id from ratings order by id")
        self._rated = 0

    def use_server(self, address: str, base: str, digest: str) -> None:
        """Let the run work with another model server that has the base."""
        order = replace(self.folder.order(), server=address, base=base, base_digest=digest, in_use=base)
        self.folder.write_order(order)
        self.store.promotions.promote(base)
        with self.store._database.write() as db:
            db.execute("update runs set server = ?, base = ?, base_digest = ?", [address, base, digest])

    def start(self, shift: float = 0.0, impatient: bool = False) -> None:
        """Start a driver, as the app's start does. `shift` is added to its clock; impatient stages soon give up."""
        patience = "impatient" if impatient else "patient"
        program = [sys.executable, "-P", str(QUICK_DRIVER), str(self.home.root), self._training, str(shift), patience]
        with (self.home.root / "driver.log").open("ab") as output:
            self.driver = subprocess.Popen(program, stdout=output, stderr=output, cwd=self.home.root)

    def wait_for(self, stage: RunState, moment: str) -> bool:
        """Until the stage is so far; False where the run has gone past it."""
        folder = self.folder.stage(stage)
        said = folder / "progress.jsonl"
        reached = {
            "begun": (folder / "process.json").exists,
            "working": lambda: said.exists() and said.stat().st_size > 0,
            "sealed": (folder / "sealed.json").exists,
        }[moment]
        deadline = time.monotonic() + PATIENCE
        while not reached():
            if time.monotonic() > deadline or not self.now().state.is_active:
                return False
            time.sleep(0.005)
        return True

    def kill(self, stage: RunState, victim: str) -> bool:
        """SIGKILL; True where it was alive, and the run still in that stage."""
        assert self.driver is not None
        in_time = self.now().state is stage
        if victim in ("app", "machine"):
            self.driver.kill()
            self.driver.wait()
        told = json.loads((self.folder.stage(stage) / "process.json").read_text())
        server = embedded.read_server_file(self.home)
        pids = {
            "app": [],
            "stage": [told["command"]["pid"]],
            "supervisor": [told["supervisor"]["pid"]],
            "server": [server.pid] if server else [],
            "machine": [told["supervisor"]["pid"], told["command"]["pid"], *([server.pid] if server else [])],
        }[victim]
        landed = victim in ("app", "machine")
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                landed = True
        return landed and in_time

    def drive(self, shift: float = 0.0) -> None:
        """Start a driver where none is left."""
        if self.driver is None or self.driver.poll() is not None:
            self.start(shift)

    def finish(self, shift: float = 0.0) -> Run:
        """Wait for the run's end and the tidying up; ratings go on meanwhile."""
        deadline = time.monotonic() + PATIENCE
        while self.now().state.is_active and time.monotonic() < deadline:
            self.drive(shift)
            self._rate()
            time.sleep(0.1)
        self.driver_ended()
        return self.now()

    def watch(self, seconds: float) -> None:
        """Until the run has ended, at most so long."""
        deadline = time.monotonic() + seconds
        while self.now().state.is_active and time.monotonic() < deadline:
            time.sleep(0.1)

    def driver_ended(self) -> None:
        if self.driver is not None:
            with suppress(subprocess.TimeoutExpired):
                self.driver.wait(60)

    def faults(self, with_states: bool = True) -> list[str]:
        """What is not exactly as it must be after a run that ended well; one that was resumed was in states twice."""
        run, states = self.now(), [event.state for event in self.store.runs.events(self.run)]
        server = ModelServer(embedded.find_or_start(self.home))
        made = [model.tag for model in server.models() if model.tag.startswith("agent1-")]
        blobs = sorted(path.name for path in (self.home.models / "blobs").iterdir())
        server.close()
        wanted = [RunState.QUEUED, *STAGES, run.state] if with_states else states
        found = {
            "the run ended": (run.state in MEASURED, True),
            "reason": (run.reason is not None and not run.reason.key.startswith("error-"), True),
            "states": (states, wanted),
            "tags": (made, [self.folder.order().tag]),
            "runs": (len(self.store.runs.newest()), 1),
            "promotions": (len(self.store.promotions.newest()), 1 + (run.state is RunState.PROMOTED)),
            "ratings": (self.store.ratings.figures().ratings, len(self._answers)),
            "learned messages": (len(self.store.runs.messages_of(run)), run.examples),
            "blobs": (len(blobs), 2),
            "leftovers": (self._leftovers(), []),
            "processes": (self._processes(), []),
            "steps done twice": (self._steps_again(), 0),
        }
        self.store.check()
        return [f"{what}: {seen}, not {must}" for what, (seen, must) in found.items() if seen != must]

    def close(self) -> None:
        if self.driver is not None and self.driver.poll() is None:
            self.driver.kill()
            self.driver.wait()
        for process in _processes_of(self.home.root):
            process.kill()
        self.store.close()

    def now(self) -> Run:
        return self.store.runs.newest(1)[0]

    def _rate(self) -> None:
        """What a person does meanwhile: each answer is rated again and again, and counts once."""
        person = self.store.people.local()
        answer = self.store.messages.get(self._answers[self._rated % len(self._answers)]["id"], person)
        self.store.ratings.rate(answer, person, 4 + self._rated % 2)
        self._rated += 1

    def _leftovers(self) -> list[str]:
        heavy = ("merged", "model.gguf", "prepared", "base")
        left = [name for name in heavy if (self.folder.path / name).exists()]
        return left + [path.name for path in self.home.root.rglob("*.tmp")] + [
            path.name for path in self.folder.path.glob("adapter/checkpoint-*")
        ]  # fmt: skip

    def _processes(self) -> list[str]:
        return [" ".join(process.cmdline()) for process in _processes_of(self.folder.path)]

    def _steps_again(self) -> int:
        """Steps of the stand-in training that were done twice: at most the one it was killed in."""
        log = self.folder.path / "steps.log"
        steps = log.read_text().split() if log.exists() else []
        again = len(steps) - len(set(steps))
        return 0 if again <= 1 else again


def _processes_of(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != os.getpid() and any(str(folder) in word for word in process.cmdline()):
                found.append(process)
    return found


def runs_of(points: Sequence[Point]) -> list[list[Point]]:
    """The points by run: a kill at one stage says nothing about the next, so that a run takes one in each."""
    runs: dict[tuple[str, str, str], list[Point]] = {}
    for point in points:
        runs.setdefault((point.victim, point.moment, point.training), []).append(point)
    return list(runs.values())


def try_run(template: Home, root: Path, points: Sequence[Point]) -> Outcome:
    """One run with a kill at each of the points. What is wrong afterwards stands in the outcome's faults."""
    trial, began = Trial(template, root, points[0].training), time.monotonic()
    try:
        trial.start()
        landed = []
        for point in points:
            if point.victim == "server":  # the one before was killed; a chat would have brought it back
                embedded.find_or_start(trial.home)
            if trial.wait_for(point.stage, point.moment) and trial.kill(point.stage, point.victim):
                landed.append(point)
            trial.drive()
        ended = trial.finish()
        return Outcome(landed, str(ended.state), time.monotonic() - began, trial.faults())
    finally:
        embedded.stop(trial.home)
        trial.close()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill_matrix", description=__doc__)
    parser.add_argument("--only", default="", help="points with this in their name")
    asked = parser.parse_args(arguments)
    runs = runs_of([point for point in all_points() if asked.only in str(point)])
    landed = failed = 0
    with tempfile.TemporaryDirectory(prefix="agent1-matrix-") as folder:
        template = make_template(Path(folder))
        for number, points in enumerate(runs, start=1):
            root = Path(folder) / f"{number}"
            outcome = try_run(template, root, points)
            landed += len(outcome.landed)
            failed += bool(outcome.faults)
            mark = "lost" if outcome.faults else "well"
            print(f"run {number:2}/{len(runs)} {mark} {outcome.state:10} {outcome.seconds:6.1f} s", flush=True)
            for point in points:
                print(f"        {point!s:40} {'killed' if point in outcome.landed else 'too late'}", flush=True)
            for fault in outcome.faults:
                print(f"        {fault}", flush=True)
            if not outcome.faults:
                shutil.rmtree(root)
    count = sum(map(len, runs))
    print(f"{landed} kills landed at {count} points in {len(runs)} runs; {failed} runs were not as they must be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
