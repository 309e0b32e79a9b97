"""The app over HTTP: the gate, the headers, the page's language, the log, and the guard of every Admin function."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from agent1.store.records import RunState
from agent1.trainer.run_folder import RunFolder
from agent1.ui.guard import MARK

from .conftest import Stage

ADMIN = "agent1.ui.admin."
CHAT = "agent1.ui.chat."


@pytest.fixture
def http(app: Stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app.address, trust_env=False, timeout=30) as client:
        yield client


def page(http: httpx.Client, **headers: str) -> httpx.Response:
    return http.get("/", headers={"accept": "text/html", **headers})


def test_it_tells_that_it_is_well(http: httpx.Client) -> None:
    assert http.get("/healthz").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/", "/healthz", "/gradio_api/info", "/runs/1/log", "/config"])
def test_another_host_name_is_refused_on_every_path(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"host": "evil.example:7860"})
    assert answer.status_code == 403 and "127.0.0.1" in answer.text


def test_another_sites_page_cannot_call(http: httpx.Client) -> None:
    answer = http.post("/gradio_api/queue/join", json={}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_refusal_speaks_the_browsers_language(http: httpx.Client) -> None:
    refused = http.get("/", headers={"host": "evil.example", "accept-language": "pt-BR"})
    assert "não atende" in refused.text


def test_every_answer_forbids_framing_and_other_addresses(http: httpx.Client) -> None:
    for answer in (page(http), http.get("/healthz"), http.get("/", headers={"host": "evil.example"})):
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy and "connect-src 'self'" in policy and "http" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"accept-language": "pt-PT,pt;q=0.9"}, "pt-BR"),
        ({"accept-language": "de"}, "en"),
        ({"accept-language": "en", "cookie": "agent1_lang=pt-BR"}, "pt-BR"),
    ],
)
def test_the_page_is_told_its_language(http: httpx.Client, headers: dict[str, str], language: str) -> None:
    assert f'"language": "{language}"' in page(http, **headers).text


def test_a_cookie_cannot_bring_a_script_into_the_page(http: httpx.Client) -> None:
    assert "<script>alert" not in page(http, cookie='agent1_lang="</script><script>alert(1)"').text


def test_the_page_names_no_other_address_to_load_from(http: httpx.Client) -> None:
    html = page(http).text
    for mark in ('src="http', "src='http", "@import", 'rel="stylesheet" href="http', "fonts.g"):
        assert mark not in html


def test_the_page_is_sent_whole_and_uncompressed_with_its_length(http: httpx.Client) -> None:
    answer = page(http, **{"accept-encoding": "gzip, br"})
    assert int(answer.headers["content-length"]) == len(answer.content) and answer.text.rstrip().endswith("</html>")


def test_no_interface_description_is_offered(http: httpx.Client) -> None:
    assert http.get("/openapi.json").status_code == 404


def test_the_complete_log_has_every_stage_in_order(app: Stage, http: httpx.Client) -> None:
    run = app.start_run()
    folder = RunFolder(app.store.home.run_folder(run.id))
    for state in (RunState.TRAINING, RunState.PREPARING):
        folder.stage(state).mkdir(parents=True)
        (folder.stage(state) / "output.log").write_text(f"{state} é feito\n", encoding="utf-8")
    answer = http.get(f"/runs/{run.id}/log")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.text.index("preparing é feito") < answer.text.index("training é feito")


def test_a_run_that_does_not_exist_has_no_log(http: httpx.Client) -> None:
    assert http.get("/runs/999/log").status_code == 404


def test_only_an_admin_downloads_the_log(app: Stage, http: httpx.Client) -> None:
    run = app.start_run()
    become_nobody(app)
    assert http.get(f"/runs/{run.id}/log").status_code == 403


def test_a_run_has_a_page_of_its_own_for_admins_in_their_language(app: Stage, http: httpx.Client) -> None:
    run = app.start_run()
    there = http.get(f"/runs/{run.id}", headers={"accept": "text/html", "accept-language": "pt-BR"})
    assert there.status_code == 200 and f"Fine-tuning nº {run.id}" in there.text and 'lang="pt-BR"' in there.text
    assert http.get("/runs/999").status_code == 404
    become_nobody(app)
    assert http.get(f"/runs/{run.id}").status_code == 403


def become_nobody(stage: Stage) -> None:
    with stage.store._database.write() as db:
        db.execute("update people set is_admin = 0 where id = ?", [stage.person.id])


def functions(pages: Any) -> list[Any]:
    return [dependency for dependency in pages.fns.values() if dependency.fn is not None]


def test_every_function_belongs_to_the_chat_or_carries_the_admin_guard(pages: Any) -> None:
    admin = [dependency.fn for dependency in functions(pages) if dependency.fn.__module__.startswith(ADMIN)]
    assert len(admin) > 8
    assert [function.__qualname__ for function in admin if not getattr(function, MARK, False)] == []
    others = {dependency.fn.__module__ for dependency in functions(pages)} - {function.__module__ for function in admin}
    others = {module for module in others if not module.startswith(CHAT)}
    assert others <= {"agent1.ui.web"}  # the tab that puts the timer to sleep


def test_no_function_is_offered_by_name(pages: Any) -> None:
    assert [d.fn.__qualname__ for d in functions(pages) if d.api_visibility != "private"] == []


def call(http: httpx.Client, number: int, data: list[Any], event_data: Any = None) -> dict[str, Any]:
    """Call a function as the page does; returns the last event of the queue."""
    session = uuid4().hex
    asked = {"fn_index": number, "data": data, "session_hash": session, "event_data": event_data}
    http.post("/gradio_api/queue/join", json=asked).raise_for_status()
    with http.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        for line in events.iter_lines():
            event: dict[str, Any] = json.loads(line.removeprefix("data: ") or "{}")
            if event.get("msg") == "process_completed":
                return event
    raise AssertionError("the queue ended without an answer")


# What to send to each, so that it would do something if it were let.
ARGUMENTS: dict[str, tuple[list[Any], Any]] = {
    "look": (["now"], None),
    "open_section": ([], None),
    "wake": ([], None),
    "open_sheet": ([], None),
    "close_sheet": ([], None),
    "start": ([], None),
    "cancel": ([], None),
    "resume": ([], None),
    "ask_model": ([], {"what": "use", "tag": "agent1-base:20261101-100000-1"}),
    "set_automatic": ([True], None),
    "save_automatic": ([9, 22, 6], None),
    "save_tuning": ([0.001, None, 2, None, None, None], None),
    "recommend": ([], None),
    "pick_answer": ([], {"run": 1, "place": 0, "side": "first"}),
    "save_rules": ([0.2, 80, 90, 10], None),
    "set_watch": ([False], None),
    "save_rest": ([3, "Be kind."], None),
    "choose_base": ([], {"tag": "base:1b"}),
    "save_targets": ([1, 1, 1, 1], None),
    "add_person": (["mallory", "correct horse battery", True], None),
    "set_password": (["ana", "correct horse battery"], None),
    "ask_person": ([], {"what": "admin", "tag": "ana"}),
    "save_teachers": (["all", []], None),
    "ask_outside": ([], {"what": "allow", "tag": "http://10.0.0.1:11434"}),
    "show_cards": ([], None),
    "turn_to": ([], {"kind": "left_out", "reason": "", "page": 1}),
    "choose_example": ([], {"message": 1, "choice": "leave_out"}),
    "save_thresholds": ([2, 40, 80, 90, False], None),
    "usual_thresholds": ([], None),
    "save_personal": (["keep"] * 7, None),
}


def test_each_admin_function_has_arguments_to_be_tried_with(pages: Any) -> None:
    named = {d.fn.__name__ for d in functions(pages) if d.fn.__module__.startswith(ADMIN)}
    assert named == ARGUMENTS.keys()


def test_who_is_no_admin_is_refused_by_each_admin_function_and_nothing_changes(
    app: Stage, http: httpx.Client, pages: Any
) -> None:
    become_nobody(app)
    before = (app.store.settings.policy(), app.store.promotions.in_use())
    for number, dependency in pages.fns.items():
        if dependency.fn is not None and dependency.fn.__module__.startswith(ADMIN):
            answer = call(http, number, *ARGUMENTS[dependency.fn.__name__])
            assert not answer["success"], dependency.fn.__name__
            assert "admin" in json.dumps(answer["output"])
    assert (app.store.settings.policy(), app.store.promotions.in_use()) == before
    assert app.started == [] and app.store.runs.active() is None


def test_an_admin_is_let_in_by_the_same_calls(app: Stage, http: httpx.Client, pages: Any) -> None:
    for number, dependency in pages.fns.items():
        if dependency.fn is not None and dependency.fn.__name__ == "start":
            assert call(http, number, [])["success"]
    assert len(app.started) == 1
