"""Who may come in: which addresses the app listens on and answers to, which pages may call it, who is asking.

Without accounts the machine's own person is everybody, so the rule is the loopback address: nothing else may be
listened on (bind_check), no other name is answered to (DNS rebinding), no other site's page may call (Origin), and
nothing that a proxy hands on is answered. With accounts a session's cookie tells who is asking.
"""

import ipaddress
import socket
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from ..store.errors import Notice
from ..store.home import Deployment
from ..store.records import Person
from ..store.store import Store

SESSION = "agent1_session"
HANDED_ON = ("forwarded", "x-forwarded-for", "x-real-ip")


class HostNotLoopback(Notice):
    key = "error-host-not-loopback"


class NotAdmin(Notice):
    key = "error-not-admin"


class NotSignedIn(Notice):
    key = "error-not-signed-in"


class HostRefused(Notice):
    """The request's Host header names neither this machine's loopback nor the configured host."""

    key = "error-host-refused"


class OriginRefused(Notice):
    """Another site's page sent the request."""

    key = "error-origin-refused"


class AccountsWanted(Notice):
    """There are none, and the request comes from another machine."""

    key = "error-accounts-wanted"


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def bind_check(deployment: Deployment, accounts: bool) -> None:
    """Raises HostNotLoopback for an address or a name that other machines can reach, unless there are accounts."""
    for host in (deployment.host, deployment.public_name or "localhost"):
        if not accounts and not is_loopback(host):
            raise HostNotLoopback(host=host)


def check_request(host: str, origin: str | None, deployment: Deployment) -> None:
    """By the two headers, before anything else is looked at. Raises HostRefused, OriginRefused."""
    name = _hostname(host)
    if not name or not (is_loopback(name) or _is_ours(name, deployment)):
        raise HostRefused()
    if origin is not None and origin.partition("://")[2].lower() != host.lower():
        raise OriginRefused()


def check_without_accounts(headers: Mapping[str, str], deployment: Deployment) -> None:
    """That nobody else can be meant by "the person of this machine". Raises AccountsWanted."""
    bind = (deployment.host, deployment.public_name or "localhost")
    if not all(map(is_loopback, bind)) or any(name in headers for name in HANDED_ON):
        raise AccountsWanted()


def person_of(store: Store, headers: Mapping[str, str]) -> Person:
    """Who is asking, by the request's cookie; the machine's own person where there are no accounts.

    Raises NotSignedIn.
    """
    if not store.accounts.exist():
        return store.people.local()
    person = store.sessions.person(cookies_of(headers).get(SESSION, ""))
    if person is None:
        raise NotSignedIn()
    return person


def check_admin(person: Person) -> None:
    """Raises NotAdmin."""
    if not person.is_admin:
        raise NotAdmin()


def cookies_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Without those that are spelled wrong: one broken cookie must not hide the others."""
    found: dict[str, str] = {}
    for part in headers.get("cookie", "").split(";"):
        cookies = SimpleCookie()
        try:
            cookies.load(part)
        except CookieError:
            continue
        found |= {name: morsel.value for name, morsel in cookies.items()}
    return found


def _is_ours(name: str, deployment: Deployment) -> bool:
    """A name that this app is known by. Listening everywhere, that is also the machine's own and any address:
    a page of another site that was led here (DNS rebinding) comes under its site's name.
    """
    if name in (deployment.host.lower(), deployment.public_name.lower()):
        return True
    if deployment.host not in ("0.0.0.0", "::"):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        machine = socket.gethostname().lower()
        return name in (machine, f"{machine}.local")
    return True


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
