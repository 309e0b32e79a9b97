"""Broken and malicious files: each ends in a Notice or in conversations, and a Notice leaves nothing behind.

`make fuzz` runs the same with FUZZ=10000 files a test.
"""

import json
import os
import resource
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent1.store.errors import Notice
from agent1.store.home import Home
from agent1.store.reading import BadArchive, EntryTooDeep, EntryTooLarge, NothingPacked, read_any
from agent1.store.store import Store

FILES = int(os.environ.get("FUZZ", "40"))
hostile = settings(max_examples=FILES, deadline=None, suppress_health_check=list(HealthCheck))

texts = st.text(max_size=8) | st.sampled_from(["user", "assistant", "human", "gpt", "\ud800", "a\u0000b", "text"])
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**30), 1e308])
    | st.floats(allow_nan=True)
    | texts
)
KEYS = [
    *("messages", "conversations", "mapping", "chat", "history", "currentId", "current_node", "snapshot", "data"),
    *("meta", "message_id", "role", "from", "value", "content", "parts", "parent", "parentId", "rating", "details"),
    *("message", "author", "content_type", "metadata", "annotation", "create_time", "created_at", "title", "id"),
    *("state", "correction", "reasons", "tag", "thinking", "shown", "done", "timestamp", "recipient", "weight"),
]
keys = st.sampled_from(KEYS) | texts
anything = st.recursive(
    scalars, lambda deeper: st.lists(deeper, max_size=4) | st.dictionaries(keys, deeper, max_size=5), max_leaves=25
)
ids = st.sampled_from(["a", "b", "c", "d"])
said = st.fixed_dictionaries({"author": st.fixed_dictionaries({"role": texts})}, optional={"content": anything})
nodes = st.fixed_dictionaries({"parent": st.none() | ids}, optional={"message": said | anything})
trees = st.fixed_dictionaries({"mapping": st.dictionaries(ids, nodes)}, optional={"current_node": ids | anything})
chats = st.fixed_dictionaries(
    {
        "chat": st.fixed_dictionaries(
            {
                "history": st.fixed_dictionaries(
                    {
                        "messages": st.dictionaries(
                            ids,
                            st.fixed_dictionaries(
                                {"parentId": st.none() | ids, "role": texts, "content": anything},
                                optional={"annotation": anything, "timestamp": scalars},
                            ),
                        )
                    },
                    optional={"currentId": anything},
                )
            }
        )
    }
)
lines = st.fixed_dictionaries(
    {"messages": st.lists(st.dictionaries(keys, scalars, max_size=4) | scalars, max_size=4)},
    optional={"shown": scalars, "created_at": scalars, "title": scalars},
)
entries = st.lists(anything | trees | chats | lines, max_size=4)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = Store(Home(tmp_path_factory.mktemp("hostile") / "home"))
    yield store
    store.close()


def attempt(store: Store, path: Path) -> None:
    """Import it; what ends badly must be a Notice that can be told, and leave nothing."""
    before = store._database.rows("select count(*) from messages union all select count(*) from conversations")
    try:
        store.exchange.add_all(read_any(path, Counter()), store.people.local())
    except Notice as notice:
        assert len(json.dumps(notice.params).encode()) < 1000
        after = store._database.rows("select count(*) from messages union all select count(*) from conversations")
        assert after == before


@hostile
@given(entries, st.booleans())
def test_any_json_is_imported_whole_or_refused(home: Store, entries: list[Any], as_list: bool) -> None:
    path = home.home.root / "in.json"
    text = json.dumps(entries) if as_list else "\n".join(map(json.dumps, entries))
    path.write_text(text, encoding="utf-8")
    attempt(home, path)


@hostile
@given(entries, st.data())
def test_a_file_with_damaged_bytes_is_imported_whole_or_refused(
    home: Store, entries: list[Any], data: st.DataObject
) -> None:
    raw = bytearray(json.dumps(entries), "utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path = home.home.root / "in.json"
    path.write_bytes(bytes(raw))
    attempt(home, path)


@hostile
@given(entries, st.data())
def test_a_damaged_archive_is_imported_whole_or_refused(home: Store, entries: list[Any], data: st.DataObject) -> None:
    path = home.home.root / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(data.draw(st.sampled_from(["conversations.json", "other.json"])), json.dumps(entries))
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(raw))
    attempt(home, path)


def damaged_archive(raw: bytes, path: Path) -> str:
    """What is told of it."""
    path.write_bytes(raw)
    with pytest.raises(BadArchive) as told:
        list(read_any(path, Counter()))
    return str(told.value.params["error"])


def test_a_damaged_name_in_an_archive_is_refused_in_few_words(home: Store) -> None:
    path = home.home.root / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conversations.json", json.dumps(["x" * 1000]))
        archive.writestr("ção.json", "")
    raw = path.read_bytes()
    assert "utf-8" in damaged_archive(raw.replace("ção".encode(), b"\x80" * 5), path)
    longer = raw[:26] + b"\xff" + raw[27:]  # the length of the first name, as the file's own header tells it
    assert len(damaged_archive(longer, path)) == 200


def test_a_list_nested_without_end_is_refused(home: Store) -> None:
    path = home.home.root / "deep.json"
    path.write_text("[" * 1_000_000)
    with pytest.raises(EntryTooDeep):
        list(read_any(path, Counter()))


def test_an_archive_without_conversations_is_refused(home: Store) -> None:
    path = home.home.root / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("user.json", "{}")
    with pytest.raises(NothingPacked):
        list(read_any(path, Counter()))


SMALL = 700_000_000  # bytes of address space, in which Python with this package starts in 300 MB

IN_LITTLE_MEMORY = """
import sys
from collections import Counter
from pathlib import Path
from agent1.store.errors import Notice
from agent1.store.reading import read_any
try:
    print(sum(1 for _ in read_any(Path(sys.argv[1]), Counter())))
except Notice as notice:
    print(type(notice).__name__)
"""


def read_in_little_memory(path: Path) -> str:
    told = subprocess.run(
        [sys.executable, "-c", IN_LITTLE_MEMORY, str(path)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (SMALL, SMALL)),
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def test_a_line_of_a_gigabyte_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "line.jsonl"
    with path.open("wb") as file:
        file.write(b'{"title": "')
        file.truncate(1_000_000_000)
    assert read_in_little_memory(path) == "LineTooLong"


def test_a_bomb_in_an_archive_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("conversations.json", "w") as file,
    ):
        file.write(b'["')
        for _ in range(100):
            file.write(b"a" * 1_000_000)
    assert path.stat().st_size < 1_000_000
    assert read_in_little_memory(path) == EntryTooLarge.__name__


def test_a_million_values_in_one_entry_are_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text('[{"mapping": {' + ", ".join(f'"{number}": {{}}' for number in range(1_000_000)) + "}}]")
    assert read_in_little_memory(path) == EntryTooLarge.__name__
