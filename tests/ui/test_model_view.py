"""The models of the server as a piece of the page."""

from dataclasses import replace
from datetime import UTC, datetime

from agent1.serving.client import ServedModel
from agent1.store.records import Reason, Run, RunState
from agent1.store.usage import TagMean
from agent1.ui.catalogue import Catalogue
from agent1.ui.model_view import Shelf, models_panel

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")


def model(tag: str) -> ServedModel:
    return ServedModel(tag=tag, digest="0", size=1_200_000_000, family="llama", modified_at=None)


def run(tag: str) -> Run:
    reason = Reason("error-run-active", {"run": 9})
    return Run(
        3, RunState.PROMOTED, "base:1b", "sha256:0", "", 9, datetime(2026, 11, 1, tzinfo=UTC), tag=tag, reason=reason
    )


def asks(html: str, tag: str) -> list[str]:
    """What the buttons of a row ask."""
    row = html.split(f'data-model="{tag}"')[1].split("</li>")[0]
    return [part.split('"')[0] for part in row.split('data-ask="')[1:]]


def test_the_model_in_use_comes_first_and_is_not_deleted() -> None:
    shelf = Shelf([model("a:1"), model("b:1"), model("c:1")], in_use="b:1", previous="a:1", base="C:1")
    html = models_panel(EN, shelf)
    assert html.index(">b:1<") < html.index(">a:1<") < html.index(">c:1<")
    assert (asks(html, "a:1"), asks(html, "b:1"), asks(html, "c:1")) == (["use", "delete"], [], ["use"])
    assert EN.say("model-go-back") in html.split(">a:1<")[1].split("</li>")[0]
    assert EN.say("model-base") in html.split(">c:1<")[1]


def test_a_tuned_model_tells_its_run_its_score_and_its_mean_face() -> None:
    shelf = Shelf([model("t:1")], made={"t:1": run("t:1")}, means={"t:1": TagMean("t:1", 4.26, 12)}, pinned={"t:1"})
    html = models_panel(PT, shelf)
    assert 'href="/runs/3"' in html and "🙂</span> 4,3 em 12 avaliações" in html
    assert PT.say("error-run-active", run=9) in html
    assert asks(html, "t:1") == ["use", "unpin", "delete"]
    assert PT.say("models-kept", count=1, size="1,2 GB", keep=5) in html


def test_models_that_cannot_chat_here_are_not_listed() -> None:
    hidden = [replace(model("cloud"), is_cloud=True), replace(model("embedder"), is_embedding=True)]
    html = models_panel(EN, Shelf([*hidden, model("a")], in_use="a"))
    assert "cloud" not in html and "embedder" not in html


def test_a_tag_cannot_bring_markup_into_the_list() -> None:
    assert "<img" not in models_panel(EN, Shelf([model('"><img src=x>')]))


def test_a_server_that_cannot_be_reached_is_told_in_place_of_the_list() -> None:
    assert "Nobody &lt;answers&gt;" in models_panel(EN, Shelf(()), "Nobody <answers>")


def test_a_model_that_learned_from_something_deleted_is_marked_and_can_be_rebuilt() -> None:
    shelf = Shelf([model("t:1"), model("u:1")], in_use="t:1", made={"t:1": run("t:1")}, lost={"t:1": 3})
    html = models_panel(EN, shelf)
    assert EN.say("lineage-lost", count=3) in html
    assert (asks(html, "t:1"), asks(html, "u:1")) == (["rebuild", "pin"], ["use", "delete"])
    assert f'data-sure="{EN.say("model-rebuild-sure")}"' in html
