"""Who may ask: programs of this machine. Keeps web pages out that were opened in its browser.

The server listens on the loopback only; that alone does not help against a page whose name is made to point at
127.0.0.1 (DNS rebinding: Host tells) nor against one that posts blindly (Origin tells). As Ollama does.
"""

import ipaddress
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class Guard:
    """Refuses strangers with 403, and knows since when nobody has asked anything."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._clock = clock
        self._busy = 0
        self._last = clock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not is_local(f"//{hosts[0]}") or not all(is_local(origin) for origin in origins):
            await JSONResponse({"error": "only programs of this machine may ask"}, 403)(scope, receive, send)
            return
        self._busy += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._busy -= 1
            self._last = self._clock()

    def idle_seconds(self) -> float:
        return 0.0 if self._busy else self._clock() - self._last


def is_local(address: str) -> bool:
    """Whether the host of an address is this machine by its very name: localhost or a loopback number."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
