"""Before a run is queued: what would make it fail later is found and said now.

Owns the checks and their figures; each failure is one Notice with the next step. Nothing is started here, and nothing
stays written.
"""

import hashlib
import importlib.metadata
import importlib.util
import math
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from ..serving.errors import ServerRefused
from ..store.errors import Notice
from ..store.records import Readiness, ReadinessState

if TYPE_CHECKING:  # the training stage asks here for its memory, and stays light
    from ..serving.client import ModelServer

AXOLOTL = "0.19.0"  # the version that the training stage was written against
FEWEST_EXAMPLES = 8  # fewer make no more than noise: one optimiser step or two per epoch
GB = 1_000_000_000

# Measured on a 135M model: 3.0 GB at the peak, of which 0.9 GB are there for a model of 0.1M parameters.
MEMORY_FLOOR = 0.9 * GB
MEMORY_PER_PARAMETER = 16  # bytes
# Base and merged model in float32 (4 + 4), the export and its two copies on the server (about 1.1 each).
DISK_PER_PARAMETER = 12  # bytes
DISK_FLOOR = 0.5 * GB


class NotReady(Notice):
    key = "error-not-ready"


class TooFewExamples(Notice):
    key = "error-too-few-examples"


class AxolotlMissing(Notice):
    key = "error-axolotl-missing"


class AxolotlVersion(Notice):
    key = "error-axolotl-version"


class ServerTakesNothing(Notice):
    """The model server does not store new models: its disk is full, or it may not write there."""

    key = "error-server-takes-nothing"


class NoDisk(Notice):
    key = "error-no-disk"


class NoMemory(Notice):
    key = "error-no-memory"


def check_readiness(readiness: Readiness) -> None:
    """Raises NotReady; what is missing in words is `agent1 status`'s and the monitor's."""
    if readiness.state is not ReadinessState.READY:
        met = sum(criterion.met for criterion in readiness.criteria)
        raise NotReady(met=met, criteria=len(readiness.criteria))


def check_examples(usable: int, left_out: int) -> None:
    """Raises TooFewExamples."""
    if usable < FEWEST_EXAMPLES:
        raise TooFewExamples(usable=usable, left_out=left_out, fewest=FEWEST_EXAMPLES)


def check_axolotl() -> None:
    """Found without importing it, which takes half a minute. Raises AxolotlMissing, AxolotlVersion."""
    if not all(importlib.util.find_spec(name) for name in ("axolotl", "torch")):
        raise AxolotlMissing()
    version = importlib.metadata.version("axolotl")
    if version != AXOLOTL:
        raise AxolotlVersion(version=version, wanted=AXOLOTL)


def check_server(server: "ModelServer", home: Path) -> None:
    """Whether the model server takes files: 32 random bytes, which it drops at its next start.

    Raises ServerTakesNothing, and what a server that is away raises.
    """
    content = os.urandom(32)
    with tempfile.NamedTemporaryFile(dir=home) as file:
        file.write(content)
        file.flush()
        try:
            server.upload(Path(file.name), f"sha256:{hashlib.sha256(content).hexdigest()}")
        except ServerRefused as refused:
            raise ServerTakesNothing(address=server.url, error=refused.params["error"]) from refused


def memory_wanted(parameters: int) -> float:
    """Bytes that training a base of so many parameters takes."""
    return MEMORY_FLOOR + MEMORY_PER_PARAMETER * parameters


def check_room(home: Path, parameters: int, unloadable: int = 0) -> None:
    """Whether memory and disk can hold a run on a base of so many parameters. Raises NoMemory, NoDisk.

    `unloadable` bytes of memory are taken by models of the server, which make room for the training.
    """
    wanted = memory_wanted(parameters)
    available = psutil.virtual_memory().available + unloadable
    if available < wanted:
        raise NoMemory(wanted=_in_gb(wanted), available=_in_gb(available))
    wanted = DISK_FLOOR + DISK_PER_PARAMETER * parameters
    free = psutil.disk_usage(str(home)).free
    if free < wanted:
        missing = math.ceil((wanted - free) / GB * 10) / 10
        raise NoDisk(wanted=_in_gb(wanted), free=_in_gb(free), missing=missing, path=str(home))


def parameter_count(size: str) -> int:
    """The number that a model server tells as text, "134.52M" or "1.2B"; 0 where it tells none."""
    match = re.fullmatch(r"([\d.]+)([KMBT]?)", size.strip())
    if not match:
        return 0
    return int(float(match[1]) * {"": 1, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}[match[2]])


def _in_gb(bytes_: float) -> float:
    return round(bytes_ / GB, 1)
