"""Any file that can be imported, an entry at a time: JSON lines, a JSON list, or a zip with conversations.json.

Owns telling the formats apart and the limits that keep a hostile file small in memory; nothing is held but one entry.
Does not cover what an entry means (interchange, foreign) nor keeping it (imports).
"""

import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import ijson

from . import foreign, interchange
from .foreign import BadEntry
from .interchange import ImportEmpty, ImportNotReadable
from .records import ImportedConversation
from .store import utc_now

CHUNK = 262_144  # bytes
LARGEST_ENTRY = 50_000_000  # bytes of one conversation in a list
LONGEST_TEXT = 10_000_000  # bytes; the parser reads a text again with each chunk that does not end it
MOST_VALUES = 500_000  # in one entry: some 100 MB in memory
DEEPEST = 100
LARGEST_UNPACKED = 2_000_000_000  # bytes out of an archive
MOST_QUOTED = 200  # characters of what a library says about a file
PACKED = "conversations.json"  # in ChatGPT's archive
OWN = "agent1"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EntryTooLarge(BadEntry):
    key = "error-import-entry-too-large"


class EntryTooDeep(BadEntry):
    key = "error-import-entry-too-deep"


class EntryNotJson(BadEntry):
    key = "error-import-entry-not-json"


class BadArchive(ImportNotReadable):
    """A zip that is broken, locked or too large unpacked."""

    key = "error-import-bad-archive"


class NothingPacked(BadArchive):
    """A zip of something else."""

    key = "error-import-nothing-packed"


def read_any(
    path: Path, formats: Counter[str], clock: Callable[[], datetime] = utc_now, name: str = ""
) -> Iterator[ImportedConversation]:
    """The file's conversations; `formats` counts how many came in which format: "agent1", "openai", "sharegpt",
    "chatgpt", "openwebui", "openwebui-feedback". `name` is what the person calls the file, where that is not its path.

    Raises BadImport, BadEntry (a subclass each), ImportEmpty, ImportNotReadable, BadArchive.
    """
    before, name = formats.total(), name or str(path)
    try:
        for format_, conversation in _read(path, clock(), name):
            if conversation:
                formats[format_] += 1
                yield conversation
    except OSError as error:
        raise ImportNotReadable(path=name, error=error.strerror or str(error)) from error
    if formats.total() == before:
        raise ImportEmpty(path=name)


def _read(path: Path, now: datetime, name: str) -> Iterator[tuple[str, ImportedConversation | None]]:
    with path.open("rb") as file:
        first = file.read(CHUNK).removeprefix(BYTE_ORDER_MARK).lstrip()
    if first.startswith(b"PK\x03\x04"):
        with _unpacked(path, name) as file:
            yield from _list(file, now)
    elif first.startswith(b"["):
        with path.open("rb") as file:
            if file.read(3) != BYTE_ORDER_MARK:
                file.seek(0)
            yield from _list(file, now)
    else:
        for number, text in interchange.lines_of(path):
            told = interchange.parse_line(text, number)
            format_ = foreign.find_format(told)
            if format_:
                yield format_, foreign.read_foreign(told, format_, number, now)
            else:
                yield OWN, interchange.conversation_of(told, number, now)


def _list(file: IO[bytes], now: datetime) -> Iterator[tuple[str, ImportedConversation | None]]:
    for number, told in enumerate(_entries(file), start=1):
        format_ = foreign.find_format(told)
        if format_:
            yield format_, foreign.read_foreign(told, format_, number, now)
        elif isinstance(told, dict) and isinstance(told.get("messages"), list):
            yield OWN, interchange.conversation_of(told, number, now)
        else:
            raise BadEntry(number=number)


def _entries(file: IO[bytes]) -> Iterator[Any]:
    """The elements of a JSON list, each built when its last byte has come."""
    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events)
    number, depth, values, size, text = 1, 0, 0, 0, 0
    builder = ijson.ObjectBuilder()
    while True:
        chunk = file.read(CHUNK)
        size += len(chunk)
        if size > LARGEST_ENTRY or text > LONGEST_TEXT:
            raise EntryTooLarge(number=number, megabytes=(size if size > LARGEST_ENTRY else text) // 1_000_000)
        _feed(parser, chunk, number)
        text = 0 if events else text + len(chunk)
        for event, value in events:
            depth -= event in ("end_map", "end_array")
            if depth >= 1:  # depth 0 is the list itself
                builder.event(event, float(value) if isinstance(value, Decimal) else value)
                values += 1
            depth += event in ("start_map", "start_array")
            if values > MOST_VALUES:
                raise EntryTooLarge(number=number, megabytes=size // 1_000_000)
            if depth > DEEPEST:
                raise EntryTooDeep(number=number)
            if depth == 1 and values:
                yield builder.value
                builder, number, values, size = ijson.ObjectBuilder(), number + 1, 0, 0
        del events[:]
        if not chunk:
            return


def _feed(parser: Any, chunk: bytes, number: int) -> None:
    try:
        if chunk:
            parser.send(chunk)
        else:
            parser.close()
    # SystemError is how the parser passes on the ValueError of a number with more digits than Python converts.
    except (ijson.JSONError, ValueError, SystemError) as error:
        raise EntryNotJson(number=number) from error


@contextmanager
def _unpacked(path: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            packed = [entry for entry in archive.namelist() if entry.rsplit("/", 1)[-1] == PACKED]
            if not packed:
                raise NothingPacked(path=name)
            if archive.getinfo(packed[0]).file_size > LARGEST_UNPACKED:
                raise BadArchive(path=name, error=f"{PACKED} > {LARGEST_UNPACKED // 1_000_000} MB")
            with archive.open(packed[0]) as file:
                yield file
    # What zipfile raises for a broken, a locked and a strangely packed file, and for a name that is no UTF-8. It quotes
    # what it found, whatever that is.
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, UnicodeDecodeError) as error:
        raise BadArchive(path=name, error=str(error)[:MOST_QUOTED]) from error
