"""What a person says is saved first, whatever comes of it, and nothing said is overwritten."""

import pytest

from agent1.store.conversations import NoSuchConversation
from agent1.store.messages import NoSuchMessage
from agent1.store.records import Message, ModelOptions, Policy, Role
from agent1.store.settings import BadPolicy
from agent1.ui.talk import (
    LONGEST_OWN_TITLE,
    LONGEST_QUESTION,
    LONGEST_TITLE,
    EmptyQuestion,
    EmptyTitle,
    NotOwnWords,
    QuestionTooLong,
    own_title,
    save_other_wording,
    save_question,
    system_of,
    title_of,
)

from .conftest import Stage


def path(stage: Stage, conversation_id: int) -> list[Message]:
    return stage.store.messages.path(stage.store.conversations.get(conversation_id, stage.person).leaf_id)


def test_a_question_is_kept_as_it_was_said(stage: Stage) -> None:
    conversation, question = save_question(stage.store, stage.person, None, "  Is anybody there?\n")
    assert [(m.id, m.role, m.content) for m in path(stage, conversation.id)] == [
        (question.id, Role.USER, "Is anybody there?")
    ]


def test_a_question_said_in_other_words_stands_beside_the_former(stage: Stage) -> None:
    conversation, first = save_question(stage.store, stage.person, None, "Which tea?")
    answer = stage.store.messages.add(conversation, Role.ASSISTANT, "Green.", parent_id=first.id)
    _, second = save_other_wording(stage.store, stage.person, first.id, "Which mild tea?")
    assert [m.content for m in path(stage, conversation.id)] == ["Which mild tea?"]
    stage.store.messages.show(first)
    assert [m.id for m in path(stage, conversation.id)] == [first.id, answer.id]
    assert stage.store.messages.siblings([second]) == {second.id: [first.id, second.id]}


def test_answers_and_other_peoples_words_are_not_said_anew(stage: Stage) -> None:
    conversation, question = save_question(stage.store, stage.person, None, "Which tea?")
    answer = stage.store.messages.add(conversation, Role.ASSISTANT, "Green.", parent_id=question.id)
    with pytest.raises(NotOwnWords):
        save_other_wording(stage.store, stage.person, answer.id, "Black.")
    with pytest.raises(NoSuchMessage):
        save_other_wording(stage.store, stage.person, answer.id + 1, "Black?")


def test_a_conversation_begins_with_the_admins_system_message_and_can_change_it(stage: Stage) -> None:
    stage.store.settings.save(Policy(system="Be brief."))
    conversation, _ = save_question(stage.store, stage.person, None, "one")
    assert system_of(path(stage, conversation.id)) == "Be brief."
    save_question(stage.store, stage.person, conversation.id, "two", system="Be brief.")
    save_question(stage.store, stage.person, conversation.id, "three", system="Be long.")
    assert [(str(m.role), m.content) for m in path(stage, conversation.id)] == [
        ("system", "Be brief."), ("user", "one"), ("user", "two"), ("system", "Be long."), ("user", "three")
    ]  # fmt: skip
    save_question(stage.store, stage.person, conversation.id, "four", system="")
    assert system_of(path(stage, conversation.id)) == ""


def test_a_conversation_keeps_its_own_options(stage: Stage) -> None:
    conversation, _ = save_question(stage.store, stage.person, None, "one", options=ModelOptions(0.2, 512))
    assert conversation.options == ModelOptions(0.2, 512)
    again, _ = save_question(stage.store, stage.person, conversation.id, "two")
    assert again.options == ModelOptions(0.2, 512)


@pytest.mark.parametrize(
    ("text", "system", "options", "refusal"),
    [
        (" \n ", None, None, EmptyQuestion),
        ("x" * (LONGEST_QUESTION + 1), None, None, QuestionTooLong),
        ("Hello", "x" * 20_001, None, BadPolicy),
        ("Hello", None, ModelOptions(temperature=9), BadPolicy),
        ("Hello", None, ModelOptions(temperature=float("nan")), BadPolicy),
    ],
)
def test_an_impossible_question_changes_nothing(
    stage: Stage, text: str, system: str | None, options: ModelOptions | None, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        save_question(stage.store, stage.person, None, text, system=system, options=options)
    assert stage.store._database.rows("select * from conversations") == []


def test_somebody_elses_conversation_is_not_there(stage: Stage) -> None:
    with pytest.raises(NoSuchConversation):
        save_question(stage.store, stage.person, 12345, "Hello")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello there", "Hello there"),
        ("  First   line\nsecond line", "First line"),
        ("# A **bold** `word`", "A bold word"),
        ("***", "***"),
        ("word " * 40, "word " * 11 + "word…"),
        ("x" * 200, "x" * LONGEST_TITLE + "…"),
    ],
)
def test_a_conversation_is_titled_by_its_first_words(text: str, title: str) -> None:
    assert title_of(text) == title


def test_an_own_title_is_one_line_and_never_empty() -> None:
    assert own_title("  Tea \n and   more ") == "Tea and more"
    assert len(own_title("x" * 500)) == LONGEST_OWN_TITLE
    with pytest.raises(EmptyTitle):
        own_title(" \n")
