"""Which language is spoken: the cookie first, then the browser, English where neither says."""

import pytest

from agent1.ui.catalogue import LANGUAGES, Catalogue
from agent1.ui.language import COOKIE, choose_language, language_of_terminal


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("en-US,en;q=0.9,pt;q=0.8", "en"),
        ("en;q=0.5, pt;q=0.9", "pt-BR"),
        ("de-DE,de;q=0.9", "en"),
        ("", "en"),
        (";q=nonsense,,;", "en"),
    ],
)
def test_the_browsers_first_wish_decides(accept: str, language: str) -> None:
    assert choose_language({}, accept) == language


def test_the_cookie_outweighs_the_browser() -> None:
    assert choose_language({COOKIE: "en"}, "pt-BR") == "en"


def test_a_cookie_that_names_no_language_is_ignored() -> None:
    assert choose_language({COOKIE: "<script>"}, "pt-BR") == "pt-BR"


def test_the_command_line_follows_the_setting_then_the_system() -> None:
    assert language_of_terminal({"LANG": "pt_BR.UTF-8"}) == "pt-BR"
    assert language_of_terminal({"LC_ALL": "C", "LANG": "pt_BR.UTF-8"}) == "en"
    assert language_of_terminal({"AGENT1_LANGUAGE": "en", "LANG": "pt_BR.UTF-8"}) == "en"
    assert language_of_terminal({}) == "en"


@pytest.mark.parametrize(
    ("wish", "language"),
    [("es-MX", "es"), ("pt-PT,es;q=0.9", "pt-BR"), ("de,es;q=0.5,en;q=0.4", "es"), ("es;q=0", "en")],
)
def test_another_language_is_another_file(wish: str, language: str) -> None:
    assert choose_language({}, wish, ("en", "es", "pt-BR")) == language
    assert choose_language({"agent1_lang": "es"}, "en", ("en", "es", "pt-BR")) == "es"
    assert language_of_terminal({"LANG": "es_MX.UTF-8"}, ("en", "es", "pt-BR")) == "es"


def test_every_language_has_its_file_and_its_own_name() -> None:
    assert LANGUAGES == ("en", "pt-BR")
    assert [Catalogue.load(language).say("language-name") for language in LANGUAGES] == ["English", "Português"]
