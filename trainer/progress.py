"""What a stage says while it works: progress.jsonl, heartbeat and reason.json in the stage's folder.

Owns the format of the three, writing and reading; standard library only, since the stage imports it before
torch and the web process reads it every second. Does not cover whether the process lives (supervise).
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..store.errors import Notice
from ..store.records import Reason

PROGRESS = "progress.jsonl"
HEARTBEAT = "heartbeat"
REASON = "reason.json"
ROOM = "room.tmp"  # taken before the stage begins, so that a full disk still has room for the reason
ROOM_BYTES = 8192


def now() -> datetime:
    return datetime.now(UTC)


class ProgressLog:
    """Appends events of one stage. Every event, and `beat` between two, is a sign of life."""

    def __init__(self, stage_folder: Path, clock: Callable[[], datetime] = now) -> None:
        stage_folder.mkdir(parents=True, exist_ok=True)
        self._folder = stage_folder
        self._clock = clock

    def write(self, event: str, **fields: str | int | float | None) -> None:
        """Append one line: {"at", "event", ...}; fields that are None are left out. Raises OSError."""
        line: dict[str, str | int | float] = {"at": self._clock().isoformat(), "event": event}
        line |= {name: value for name, value in fields.items() if value is not None}
        with (self._folder / PROGRESS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self.beat()

    def beat(self) -> None:
        """A sign of life. The file's time is for people; its content for `silence`, since clocks are set."""
        moment = self._clock().timestamp()
        path = self._folder / HEARTBEAT
        path.write_text(f"{time.monotonic()}\n", encoding="ascii")
        os.utime(path, (moment, moment))


@dataclass(frozen=True)
class Point:
    """One training step: what the curve is drawn of."""

    step: int
    loss: float
    lr: float
    seconds: float  # that this step took
    tokens: int = 0  # since the beginning
    memory_mb: int = 0  # of the process


@dataclass(frozen=True)
class Progress:
    """A stage as far as it has come. Steps are weight updates."""

    phase: str  # the stage's word for what it does; in training loading, data, model, training, merging
    step: int
    total: int
    points: tuple[Point, ...]
    evals: tuple[tuple[int, float], ...]  # step, loss on held-out rows
    finished: bool
    stopped: bool
    last_sign: datetime | None  # of life
    began: int = 0  # the step that the newest try started from

    @property
    def recent(self) -> tuple[Point, ...]:
        """The last ten steps of the newest try, without its first, which pays for what is made once."""
        return tuple(point for point in self.points if point.step > self.began + 1)[-10:]

    @property
    def seconds_left(self) -> float | None:
        """Of the training steps that remain, at the pace of the recent ones; None before the second step."""
        if not self.recent:
            return None
        return (self.total - self.step) * sum(point.seconds for point in self.recent) / len(self.recent)

    @property
    def tokens_a_second(self) -> float | None:
        """Over the recent steps; None where the stage does not count tokens."""
        if len(self.recent) < 2 or not self.recent[-1].tokens:
            return None
        seconds = sum(point.seconds for point in self.recent[1:])
        return (self.recent[-1].tokens - self.recent[0].tokens) / seconds if seconds else None


def read_progress(stage_folder: Path) -> Progress:
    """What the newest try has said. A resumed try takes the curve over up to the step it starts from."""
    phase, step, total, began = "", 0, 0, 0
    points: dict[int, Point] = {}
    evals: dict[int, float] = {}
    finished = stopped = False
    for line in _lines(stage_folder / PROGRESS):
        step, total = line.get("step", step), line.get("total", total)
        phase = line.get("phase", phase)
        match line["event"]:
            case "log":
                finished = stopped = False
            case "start":
                began = step
                points = {at: point for at, point in points.items() if at <= step}
                evals = {at: loss for at, loss in evals.items() if at <= step}
            case "step" if "loss" in line:
                points[step] = Point(
                    step, line["loss"], line["lr"], line["seconds"], line.get("tokens", 0), line.get("memory_mb", 0)
                )
            case "eval":
                evals[step] = line["loss"]
            case "finished":
                finished = True
            case "stopped":
                stopped = True
    curve = tuple(points[at] for at in sorted(points))
    sign = _last_sign(stage_folder)
    return Progress(phase, step, total, curve, tuple(sorted(evals.items())), finished, stopped, sign, began)


def silence(stage_folder: Path) -> float | None:
    """Seconds since the last sign of life of a process that runs since this boot; the machine's sleep not counted."""
    try:
        return time.monotonic() - float((stage_folder / HEARTBEAT).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):  # none yet, or being written in this moment
        return None


def write_reason(stage_folder: Path, notice: Notice | Reason) -> None:
    """Leave why a stage failed, for people. Raises OSError."""
    stage_folder.mkdir(parents=True, exist_ok=True)
    (stage_folder / ROOM).unlink(missing_ok=True)
    write_whole(stage_folder / REASON, json.dumps({"key": notice.key, "params": dict(notice.params)}) + "\n")


def read_reason(stage_folder: Path) -> Reason | None:
    try:
        told = json.loads((stage_folder / REASON).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Reason(told["key"], told["params"])


def write_whole(path: Path, text: str) -> None:
    """Write evidence: it is there as a whole, also after a power cut, or not at all. Raises OSError."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make what was renamed in `path` outlast a power cut. Raises OSError."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        whole, _, _ = path.read_text(encoding="utf-8").rpartition("\n")  # the last line may still be written
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in whole.splitlines()]


def _last_sign(stage_folder: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp((stage_folder / HEARTBEAT).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
