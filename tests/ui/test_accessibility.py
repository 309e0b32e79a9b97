"""What axe-core finds on every page and in every state, in light and dark; and what a screen reader is told."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from agent1.store.records import ImportedConversation, ImportedMessage, Role, Run, RunState
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder
from agent1.ui.admin.tab import SECTIONS

from .conftest import Stage
from .test_blind import candidate
from .test_pages import open_admin
from .windows import EN, READY, ask, faces, send, visit

PASSWORD = "correct horse battery"
# One tree of the page for both grounds: what dark could break besides is its colours.
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}
# No colour is caught on its way to another: even the shortest transition takes a frame for each level of the page.
STILL = """
const still = new CSSStyleSheet();
still.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important }");
document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
"""


def serious(page: Page, options: Mapping[str, object], within: str) -> list[str]:
    """What axe-core calls serious or critical: the rule and the places."""
    found = Axe().run(page, within, dict(options)).response["violations"]
    return [
        f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:5]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def check(page: Page, to_dark: Callable[[Page, bool], None], within: str = "html") -> None:
    """The state of a page that is shown in light: nothing serious, and the contrast stays in dark."""
    assert serious(page, EVERYTHING, within) == []
    to_dark(page, True)
    assert serious(page, COLOURS, within) == []
    to_dark(page, False)


def by_class(page: Page, dark: bool) -> None:
    """As Gradio does."""
    page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)


def by_wish(page: Page, dark: bool) -> None:
    page.emulate_media(color_scheme="dark" if dark else "light")


@pytest.fixture
def calm(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="en-US", viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce"
    )
    context.set_default_timeout(READY)
    context.add_init_script(STILL)
    yield context.new_page()
    context.close()


def material(app: Stage) -> None:
    """Something that is learned, something that is left out, and something rated badly."""
    for number, (answer, score) in enumerate([("It opens at eight.", 5), ("Yes", 1), ("", 4)]):
        said = (ImportedMessage(Role.USER, f"When, {number}?"), ImportedMessage(Role.ASSISTANT, answer, score))
        app.store.exchange.add_all([ImportedConversation("Opening", datetime.now(UTC), said)], app.person)


def training(app: Stage) -> Run:
    """A run in its training, with a curve and a log."""
    run = app.store.runs.advance(app.start_run(), RunState.PREPARING)
    run = app.store.runs.advance(run, RunState.TRAINING)
    folder = RunFolder(app.store.home.run_folder(run.id)).stage(RunState.TRAINING)
    log = ProgressLog(folder)
    for step in range(1, 5):
        log.write("step", step=step, total=40, loss=3 / step, lr=0.001, seconds=1)
    (folder / "output.log").write_text("one line\nanother line\n", encoding="utf-8")
    return run


def test_axe_finds_nothing_serious_in_the_chat(app: Stage, calm: Page) -> None:
    visit(calm, app.address)
    expect(calm.locator("#chat .examples")).to_have_attribute("role", "group")  # our script has been over it
    expect(calm.locator("#language")).to_have_attribute("aria-label", EN.say("language-switch"))
    check(calm, by_class)
    calm.get_by_role("button", name=EN.say("options-title")).click()
    ask(calm, "think first, and write `code`")
    calm.locator(".turn-above summary").click()
    faces(calm).nth(0).click()
    calm.get_by_role("button", name=EN.say("correction-offer")).click()
    calm.keyboard.press("Control+Enter")
    expect(calm.locator(".correction")).to_be_visible()
    calm.locator('.turn-tools [data-tool="retry"]').last.click()
    expect(calm.locator(".versions")).to_contain_text("2/2")
    expect(calm.locator("#question .submit-button")).to_be_visible()
    ask(calm, "```python\nprint(1)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |")
    calm.locator('.turn-tools [data-tool="correct"]').last.click()
    calm.locator("#conversations li").hover()
    calm.get_by_role("textbox", name=EN.say("search-label")).fill("think")
    expect(calm.locator("#conversations mark").first).to_be_visible()
    check(calm, by_class)


def test_axe_finds_nothing_serious_in_any_section_of_admin(app: Stage, calm: Page) -> None:
    ana = app.store.accounts.add("ana", PASSWORD, is_admin=True)
    app.store.accounts.add("bob", PASSWORD, is_admin=False)
    app.store.accounts.set_teaches(ana, True)
    material(app)
    ended = candidate(app.store, 3)
    calm.context.add_cookies([{"name": "agent1_session", "value": app.store.sessions.open(ana), "url": app.address}])
    training(app)
    visit(calm, app.address)
    open_admin(calm)
    check(calm, by_class)
    for name, _ in SECTIONS:
        calm.get_by_role("tab", name=EN.say(f"section-{name}")).click()
        expect(calm.locator("#sections [role=tabpanel]:visible :is(.panel, form, button, input)").first).to_be_visible()
        check(calm, by_class, "#admin-column")
    calm.goto(f"{app.address}/runs/{ended.id}")
    check(calm, by_wish)


def test_axe_finds_nothing_serious_on_the_pages_around_an_account(app: Stage, calm: Page) -> None:
    app.store.accounts.add("ana", PASSWORD, is_admin=True)
    calm.goto(app.address)
    calm.get_by_label(EN.say("account-name")).fill("ana")
    calm.get_by_label(EN.say("password")).fill("not the password")
    calm.keyboard.press("Enter")
    expect(calm.get_by_role("alert")).to_be_visible()
    check(calm, by_wish)
    calm.get_by_label(EN.say("password")).fill(PASSWORD)
    calm.keyboard.press("Enter")
    calm.wait_for_url("**/consent")
    check(calm, by_wish)
    calm.goto(f"{app.address}/account?done=password")
    check(calm, by_wish)
    calm.get_by_label(EN.say("delete-type", word=EN.say("delete-word"))).fill("something else")
    calm.keyboard.press("Enter")
    expect(calm.get_by_role("alert")).to_be_visible()
    check(calm, by_wish)


def test_an_answer_and_a_run_are_announced_politely(app: Stage, english: Page) -> None:
    told, log = english.locator("#announced[role=status]"), english.locator("#chat [role=log]")
    send(english, "slow please")
    expect(told).to_have_text(EN.say("answer-begins"))
    expect(log).to_have_attribute("aria-busy", "true")
    english.get_by_role("button", name=EN.say("stop")).click()
    expect(told).to_have_text(EN.say("answer-ended"))
    expect(log).to_have_attribute("aria-busy", "false")
    run = training(app)
    open_admin(english)
    expect(told).to_have_text(re.compile(f"{EN.say('stage-training')}: step 4 of 40"))
    ProgressLog(RunFolder(app.store.home.run_folder(run.id)).stage(RunState.TRAINING)).write(
        "step", step=5, total=40, loss=1.0, lr=0.001, seconds=1
    )
    expect(english.locator('[data-stage="training"]')).to_contain_text("step 5 of 40")
    expect(told).to_contain_text("step 4 of 40")  # not each step
    app.store.runs.advance(app.store.runs.get(run.id), RunState.CANCELLED)
    expect(told).to_have_text(EN.say("result-cancelled"))
