"""The accounts, and what may leave this machine, as pieces of the page."""

import pytest

from agent1.store.accounts import Account
from agent1.store.records import Person
from agent1.ui.catalogue import Catalogue
from agent1.ui.people_list import outside_panel, people_panel

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
ADDRESS = "http://10.0.0.7:11434"


def account(name: str, is_admin: bool = False, teaches: bool | None = None, conversations: int = 0) -> Account:
    return Account(Person(1, name, is_admin), teaches, conversations)


@pytest.mark.parametrize("told", [EN, PT])
def test_each_account_shows_its_role_and_what_its_person_said(told: Catalogue) -> None:
    html = people_panel(told, [account("ana", True, True, 3), account("bob", False, False), account("eva")], [])
    ana, bob, eva = html.split("data-person=")[1:]
    assert told.say("role-admin") in ana and told.say("person-agreed") in ana
    assert told.say("account-conversations", count=3) in ana and 'data-ask="person"' in ana
    assert told.say("person-refused") in bob and 'data-ask="admin"' in bob
    assert told.say("person-not-asked") in eva


def test_one_who_agreed_but_is_not_chosen_is_told_so() -> None:
    html = people_panel(EN, [account("ana", True, True), account("bob", False, True)], ["bob"])
    ana, bob = html.split("data-person=")[1:]
    assert EN.say("person-not-chosen") in ana and EN.say("person-not-chosen") not in bob


def test_removing_asks_back_with_what_would_be_lost() -> None:
    html = people_panel(EN, [account("ana", True, None, 3)], [])
    assert EN.say("cli-user-remove-sure", name="ana", count=3) in html


def test_a_name_cannot_bring_markup_into_the_list() -> None:
    assert "<img" not in people_panel(EN, [account('"><img src=x>')], []) + outside_panel(EN, "<img src=x>", "")


@pytest.mark.parametrize(
    ("outside", "allowed", "state", "asks"),
    [
        ("", "", "outside-none", ""),
        (ADDRESS, "", "outside-waits", "allow"),
        (ADDRESS, "http://10.0.0.8:11434", "outside-waits", "allow"),
        (ADDRESS, ADDRESS, "outside-allowed", "forbid"),
        ("", ADDRESS, "outside-unused", "forbid"),
    ],
)
def test_where_the_chats_go_is_said_with_the_button_that_changes_it(
    outside: str, allowed: str, state: str, asks: str
) -> None:
    html = outside_panel(PT, outside, allowed)
    assert PT.say(state, address=outside or allowed) in html
    assert [part.split('"')[0] for part in html.split('data-ask="')[1:]] == ([asks] if asks else [])
