"""Whose a stream of the page is: a pure ASGI layer behind the door, which binds each session of Gradio to its person.

A page chooses its session's name itself and hears by it what its functions tell. Whoever sent the name first keeps it;
another person who learned it hears nothing, sends nothing and cancels nothing. In memory: so are Gradio's sessions.
"""

import json
from collections import OrderedDict
from functools import partial

from starlette.datastructures import Headers, QueryParams
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..store.errors import Notice
from .middleware import PERSON, catalogue_for

KEPT = 1000  # sessions of one person; a flood of them pushes out that person's own alone
NAMED_IN_PATH = ("/gradio_api/heartbeat/", "/gradio_api/stream/")


class NotYourPage(Notice):
    key = "error-not-your-page"


class Streams:
    def __init__(self, app: ASGIApp, largest: int) -> None:
        """`largest` is the size in bytes from which the app refuses a request: no more is read here."""
        self._app, self._largest = app, largest
        self._owners: dict[str, int] = {}
        self._of: dict[int, OrderedDict[str, None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        person = scope.get("state", {}).get(PERSON)
        if person is None or not scope["path"].startswith("/gradio_api/"):
            await self._app(scope, receive, send)
            return
        named = named_in_address(scope)
        if scope["method"] == "POST" and Headers(scope=scope).get("content-type", "").startswith("application/json"):
            body, receive = await _read(receive, self._largest)
            named |= named_in_body(body)
        if all(map(partial(self._owns, person.id), named)):
            await self._app(scope, receive, send)
            return
        told = catalogue_for(Headers(scope=scope)).tell(NotYourPage())
        await PlainTextResponse(told, 403)(scope, receive, send)

    def _owns(self, person: int, name: str) -> bool:
        """Whether the session is this person's; one that nobody has becomes theirs."""
        if self._owners.setdefault(name, person) != person:
            return False
        own = self._of.setdefault(person, OrderedDict())
        own[name] = None
        own.move_to_end(name)
        if len(own) > KEPT:
            self._owners.pop(own.popitem(last=False)[0], None)
        return True


def named_in_address(scope: Scope) -> set[str]:
    named = set(QueryParams(scope["query_string"]).getlist("session_hash"))
    for prefix in NAMED_IN_PATH:
        if scope["path"].startswith(prefix):
            named.add(scope["path"].removeprefix(prefix).partition("/")[0])
    return named - {""}


def named_in_body(body: bytes) -> set[str]:
    try:
        told = json.loads(body)
    except ValueError:  # Gradio's to refuse
        return set()
    name = told.get("session_hash") if isinstance(told, dict) else None
    return {name} if isinstance(name, str) and name else set()


async def _read(receive: Receive, largest: int) -> tuple[bytes, Receive]:
    """The body, and a receive that gives it again with what was not read."""
    messages: list[Message] = []
    size = 0
    while size <= largest:
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
        if not messages[-1].get("more_body"):
            break
    left = iter(messages)

    async def again() -> Message:
        message = next(left, None)
        return message if message is not None else await receive()

    return b"".join(message.get("body", b"") for message in messages), again
