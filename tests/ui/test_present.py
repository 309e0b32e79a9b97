"""Records into what is shown: escaped, worded, marked. No page, no Gradio."""

import pytest

from agent1.store.records import Figures, Targets
from agent1.trainer.readiness import judge
from agent1.ui.catalogue import Catalogue
from agent1.ui.present import FACES, face_of, monitor, notice_box, score_of

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
ATTACK = "<img src=x onerror=alert(1)>"


def test_five_faces_stand_for_one_to_five() -> None:
    assert [score_of(face) for face in FACES] == [1, 2, 3, 4, 5]
    assert [face_of(score) for score in (1, 2, 3, 4, 5)] == list(FACES)


def test_no_face_means_no_rating() -> None:
    assert score_of("") is None and face_of(None) is None


def test_an_unknown_face_is_refused() -> None:
    with pytest.raises(ValueError):
        score_of("🤖")


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
