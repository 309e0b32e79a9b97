"""What a model server says of its models, read out of its raw answers.

Owns the records ServedModel (a row of /api/tags) and ModelFacts (/api/show) and how they are parsed.
The `ollama` package drops half of these fields (system, messages, renderer, remote_host), so the raw
JSON is read. Does not cover the asking (client.py).
"""

import ast
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .errors import BadModelfile
from .modelfile import Command, read_commands

Value = str | int | float | bool
Parameters = dict[str, Value | list[Value]]

NO_TEMPLATE = "{{ .Prompt }}"  # what Ollama shows where a model carries no template layer
_BLOB = re.compile(r"sha256[-:]([0-9a-f]{64})$")


@dataclass(frozen=True)
class ServedModel:
    tag: str
    digest: str  # of the manifest, not of the GGUF file
    size: int  # bytes
    family: str
    modified_at: datetime | None
    is_cloud: bool = False  # runs on somebody else's machine
    is_embedding: bool = False  # cannot chat
    quantization: str = ""
    parameter_size: str = ""


@dataclass(frozen=True)
class ModelFacts:
    """Everything that registering a tuned model has to keep of its base."""

    tag: str
    template: str = ""
    template_is_stored: bool = False  # False: the server renders the GGUF's own template
    system: str = ""
    parameters: Parameters = field(default_factory=dict)
    license: str = ""
    renderer: str = ""
    parser: str = ""
    requires: str = ""
    messages: tuple[tuple[str, str], ...] = ()  # (role, content)
    capabilities: frozenset[str] = frozenset()
    architecture: str = ""
    quantization: str = ""
    blob: Path | None = None  # the GGUF file as the server names it; it may lie on another machine
    other_parts: tuple[str, ...] = ()  # projectors and adapters: more than one file makes the model
    model_info: Mapping[str, Any] = field(default_factory=dict)
    is_cloud: bool = False

    @property
    def is_embedding(self) -> bool:
        return "embedding" in self.capabilities and "completion" not in self.capabilities

    @property
    def blob_digest(self) -> str:
        """`sha256:...` of the GGUF file, read off its name, or an empty text."""
        found = _BLOB.search(self.blob.name) if self.blob else None
        return f"sha256:{found[1]}" if found else ""


def read_parameters(text: str) -> Parameters:
    """The `parameters` text of /api/show: one `name value` a line, a repeated name makes a list.

    Values are printed by Go's %#v: texts in quotation marks with escapes, numbers and booleans bare.
    """
    read: dict[str, list[Value]] = {}
    for line in text.split("\n"):
        name, _, value = line.strip().partition(" ")
        if name:
            read.setdefault(name, []).append(_go_value(value.strip()))
    return {name: values if name == "stop" or len(values) > 1 else values[0] for name, values in read.items()}


def _go_value(text: str) -> Value:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        try:
            return str(ast.literal_eval(text))  # Go's escapes are Python's
        except (ValueError, SyntaxError):
            return text[1:-1]
    return plain_value(text)


def plain_value(text: str) -> Value:
    """A bare word of a Modelfile or of `parameters`: a number or a boolean where it reads as one."""
    if text in ("true", "false"):
        return text == "true"
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII):
        return text
    number = float(text)
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def read_facts(tag: str, shown: Mapping[str, Any]) -> ModelFacts:
    """ModelFacts out of the raw JSON of /api/show. Raises ValueError or TypeError where it is none."""
    commands = _commands(shown.get("modelfile") or "")
    info: Mapping[str, Any] = shown.get("model_info") or {}
    details: Mapping[str, Any] = shown.get("details") or {}
    files = [command.value for command in commands if command.name in ("FROM", "ADAPTER", "DRAFT")]
    template = _text(shown, "template")
    return ModelFacts(
        tag=tag,
        template=template,
        template_is_stored=_is_stored(template, commands),
        system=_text(shown, "system") or _first(commands, "SYSTEM"),
        parameters=read_parameters(_text(shown, "parameters")),
        license=_text(shown, "license"),
        renderer=_text(shown, "renderer") or _first(commands, "RENDERER"),
        parser=_text(shown, "parser") or _first(commands, "PARSER"),
        requires=_text(shown, "requires") or _first(commands, "REQUIRES"),
        messages=_messages(shown.get("messages") or ()),
        capabilities=frozenset(str(name) for name in shown.get("capabilities") or ()),
        architecture=str(info.get("general.architecture") or details.get("family") or ""),
        quantization=str(details.get("quantization_level") or ""),
        blob=Path(files[0]) if files and _BLOB.search(files[0]) else None,
        other_parts=tuple(files[1:]),
        model_info=info,
        is_cloud=bool(shown.get("remote_host")),
    )


def _commands(modelfile: str) -> Sequence[Command]:
    try:
        return read_commands(modelfile)
    except BadModelfile:
        # Ollama's own quoting can lose a closing quote. The fields beside the Modelfile tell the rest;
        # only FROM and RENDERER are missed, and both stand before the texts that can break it.
        return [
            Command(line.split()[0].upper(), line.split(maxsplit=1)[1])
            for line in modelfile.splitlines()
            if re.match(r"FROM \S", line)
        ][:1]


def _is_stored(template: str, commands: Sequence[Command]) -> bool:
    """Whether `template` belongs to the tag. Else it is the GGUF's own, which a copy of the GGUF brings
    along, and which Ollama would refuse as a Go template.
    """
    written = _first(commands, "TEMPLATE")
    return bool(template) and template != NO_TEMPLATE and written == template


def _first(commands: Sequence[Command], name: str) -> str:
    return next((command.value for command in commands if command.name == name), "")


def _text(shown: Mapping[str, Any], name: str) -> str:
    value = shown.get(name)
    return value if isinstance(value, str) else ""


def _messages(shown: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(message["role"]), str(message.get("content") or "")) for message in shown)


def read_models(answer: Mapping[str, Any]) -> list[ServedModel]:
    """The rows of /api/tags, as the server orders them. Raises KeyError, TypeError or ValueError."""
    return [_read_model(row) for row in answer["models"] or ()]


def _read_model(row: Mapping[str, Any]) -> ServedModel:
    details: Mapping[str, Any] = row.get("details") or {}
    family = str(details.get("family") or "")
    capabilities = row.get("capabilities") or ()
    modified = row.get("modified_at")
    return ServedModel(
        tag=str(row.get("model") or row["name"]),
        digest=str(row.get("digest") or ""),
        size=int(row.get("size") or 0),
        family=family,
        modified_at=datetime.fromisoformat(_micro(modified)) if modified else None,
        is_cloud=bool(row.get("remote_host")),
        is_embedding="completion" not in capabilities if capabilities else "bert" in family,
        quantization=str(details.get("quantization_level") or ""),
        parameter_size=str(details.get("parameter_size") or ""),
    )


def _micro(moment: str) -> str:
    """Go writes nanoseconds, or fewer digits; `fromisoformat` wants at most microseconds on every Python."""
    return re.sub(r"(\.\d{6})\d+", r"\1", moment)
