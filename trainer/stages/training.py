"""The training stage: `python -m agent1.trainer.stages.training RUN`, Axolotl LoRA and merge in one process.

Goes on from the last whole checkpoint where there is one. Owns the environment of the process and what its failures
are told as. The work lies in
lora, which is imported after the environment is set: this module stays light, because `datasets` may start
processes that import it again.
"""

import gc
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from ...store.errors import Notice
from ...store.records import RunState
from ..preflight import memory_wanted
from ..progress import ProgressLog
from ..run_folder import RunFolder
from ..stage import NO_ROOM, run_stage
from . import without_triton

STOPPED = 143  # what a shell says of a process that SIGTERM ended; a checkpoint is there
DATA_WORDS = ("dataset could not be loaded", "exceeds the maximum", "no samples left")  # of Axolotl's ValueErrors
SPARE = 64 * 2**20  # bytes of disk beyond what the files of a run need


class AxolotlMissing(Notice):
    """Axolotl or torch is not installed."""

    key = "error-axolotl-missing"


class DiskFull(Notice):
    """No room for checkpoints and the merged model; torch's own message does not speak of the disk."""

    key = "error-training-disk-full"


class NotEnoughMemory(Notice):
    key = "error-training-memory"


class BadConfig(Notice):
    """Axolotl did not accept axolotl.yml."""

    key = "error-training-config"


class BadRows(Notice):
    """tokens.jsonl or its rows cannot be trained on: missing, broken, or a row longer than the recipe allows."""

    key = "error-training-data"


class LossBroke(Notice):
    """The loss became infinite or not a number; what was learned is worthless."""

    key = "error-training-diverged"


def environment(threads: int, run: Path, on_cpu: bool = True) -> dict[str, str]:
    """What the libraries read on import: no network, no telemetry, no copies of the rows outside the run's folder."""
    settings = {
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_CACHE": str(run / "cache"),
        "AXOLOTL_DO_NOT_TRACK": "1",
        "DO_NOT_TRACK": "1",
        "AXOLOTL_DATASET_NUM_PROC": "0",  # else saving the prepared rows starts a second Python with all its imports
        "TOKENIZERS_PARALLELISM": "false",
        "TQDM_DISABLE": "1",  # bars of carriage returns make a log that nobody can read
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        # A thread that waits for another must not spin: beside a busy chat a step took 5 times the CPU and the time.
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    if on_cpu:
        settings |= {"CUDA_VISIBLE_DEVICES": "", "ACCELERATE_USE_CPU": "true"}
    return settings


def bytes_needed(run: Path) -> int:
    """Room that the run still takes: the merged model as large as the base, adapter and checkpoints beside it."""
    weights = _weights(run)
    return weights + weights // 2 + SPARE


def _weights(run: Path) -> int:
    """Bytes of the base's weights."""
    return sum(file.stat().st_size for file in (run / "base").glob("*.safetensors"))


def work(folder: RunFolder, progress: ProgressLog) -> int:
    run = folder.path
    settings: Mapping[str, object] = json.loads(folder.order_file.read_text(encoding="utf-8"))
    os.chdir(run)  # the paths in axolotl.yml are relative to it
    threads = int(str(settings["threads"]))
    on_cpu = bool(settings.get("on_cpu", True))  # the way of a GPU was not tried
    os.environ.update(environment(threads, run, on_cpu))
    progress.write("log", phase="loading")
    _need_room(run)
    make_room_where_short(folder)
    gc.disable()  # a million objects are made that all stay: 1 s of looking through them again and again
    without_triton.stand_in()
    try:
        from . import lora
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("agent1"):
            raise
        raise AxolotlMissing(module=str(error.name)) from error
    gc.freeze()  # Axolotl collects every few steps; what the imports made need not be looked at: 0.4 s each time
    gc.enable()
    if on_cpu:
        lora.keep_to_cpu()
    try:
        reporter = lora.train(lora.load_config(), progress)
    except (MemoryError, OSError, RuntimeError, ValueError) as error:
        if (notice := _notice_of(error, run)) is None:
            raise
        raise notice from error
    if reporter.broke:
        raise LossBroke()
    return STOPPED if reporter.stopped else 0


def make_room_where_short(folder: RunFolder) -> None:
    """Where memory is short the models of the server go."""
    folder.room_made.unlink(missing_ok=True)
    wanted = memory_wanted(_weights(folder.path) // 4)  # bytes a number
    if psutil.virtual_memory().available < wanted:
        from ..memory import make_room  # brings the server's client, for which most runs have no need

        for tag in make_room(folder, wanted):
            print(f"{tag} makes room in memory", flush=True)  # noqa: T201 - the stage's log


def _notice_of(error: Exception, run: Path) -> Notice | None:
    """What a person can do about it, where that can be told; None leaves the trace in the log."""
    free = shutil.disk_usage(run).free
    # safetensors and torch tell a full disk in words of their own, without errno
    if free < SPARE or (isinstance(error, OSError) and error.errno in NO_ROOM):
        return DiskFull(free_mb=free // 2**20, needed_mb=bytes_needed(run) // 2**20)
    words = str(error).strip()[:1000]  # the log has it all
    if isinstance(error, MemoryError) or "can't allocate memory" in words or "out of memory" in words:
        return NotEnoughMemory(available_mb=psutil.virtual_memory().available // 2**20)
    module = type(error).__module__
    if module.startswith("pydantic"):
        return BadConfig(reason=words)
    if module.startswith("datasets") or any(said in words for said in DATA_WORDS):
        return BadRows(reason=words)
    return None


def _need_room(run: Path) -> None:
    free, needed = shutil.disk_usage(run).free, bytes_needed(run)
    if free < needed:
        raise DiskFull(free_mb=free // 2**20, needed_mb=needed // 2**20)


if __name__ == "__main__":
    ended = run_stage(RunState.TRAINING, work, sys.argv[1:])
    if ended == 0:
        from .lora import clear  # imported long ago

        clear(Path())
    sys.exit(ended)
