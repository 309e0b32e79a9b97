"""The models of the server as a piece of the page."""

from dataclasses import replace

from agent1.serving.client import ServedModel
from agent1.ui.catalogue import Catalogue
from agent1.ui.model_view import models_panel

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")


def model(tag: str) -> ServedModel:
    return ServedModel(tag=tag, digest="0", size=1_200_000_000, family="llama", modified_at=None)


def test_the_model_in_use_comes_first_and_carries_no_button() -> None:
    html = models_panel(EN, [model("a"), model("b"), model("c")], "b", "a", "")
    assert html.index(">b<") < html.index(">a<") < html.index(">c<")
    assert 'data-use="b"' not in html and html.count("data-use") == 2
    assert EN.say("model-go-back") in html.split(">a<")[1].split("</li>")[0]


def test_models_that_cannot_chat_here_are_not_listed() -> None:
    html = models_panel(
        EN,
        [replace(model("cloud"), is_cloud=True), replace(model("embedder"), is_embedding=True), model("a")],
        "a",
        None,
        "",
    )
    assert "cloud" not in html and "embedder" not in html


def test_a_tag_cannot_bring_markup_into_the_list() -> None:
    assert "<img" not in models_panel(EN, [model('"><img src=x>')], None, None, "")


def test_a_server_that_cannot_be_reached_is_told_in_place_of_the_list() -> None:
    assert "<p" in (html := models_panel(EN, [], None, None, "Nobody <answers>")) and "Nobody &lt;answers&gt;" in html


def test_sizes_follow_the_language() -> None:
    assert "1,2 GB" in models_panel(PT, [model("a")], "a", None, "")
