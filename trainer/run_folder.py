"""A run's folder: where each file lies, and run.json, which tells every stage what it is for.

Owns the names and the order of the stages, and the seal of each: its evidence with sizes, written when the work is
done. The stages own what they write.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..store.records import Reason, RunState
from . import supervise
from .progress import REASON, read_reason, sync_folder, write_whole
from .recipe import Recipe

# Every state in which a stage's process works, in the order of the run, with the files that prove it done.
STAGES: Mapping[RunState, tuple[str, ...]] = {
    RunState.PREPARING: ("base/config.json", "tokens.jsonl", "axolotl.yml", "parity.json"),
    RunState.TRAINING: ("adapter/adapter_model.safetensors", "merged/config.json"),
    RunState.EXPORTING: ("model.gguf", "model.gguf.json"),
    RunState.REGISTERING: ("Modelfile", "registered.json"),
    RunState.EVALUATING: ("evaluation.json",),
}


@dataclass(frozen=True)
class Order:
    """What a run is to do; the content of run.json."""

    run: int
    base: str  # the tag that is trained
    base_digest: str  # of its GGUF file, "sha256:..."
    base_file: str  # where that file lies
    server: str  # the model server's address, or "embedded"
    home: str
    threads: int  # for training; the chat keeps its share
    tag: str  # the new tag
    in_use: str  # the tag that the new one is measured against
    recipe: Recipe = field(default_factory=Recipe)
    replay: Mapping[str, int] = field(default_factory=dict)  # "count" of prompts, "num_predict" tokens each


@dataclass(frozen=True)
class RunFolder:
    path: Path

    @property
    def order_file(self) -> Path:
        return self.path / "run.json"

    @property
    def dataset(self) -> Path:
        return self.path / "dataset.jsonl"

    @property
    def evaluation(self) -> Path:
        return self.path / "evaluation.json"

    @property
    def intent(self) -> Path:
        """The tag that registering is about to make, written before it does."""
        return self.stage(RunState.REGISTERING) / "intent.json"

    @property
    def room_made(self) -> Path:
        """Memory was short when the training began, and the server's models made room."""
        return self.stage(RunState.TRAINING) / "room_made.json"

    def proof(self) -> dict[str, Any] | None:
        """What the evaluation found; None where it did not, or where another version wrote it."""
        try:
            told: dict[str, Any] = json.loads(self.evaluation.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return told if {"verdict", "findings", "figures"} <= told.keys() else None

    def stage(self, state: RunState) -> Path:
        return self.path / "stages" / str(state)

    def write_order(self, order: Order) -> None:
        write_whole(self.order_file, json.dumps(asdict(order), indent=2, ensure_ascii=False))

    def order(self) -> Order:
        told: dict[str, Any] = json.loads(self.order_file.read_text(encoding="utf-8"))
        recipe = told.pop("recipe")
        recipe["target_modules"] = tuple(recipe["target_modules"])
        return Order(recipe=Recipe(**recipe), **told)

    def seal(self, state: RunState) -> None:
        """Note that the stage is done, with the size of each file that proves it; they outlast a power cut first.

        Raises OSError where one is missing.
        """
        sizes = {}
        for name in STAGES[state]:
            with (self.path / name).open("rb") as file:
                os.fsync(file.fileno())
                sizes[name] = os.fstat(file.fileno()).st_size
            sync_folder((self.path / name).parent)
        self.stage(state).mkdir(parents=True, exist_ok=True)
        write_whole(self._seal(state), json.dumps(sizes) + "\n")

    def unseal(self, state: RunState) -> None:
        """Take the word back: the stage is about to write its files anew."""
        self._seal(state).unlink(missing_ok=True)

    def has_evidence(self, state: RunState) -> bool:
        """Whether the stage is sealed, and every file that proves it is there as it was then."""
        try:
            sizes: dict[str, int] = json.loads(self._seal(state).read_text(encoding="utf-8"))
            there = {name: (self.path / name).stat().st_size for name in STAGES[state]}
        except FileNotFoundError:
            return False
        return there == sizes and all(there.values())

    def first_undone(self) -> RunState:
        """The stage to begin with, or to go on from, after the run has ended once.

        Its tag went when it ended, so registering counts as not done.
        """
        for state in STAGES:
            if state is RunState.REGISTERING or not self.has_evidence(state):
                return state
        raise AssertionError("registering is a stage")

    def forget(self, state: RunState) -> None:
        """Make a stage look as if it had never been begun; its log stays."""
        self.unseal(state)
        supervise.forget(self.stage(state))
        (self.stage(state) / REASON).unlink(missing_ok=True)

    def _seal(self, state: RunState) -> Path:
        return self.stage(state) / "sealed.json"

    def reason(self, state: RunState) -> Reason | None:
        """What a failed stage said a person can do about it, if it did."""
        return read_reason(self.stage(state))
