"""OpenMP's library, which llama.cpp needs, which a bare Debian does not have, and which torch brings along."""

import ctypes
import sys
from importlib.util import find_spec
from pathlib import Path

NAME = "libgomp.so.1"


def provide() -> None:
    """Load torch's copy where the system has none: the loader then finds it by its name."""
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL(NAME)
    except OSError:
        torch = find_spec("torch")
        copy = Path(torch.origin).parent / "lib" / NAME if torch and torch.origin else None
        if copy and copy.exists():
            ctypes.CDLL(str(copy), ctypes.RTLD_GLOBAL)
