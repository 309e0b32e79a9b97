"""A turn is saved before, while and after it happens: real store, real client, real HTTP."""

from collections.abc import Iterator

import pytest

from agent1.serving.errors import AnswerBroken, ServerUnreachable
from agent1.store.conversations import NoSuchConversation
from agent1.store.records import AnswerState, Conversation, Message, Role
from agent1.ui.talk import (
    LONGEST_QUESTION,
    LONGEST_TITLE,
    EmptyQuestion,
    NoModel,
    QuestionTooLong,
    Written,
    save_question,
    title_of,
    write_answer,
)

from .conftest import Stage


def ask(stage: Stage, text: str, conversation: Conversation | None = None) -> Conversation:
    return save_question(stage.store, stage.person, conversation.id if conversation else None, text)


def path(stage: Stage, conversation: Conversation) -> list[Message]:
    return stage.store.messages.path(stage.store.conversations.get(conversation.id, stage.person).leaf_id)


def finish(stage: Stage, conversation: Conversation) -> Written:
    return list(write_answer(stage.services(), conversation))[-1]


def test_a_question_is_kept_before_anybody_is_asked(stage: Stage) -> None:
    stage.server_notice = ServerUnreachable(address="http://127.0.0.1:1")
    conversation = ask(stage, "  Is anybody there?\n")
    assert [(m.role, m.content) for m in path(stage, conversation)] == [(Role.USER, "Is anybody there?")]


def test_the_answer_is_kept_with_the_model_that_wrote_it(stage: Stage) -> None:
    conversation = ask(stage, "Hello")
    assert finish(stage, conversation).state is AnswerState.DONE
    answer = path(stage, conversation)[-1]
    assert (answer.content.strip(), answer.state, answer.tag) == ("You said: Hello", AnswerState.DONE, "base:1b")


def test_the_model_reads_the_whole_shown_path(stage: Stage) -> None:
    conversation = ask(stage, "one")
    finish(stage, conversation)
    finish(stage, ask(stage, "two", conversation))
    assert [m["content"].strip() for m in stage.talking.asked[-1]["messages"]] == ["one", "You said: one", "two"]


def test_a_closed_answer_keeps_what_was_written_and_is_stopped(stage: Stage) -> None:
    conversation = ask(stage, "slow please")
    writing = write_answer(stage.services(), conversation)
    shown = next(writing)
    assert isinstance(writing, Iterator)
    writing.close()  # type: ignore[attr-defined]
    answer = path(stage, conversation)[-1]
    assert answer.state is AnswerState.STOPPED
    assert shown.content and answer.content.startswith(shown.content)


def test_an_answer_that_breaks_off_is_kept_as_failed_with_the_reason(stage: Stage) -> None:
    conversation = ask(stage, "break it")
    last = finish(stage, conversation)
    answer = path(stage, conversation)[-1]
    assert isinstance(last.notice, AnswerBroken)
    assert (answer.content, answer.state) == ("You said: break ", AnswerState.FAILED)


def test_a_server_that_cannot_be_reached_leaves_a_failed_answer_without_text(stage: Stage) -> None:
    stage.server_notice = ServerUnreachable(address="http://127.0.0.1:1")
    conversation = ask(stage, "Hello")
    assert finish(stage, conversation).notice is stage.server_notice
    assert [(m.content, m.state) for m in path(stage, conversation)][1:] == [("", AnswerState.FAILED)]


def test_without_any_model_the_person_is_told(stage: Stage) -> None:
    with stage.store._database.write() as db:
        db.execute("delete from promotions")
    assert isinstance(finish(stage, ask(stage, "Hello")).notice, NoModel)


def test_an_answer_at_the_length_limit_is_cut(stage: Stage) -> None:
    conversation = ask(stage, "cut this")
    finish(stage, conversation)
    assert path(stage, conversation)[-1].state is AnswerState.CUT


def test_answers_of_which_nothing_came_are_not_read_by_the_model(stage: Stage) -> None:
    conversation = ask(stage, "silent now")
    finish(stage, conversation)
    finish(stage, ask(stage, "and now", conversation))
    assert [m["content"] for m in stage.talking.asked[-1]["messages"]] == ["silent now", "and now"]


def test_asking_again_hangs_another_answer_beside_the_former(stage: Stage) -> None:
    conversation = ask(stage, "Hello")
    finish(stage, conversation)
    first = path(stage, conversation)[-1]
    finish(stage, stage.store.conversations.get(conversation.id, stage.person))
    second = path(stage, conversation)[-1]
    assert first.id != second.id and first.parent_id == second.parent_id
    assert stage.store.messages.get(first.id, stage.person).content == first.content


@pytest.mark.parametrize(
    ("text", "refusal"), [(" \n ", EmptyQuestion), ("x" * (LONGEST_QUESTION + 1), QuestionTooLong)]
)
def test_an_impossible_question_changes_nothing(stage: Stage, text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask(stage, text)
    assert stage.store.ratings.figures().conversations == 0


def test_somebody_elses_conversation_is_not_there(stage: Stage) -> None:
    with pytest.raises(NoSuchConversation):
        save_question(stage.store, stage.person, 12345, "Hello")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello there", "Hello there"),
        ("  First   line\nsecond line", "First line"),
        ("word " * 40, "word " * 11 + "word…"),
        ("x" * 200, "x" * LONGEST_TITLE + "…"),
    ],
)
def test_a_conversation_is_titled_by_its_first_words(text: str, title: str) -> None:
    assert title_of(text) == title
