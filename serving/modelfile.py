"""The grammar of a Modelfile: one command written as a line, and a text read back as commands.

Follows Ollama's parser/parser.go, in which a quoted value ends at the first line end that has the
closing quotes before it. A value that no quoting keeps whole is written as a `#json` comment, which
Ollama skips and `read_commands` understands, so that nothing breaks out of its value.
Does not cover what the commands mean (trainer/modelfile.py).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import BadModelfile

COMMANDS = frozenset(
    {"FROM", "TEMPLATE", "SYSTEM", "PARAMETER", "LICENSE", "MESSAGE", "RENDERER", "PARSER", "ADAPTER", "REQUIRES",
     "DRAFT"}
)  # fmt: skip
_NAMED = frozenset({"PARAMETER", "MESSAGE"})  # these carry a name, or a role, before the value
_TRIPLE = '"""'
_JSON = "#json "
_LINE_END = re.compile(r"[\r\n]")


@dataclass(frozen=True)
class Command:
    name: str  # in capitals
    value: str
    subject: str = ""  # of PARAMETER its name, of MESSAGE its role


def write_command(command: Command) -> str:
    """One command as Modelfile text without the last line end."""
    head = f"{command.name} {command.subject} " if command.name in _NAMED else f"{command.name} "
    plain_head = command.name in COMMANDS and (
        command.name not in _NAMED or re.fullmatch(r"[A-Za-z0-9_]+", command.subject)
    )
    quoted = _quoted(command.value)
    if plain_head and quoted is not None:
        return head + quoted
    return _JSON + json.dumps({"name": command.name, "subject": command.subject, "value": command.value})


def _quoted(value: str) -> str | None:
    """`value` in the plainest form that reads back whole, or None where there is none."""
    for form in (value, f'"{value}"', f"{_TRIPLE}{value}{_TRIPLE}"):
        if _LINE_END.search(value) and form == value:
            continue
        if list(_values_from(form)) == [(value, len(form))]:
            return form
    return None


def _values_from(text: str) -> Iterator[tuple[str, int]]:
    """Where a value that starts `text` ends for Ollama: (value, position), and no more than the first."""
    for end in [*(match.start() for match in _LINE_END.finditer(text)), len(text)]:
        value = _unquoted(text[:end].strip())
        if value is not None:
            yield value, end
            return


def _unquoted(text: str) -> str | None:
    for quote in (_TRIPLE, '"'):
        if text.startswith(quote):
            closed = len(text) >= 2 * len(quote) and text.endswith(quote)
            return text[len(quote) : -len(quote)] if closed else None
    return text


def read_commands(text: str) -> list[Command]:
    """All commands of a Modelfile, in order.

    Raises BadModelfile with the line's number for a command that is not known or a quote left open.
    """
    commands = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
        elif text[position] == "#":
            end = _line_end(text, position)
            if text.startswith(_JSON, position):
                commands.append(_from_json(text, position, end))
            position = end
        else:
            command, position = _read_one(text, position)
            commands.append(command)
    return commands


def _line_end(text: str, start: int) -> int:
    found = _LINE_END.search(text, start)
    return found.start() if found else len(text)


def _line_number(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _read_one(text: str, start: int) -> tuple[Command, int]:
    head = re.compile(r"([A-Za-z]+)[ \t]+").match(text, start)
    name = head[1].upper() if head else ""
    if not head or name not in COMMANDS:
        line = text[start : _line_end(text, start)]
        raise BadModelfile(line=_line_number(text, start), problem=f"unknown command: {line[:60]}")
    position, subject = head.end(), ""
    if name in _NAMED:
        named = re.compile(r"([A-Za-z0-9_]+)[ \t]+").match(text, position)
        if not named:
            raise BadModelfile(line=_line_number(text, start), problem=f"{name} without a name and a value")
        subject, position = named[1], named.end()
    for value, end in _values_from(text[position:]):
        return Command(name, value, subject), position + end
    raise BadModelfile(line=_line_number(text, start), problem=f"{name}: a quotation mark is not closed")


def _from_json(text: str, start: int, end: int) -> Command:
    try:
        written = json.loads(text[start + len(_JSON) : end])
        return Command(str(written["name"]), str(written["value"]), str(written["subject"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadModelfile(line=_line_number(text, start), problem=f"#json: {error}") from error
