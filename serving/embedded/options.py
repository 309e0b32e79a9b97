"""The options of a request: Ollama's names, types and defaults, and what they are called in llama.cpp.

Owns checking and translating. Unknown names are passed over in silence, as Ollama does.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .refusals import Refused

DEFAULT_CONTEXT = 4096  # tokens; Ollama's default too
SMALLEST_CONTEXT = 16

# Ollama's api.DefaultOptions.
_DEFAULTS: dict[str, Any] = {
    "temperature": 0.8,
    "top_k": 40,
    "top_p": 0.9,
    "min_p": 0.0,
    "typical_p": 1.0,
    "repeat_last_n": 64,
    "repeat_penalty": 1.1,
    "presence_penalty": 0.0,
    "frequency_penalty": 0.0,
    "seed": -1,
    "num_predict": -1,
    "num_ctx": DEFAULT_CONTEXT,
    "num_thread": 0,
    "num_keep": 4,
    "stop": [],
}
_SAMPLING = ("temperature", "top_k", "top_p", "min_p", "typical_p", "repeat_last_n", "repeat_penalty")
_PENALTIES = ("presence_penalty", "frequency_penalty")


@dataclass(frozen=True)
class Options:
    """`context` and `most_tokens` are tokens (`most_tokens` None: as many as fit); `threads` 0: as the machine has."""

    context: int
    most_tokens: int | None
    threads: int
    stop: tuple[str, ...]
    seed: int | None
    sampling: Mapping[str, float] = field(default_factory=dict)  # llama.cpp's names

    @property
    def is_repeatable(self) -> bool:
        """Whether the same request is meant to give the same answer."""
        return self.seed is not None or self.sampling["temperature"] <= 0


def read_options(*layers: Mapping[str, Any] | None, longest: int) -> Options:
    """The model's parameters, then the request's: a later layer wins. `longest` is the model's own context, 0 unknown.

    Raises Refused(500) for a value of the wrong type, with Ollama's words.
    """
    chosen = dict(_DEFAULTS)
    for layer in layers:
        for name, value in (layer or {}).items():
            if name in _DEFAULTS and value is not None:
                chosen[name] = _checked(name, value)
    context = max(SMALLEST_CONTEXT, chosen["num_ctx"])
    return Options(
        context=min(context, longest) if longest else context,
        most_tokens=chosen["num_predict"] if chosen["num_predict"] > 0 else None,
        threads=max(0, chosen["num_thread"]),
        stop=tuple(word for word in chosen["stop"] if word),
        seed=chosen["seed"] % 2**32 if chosen["seed"] >= 0 else None,
        sampling={name: chosen[name] for name in (*_SAMPLING, *_PENALTIES)},
    )


def _checked(name: str, value: Any) -> Any:
    default = _DEFAULTS[name]
    if isinstance(default, list):
        if not isinstance(value, list):
            raise _wrong(name, "array")
        if not all(isinstance(item, str) for item in value):
            raise _wrong(name, "string array")
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _wrong(name, "float32" if isinstance(default, float) else "integer")
    return float(value) if isinstance(default, float) else int(value)


def _wrong(name: str, kind: str) -> Refused:
    return Refused(500, f'option "{name}" must be of type {kind}')
