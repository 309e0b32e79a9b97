"""Signing in and out, consent, and one's own data: over HTTP against the real app."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Route

from agent1.store.records import Person, Role
from agent1.store.sign_in_failures import FREE
from agent1.ui.account_pages import account_routes

from .conftest import Stage

PASSWORD = "correct horse battery"


@pytest.fixture
def ana(app: Stage) -> Person:
    person = app.store.accounts.add("ana", PASSWORD, is_admin=True)
    app.store.accounts.set_teaches(person, True)
    return person


@pytest.fixture
def http(app: Stage) -> Iterator[httpx.Client]:
    """A browser that nobody has signed in with."""
    with browser(app) as client:
        yield client


def browser(app: Stage) -> httpx.Client:
    headers = {"accept": "text/html", "accept-language": "en"}
    return httpx.Client(base_url=app.address, trust_env=False, timeout=30, headers=headers)


def sign_in(client: httpx.Client, name: str = "ana", password: str = PASSWORD, to: str = "/") -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password, "to": to})


def talk(app: Stage, person: Person, text: str) -> int:
    conversation = app.store.conversations.start(person, text)
    asked = app.store.messages.add(conversation, Role.USER, text, parent_id=None)
    answer = app.store.messages.add(conversation, Role.ASSISTANT, f"{text}!", parent_id=asked.id)
    app.store.ratings.rate(answer, person, 5)
    return conversation.id


def test_without_accounts_nobody_is_asked(app: Stage, http: httpx.Client) -> None:
    assert http.get("/").status_code == 200
    assert http.get("/sign-in").headers["location"] == "/"


def test_with_accounts_a_page_leads_to_the_sign_in_and_back(ana: Person, http: httpx.Client) -> None:
    led = http.get("/?c=12")
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?to=%2F%3Fc%3D12")
    page = http.get(led.headers["location"])
    assert 'name="to" value="/?c=12"' in page.text
    assert sign_in(http, to="/?c=12").headers["location"] == "/?c=12"
    assert http.get("/?c=12").status_code == 200


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-in", "/a\nb", ""]
)
def test_after_the_sign_in_no_other_site_is_opened(ana: Person, http: httpx.Client, to: str) -> None:
    assert sign_in(http, to=to).headers["location"] == "/"
    assert 'name="to" value="/"' in http.get("/sign-in", params={"to": to}).text


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(ana: Person, http: httpx.Client) -> None:
    cookie = sign_in(http).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie and "secure" not in cookie
    behind = http.post("/sign-in", data={"name": "ana", "password": PASSWORD}, headers={"x-forwarded-proto": "https"})
    assert "secure" in behind.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("name", "password"), [("ana", "wrong password"), ("nobody", PASSWORD), ("", ""), ("ANA'--", "x")]
)
def test_a_wrong_pair_is_told_in_one_way_and_opens_nothing(
    app: Stage, ana: Person, http: httpx.Client, name: str, password: str
) -> None:
    refused = sign_in(http, name, password)
    assert refused.status_code == 401 and "Name and password do not belong together" in refused.text
    assert "set-cookie" not in refused.headers and PASSWORD not in refused.text
    assert http.get("/config", headers={"accept": "*/*"}).status_code == 401


def test_too_many_failures_lock_out_the_right_password_too(app: Stage, ana: Person, http: httpx.Client) -> None:
    for _ in range(FREE["name"]):
        assert sign_in(http, password="wrong password").status_code == 401
    locked = sign_in(http)
    assert locked.status_code == 429 and re.search(r"Wait \d+ seconds", locked.text)
    app.store.sign_in_failures.forget("ana")
    assert sign_in(http).status_code == 303


def test_sign_out_ends_the_session_on_the_server(ana: Person, http: httpx.Client) -> None:
    sign_in(http)
    token = http.cookies["agent1_session"]
    assert http.post("/sign-out").headers["location"] == "/sign-in"
    assert http.get("/", headers={"cookie": f"agent1_session={token}"}).status_code == 303


def test_consent_is_asked_once_and_the_answer_counts(app: Stage, ana: Person, http: httpx.Client) -> None:
    bob = app.store.accounts.add("bob", PASSWORD, is_admin=False)
    talk(app, bob, "hello")
    sign_in(http, "bob")
    assert http.get("/").headers["location"] == "/consent"
    assert list(app.store.ratings.judged_conversations()) == []
    assert http.post("/consent", data={"teaches": "yes"}).headers["location"] == "/"
    assert http.get("/").status_code == 200
    assert len(list(app.store.ratings.judged_conversations())) == 1
    http.post("/consent", data={"teaches": "no", "to": "/account"})
    assert list(app.store.ratings.judged_conversations()) == []
    assert "Now: no." in http.get("/account").text


def test_the_export_is_ones_own_and_can_be_imported(app: Stage, ana: Person, http: httpx.Client) -> None:
    bob = app.store.accounts.add("bob", PASSWORD, is_admin=False)
    talk(app, ana, "of ana")
    talk(app, bob, "of bob")
    sign_in(http)
    answer = http.get("/account/export")
    assert "attachment" in answer.headers["content-disposition"]
    (line,) = answer.text.splitlines()
    assert json.loads(line)["title"] == "of ana" and json.loads(line)["messages"][1]["rating"] == 5


def test_only_the_typed_word_deletes_and_only_ones_own(app: Stage, ana: Person, http: httpx.Client) -> None:
    bob = app.store.accounts.add("bob", PASSWORD, is_admin=False)
    talk(app, ana, "of ana")
    kept = talk(app, bob, "of bob")
    sign_in(http)
    refused = http.post("/account/delete", data={"word": "yes"})
    assert refused.status_code == 400 and "Nothing was deleted" in refused.text
    assert app.store.conversations.count(ana) == 1
    assert http.post("/account/delete", data={"word": "Delete "}).headers["location"] == "/account?done=deleted"
    assert app.store.conversations.count(ana) == 0
    assert app.store.conversations.get(kept, bob)
    assert "are deleted" in http.get("/account?done=deleted").text


def test_a_new_password_wants_the_old_one_and_ends_other_sessions(app: Stage, ana: Person, http: httpx.Client) -> None:
    new = "another long password"
    with browser(app) as other:
        sign_in(http)
        sign_in(other)
        for present, again in (("wrong password", new), (PASSWORD, "something else")):
            asked = {"password": present, "new": new, "again": again}
            assert http.post("/account/password", data=asked).status_code == 400
        asked = {"password": PASSWORD, "new": new, "again": new}
        assert http.post("/account/password", data=asked).headers["location"] == "/account?done=password"
        assert http.get("/account").status_code == 200
        assert other.get("/account").status_code == 303
    assert app.store.accounts.verify("ana", new) == ana


def test_who_has_no_account_has_data_too(app: Stage, http: httpx.Client) -> None:
    talk(app, app.person, "mine")
    page = http.get("/account").text
    assert "1 conversation" in page and "Change the password" not in page and "Sign out" not in page
    assert json.loads(http.get("/account/export").text)["title"] == "mine"


@pytest.mark.parametrize(("path", "data"), [("/sign-in", {"name": "ana"}), ("/account/delete", {"word": "delete"})])
def test_another_sites_form_is_refused(app: Stage, http: httpx.Client, path: str, data: dict[str, str]) -> None:
    talk(app, app.person, "mine")
    assert http.post(path, data=data, headers={"origin": "http://evil.example"}).status_code == 403
    assert app.store.conversations.count(app.person) == 1


@pytest.mark.parametrize("path", ["/sign-in", "/account"])
def test_the_language_is_chosen_without_a_script_and_stays(app: Stage, http: httpx.Client, path: str) -> None:
    if path == "/sign-in":
        app.store.accounts.add("ana", PASSWORD, is_admin=True)
    chosen = http.get(path, params={"language": "pt-BR", "to": "/?c=1"})
    assert chosen.status_code == 303 and chosen.headers["location"].startswith(path)
    assert 'lang="pt-BR"' in http.get(path).text.splitlines()[1]
    assert ("Boas-vindas" if path == "/sign-in" else "Apagar meus dados") in http.get(path).text


def test_the_pages_take_no_script_and_nothing_from_elsewhere(app: Stage, http: httpx.Client) -> None:
    page = http.get("/account")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "script" not in policy
    assert page.headers["x-frame-options"] == "DENY" and page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text


@pytest.mark.parametrize("name", ['"><script>alert(1)</script>', "{{ 7 * 7 }}", "${alert(1)}", "</style><b>"])
def test_a_name_cannot_break_out_of_the_page(ana: Person, http: httpx.Client, name: str) -> None:
    page = sign_in(http, name).text
    assert "<script" not in page and "<b>" not in page and 'value="49"' not in page


def test_who_is_no_admin_is_not_shown_admin(app: Stage, ana: Person, http: httpx.Client) -> None:
    bob = app.store.accounts.add("bob", PASSWORD, is_admin=False)
    app.store.accounts.set_teaches(bob, False)
    sign_in(http, "bob")
    assert '"admin": false' in http.get("/").text
    sign_in(http)
    assert '"admin": true' in http.get("/").text


def test_what_a_proxy_hands_on_without_accounts_is_refused_with_the_command(http: httpx.Client) -> None:
    refused = http.get("/", headers={"x-forwarded-for": "203.0.113.7"})
    assert refused.status_code == 403 and "agent1 user add" in refused.text


def test_every_address_that_changes_something_is_a_post(app: Stage) -> None:
    routes = [route for route in account_routes(app.services()).routes if isinstance(route, Route)]
    posts = {route.path for route in routes if "POST" in (route.methods or ())}
    assert posts == {"/sign-in", "/sign-out", "/consent", "/account/password", "/account/delete"}
