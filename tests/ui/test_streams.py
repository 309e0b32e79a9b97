"""The layer that binds sessions to people, around an app that tells what it got."""

import json
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from agent1.store.records import Person
from agent1.ui import streams
from agent1.ui.middleware import PERSON
from agent1.ui.streams import Streams

JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


class KnownBy:
    """In the place of the door: the person whose number the header names."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            number = int(dict(scope["headers"])[b"who"])
            scope.setdefault("state", {})[PERSON] = Person(number, f"p{number}", is_admin=False)
        await self._app(scope, receive, send)


@pytest.fixture
def http() -> Iterator[TestClient]:
    app = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST"])])
    app.add_middleware(Streams, largest=1000)
    app.add_middleware(KnownBy)
    with TestClient(app) as client:
        yield client


def join(http: TestClient, who: int, session: str) -> int:
    """Returns the status."""
    return int(http.post(JOIN, json={"session_hash": session}, headers={"who": str(who)}).status_code)


def test_who_sends_a_name_first_keeps_it(http: TestClient) -> None:
    assert join(http, 1, "abc") == 200
    assert join(http, 2, "abc") == 403
    for address in (f"{DATA}?session_hash=abc", "/gradio_api/heartbeat/abc", "/gradio_api/stream/abc/1/2/x"):
        assert http.get(address, headers={"who": "2"}).status_code == 403
        assert http.get(address, headers={"who": "1"}).status_code == 200


def test_the_app_gets_the_body_whole(http: TestClient) -> None:
    for length in (10, 900, 5000):  # the last is more than the layer reads
        sent = {"session_hash": "abc", "text": "x" * length}
        told = http.post(JOIN, content=json.dumps(sent), headers={"who": "1", "content-type": "application/json"})
        assert told.text == str(len(json.dumps(sent)))


@pytest.mark.parametrize("body", ["", "[", "[1]", '{"session_hash": 7}', '{"session_hash": ["abc"]}'])
def test_what_names_no_session_is_the_apps_to_refuse(http: TestClient, body: str) -> None:
    headers = {"who": "1", "content-type": "application/json"}
    assert http.post(JOIN, content=body, headers=headers).status_code == 200


def test_a_flood_of_names_pushes_out_ones_own_alone(http: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "KEPT", 3)
    assert join(http, 1, "mine") == 200
    for number in range(10):
        assert join(http, 2, f"theirs {number}") == 200
    assert join(http, 2, "mine") == 403
    assert join(http, 1, "theirs 0") == 200
