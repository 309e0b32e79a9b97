"""A run's folder: where each file lies, and run.json, which tells every stage what it is for.

Owns the names and the order of the stages; the stages own what they write.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..store.records import Reason, RunState
from .progress import read_reason, write_whole
from .recipe import Recipe

# Every state in which a stage's process works, in the order of the run, with the files that prove it done.
STAGES: Mapping[RunState, tuple[str, ...]] = {
    RunState.PREPARING: ("tokens.jsonl", "axolotl.yml", "parity.json"),
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

    def stage(self, state: RunState) -> Path:
        return self.path / "stages" / str(state)

    def write_order(self, order: Order) -> None:
        write_whole(self.order_file, json.dumps(asdict(order), indent=2, ensure_ascii=False))

    def order(self) -> Order:
        told: dict[str, Any] = json.loads(self.order_file.read_text(encoding="utf-8"))
        recipe = told.pop("recipe")
        recipe["target_modules"] = tuple(recipe["target_modules"])
        return Order(recipe=Recipe(**recipe), **told)

    def has_evidence(self, state: RunState) -> bool:
        """Whether every file that proves this stage done is there and not empty."""
        paths = [self.path / name for name in STAGES[state]]
        return all(path.is_file() and path.stat().st_size > 0 for path in paths)

    def reason(self, state: RunState) -> Reason | None:
        """What a failed stage said a person can do about it, if it did."""
        return read_reason(self.stage(state))
