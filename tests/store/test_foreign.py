import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent1.store.foreign import BadEntry, BadTree
from agent1.store.interchange import ImportEmpty, UnknownKey
from agent1.store.reading import read_any
from agent1.store.records import ImportedConversation, Role

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Read = Callable[..., list[ImportedConversation]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(*entries: Any, as_list: bool = True) -> list[ImportedConversation]:
        path = tmp_path / "in.json"
        text = json.dumps(entries) if as_list else "\n".join(map(json.dumps, entries))
        path.write_text(text, encoding="utf-8")
        return list(read_any(path, Counter(), lambda: NOW))

    return read


def said(talk: ImportedConversation) -> list[tuple[str, str, int | None]]:
    return [(message.role.value, message.content, message.score) for message in talk.messages]


def chatgpt(**nodes: tuple[str | None, dict[str, Any] | None]) -> dict[str, Any]:
    mapping = {id_: {"id": id_, "parent": parent, "message": message} for id_, (parent, message) in nodes.items()}
    return {"title": "Tea", "create_time": 1790000000.5, "mapping": mapping, "current_node": [*nodes][-1], "id": "abc"}


def message(role: str, *parts: Any, **told: Any) -> dict[str, Any]:
    content = {"content_type": "text", "parts": list(parts)}
    return {"author": {"role": role}, "content": content, "create_time": 1790000001.0, "metadata": {}} | told


def test_openai_messages_are_read_with_their_parts_and_without_the_words_of_tools(read: Read) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:..."}}
    [talk] = read(
        {
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": [{"type": "text", "text": "What is this?"}, picture]},
                {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
                {"role": "tool", "content": "42", "tool_call_id": "1"},
                {"role": "assistant", "content": "A cat.", "weight": 1},
            ]
        },
        as_list=False,
    )
    assert said(talk) == [
        ("system", "Be brief.", None),
        ("user", "What is this?", None),
        ("assistant", "A cat.", None),
    ]


def test_a_misspelt_rating_is_still_refused(read: Read) -> None:
    with pytest.raises(UnknownKey):
        read({"messages": [{"role": "assistant", "content": "Hi", "ratting": 5}]}, as_list=False)


def test_sharegpt_is_read(read: Read) -> None:
    [talk] = read({"id": "1", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello."}]})
    assert said(talk) == [("user", "Hi", None), ("assistant", "Hello.", None)]


def test_a_tree_of_chatgpt_comes_with_its_siblings_and_the_path_that_was_shown(read: Read) -> None:
    tree = chatgpt(
        root=(None, None),
        hidden=("root", message("system", "")),
        asked=("hidden", message("user", "Which tea?", {"content_type": "image_asset_pointer"})),
        first=("asked", message("assistant", "Green.", metadata={"model_slug": "gpt-x"})),
        other=("asked", message("assistant", "White.")),
        called=("asked", message("assistant", "search(tea)", recipient="browser")),
        found=("called", message("tool", "results")),
        third=("found", message("assistant", "Black.")),
    )
    tree["current_node"] = "other"
    [talk] = read(tree)
    assert said(talk) == [
        ("user", "Which tea?", None),
        ("assistant", "Green.", None),
        ("assistant", "White.", None),
        ("assistant", "Black.", None),
    ]
    assert [one.parent for one in talk.messages] == [-1, 0, 0, 0]
    assert (talk.shown, talk.title, talk.source, talk.messages[1].tag) == (2, "Tea", "chatgpt:abc", "gpt-x")
    assert talk.created_at == datetime.fromtimestamp(1790000000.5, UTC)


@pytest.mark.parametrize("parent", ["b", "a", "nowhere"])
def test_a_tree_that_is_none_is_refused(read: Read, parent: str) -> None:
    with pytest.raises(BadTree) as caught:
        read(chatgpt(a=(parent, message("user", "Hi")), b=("a", message("assistant", "Hello."))))
    assert caught.value.params == {"number": 1}


def test_conversations_without_a_word_are_passed_over(read: Read) -> None:
    full = chatgpt(root=(None, None), asked=("root", message("user", "Hi")))
    assert len(read(chatgpt(root=(None, None)), full)) == 1
    with pytest.raises(ImportEmpty):
        read(chatgpt(root=(None, None)))


def openwebui(annotation: dict[str, Any] | None = None, **told: Any) -> dict[str, Any]:
    answer = {"id": "2", "parentId": "1", "role": "assistant", "model": "m:1b", "timestamp": 1790000000, "done": True}
    answer["content"] = '<details type="reasoning" done="true"><summary>Hm</summary>Well</details>\nAt eight.'
    messages = {
        "1": {"id": "1", "parentId": None, "role": "user", "content": "When?", "timestamp": 1790000000},
        "2": answer | ({"annotation": annotation} if annotation else {}),
    }
    chat = {"title": "Times", "history": {"messages": messages, "currentId": "2"}}
    return {"id": "c1", "title": "Times", "chat": chat, "created_at": 1790000000} | told


@pytest.mark.parametrize(
    ("annotation", "score"),
    [
        (None, None),
        ({"rating": 1}, 4),
        ({"rating": -1}, 2),
        ({"rating": 1, "details": {"rating": 10}}, 5),
        ({"rating": 1, "details": {"rating": 9}}, 5),
        ({"rating": 1, "details": {"rating": 7}}, 4),
        ({"rating": 1, "details": {"rating": 6}}, 3),
        ({"rating": -1, "details": {"rating": 1}}, 1),
        ({"rating": True}, None),
        ({"rating": 99, "details": {"rating": 11}}, None),
    ],
)
def test_the_marks_of_open_webui_become_faces(read: Read, annotation: dict[str, Any] | None, score: int | None) -> None:
    [talk] = read(openwebui(annotation))
    assert said(talk) == [("user", "When?", None), ("assistant", "At eight.", score)]
    assert talk.messages[1].tag == "m:1b"


def feedback(thumb: int, message_id: str = "2", **details: int) -> dict[str, Any]:
    return {
        "id": "f1",
        "type": "rating",
        "data": {"rating": thumb, "model_id": "m:1b", "reason": "ok", "details": details},
        "meta": {"chat_id": "c1", "message_id": message_id},
        "snapshot": {"chat": openwebui()},
    }


def test_feedback_of_open_webui_brings_its_chat_and_its_rating(read: Read) -> None:
    [talk] = read(feedback(1, rating=8))
    assert said(talk)[1] == ("assistant", "At eight.", 4)
    assert talk.source == read(openwebui())[0].source == "openwebui:c1"


def test_feedback_without_a_mark_or_its_message_is_passed_over(read: Read) -> None:
    unmarked = feedback(1) | {"data": {"rating": None}}
    assert len(read(unmarked, feedback(1, message_id="gone"), feedback(1))) == 1


@pytest.mark.parametrize("entry", [5, "Hi", [], None, {}, {"conversations": [5]}, {"chat": {"history": 5}}])
def test_an_entry_of_no_known_shape_is_refused_by_its_number(read: Read, entry: Any) -> None:
    good = {"conversations": [{"from": "human", "value": "Hi"}]}
    with pytest.raises(BadEntry) as caught:
        read(good, entry)
    assert caught.value.params["number"] == 2


def test_an_unknown_role_is_refused(read: Read) -> None:
    with pytest.raises(BadEntry):
        read({"conversations": [{"from": "pirate", "value": "Arr"}]})


def test_half_a_character_becomes_a_question_mark(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('{"conversations": [{"from": "human", "value": "a\\ud800b"}]}')
    [talk] = read_any(path, Counter())
    assert talk.messages[0].content == "a?b"
    assert talk.messages[0].role is Role.USER
