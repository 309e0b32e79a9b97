"""Records into what is shown: escaped, worded, marked. No page, no Gradio."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent1.store.records import AnswerState, Conversation, Figures, Message, Role, Targets
from agent1.trainer.readiness import judge
from agent1.ui.catalogue import Catalogue
from agent1.ui.present import (
    FACES,
    answer_row,
    chat_rows,
    conversation_list,
    face_of,
    faces_of,
    monitor,
    notice_box,
    score_of,
    show_as_written,
)

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
ANSWER = Message(7, 1, 6, Role.ASSISTANT, "Yes.", NOON)
ATTACK = "<img src=x onerror=alert(1)>"


def test_five_faces_stand_for_one_to_five() -> None:
    assert [score_of(face) for face in FACES] == [1, 2, 3, 4, 5]
    assert [face_of(score) for score in (1, 2, 3, 4, 5)] == list(FACES)


def test_no_face_means_no_rating() -> None:
    assert score_of("") is None and face_of(None) is None


def test_an_unknown_face_is_refused() -> None:
    with pytest.raises(ValueError):
        score_of("🤖")


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
    rows = chat_rows(EN, [replace(ANSWER, id=6, role=Role.USER, content="Open?"), ANSWER], 40)
    assert [row.get("metadata") for row in rows] == [None, {"id": 7}]


def test_system_messages_are_not_shown() -> None:
    assert chat_rows(EN, [replace(ANSWER, role=Role.SYSTEM, content="Be kind.")], 40) == []


def test_only_the_last_messages_are_shown() -> None:
    path = [replace(ANSWER, id=number, content=str(number)) for number in range(100)]
    assert [row["content"] for row in chat_rows(EN, path, 3)] == ["97", "98", "99"]


@pytest.mark.parametrize("state", [AnswerState.STOPPED, AnswerState.CUT, AnswerState.FAILED])
def test_an_answer_that_ended_early_says_so_in_both_languages(state: AnswerState) -> None:
    for catalogue in (EN, PT):
        shown = answer_row(catalogue, "Half", state, 7)["content"]
        assert shown.startswith("Half\n\n") and catalogue.say(f"answer-{state}") in shown


def test_what_ended_inside_a_code_block_does_not_swallow_the_remark() -> None:
    assert "```\nprint(\n```\n\n" in answer_row(EN, "```\nprint(", AnswerState.STOPPED, 7)["content"]


def test_an_answer_of_which_nothing_came_cannot_be_rated() -> None:
    row = answer_row(EN, "", AnswerState.FAILED, 7)
    assert EN.say("answer-none") in row["content"] and "metadata" not in row


def test_each_answer_shows_the_face_that_was_chosen() -> None:
    rows = chat_rows(EN, [replace(ANSWER, id=1, role=Role.USER), ANSWER, replace(ANSWER, id=9)], 40)
    assert faces_of(rows, {9: 2}) == [None, FACES[1]]


def test_a_title_cannot_bring_markup_into_the_list() -> None:
    listed = conversation_list(EN, [Conversation(3, 1, f'{ATTACK}" onclick="x', NOON, 7, NOON)], 3)
    assert "<img" not in listed and '" onclick' not in listed
    assert 'aria-current="page"' in listed


def test_a_notice_is_escaped_and_an_empty_one_is_nothing() -> None:
    assert "<img" not in notice_box(ATTACK) and notice_box("") == ""


def test_the_monitor_tells_state_figures_marks_and_what_is_missing() -> None:
    shown = monitor(PT, judge(Figures(30, 54, 2, 5.0), Targets()), running=False, usable=12)
    for words in (
        "🔴 Precisa de mais dados",
        "30 de 50",
        "2 de 20",
        "5,0 de 3,5",
        "faltam 18 feedbacks",
        "faltam 20 conversas",
    ):
        assert words in shown
    assert shown.count("⚠️") == 3 and shown.count("✅") == 1


def test_the_monitor_does_not_guess_a_mean_that_is_unknown() -> None:
    shown = monitor(EN, judge(Figures(0, 0, 0, None), Targets()), running=False, usable=12)
    assert "— of 3.5" in shown and EN.say("missing-mean-unknown", target=3.5) in shown


@pytest.mark.parametrize(
    ("figures", "key"),
    [
        (Figures(1, 200, 20, 5.0), "next-chat"),
        (Figures(50, 200, 1, 5.0), "next-rate"),
        (Figures(50, 200, 20, 2.0), "next-better"),
        (Figures(50, 200, 20, 4.0), "next-start"),
    ],
)
def test_the_next_step_fits_what_is_missing(figures: Figures, key: str) -> None:
    assert EN.say(key) in monitor(EN, judge(figures, Targets()), running=False, usable=12)
    assert EN.say("next-watch") in monitor(EN, judge(figures, Targets()), running=True, usable=12)


def test_a_bar_never_leaves_its_frame() -> None:
    shown = monitor(EN, judge(Figures(5000, 9, 1, 1.0), Targets()), running=False, usable=12)
    assert "width:100.0%" in shown and 'aria-valuenow="100"' in shown


def test_the_monitor_tells_what_the_filters_leave_and_when_the_rest_will_be_there() -> None:
    almost = judge(Figures(60, 300, 12, 4.5), Targets())
    shown = monitor(PT, almost, running=False, usable=9, wait=4.2)
    assert "9 exemplos aproveitáveis depois dos filtros" in shown
    assert "Cerca de 5 dias no ritmo dos últimos dias." in shown
    ready = monitor(EN, judge(Figures(60, 300, 30, 4.5), Targets()), running=False, usable=3)
    assert EN.say("usable-few", count=3, fewest=8) in ready and "pace" not in ready
