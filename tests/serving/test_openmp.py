"""A machine without OpenMP's library takes torch's."""

import ctypes
import sys
from pathlib import Path

import pytest

from agent1.serving import openmp


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bring it along")
def test_where_the_system_has_none_the_copy_of_torch_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Path] = []

    def load(name: str, *how: int) -> None:
        if name == openmp.NAME:
            raise OSError(f"{name}: cannot open shared object file")
        loaded.append(Path(name))

    monkeypatch.setattr(ctypes, "CDLL", load)
    openmp.provide()
    assert [path.parts[-3:] for path in loaded] == [("torch", "lib", openmp.NAME)]
