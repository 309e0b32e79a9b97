"""Records into pieces of the Chat tab: escaped, worded, in their place. No page, no Gradio."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.store.records import (
    MARK_END,
    MARK_START,
    AnswerState,
    Conversation,
    Figures,
    Found,
    Message,
    Role,
    Targets,
    Thought,
)
from agent1.trainer.readiness import judge
from agent1.ui.catalogue import Catalogue
from agent1.ui.chat import view
from agent1.ui.chat.view import Talk, show_as_written
from agent1.ui.present import FACES

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
TODAY = NOON.astimezone().date()
QUESTION = Message(6, 1, None, Role.USER, "Open?", NOON)
ANSWER = Message(7, 1, 6, Role.ASSISTANT, "Yes.", NOON, tag="base:1b")
ATTACK = "<img src=x onerror=alert(1)>"
CONVERSATION = Conversation(3, 1, "Opening hours", NOON, 7, NOON)


def talk(*path: Message, most: int = 40, thoughts: dict[int, Thought] | None = None, **siblings: list[int]) -> Talk:
    places = {message.id: siblings.get(f"m{message.id}", [message.id]) for message in path}
    return Talk(CONVERSATION, path, places, thoughts or {}, most)


def rows(catalogue: Catalogue, shown: Talk) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(view.turns(catalogue, shown))["rows"]
    return told


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a <b>bold</b> & more", "a &lt;b>bold&lt;/b> &amp; more"),
        ("`a < b` and c < d", "`a < b` and c &lt; d"),
        ("```\n<b>\n``` <i>", "```\n<b>\n``` &lt;i>"),
        ("open\n```html\n<b>", "open\n```html\n<b>"),
        ("``a ` < b`` <", "``a ` < b`` &lt;"),
        ("$$a < b$$ <", "$$a < b$$ &lt;"),
        ("**bold** > quote", "**bold** > quote"),
    ],
)
def test_markup_is_shown_as_written_and_code_stays_code(written: str, shown: str) -> None:
    assert show_as_written(written) == shown


@given(st.text(alphabet="<>&ab \n"))
def test_outside_of_code_no_tag_is_left(text: str) -> None:
    assert "<" not in show_as_written(text)


def test_an_answer_carries_its_id_and_a_question_does_not() -> None:
    assert [row.get("metadata") for row in view.chat_rows(EN, [QUESTION, ANSWER])] == [None, {"id": 7}]


def test_system_messages_are_not_shown_and_only_the_last_of_the_others() -> None:
    system = replace(QUESTION, id=1, role=Role.SYSTEM, content="Be kind.")
    path = [replace(ANSWER, id=number) for number in range(100, 200)]
    shown = talk(system, *path, most=3)
    assert [message.id for message in shown.shown] == [197, 198, 199] and shown.has_earlier
    assert talk(system, ANSWER).shown == [ANSWER] and not talk(system, ANSWER).has_earlier


@pytest.mark.parametrize("state", [AnswerState.STOPPED, AnswerState.CUT, AnswerState.FAILED])
def test_an_answer_that_ended_early_says_so_in_both_languages_and_is_copied_without_it(state: AnswerState) -> None:
    for catalogue in (EN, PT):
        half = replace(ANSWER, content="Half", state=state)
        [row] = rows(catalogue, talk(half))
        assert row["notes"] == [catalogue.say(f"answer-{state}")]
        assert row["text"] == view.answer_row(catalogue, half)["content"] == "Half"


def test_what_the_model_did_not_read_is_told() -> None:
    [row] = rows(PT, talk(replace(ANSWER, unread=4)))
    assert row["notes"] == [PT.say("answer-unread", count=4)]


@pytest.mark.parametrize("state", list(AnswerState))
def test_an_answer_of_which_nothing_came_cannot_be_rated(state: AnswerState) -> None:
    row = view.answer_row(EN, replace(ANSWER, content=" ", state=state))
    assert 'class="nothing"' in row["content"] and "metadata" not in row


def test_each_answer_shows_the_face_that_was_chosen() -> None:
    shown = view.chat_rows(EN, [QUESTION, ANSWER, replace(ANSWER, id=9), replace(ANSWER, id=11)])
    thoughts = {9: Thought(2), 11: Thought(None, correction="No.")}
    assert view.faces_of(shown, thoughts) == [None, FACES[1], None]


def test_a_row_knows_its_versions_and_what_was_thought_of_it() -> None:
    thought = Thought(1, ("long", "wrong"), "At nine.")
    question, answer = rows(EN, talk(QUESTION, ANSWER, thoughts={7: thought}, m7=[5, 7, 9], m6=[6, 8]))
    assert (answer["at"], answer["of"], answer["before"], answer["after"]) == (2, 3, 5, 9)
    assert (question["at"], question["of"], question["before"], question["after"]) == (1, 2, None, 8)
    assert (answer["score"], answer["reasons"], answer["correction"]) == (1, ["long", "wrong"], "At nine.")
    assert answer["tag"] == "base:1b"


def test_only_whole_answers_without_a_face_wait_for_one() -> None:
    stopped, empty = replace(ANSWER, id=8, state=AnswerState.STOPPED), replace(ANSWER, id=9, content=" ")
    path = [QUESTION, ANSWER, stopped, empty, replace(ANSWER, id=10), replace(ANSWER, id=11)]
    assert talk(*path, thoughts={10: Thought(3), 11: Thought(None, correction="x")}).unrated == 2


def test_the_line_above_tells_model_waiting_answers_and_the_next_training() -> None:
    some = judge(Figures(50, 200, 2, 5.0), Targets())
    line = view.head(PT, "base:1b<i>", 3, some, running=False)
    for words in ("base:1b&lt;i&gt;", "3 respostas esperam por uma carinha", "faltam 18 feedbacks"):
        assert words in line
    ready = judge(Figures(50, 200, 20, 5.0), Targets())
    assert EN.say("next-training-ready") in view.head(EN, "b", 0, ready, running=False)
    assert EN.say("next-training-runs") in view.head(EN, "b", 0, ready, running=True)
    assert "data-unrated" not in view.head(EN, None, 0, ready, running=False)


def test_a_title_cannot_bring_markup_into_the_list() -> None:
    evil = replace(CONVERSATION, title=f'{ATTACK}" onclick="x')
    for listed in (
        view.conversation_list(EN, [evil], 3, TODAY, more=False),
        view.found_list(EN, [Found(evil, f"{MARK_START}{evil.title}{MARK_END}", ATTACK)], 3, more=False),
        view.way_back(EN, evil, 10),
    ):
        assert "<img" not in listed and '" onclick' not in listed
    assert 'aria-current="page"' in view.conversation_list(EN, [evil], 3, TODAY, more=False)


@pytest.mark.parametrize(
    ("days", "english", "portuguese"),
    [
        (0, "Today", "Hoje"),
        (1, "Yesterday", "Ontem"),
        (3, "This week", "Esta semana"),
        (40, "September 2026", "setembro de 2026"),
    ],
)
def test_conversations_are_grouped_by_day(days: int, english: str, portuguese: str) -> None:
    moment = NOON - timedelta(days=days)
    assert view.day_of(EN, moment, TODAY) == english
    assert view.day_of(PT, moment, TODAY) == portuguese


def test_a_day_is_named_once_however_many_talks_it_had() -> None:
    talks = [replace(CONVERSATION, id=number) for number in range(3)]
    talks.append(replace(CONVERSATION, active_at=NOON - timedelta(days=1)))
    listed = view.conversation_list(EN, talks, None, date(2026, 11, 1), more=True)
    assert listed.count("<h2>") == 2 and listed.count("<li>") == 4 and "data-more" in listed


def test_words_that_were_found_are_marked_and_nothing_else_is_markup() -> None:
    assert view.mark(f"a <b> {MARK_START}tea{MARK_END}") == "a &lt;b&gt; <mark>tea</mark>"


def test_an_answer_names_the_models_that_learned_from_it() -> None:
    learned = replace(talk(QUESTION, ANSWER), learned={7: ["agent1-a:1", "agent1-a:2"]})
    assert rows(EN, learned)[1]["learned"] == ["agent1-a:1", "agent1-a:2"]
    assert rows(EN, talk(QUESTION, ANSWER))[1]["learned"] == []


@pytest.mark.parametrize("catalogue", [EN, PT])
def test_a_deletion_says_how_many_models_have_learned_from_it(catalogue: Catalogue) -> None:
    assert catalogue.say("lineage-deleted", count=2) in view.way_back(catalogue, CONVERSATION, 10, learned=2)
    assert view.way_back(catalogue, CONVERSATION, 10).count("</span>") == 1
