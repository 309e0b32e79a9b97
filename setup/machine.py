"""Whether this machine can run Agent1: looked at before anything is installed.

Owns the facts (`look`) and the one sentence for the first thing that is missing (`obstacle`).
Does not cover Python itself: find_python.sh looks for it before this file can run.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SPACE = 6 * 1024**3  # bytes: 3.4 GB installed without a GPU's libraries, and as much passes through the caches
OLDEST_GLIBC = (2, 28)  # the oldest one that torch's wheels are built for
OLDEST_MACOS = (14, 0)  # likewise


@dataclass(frozen=True)
class Machine:
    system: str  # "Linux", "Darwin", ... as platform.system()
    architecture: str  # of this Python, as platform.machine()
    translated: bool  # an Intel Python under Rosetta on Apple silicon
    macos: tuple[int, int] | None
    glibc: tuple[int, int] | None  # None on a Linux with another C library
    space: int  # bytes free for the checkout, and those that .venv has already taken


def look(root: Path, venv: Path) -> Machine:
    return Machine(
        system=platform.system(),
        architecture=platform.machine(),
        translated=_translated(),
        macos=_two_numbers(platform.mac_ver()[0]),
        glibc=_glibc(),
        space=shutil.disk_usage(root).free + _size(venv),
    )


def obstacle(machine: Machine) -> tuple[str, dict[str, str]] | None:
    """The key in words.py of the first thing that stands in the way, with what fills it."""
    if machine.system == "Darwin":
        if machine.translated:
            return "intel-python", {}
        if machine.architecture != "arm64":
            return "intel-mac", {}
        if machine.macos is not None and machine.macos < OLDEST_MACOS:
            return "old-macos", {"version": _dotted(machine.macos)}
    elif machine.system != "Linux" or machine.architecture not in ("x86_64", "aarch64", "arm64"):
        return "other-machine", {"machine": f"{machine.system} {machine.architecture}"}
    elif machine.glibc is None:
        return "musl", {}
    elif machine.glibc < OLDEST_GLIBC:
        return "old-glibc", {"version": _dotted(machine.glibc)}
    if machine.space < SPACE:
        return "no-space", {"free": f"{machine.space / 1024**3:.1f}"}
    return None


def engine_runs(python: Path, run: Callable[..., "subprocess.CompletedProcess[bytes]"] = subprocess.run) -> bool:
    """Whether llama.cpp's build runs on this processor. In a child: without AVX2 it dies of a signal."""
    argv = [str(python), "-c", "import xllamacpp; xllamacpp.get_system_info()"]
    done = run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode >= 0


def _translated() -> bool:
    if sys.platform != "darwin" or platform.machine() == "arm64":
        return False
    asked = subprocess.run(["sysctl", "-n", "sysctl.proc_translated"], capture_output=True, text=True)
    return asked.stdout.strip() == "1"


def _glibc() -> tuple[int, int] | None:
    try:
        named = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (ValueError, OSError, AttributeError):
        return None
    return _two_numbers(named.partition(" ")[2])


def _two_numbers(version: str) -> tuple[int, int] | None:
    parts = version.split(".")
    if not parts[0].isdigit():
        return None
    return int(parts[0]), int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def _dotted(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(parent, name)).st_blocks * 512  # noqa: PTH118 - 60 000 files
            except FileNotFoundError:
                continue  # another make is at work in there
    return total
