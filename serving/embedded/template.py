"""Chat templates: Jinja, rendered as Hugging Face's apply_chat_template does.

The same sandbox, whitespace rules and helpers as transformers' utils/chat_template_utils.py, so that a template
out of a GGUF or a model's repository renders to the text its authors meant.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .refusals import Refused

Messages = Sequence[Mapping[str, Any]]


class _Generation(jinja2.ext.Extension):
    """{% generation %} marks an answer for those who train; when prompting it is its content."""

    tags = {"generation"}  # noqa: RUF012  # jinja2 declares it so

    def parse(self, parser: jinja2.parser.Parser) -> list[jinja2.nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def render_prompt(template: str, messages: Messages, bos: str, eos: str, extra: Mapping[str, Any] | None = None) -> str:
    """The text up to where the answer begins.

    Raises Refused(400) where the template is broken or does not want these messages (roles out of turn).
    """
    given: dict[str, Any] = {"messages": [dict(message) for message in messages], "bos_token": bos, "eos_token": eos}
    given |= {"tools": None, "documents": None, "add_generation_prompt": True} | dict(extra or {})
    try:
        return _environment().from_string(template).render(given)
    # A template is somebody's program: beside jinja2's own errors it may add a number to a text or divide by zero.
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        raise Refused(400, f"template error: {error}") from error


def check_template(template: str) -> None:
    """Raises Refused(400) for text that is no Jinja."""
    try:
        _environment().from_string(template)
    except (jinja2.TemplateError, RecursionError) as error:
        raise Refused(400, f"template error: {error}") from error


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = _now
    return environment


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    # jinja2's own filter would write <, > and & as escapes.
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise(message: str) -> None:
    raise jinja2.TemplateError(message)


def _now(layout: str) -> str:
    return datetime.now().strftime(layout)
