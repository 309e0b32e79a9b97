"""A real Chromium for the tests of the pages, driven by playwright.

Owns where the browser comes from (setup/chromium.py finds it) and what happens without one: the test is skipped, and
fails where CI=true. Does not cover the app that the pages come from.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import find_chromium
from playwright.sync_api import Browser, Page, sync_playwright

# No sandbox: it does not start for root, nor in most containers. Only pages of this project are opened.
# No background talk of the browser's own with the outside.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium_program() -> Path:
    program = find_chromium(os.environ)
    if program is None:
        said = "no Chromium: install one, or name one in AGENT1_CHROMIUM"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(said)
        pytest.skip(said)
    return program


@pytest.fixture(scope="session")
def browser(chromium_program: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_program, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh person: English, no cookies. For another language open `browser.new_context(locale=...)`."""
    context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(report.longrepr)]
    if skipped:
        terminalreporter.section("NO BROWSER", red=True, bold=True)
        terminalreporter.line(f"{len(skipped)} browser tests were skipped: install Chromium and run make test again.")
