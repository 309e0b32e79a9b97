"""Which models can be trained, as a piece of the page."""

from agent1.store.records import Reason
from agent1.trainer.base import Candidate
from agent1.ui.base_list import base_list
from agent1.ui.catalogue import Catalogue

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")


def test_what_can_be_trained_comes_first_and_the_rest_says_why_not() -> None:
    html = base_list(PT, [Candidate("own:1", Reason("not-a-base-own")), Candidate("a:1", None)], "b:1")
    assert html.index(">a:1<") < html.index(">own:1<")
    assert PT.say("not-a-base-own") in html and PT.say("base-trainable") in html
    assert 'data-tag="a:1"' in html and 'data-tag="own:1"' not in html


def test_the_base_itself_carries_no_button() -> None:
    html = base_list(EN, [Candidate("A:1", None), Candidate('<img src="x">', None)], "a:1")
    assert html.count("<button") == 1 and EN.say("model-base") in html and "<img" not in html
