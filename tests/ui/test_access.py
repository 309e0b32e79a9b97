"""Who may come in, decided from a host name and two headers."""

import socket

import pytest

from agent1.store.errors import Notice
from agent1.store.home import Deployment
from agent1.store.records import Person
from agent1.ui.access import (
    AccountsWanted,
    HostNotLoopback,
    HostRefused,
    NotAdmin,
    OriginRefused,
    bind_check,
    check_admin,
    check_request,
    check_without_accounts,
    cookies_of,
)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.1"])
def test_a_loopback_host_is_listened_on(host: str) -> None:
    bind_check(Deployment(host=host), accounts=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.4", "example.org", "localhost.example.org"])
def test_a_host_that_others_can_reach_is_refused(host: str) -> None:
    with pytest.raises(HostNotLoopback):
        bind_check(Deployment(host=host), accounts=False)
    bind_check(Deployment(host=host), accounts=True)


def test_a_public_name_wants_accounts_too() -> None:
    with pytest.raises(HostNotLoopback):
        bind_check(Deployment(public_name="chat.example.org"), accounts=False)


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "x-real-ip"])
def test_what_a_proxy_hands_on_is_not_the_person_of_this_machine(header: str) -> None:
    check_without_accounts({"host": "127.0.0.1"}, Deployment())
    with pytest.raises(AccountsWanted):
        check_without_accounts({"host": "127.0.0.1", header: "203.0.113.7"}, Deployment())


@pytest.mark.parametrize("deployment", [Deployment(host="0.0.0.0"), Deployment(public_name="chat.example.org")])
def test_without_accounts_nobody_is_let_in_where_others_can_come(deployment: Deployment) -> None:
    with pytest.raises(AccountsWanted):  # the last account was removed while the app ran
        check_without_accounts({}, deployment)


@pytest.mark.parametrize(
    ("host", "answered"),
    [("192.168.1.4:7860", True), ("[fe80::1]:7860", True), (socket.gethostname(), True), ("evil.example", False)],
)
def test_listening_everywhere_any_address_is_answered_and_no_strange_name(host: str, answered: bool) -> None:
    if answered:
        check_request(host, None, Deployment(host="0.0.0.0"))
    else:
        with pytest.raises(HostRefused):
            check_request(host, None, Deployment(host="0.0.0.0"))


def test_a_proxy_s_public_name_is_answered() -> None:
    check_request("chat.example.org", "https://chat.example.org", Deployment(public_name="chat.example.org"))


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("bad name=x; agent1_session=t", {"agent1_session": "t"}),
        ("", {}),
        (";;=;", {}),
    ],
)
def test_a_broken_cookie_hides_no_other(header: str, cookies: dict[str, str]) -> None:
    assert cookies_of({"cookie": header}) == cookies


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "LOCALHOST", "box.lan:7860"])
def test_the_loopback_names_and_the_configured_host_are_answered(host: str) -> None:
    check_request(host, None, Deployment(host="box.lan"))


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "[::1", "@"]
)
def test_any_other_name_is_refused(host: str) -> None:
    with pytest.raises(HostRefused):
        check_request(host, None, Deployment())


def test_the_pages_own_origin_may_call() -> None:
    check_request("127.0.0.1:7860", "http://127.0.0.1:7860", Deployment())


@pytest.mark.parametrize(
    "origin",
    ["null", "", "http://evil.example", "http://127.0.0.1:9999", "http://localhost:7860", "http://[", "file://"],
)
def test_another_origin_is_refused(origin: str) -> None:
    with pytest.raises(OriginRefused):
        check_request("127.0.0.1:7860", origin, Deployment())


def test_only_an_admin_passes() -> None:
    check_admin(Person(1, "local", is_admin=True))
    with pytest.raises(NotAdmin) as refusal:
        check_admin(Person(2, "guest", is_admin=False))
    assert isinstance(refusal.value, Notice)
