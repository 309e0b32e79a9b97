"""Signing in with a real browser, by keyboard alone, in both languages, and what the page shows then."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Stage

PASSWORD = "correct horse battery"
expect.set_options(timeout=30_000)  # a busy machine takes its time


@pytest.fixture(params=[("en-US", 1280, "light"), ("pt-BR", 375, "dark")], ids=["en", "pt-375-dark"])
def window(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    locale, width, scheme = request.param
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def test_the_way_in_needs_no_mouse_and_a_person_finds_no_admin(app: Stage, window: Page) -> None:
    app.store.accounts.add("ana", PASSWORD, is_admin=True)
    bob = app.store.accounts.add("bob", PASSWORD, is_admin=False)
    window.goto(app.address)
    assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(window.locator("#name")).to_be_focused()
    window.keyboard.type("bob")
    window.keyboard.press("Tab")
    window.keyboard.type("not the password")
    window.keyboard.press("Enter")
    expect(window.get_by_role("alert")).to_be_visible()
    expect(window.locator("#password")).to_be_focused()  # the name is kept
    window.keyboard.type(PASSWORD)
    window.keyboard.press("Enter")
    window.wait_for_url("**/consent")
    for _ in range(4):  # the brand, the two languages, then yes
        window.keyboard.press("Tab")
    assert window.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    window.keyboard.press("Enter")
    window.locator("#question textarea").wait_for(timeout=120_000)
    account = app.store.accounts.of(bob)
    assert account is not None and account.teaches is True
    expect(window.locator("#admin-tab-button")).to_be_hidden()
    expect(window.locator("#account")).to_have_attribute(
        "aria-label", window.locator("#account").get_attribute("title") or "-"
    )


def test_a_page_whose_session_has_ended_leads_to_the_sign_in(app: Stage, page: Page) -> None:
    ana = app.store.accounts.add("ana", PASSWORD, is_admin=True)
    app.store.accounts.set_teaches(ana, True)
    token = app.store.sessions.open(ana)
    page.context.add_cookies([{"name": "agent1_session", "value": token, "url": app.address}])
    page.goto(app.address)
    page.locator("#question textarea").wait_for(timeout=120_000)
    app.store.sessions.close(token)
    # As any look of the page at the server does; later, since it may lead away before evaluate has its answer.
    page.evaluate("() => { setTimeout(() => fetch('/config'), 100); }")
    page.wait_for_url("**/sign-in**", timeout=120_000)
    expect(page.locator("#name")).to_be_visible()
