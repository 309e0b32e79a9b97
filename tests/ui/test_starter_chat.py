"""A person's hour with the real thing: `agent1 serve` in its own process, the embedded server, the starter model."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agent1.serving import starter
from agent1.serving.embedded import process
from agent1.store.home import Home, user_cache
from agent1.store.records import AnswerState, Message, ModelOptions
from agent1.store.store import Store
from agent1.ui.catalogue import Catalogue

from .conftest import wait_until
from .windows import answers, ask, box, faces, send

EN = Catalogue.load("en")
FACE_5, FACE_2 = 4, 1  # places in the row


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("person") / "home")


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    starter.fetch_starter(user_cache(os.environ))  # what `make run` does before
    program = [str(Path(sys.executable).with_name("agent1")), "serve"]
    environ = {**os.environ, "AGENT1_HOME": str(home.root), "LANG": "en_US.UTF-8", "PYTHONUNBUFFERED": "1"}
    environ.pop("OLLAMA_HOST", None)
    app = subprocess.Popen(program, env=environ, stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    found = re.search(r"http://[\d.]+:\d+", app.stdout.readline())
    assert found
    yield found[0]
    app.send_signal(signal.SIGINT)
    app.wait(60)
    process.stop(home)


def test_a_person_chats_rates_retries_stops_searches_and_deletes(home: Home, address: str, page: Page) -> None:
    page.set_default_timeout(60_000)
    page.goto(address)
    expect(page.locator("#model-in-use")).to_contain_text("smollm2:135m")
    store = Store(home)
    person = store.people.local()
    store.settings.save(replace(store.settings.policy(), options=ModelOptions(temperature=0)))  # always the same words
    ask(page, "What is the capital of France?")
    expect(answers(page).last).to_contain_text("Paris")

    def path() -> list[Message]:
        return store.messages.path(store.conversations.newest(person)[0].leaf_id)

    def has_score(wanted: int | None) -> bool:
        return store.ratings.scores(path(), person).get(path()[-1].id) == wanted

    first = path()[-1]
    assert (first.tag, first.state) == ("smollm2:135m", AnswerState.DONE)
    for face, kept in ((FACE_5, 5), (FACE_2, 2), (FACE_2, None), (FACE_5, 5)):
        faces(page).nth(face).click()
        wait_until(partial(has_score, kept))

    page.locator('[data-tool="retry"]').last.click()
    expect(page.locator(".versions")).to_contain_text("2/2")
    expect(page.locator("#question .submit-button")).to_be_visible()
    page.locator('[data-tool="before"]').click()
    expect(page.locator(".versions")).to_contain_text("1/2")
    assert path()[-1].id == first.id and has_score(5)

    send(page, "Write a very long story about a lighthouse.")
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last).to_contain_text(re.compile(r"\w+ \w+"))
    page.locator("#question .stop-button").click()
    expect(page.locator("#question .submit-button")).to_be_visible()
    wait_until(lambda: path()[-1].state is AnswerState.STOPPED)
    page.reload()
    expect(answers(page)).to_have_count(2)
    expect(answers(page).first).to_contain_text("Paris")
    expect(answers(page).last).to_contain_text(re.findall(r"\w+", path()[-1].content)[0])

    page.get_by_role("textbox", name=EN.say("search-label")).fill("lighthouse")
    expect(page.locator("#conversations mark").first).to_have_text("lighthouse", ignore_case=True)
    page.locator("#conversations li").hover()
    page.locator("#conversations [data-delete]").click()
    expect(page.get_by_text(EN.say("empty-title"))).to_be_visible()
    wait_until(lambda: store.conversations.newest(person) == [])
    store.close()


def test_the_same_with_keys_alone(home: Home, address: str, page: Page) -> None:
    page.set_default_timeout(60_000)
    page.goto(address)
    expect(page.locator("#model-in-use")).to_contain_text("smollm2:135m")
    box(page).focus()
    page.keyboard.type("Name a colour.")
    page.keyboard.press("Enter")
    expect(page.locator(".extra-feedback-option")).to_have_count(5)
    expect(page.locator("#question .submit-button")).to_be_visible()
    box(page).focus()
    while not page.evaluate("document.activeElement.matches('.extra-feedback-option')"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("4")
    expect(page.locator(".extra-feedback-option[aria-pressed=true]")).to_have_accessible_name(
        f"4/5 – {EN.say('face-4')}"
    )
    store = Store(home)
    wait_until(lambda: store.ratings.figures().ratings == 1)
    assert store.ratings.figures().mean_rating == 4
    store.close()
