"""Windows of a real browser on the app, and what a person does in them. For the tests of the pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from agent1.store.records import Conversation, Message
from agent1.ui.catalogue import Catalogue

from .conftest import Stage

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
READY = 60_000  # ms: two cores may be busy with other tests
expect.set_options(timeout=READY)


@pytest.fixture(scope="module")
def abroad(serving: Stage) -> Iterator[list[str]]:
    """Every address outside the app that a page asked for, and every dialog or error of a script."""
    told: list[str] = []
    yield told
    assert told == []


@contextmanager
def window(browser: Browser, app: Stage, abroad: list[str], locale: str, width: int = 1280) -> Iterator[Page]:
    """One window for all tests of a kind: what it has loaded once it need not load again."""
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 800})
    context.set_default_timeout(READY)
    page = context.new_page()
    ours = (app.address, "data:", "blob:")
    page.on("requestfinished", lambda request: None if request.url.startswith(ours) else abroad.append(request.url))
    page.on("requestfailed", lambda request: None if allowed_to_fail(request, ours) else abroad.append(request.url))
    page.on("dialog", lambda dialog: abroad.append(dialog.message))
    page.on("pageerror", lambda error: abroad.append(str(error)))
    yield page
    context.close()


def allowed_to_fail(request: Request, ours: tuple[str, ...]) -> bool:
    """Our own, ended by a reload; or another's, which the policy did not let out."""
    return request.url.startswith(ours) or request.failure == "csp"


@pytest.fixture(scope="module")
def windows(browser: Browser, serving: Stage, abroad: list[str]) -> Iterator[dict[str, Page]]:
    with (
        window(browser, serving, abroad, "en-US") as english,
        window(browser, serving, abroad, "pt-BR") as portuguese,
        window(browser, serving, abroad, "pt-BR", width=375) as narrow,
    ):
        yield {"english": english, "portuguese": portuguese, "narrow": narrow}


def fresh(page: Page, app: Stage) -> Page:
    page.context.clear_cookies()
    visit(page, app.address)
    return page


@pytest.fixture
def english(windows: dict[str, Page], app: Stage) -> Page:
    return fresh(windows["english"], app)


@pytest.fixture
def portuguese(windows: dict[str, Page], app: Stage) -> Page:
    return fresh(windows["portuguese"], app)


@pytest.fixture
def narrow(windows: dict[str, Page], app: Stage) -> Page:
    return fresh(windows["narrow"], app)


def visit(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("#model-in-use")).to_contain_text("base:1b")


def reload(page: Page) -> None:
    page.reload()
    expect(page.locator("#model-in-use")).to_contain_text("base:1b")


def wait_for(page: Page, holds: Callable[[], bool]) -> None:
    """For what only the page can tell; the browser goes on meanwhile."""
    for _ in range(READY // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")


def box(page: Page) -> Locator:
    return page.locator("#question textarea")


def send(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def answers(page: Page) -> Locator:
    return page.locator("#chat .bot.message")


def ask(page: Page, text: str) -> None:
    """Send, and wait until the answer has ended."""
    count = answers(page).count()
    send(page, text)
    expect(answers(page)).to_have_count(count + 1)
    expect(page.locator("#question .submit-button")).to_be_visible()


def faces(page: Page) -> Locator:
    """The five faces below the last answer."""
    return page.locator(".extra-feedback-options").last.locator(".extra-feedback-option")


def conversation(app: Stage) -> Conversation:
    return app.store.conversations.newest(app.person)[0]


def last(app: Stage) -> Message:
    return app.store.messages.path(conversation(app).leaf_id)[-1]


def score(app: Stage) -> int | None:
    return app.store.ratings.scores([last(app)], app.person).get(last(app).id)
