"""How much one may ask: a pure ASGI layer behind the door, which counts requests in a moving window, by person or,
of those whom nobody knows yet, by address.

In memory: it protects this process, and a restart may forget it. What must outlive a restart, failed sign-ins, is
counted in the store. Does not cover the size of a request (FastAPI's max_body_size).
"""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..store.errors import Notice
from ..store.home import Deployment
from .middleware import PERSON, catalogue_for


class TooManyRequests(Notice):
    key = "error-too-many-requests"


class Limiter:
    def __init__(self, app: ASGIApp, deployment: Deployment) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(deployment.rate)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._window.hit(self._limit, _who(scope)):
            told = catalogue_for(Headers(scope=scope)).tell(TooManyRequests())
            await PlainTextResponse(told, 429, headers={"retry-after": "60"})(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _who(scope: Scope) -> str:
    person = scope.get("state", {}).get(PERSON)
    return f"person {person.id}" if person else f"address {(scope.get('client') or ('', 0))[0]}"
