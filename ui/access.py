"""Who may come in: which addresses the app listens on and answers to, which pages may call it, who is an admin.

Without accounts the machine's own person is everybody, so the rule is the loopback address: nothing else may be
listened on (bind_check), no other name is answered to (DNS rebinding), no other site's page may call (Origin).
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from ..store.errors import Notice
from ..store.records import Person
from ..store.store import Store


class HostNotLoopback(Notice):
    key = "error-host-not-loopback"


class NotAdmin(Notice):
    key = "error-not-admin"


class HostRefused(Notice):
    """The request's Host header names neither this machine's loopback nor the configured host."""

    key = "error-host-refused"


class OriginRefused(Notice):
    """Another site's page sent the request."""

    key = "error-origin-refused"


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def bind_check(host: str) -> None:
    """Raises HostNotLoopback for an address that other machines can reach: there are no accounts yet."""
    if not is_loopback(host):
        raise HostNotLoopback(host=host)


def check_request(host: str, origin: str | None, configured: str) -> None:
    """By the two headers, before anything else is looked at. Raises HostRefused, OriginRefused."""
    name = _hostname(host)
    if not name or not (is_loopback(name) or name == configured.lower()):
        raise HostRefused()
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        raise OriginRefused()


def person_of(store: Store, headers: Mapping[str, str]) -> Person:
    """Who is asking, by the request's cookie. Always the local person, until there are accounts."""
    return store.people.local()


def check_admin(person: Person) -> None:
    """Raises NotAdmin."""
    if not person.is_admin:
        raise NotAdmin()


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
