"""The bodies of requests, as Ollama's API spells them. Unknown fields are passed over, as Go's JSON does."""

import math
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .refusals import Refused

# Go's durations, as far as anybody writes them for a keep_alive.
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION = re.compile(r"-?(?:\d+(?:\.\d*)?(?:ms|s|m|h))+", re.ASCII)


class Asked(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", populate_by_name=True, allow_inf_nan=False)

    model: str | None = None
    name: str | None = None  # what older clients call it
    stream: bool | None = None

    @property
    def wanted(self) -> str:
        return self.model or self.name or ""


class AskedMessage(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    role: str | None = None
    content: str | None = None
    images: list[Any] | None = None

    def as_dict(self) -> dict[str, str]:
        return {"role": self.role or "", "content": self.content or ""}


class AskedShow(Asked):
    pass


class AskedDelete(Asked):
    pass


class AskedChat(Asked):
    messages: list[AskedMessage] | None = None
    options: dict[str, Any] | None = None
    keep_alive: float | str | None = None
    format: Any = None
    tools: list[Any] | None = None
    think: bool | str | None = None
    truncate: bool | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    debug_render_only: bool | None = Field(None, alias="_debug_render_only")


class AskedGenerate(Asked):
    prompt: str | None = None
    options: dict[str, Any] | None = None
    keep_alive: float | str | None = None


class AskedCreate(Asked):
    from_: str | None = Field(None, alias="from")
    files: dict[str, str] | None = None
    adapters: dict[str, str] | None = None
    template: str | None = None
    system: str | None = None
    parameters: dict[str, Any] | None = None
    messages: list[AskedMessage] | None = None
    license: str | list[str] | None = None
    quantize: str | None = None
    renderer: str | None = None
    parser: str | None = None


Kind = TypeVar("Kind", bound=Asked)


def parse(body: bytes, kind: type[Kind]) -> Kind:
    """Raises Refused(400) for a body that is empty, no JSON or of the wrong types."""
    if not body.strip():
        raise Refused(400, "missing request body")
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            raise Refused(400, f"invalid JSON: {first['ctx']['error']}") from error
        place = ".".join(str(part) for part in first["loc"]) or "value"
        raise Refused(400, f"json: cannot unmarshal {place}: {first['msg']}") from error


def seconds(keep_alive: float | str | None, default: float) -> float:
    """Seconds a model stays loaded: a number of seconds or Go's "5m"; below zero means for ever.

    Raises Refused(400).
    """
    if keep_alive is None:
        return default
    if isinstance(keep_alive, str):
        if not _DURATION.fullmatch(keep_alive):
            raise Refused(400, f'time: invalid duration "{keep_alive}"')
        parts = re.findall(r"([\d.]+)(ms|s|m|h)", keep_alive)
        total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
        keep_alive = -total if keep_alive.startswith("-") else total
    return math.inf if keep_alive < 0 else float(keep_alive)
