"""Who may come in, decided from a host name and two headers."""

import pytest

from agent1.store.errors import Notice
from agent1.store.records import Person
from agent1.ui.access import (
    HostNotLoopback,
    HostRefused,
    NotAdmin,
    OriginRefused,
    bind_check,
    check_admin,
    check_request,
)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.1"])
def test_a_loopback_host_is_listened_on(host: str) -> None:
    bind_check(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.4", "example.org", "localhost.example.org"])
def test_a_host_that_others_can_reach_is_refused(host: str) -> None:
    with pytest.raises(HostNotLoopback):
        bind_check(host)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "LOCALHOST", "box.lan:7860"])
def test_the_loopback_names_and_the_configured_host_are_answered(host: str) -> None:
    check_request(host, None, "box.lan")


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "[::1", "@"]
)
def test_any_other_name_is_refused(host: str) -> None:
    with pytest.raises(HostRefused):
        check_request(host, None, "127.0.0.1")


def test_the_pages_own_origin_may_call() -> None:
    check_request("127.0.0.1:7860", "http://127.0.0.1:7860", "127.0.0.1")


@pytest.mark.parametrize(
    "origin",
    ["null", "", "http://evil.example", "http://127.0.0.1:9999", "http://localhost:7860", "http://[", "file://"],
)
def test_another_origin_is_refused(origin: str) -> None:
    with pytest.raises(OriginRefused):
        check_request("127.0.0.1:7860", origin, "127.0.0.1")


def test_only_an_admin_passes() -> None:
    check_admin(Person(1, "local", is_admin=True))
    with pytest.raises(NotAdmin) as refusal:
        check_admin(Person(2, "guest", is_admin=False))
    assert isinstance(refusal.value, Notice)
