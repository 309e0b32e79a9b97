"""The live watch as a piece of the page."""

from datetime import UTC, datetime

import pytest

from agent1.store.records import Look, Promotion
from agent1.trainer.watch import Watched
from agent1.ui.catalogue import LANGUAGES, Catalogue
from agent1.ui.chat.view import head
from agent1.ui.watch_view import back_panel, watch_panel

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
NEW = Promotion(2, "agent1-<b>:1", 1, AT)
FINE, WORSE = Look(20, 4.25, 4.0, 30, False), Look(40, 2.5, 4.0, 30, True)


@pytest.mark.parametrize(
    ("looks", "goes_back", "key"),
    [((), True, "watch-next"), ((FINE,), True, "watch-next"), ((FINE, WORSE), True, "watch-worse-soon"),
     ((FINE, WORSE), False, "watch-worse-by-hand"), ((FINE, FINE, Look(80, 4.2, 4.0, 30, False)), True, "watch-over")],
)  # fmt: skip
def test_it_says_what_was_seen_and_what_comes_next(looks: tuple[Look, ...], goes_back: bool, key: str) -> None:
    html = watch_panel(EN, Watched(NEW, "base:1b", looks, 23), goes_back)
    after = 40 if looks else 20
    assert EN.say(key, former="base:1b", after=after, count=23) in html
    assert html.count("<li>") == len(looks) and "<b>" not in html


def test_means_are_written_as_the_language_does() -> None:
    html = watch_panel(PT, Watched(NEW, "base:1b", (FINE,), 23), goes_back=True)
    assert "Após 20 avaliações: média 4,25 contra 4,0" in html


def test_a_former_model_without_enough_ratings_is_told() -> None:
    html = watch_panel(EN, Watched(NEW, "base:1b", (Look(20, 3.0, None, 4, False),), 20), goes_back=True)
    assert EN.say("watch-look-unknown", after=20, count=4) in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_back_is_told_in_admin_and_in_the_chat(language: str) -> None:
    catalogue = Catalogue.load(language)
    html = back_panel(catalogue, Promotion(3, "base:1b", None, AT, "agent1-x:1"), [FINE, WORSE])
    assert "base:1b" in html and "agent1-x:1" in html and "⚠️" in html
    told = head(catalogue, "base:1b", 0, None, False, worse="agent1-x:1")
    assert catalogue.say("watch-went-back", worse="agent1-x:1") in told
    assert "went-back" not in head(catalogue, "base:1b", 0, None, False)
