"""The material in Admin: answers with what is trained marked, out and back, much of it, and files in and out."""

import io
import json
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from agent1.store.records import Choice, ImportedConversation, ImportedMessage, Role
from agent1.trainer import material
from agent1.trainer.inventory import take_inventory
from agent1.trainer.lengths import Length
from agent1.trainer.material import Example, Material
from agent1.trainer.verdicts import Turn
from agent1.ui.admin import collected
from agent1.ui.admin.collected import Collected
from agent1.ui.dataset_view import LEARNED, LEFT_OUT, View, cards_panel, example_card
from agent1.ui.exchange_view import EXPORTS

from .conftest import Stage, wait_until
from .windows import EN

SHAREGPT = [{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Yo, my friend"}]}]


def teach(app: Stage, question: str, answer: str, score: int = 5, correction: str | None = None) -> None:
    said = (
        ImportedMessage(Role.USER, question),
        ImportedMessage(Role.ASSISTANT, answer, score=score, correction=correction),
    )
    app.store.exchange.add_all([ImportedConversation(question, datetime.now(UTC), said)], app.person)


@pytest.fixture
def http(app: Stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app.address, trust_env=False, timeout=60) as client:
        yield client


def test_an_answer_is_left_out_and_brought_back_and_a_file_is_looked_at_and_imported(
    app: Stage, page: Page, tmp_path: Path
) -> None:
    teach(app, "When do you open?", "At <b>eight</b>.")
    page.goto(app.address)
    page.get_by_role("tab", name=EN.say("tab-admin")).click()
    page.get_by_role("tab", name=EN.say("section-material")).click()
    expect(page.locator("#cards mark")).to_have_text("At <b>eight</b>.")
    expect(page.locator("#cards .foot")).to_contain_text(EN.say("dataset-about-tokens", count=8))
    with page.expect_popup() as opened:
        page.get_by_role("link", name=EN.say("dataset-conversation")).click()
    expect(opened.value.locator("#chat")).to_contain_text("When do you open?")
    opened.value.close()

    page.get_by_role("button", name=EN.say("dataset-leave-out")).click()
    expect(page.locator("#cards")).to_contain_text(EN.say("none-learned"))
    assert list(app.store.choices.chosen().values()) == [Choice.LEAVE_OUT]
    page.locator("#cards").get_by_role("button", name=EN.say("choice-left_out")).click()
    expect(page.locator("#cards .foot")).to_contain_text(EN.say("left-out-by-hand"))
    page.get_by_role("button", name=EN.say("dataset-bring-back")).click()
    expect(page.locator("#cards")).to_contain_text(EN.say("none-left_out"))
    page.locator("#cards").get_by_role("button", name=EN.say("choice-learned")).click()
    expect(page.locator("#cards mark")).to_have_text("At <b>eight</b>.")

    take = page.get_by_role("button", name=EN.say("import-button"))
    told = page.locator("#exchange .import .told")
    file = tmp_path / "chats.json"
    file.write_text('[{"conversations": 5}]')
    page.locator("#exchange input[type=file]").set_input_files(file)
    expect(told).to_have_attribute("role", "alert")
    expect(take).to_be_disabled()
    file.write_text(json.dumps(SHAREGPT))
    page.locator("#exchange input[type=file]").set_input_files(file)
    expect(told).to_contain_text("1 new conversation")
    assert app.store.ratings.figures().conversations == 1
    take.click()
    expect(told).to_contain_text("1 conversation imported")
    expect(take).to_be_disabled()
    assert app.store.ratings.figures().conversations == 2


def test_a_file_is_imported_once_and_a_broken_one_leaves_nothing(app: Stage, http: httpx.Client) -> None:
    body = json.dumps(SHAREGPT).encode()
    assert http.post("/material/import?preview=1", content=body).json()["nothing"] is False
    assert app.store.ratings.figures().conversations == 0
    assert http.post("/material/import", content=body).json()["nothing"] is False
    assert http.post("/material/import", content=body).json()["nothing"] is True
    portuguese = {"accept-language": "pt-BR"}
    for bad in (b"", b"\x00\xff", b"[" * 5000, body[:-5], b"PK\x03\x04nonsense", json.dumps([*SHAREGPT, 5]).encode()):
        answer = http.post("/material/import?name=conversas+de+março.json", content=bad, headers=portuguese)
        assert answer.status_code == 400 and answer.text and "Traceback" not in answer.text
        assert str(app.store.home.root) not in answer.text and tempfile.gettempdir() not in answer.text
        assert ("conversas de março.json" in answer.text) == (bad == b"" or bad.startswith(b"PK"))  # else the place
    assert app.store.ratings.figures().conversations == 1


def test_a_disk_that_takes_no_file_is_told_and_not_where_the_file_would_have_lain(
    app: Stage, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach(app, "When do you open?", "At eight.")
    monkeypatch.setattr(tempfile, "tempdir", str(app.store.home.database))  # no folder, so nothing can lie in it
    answers = http.post("/material/import?name=chats.json", content=b"[]"), http.get("/material/export?format=kto")
    assert [answer.status_code for answer in answers] == [400, 400]
    for answer, name in zip(answers, ("chats.json", "kto"), strict=True):
        assert answer.text.startswith(f"{name} cannot be written") and str(app.store.home.root) not in answer.text


def test_a_file_larger_than_other_requests_may_be_is_taken(app: Stage, http: httpx.Client) -> None:
    talk = {"messages": [{"role": "user", "content": "x" * 1_000_000}]}
    lines = (json.dumps(talk | {"title": str(number)}).encode() + b"\n" for number in range(25))
    answer = http.post("/material/import?preview=1", content=lines)
    assert answer.status_code == 200 and "25" in answer.json()["text"]


@pytest.mark.parametrize("name", EXPORTS)
def test_each_format_is_given_as_a_file(app: Stage, http: httpx.Client, name: str) -> None:
    teach(app, "Which tea?", "Black", 1, "White tea is mild.")
    answer = http.get("/material/export", params={"format": name, "base_model": "some/model"})
    assert answer.status_code == 200, answer.text
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.text
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            text = "".join(archive.read(file).decode() for file in archive.namelist() if not file.endswith("/"))
    assert "White tea is mild." in text


def test_what_cannot_be_exported_is_told(app: Stage, http: httpx.Client) -> None:
    for asked in ({"format": "kto"}, {"format": "../../x"}, {"format": "axolotl"}, {"format": "datasets"}):
        answer = http.get("/material/export", params=asked)
        assert answer.status_code == 400 and answer.text.endswith(".")


def test_who_is_no_admin_gets_and_gives_nothing(app: Stage, http: httpx.Client) -> None:
    teach(app, "Which tea?", "White tea is mild.")
    with app.store._database.write() as db:
        db.execute("update people set is_admin = 0 where id = ?", [app.person.id])
    assert http.get("/material/export").status_code == 403
    assert http.post("/material/import", content=json.dumps(SHAREGPT).encode()).status_code == 403
    assert app.store.ratings.figures().conversations == 1


def test_much_material_is_gone_through_once_while_pages_show_what_is_known(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, calls = threading.Event(), []

    def slow(store: Any) -> Material:
        calls.append(threading.current_thread())
        assert go.wait(60)
        return material.collect(store)

    monkeypatch.setattr(collected, "collect", slow)
    monkeypatch.setattr(collected, "PATIENCE", 0.01)
    found = Collected(stage.store)
    assert [found.newest() for _ in range(5)] == [None] * 5
    go.set()
    wait_until(found.newest)
    assert len(calls) == 1 and threading.current_thread() not in calls
    before = found.newest()
    assert before and not found.is_old(before)
    teach(stage, "When do you open?", "At eight.")
    assert found.is_old(before)
    wait_until(lambda: (newest := found.newest()) and len(newest.material.examples) == 1)
    assert len(calls) == 2


def test_the_conversation_of_somebody_else_has_no_link() -> None:
    example = Example(1, 7, 5, (Turn(Role.USER, "Which tea?"),), "White tea is mild.")
    cards = [example_card(EN, example, Length(9, True), LEARNED, None, is_own=own) for own in (True, False)]
    assert ['href="/?c=7"' in card for card in cards] == [True, False]
    assert all(EN.say("dataset-tokens", count=9) in card for card in cards)


def test_a_page_shows_ten_and_says_of_how_many() -> None:
    everything = take_inventory(Material((), ()))
    shown = cards_panel(EN, View(LEFT_OUT, page=3), everything, ["<li>x</li>"] * 10, 100_000)
    assert "21 to 30 of 100,000" in shown and 'data-page="10000"' in shown and shown.count("<li>") == 10
