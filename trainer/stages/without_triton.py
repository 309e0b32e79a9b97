"""Lets Axolotl be imported where Triton is not: on a Mac, and on a CPU, where its 700 MB would serve nothing.

Axolotl 0.19 imports its Triton kernels for reinforcement learning wherever it builds a trainer. A supervised LoRA
calls none of them, so a module that refuses to be called stands in their place.
"""

import sys
from importlib.util import find_spec
from types import ModuleType

KERNELS = "axolotl.monkeypatch.trainer.utils"


def stand_in() -> None:
    """To be called before Axolotl is imported; does nothing where Triton is there."""
    if find_spec("triton") is None:
        module = ModuleType(KERNELS, __doc__)
        vars(module).update(entropy_from_logits=_refuse, selective_log_softmax=_refuse)
        sys.modules[KERNELS] = module


def _refuse(*_: object, **__: object) -> None:
    raise NotImplementedError("reinforcement learning needs Triton")
