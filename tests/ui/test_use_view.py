"""Charts of use."""

from datetime import date

from agent1.store.usage import Day
from agent1.ui.catalogue import Catalogue
from agent1.ui.use_view import use_panel

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
TODAY = date(2026, 11, 22)


def test_nothing_yet_is_said() -> None:
    assert EN.say("use-empty") in use_panel(EN, [], {}, TODAY)


def test_ratings_stand_on_their_day_by_face_and_conversations_below() -> None:
    html = use_panel(PT, [Day("2026-11-22", 3, (0, 0, 1, 0, 4))], {}, TODAY)
    assert "<title>22 de nov.: 😍 4</title>" in html and "<title>22 de nov.: 😐 1</title>" in html
    assert 'aria-label="Conversas novas por dia: conversas 3"' in html
    assert "<span>24 de out.</span><span>22 de nov.</span>" in html


def test_each_model_has_its_line_and_a_model_of_one_day_is_seen() -> None:
    html = use_panel(
        EN, [], {"old:1": [("2026-11-01", 3.0), ("2026-11-20", 4.0)], "new:1": [("2026-11-21", 5.0)]}, TODAY
    )
    assert 'class="model-1" d="M' in html and 'class="model-2" d="M' in html
    assert "new:1 <b>5.0</b>" in html
