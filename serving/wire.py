"""What crosses the border to a model server: answers, progress, the request that makes a model.

Records and their reading only; the asking is client.py's, what a server tells of its models facts.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ollama
import pydantic

from .errors import BadParameter
from .facts import Parameters

Messages = Sequence[Mapping[str, str]]  # each with a role and a content


@dataclass(frozen=True)
class AnswerPart:
    content: str
    thinking: str = ""
    done: bool = False
    done_reason: str | None = None  # stop, length, load, unload; only in the last part
    prompt_tokens: int | None = None
    tokens: int | None = None


@dataclass(frozen=True)
class Answer:
    content: str
    done_reason: str | None
    tokens: int
    thinking: str = ""
    prompt_tokens: int = 0


@dataclass(frozen=True)
class Progress:
    status: str
    completed: int | None = None  # bytes
    total: int | None = None


@dataclass(frozen=True)
class CreateRequest:
    """The fields of POST /api/create; what is empty is not sent."""

    files: Mapping[str, str] = field(default_factory=dict)  # name -> digest
    from_: str = ""
    template: str = ""
    system: str = ""
    parameters: Parameters = field(default_factory=dict)
    license: Sequence[str] = ()
    messages: Sequence[tuple[str, str]] = ()
    renderer: str = ""
    parser: str = ""
    requires: str = ""
    quantize: str = ""

    def as_json(self, tag: str) -> dict[str, Any]:
        written: dict[str, Any] = {
            "from": self.from_,
            "files": dict(self.files),
            "template": self.template,
            "system": self.system,
            "parameters": self.parameters,
            "license": list(self.license),
            "messages": [{"role": role, "content": content} for role, content in self.messages],
            "renderer": self.renderer,
            "parser": self.parser,
            "requires": self.requires,
            "quantize": self.quantize,
        }
        return {"model": tag, "stream": True} | {name: value for name, value in written.items() if value}


def read_part(part: ollama.ChatResponse) -> AnswerPart:
    return AnswerPart(
        content=part.message.content or "",
        thinking=part.message.thinking or "",
        done=bool(part.done),
        done_reason=part.done_reason if part.done else None,
        prompt_tokens=part.prompt_eval_count,
        tokens=part.eval_count,
    )


def check_parameters(parameters: Parameters) -> None:
    """A server takes a parameter of the wrong type and fails at the first chat, so it is checked here."""
    try:
        ollama.Options.model_validate(parameters)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        raise BadParameter(name=str(first["loc"][0]), value=str(first["input"])[:100]) from error
