"""A walk over everything that can be asked: each route, each function and each file path, as nobody, as a person and as
another person. Nothing of Admin runs, nothing foreign is read or written, no path leaves the home.

It reads what there is from the app itself, so that what is added tomorrow is walked too.
"""

import json
import shutil
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.routing import Mount, Route

from agent1.store.records import Person, Role
from agent1.trainer.run_folder import STAGES, RunFolder
from agent1.ui.door import OPEN
from agent1.ui.guard import MARK
from agent1.ui.web import build_app

from .conftest import Stage

SECRET = "only eva may read this 7f3a"
PATHS = [
    "/etc/passwd", "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd", "{home}/agent1.db", "{home}/runs/0001/dataset.jsonl", "{home}/../home/agent1.db",
    "~/.ssh/id_rsa", "/proc/self/environ", "\\..\\..\\etc\\passwd", "file:///etc/passwd", "http://127.0.0.1:1/",
    "{home}/agent1.db%00.png", "C:/Windows/win.ini", "{code}/ui/web.py", "{code}/Modelfile.template",
]  # fmt: skip
PLACES = [
    "/gradio_api/file={}", "/file={}", "/gradio_api/stream/{}", "/static/{}", "/assets/{}", "/custom_component/{}",
    "/gradio_api/proxy={}", "/svelte/{}", "/runs/{}/log", "/{}",
]  # fmt: skip


DOINGS = {  # what one function of the chat does, by a word of the event
    "ChatEvents.act": ("show", "correct", "withdraw", "give-reason", "withdraw-reason"),
    "ChatEvents.say": ("retry", "edit"),
    "Sidebar.act": ("rename", "suggest", "delete", "restore"),
}


@pytest.fixture
def people(app: Stage) -> Iterator[dict[str, Person]]:
    """ana is the admin; bob and eva chat. eva has a conversation, and a run learned from it."""
    made = {
        name: app.store.accounts.add(name, "correct horse battery", name == "ana") for name in ("ana", "bob", "eva")
    }
    for person in made.values():
        app.store.accounts.set_teaches(person, True)
    conversation = app.store.conversations.start(made["eva"], SECRET)
    asked = app.store.messages.add(conversation, Role.USER, SECRET, parent_id=None)
    answer = app.store.messages.add(conversation, Role.ASSISTANT, f"{SECRET}!", parent_id=asked.id)
    app.store.ratings.rate(answer, made["eva"], 5)
    folder = RunFolder(app.store.home.run_folder(1))
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.dataset.write_text(SECRET, encoding="utf-8")
    stage = folder.stage(next(iter(STAGES)))
    stage.mkdir(parents=True, exist_ok=True)
    (stage / "output.log").write_text(SECRET, encoding="utf-8")
    yield made
    shutil.rmtree(app.store.home.runs)


@pytest.fixture
def nobody(app: Stage, people: dict[str, Person]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app.address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def bob(app: Stage, people: dict[str, Person]) -> Iterator[httpx.Client]:
    cookies = {"agent1_session": app.store.sessions.open(people["bob"])}
    with httpx.Client(base_url=app.address, trust_env=False, timeout=60, cookies=cookies) as client:
        yield client


def routes(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each method and address of the app and of all that is mounted in it, with something in every place."""
    for route in app.routes:
        if isinstance(route, Mount):
            yield from routes(route, prefix + route.path)
        elif included := getattr(route, "original_router", None):  # FastAPI keeps what was included as it was
            yield from routes(included, prefix + route.include_context.prefix)
        elif isinstance(route, Route):
            address = prefix + route.path
            for name in route.param_convertors:
                for spelled in (f"{{{name}}}", f"{{{name}:path}}", f"{{{name}:int}}"):
                    address = address.replace(spelled, "1")
            for method in route.methods or {"GET"}:
                yield method, address


def everything(stage: Stage) -> dict[str, list[dict[str, Any]]]:
    """All that the database holds but the times at which sessions were seen."""
    database = stage.store._database
    tables = [row["name"] for row in database.rows("select name from sqlite_master where type = 'table'")]
    return {table: database.rows(f"select * from [{table}]") for table in tables if "session" not in table}


def foreign(stage: Stage, eva: Person) -> dict[str, list[dict[str, Any]]]:
    """What belongs to eva, and what belongs to Admin."""
    held = everything(stage)
    mine = {row["id"] for row in held["conversations"] if row["person_id"] == eva.id}
    kept = {name: held[name] for name in ("accounts", "people", "settings", "runs", "promotions")}
    messages = [row for row in held["messages"] if row["conversation_id"] in mine]
    scored = {row["id"] for row in messages}
    return kept | {
        "conversations": [row for row in held["conversations"] if row["id"] in mine],
        "messages": messages,
        "ratings": [row for row in held["ratings"] if row["message_id"] in scored],
        "corrections": [row for row in held["corrections"] if row["message_id"] in scored],
    }


def test_nobody_reaches_a_single_route(app: Stage, nobody: httpx.Client) -> None:
    before, walked = everything(app), 0
    for method, address in routes(build_app(app.services())):
        if address in OPEN:
            continue
        answer = nobody.request(method, address)
        assert answer.status_code == 401, (method, address, answer.status_code)
        assert SECRET not in answer.text
        walked += 1
    assert walked > 40  # Gradio alone has that many
    assert everything(app) == before


@pytest.mark.parametrize("place", PLACES)
def test_no_path_gives_a_file_away(app: Stage, nobody: httpx.Client, bob: httpx.Client, place: str) -> None:
    from agent1.ui import web

    code = web.__file__.removesuffix("/ui/web.py")
    for path in PATHS:
        address = place.format(path.format(home=app.store.home.root, code=code).lstrip("/" if place == "/{}" else ""))
        assert nobody.get(address).status_code in (401, 404), address
        told = bob.get(address)
        for inside in (b"root:x:0", b"SQLite format", SECRET.encode(), b"PATH=", b"build_app", b"PARAMETER"):
            assert inside not in told.content, address


def test_a_person_cannot_upload_nor_read_a_log(app: Stage, bob: httpx.Client) -> None:
    assert bob.post("/gradio_api/upload", files={"files": ("a.txt", b"x")}).status_code == 403
    assert bob.get("/runs/1/log").status_code == 403


def functions(pages: Any) -> dict[int, Any]:
    return {number: fn for number, fn in pages.fns.items() if fn.fn is not None}


def call(client: httpx.Client, number: int, data: list[Any], event: Any) -> tuple[bool, str]:
    """Call a function as the page does: whether it succeeded, and all that was answered."""
    session = uuid4().hex
    asked = {"fn_index": number, "data": data, "session_hash": session, "event_data": event}
    joined = client.post("/gradio_api/queue/join", json=asked)
    if joined.is_error:
        return False, joined.text
    heard = ""
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        for line in events.iter_lines():
            heard += line
            told = json.loads(line.removeprefix("data: ") or "{}")
            if told.get("msg") == "process_completed":
                return bool(told["success"]), heard
            if told.get("msg") == "close_stream":
                return False, heard
    return False, heard


def filled(dependency: Any, number: int) -> list[Any]:
    """For each input something of its kind that names the conversation or message with this number."""
    row = {"role": "assistant", "content": "x", "metadata": {"id": number, "title": None}}
    kinds = {"number": number, "checkbox": True, "chatbot": [row], "timer": 2.0, "dropdown": "eva", "file": None}
    kinds |= {"radio": "all", "checkboxgroup": []}
    return [kinds.get(block.get_block_name(), str(number)) for block in dependency.inputs]


def event_about(number: int) -> dict[str, Any]:
    row = {"role": "assistant", "content": "x", "metadata": {"id": number}}
    names = ("id", "number", "conversation", "message", "tag", "run", "key")
    return {
        "index": 0,
        "value": row,
        "liked": "😞",
        "title": "taken",
        "text": "taken",
        "reason": "wrong",
        **dict.fromkeys(names, number),
    }


def test_nobody_runs_a_function(app: Stage, nobody: httpx.Client, pages: Any) -> None:
    before = everything(app)
    for number, dependency in functions(pages).items():
        assert call(nobody, number, filled(dependency, 1), event_about(1))[0] is False, dependency.fn
    for address in ("/gradio_api/run/predict", "/gradio_api/call/predict", "/gradio_api/api/predict"):
        assert nobody.post(address, json={"fn_index": 0, "data": []}).status_code == 401
    assert everything(app) == before


def test_a_person_runs_nothing_of_admin_and_touches_nothing_of_another(
    app: Stage, people: dict[str, Person], bob: httpx.Client, pages: Any
) -> None:
    before = foreign(app, people["eva"])
    numbers = [before["conversations"][0]["id"], *(row["id"] for row in before["messages"])]
    admin = 0
    for place, dependency in functions(pages).items():
        for number, do in product(set(numbers), DOINGS.get(dependency.fn.__qualname__, ("",))):
            done, heard = call(bob, place, filled(dependency, number), {**event_about(number), "do": do})
            assert SECRET not in heard, dependency.fn
            if getattr(dependency.fn, MARK, False):
                assert not done, dependency.fn
                admin += 1
    assert admin > 8
    assert foreign(app, people["eva"]) == before
    assert app.started == []


def test_a_person_cannot_hear_nor_send_in_the_session_of_another(
    app: Stage, people: dict[str, Person], bob: httpx.Client, pages: Any
) -> None:
    cookies = {"agent1_session": app.store.sessions.open(people["eva"])}
    session, place = (
        uuid4().hex,
        next(n for n, fn in functions(pages).items() if fn.fn.__qualname__ == "ChatEvents.open"),
    )
    conversation = foreign(app, people["eva"])["conversations"][0]["id"]
    asked = {"fn_index": place, "data": [str(conversation), 40, "", 1], "session_hash": session}
    with httpx.Client(base_url=app.address, trust_env=False, timeout=60, cookies=cookies) as eva:
        assert eva.post("/gradio_api/queue/join", json=asked).is_success
        for address in (f"/gradio_api/queue/data?session_hash={session}", f"/gradio_api/heartbeat/{session}"):
            assert bob.get(address).status_code == 403
        assert bob.post("/gradio_api/queue/join", json=asked).status_code == 403
        for address in ("/gradio_api/cancel", "/gradio_api/reset"):
            sent = {"session_hash": session, "fn_index": place, "event_id": "1"}
            assert bob.post(address, json=sent).status_code == 403
        with eva.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
            assert SECRET in next(line for line in events.iter_lines() if "process_completed" in line)


def test_one_who_may_is_let_in_by_the_same_walk(app: Stage, people: dict[str, Person], pages: Any) -> None:
    """Or the walk would prove nothing: eva reads what is hers by the call that tells bob nothing."""
    conversation = foreign(app, people["eva"])["conversations"][0]["id"]
    cookies = {"agent1_session": app.store.sessions.open(people["eva"])}
    with httpx.Client(base_url=app.address, trust_env=False, timeout=60, cookies=cookies) as eva:
        place = next(number for number, fn in functions(pages).items() if fn.fn.__qualname__ == "ChatEvents.open")
        assert SECRET in call(eva, place, [str(conversation), 40, "", 1], None)[1]
