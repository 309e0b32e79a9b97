import io
import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent1.store import interchange
from agent1.store.home import Home
from agent1.store.interchange import BadImport, read_import, write_export
from agent1.store.records import AnswerState, ImportedConversation, ImportedMessage, Person, Role
from agent1.store.store import Store

GOOD = '{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello.", "rating": 5}]}'
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str | bytes) -> Path:
        path = tmp_path / "talks.jsonl"
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
        return path

    return write


def read(path: Path) -> list[ImportedConversation]:
    return list(read_import(path, lambda: NOW))


def with_message(**keys: Any) -> str:
    message = {"role": "assistant", "content": "Hello."} | keys
    return json.dumps({"messages": [{"role": "user", "content": "Hi"}, message]})


def with_rating(raw: str) -> str:
    return '{"messages": [{"role": "assistant", "content": "Hello.", "rating": RAW}]}'.replace("RAW", raw)


BAD_LINES: list[tuple[type[BadImport], str | bytes]] = [
    (interchange.NotJson, "{"),
    (interchange.NotJson, GOOD + GOOD),
    (interchange.NotJson, '{"created_at": NaN, "messages": []}'),
    (interchange.NotJson, with_rating("-Infinity")),
    (interchange.NotJson, with_rating("9" * 5000)),
    (interchange.NotUtf8, b'{"title": "caf\xe9", "messages": []}'),
    (interchange.NotUtf8, b'{"title": "\xed\xa0\x80", "messages": []}'),
    (interchange.TooDeep, "[" * 200_000 + "]" * 200_000),
    (interchange.RepeatedKey, '{"messages": [], "messages": []}'),
    (interchange.RepeatedKey, '{"messages": [{"role": "user", "role": "assistant", "content": "Hi"}]}'),
    (interchange.BadImport, "[]"),
    (interchange.BadImport, '"Hi"'),
    (interchange.NoMessages, "{}"),
    (interchange.NoMessages, '{"messages": []}'),
    (interchange.NoMessages, '{"messages": {"role": "user"}}'),
    (interchange.BadMessage, '{"messages": ["Hi"]}'),
    (interchange.BadMessage, '{"messages": [{"content": "Hi"}]}'),
    (interchange.BadMessage, '{"messages": [{"role": "user"}]}'),
    (interchange.BadMessage, '{"messages": [{"role": "user", "content": 5}]}'),
    (interchange.UnknownKey, with_message(ratting=5)),
    (interchange.UnknownRole, with_message(role="tool")),
    (interchange.UnknownRole, with_message(role="Assistant")),
    (interchange.EmptyMessage, with_message(content="")),
    (interchange.EmptyMessage, with_message(content=" \n\t")),
    (interchange.RatingOutOfRange, with_message(rating=0)),
    (interchange.RatingOutOfRange, with_message(rating=6)),
    (interchange.RatingOutOfRange, with_message(rating=-1)),
    (interchange.RatingNotWhole, with_rating("true")),
    (interchange.RatingNotWhole, with_rating("4.0")),
    (interchange.RatingNotWhole, with_rating('"5"')),
    (interchange.RatingNotWhole, with_rating("[5]")),
    (interchange.NotAnAnswer, with_message(role="user", rating=5)),
    (interchange.NotAnAnswer, with_message(role="system", rating=5)),
    (interchange.BadState, with_message(state="writing")),
    (interchange.BadCorrection, with_message(correction=" ")),
    (interchange.BadMark, with_message(rating=1, reasons=["boring"])),
    (interchange.BadMark, with_message(reasons="wrong")),
    (interchange.BadMark, with_message(tag=5)),
    (interchange.BadMark, with_message(thinking=[])),
    (interchange.BadParent, with_message(parent=2)),
    (interchange.BadParent, with_message(parent=-1)),
    (interchange.BadParent, with_message(parent=True)),
    (interchange.BadParent, json.dumps({"shown": 2, "messages": [{"role": "user", "content": "Hi"}]})),
    (interchange.NotAnAnswer, with_message(role="user", tag="m:1b")),
    (interchange.BadMoment, with_message(created_at="soon")),
    (interchange.BadTitle, json.dumps({"title": 5, "messages": [{"role": "user", "content": "Hi"}]})),
    (interchange.BadMoment, json.dumps({"created_at": "yesterday", "messages": [{"role": "user", "content": "Hi"}]})),
    (interchange.BadMoment, json.dumps({"created_at": 1793527200, "messages": [{"role": "user", "content": "Hi"}]})),
    (
        interchange.BadMoment,
        json.dumps({"created_at": "9999-12-31T23:59:59-14:00", "messages": [{"role": "user", "content": "Hi"}]}),
    ),
    (interchange.BrokenCharacter, with_message(content="\ud800")),
]


@pytest.mark.parametrize(
    ("refusal", "line"), BAD_LINES, ids=[f"{n}-{kind.__name__}" for n, (kind, _) in enumerate(BAD_LINES)]
)
def test_a_broken_line_is_refused_by_its_number_and_nothing_of_the_file_stays(
    written: Callable[..., Path], store: Store, person: Person, refusal: type[BadImport], line: str | bytes
) -> None:
    with pytest.raises(BadImport) as caught:
        store.exchange.add_all(read_import(written(GOOD, line, GOOD)), person)
    assert type(caught.value) is refusal
    assert caught.value.params["line"] == 2
    assert store.conversations.newest(person) == []
    assert store.ratings.figures().messages == 0


@pytest.mark.parametrize("line", [line for _, line in BAD_LINES])
def test_what_a_refusal_tells_can_be_printed_and_kept(written: Callable[..., Path], line: str | bytes) -> None:
    with pytest.raises(BadImport) as caught:
        read(written(line))
    told = json.dumps(caught.value.params, ensure_ascii=False)
    assert len(told.encode()) < 300


def test_a_line_of_50_megabytes_is_refused_without_being_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(GOOD.encode() + b"\n")
        file.truncate(50_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(interchange.LineTooLong) as caught:
            read(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.params["line"] == 2
    assert peak < 35_000_000


def test_a_line_of_almost_10_megabytes_is_taken(written: Callable[..., Path]) -> None:
    [talk] = read(written(with_message(content="a" * 9_999_800)))
    assert len(talk.messages[1].content) == 9_999_800


def test_lines_are_counted_with_the_blank_ones(written: Callable[..., Path]) -> None:
    with pytest.raises(BadImport) as caught:
        read(written("", GOOD, "  \r", "", "{"))
    assert caught.value.params["line"] == 5


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_are_taken(written: Callable[..., Path]) -> None:
    assert len(read(written(b"\xef\xbb\xbf" + GOOD.encode() + b"\r", "", GOOD + "\r", ""))) == 2


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf\n"])
def test_a_file_without_a_conversation_is_refused(written: Callable[..., Path], content: bytes) -> None:
    with pytest.raises(interchange.ImportEmpty):
        read(written(content))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(interchange.ImportNotReadable):
        read(tmp_path / "missing.jsonl")


def test_unknown_keys_beside_the_messages_are_ignored(written: Callable[..., Path]) -> None:
    line = json.dumps({"id": 7, "model": {"name": "x"}, "messages": [{"role": "user", "content": "Hi"}]})
    assert len(read(written(line))) == 1


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-11-01T10:00:00Z", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00", datetime(2026, 11, 1, 10, tzinfo=UTC)),
        ("2026-11-01T10:00:00-03:00", datetime(2026, 11, 1, 13, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        (None, NOW),
    ],
)
def test_a_moment_without_a_zone_is_utc_and_a_missing_one_is_now(
    written: Callable[..., Path], told: str | None, meant: datetime
) -> None:
    [talk] = read(written(json.dumps({"created_at": told, "messages": [{"role": "user", "content": "Hi"}]})))
    assert talk.created_at == meant


@pytest.mark.parametrize("missing", [{}, {"rating": None}])
def test_a_rating_may_be_missing_or_null(written: Callable[..., Path], missing: dict[str, None]) -> None:
    [talk] = read(written(with_message(**missing)))
    assert talk.messages[1].score is None


def test_conversations_are_handed_out_before_the_file_is_read_to_its_end(written: Callable[..., Path]) -> None:
    talks = read_import(written(GOOD, "{"), lambda: NOW)
    assert next(talks).messages[1].score == 5


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(lambda text: text.strip())
moments = st.datetimes(timezones=st.just(UTC))
questions = st.builds(ImportedMessage, st.sampled_from([Role.SYSTEM, Role.USER]), texts, created_at=st.none() | moments)
answers = st.builds(
    ImportedMessage,
    st.just(Role.ASSISTANT),
    texts,
    st.none() | st.integers(1, 5),
    st.sampled_from(sorted(set(AnswerState) - {AnswerState.WRITING})),
    st.none() | texts,
    tag=st.sampled_from(["", "m:1b"]),
    thinking=st.sampled_from(["", "Hm."]),
    created_at=st.none() | moments,
)


@st.composite
def trees(draw: st.DrawFn) -> ImportedConversation:
    """As an export gives them: a parent is told where it is not the message before, a moment where it is another."""
    created = draw(moments)
    messages = []
    for position, message in enumerate(draw(st.lists(questions | answers, min_size=1, max_size=6))):
        parent = draw(st.none() | st.integers(-1, position - 1))
        message = replace(message, parent=None if parent == position - 1 else parent)
        if message.created_at == created:
            message = replace(message, created_at=None)
        if message.score:
            message = replace(message, reasons=draw(st.sampled_from([(), ("long", "wrong")])))
        messages.append(message)
    shown = draw(st.none() | st.integers(0, len(messages) - 1))
    title = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
    return ImportedConversation(title, created, tuple(messages), None if shown == len(messages) - 1 else shown)


talks = trees()


@given(st.lists(talks, min_size=1, max_size=4))
def test_what_is_exported_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, written_talks: list[ImportedConversation]
) -> None:
    out = io.StringIO()
    assert write_export(written_talks, out) == len(written_talks)
    path = tmp_path_factory.mktemp("round") / "talks.jsonl"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    assert read(path) == written_talks


@settings(max_examples=30)
@given(st.lists(talks, min_size=1, max_size=4))
def test_a_whole_store_goes_through_a_file_into_another_store(
    tmp_path_factory: pytest.TempPathFactory, said: list[ImportedConversation]
) -> None:
    folder = tmp_path_factory.mktemp("stores")
    first, second = Store(Home(folder / "first")), Store(Home(folder / "second"))
    first.exchange.add_all(said, first.people.local())
    with (folder / "talks.jsonl").open("w", encoding="utf-8", newline="") as out:
        write_export(first.exchange.export_all(first.people.local()), out)
    second.exchange.add_all(read_import(folder / "talks.jsonl"), second.people.local())
    try:
        assert sorted(said, key=lambda talk: talk.created_at) == list(second.exchange.export_all(second.people.local()))
    finally:
        first.close()
        second.close()


def test_an_empty_answer_and_one_being_written_are_not_exported(store: Store, person: Person) -> None:
    talk = store.conversations.start(person)
    question = store.messages.add(talk, Role.USER, "Hi", parent_id=None)
    failed = store.messages.add(talk, Role.ASSISTANT, "", parent_id=question.id, state=AnswerState.FAILED)
    again = store.messages.add(talk, Role.USER, "Hello?", parent_id=failed.id)
    store.messages.add(talk, Role.ASSISTANT, "I am", parent_id=again.id, state=AnswerState.WRITING)
    [exported] = store.exchange.export_all(person)
    assert [message.content for message in exported.messages] == ["Hi", "Hello?"]


def test_a_conversation_with_nothing_said_is_not_exported(store: Store, person: Person) -> None:
    talk = store.conversations.start(person)
    store.messages.add(talk, Role.ASSISTANT, "", parent_id=None, state=AnswerState.FAILED)
    assert list(store.exchange.export_all(person)) == []
