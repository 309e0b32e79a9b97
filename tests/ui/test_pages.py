"""The pages in a real browser: what a person does and sees, and what is in the store afterwards."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from agent1.serving.errors import ServerUnreachable
from agent1.store.records import (
    AnswerState,
    Conversation,
    ImportedConversation,
    ImportedMessage,
    Message,
    Reason,
    Role,
    RunState,
)
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder
from agent1.ui.catalogue import Catalogue

from .conftest import Stage, wait_until

EN, PT = Catalogue.load("en"), Catalogue.load("pt-BR")
TUNED = "agent1-base:20261101-100000-1"
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


def open_admin(page: Page, section: str = "") -> None:
    page.get_by_role("tab", name="Admin").click()
    expect(page.locator(".monitor")).to_be_visible()
    if section:
        page.get_by_role("tab", name=section).click()


def collect(app: Stage, conversations: int, rated: int, score: int = 5) -> None:
    """Conversations of four messages, one of them rated as long as there are any to rate."""
    talks = []
    for number in range(conversations):
        given = score if number < rated else None
        words = [(Role.USER, None), (Role.ASSISTANT, given), (Role.USER, None), (Role.ASSISTANT, None)]
        messages = tuple(ImportedMessage(role, f"{role} {number}", rating) for role, rating in words)
        talks.append(ImportedConversation(f"Talk {number}", datetime.now(UTC), messages))
    app.store.exchange.add_all(talks, app.person)


def test_an_answer_is_shown_as_it_is_written_and_kept_when_stopped(app: Stage, english: Page) -> None:
    send(english, "slow please")
    expect(answers(english).last).to_contain_text("word3")
    assert "word399" not in answers(english).last.inner_text()
    expect(english.locator(".extra-feedback-options").last).to_be_hidden()
    english.get_by_role("button", name=EN.say("stop")).click()
    expect(answers(english).last).to_contain_text(EN.say("answer-stopped"))
    expect(english.locator("#question .submit-button")).to_be_visible()
    assert last(app).state is AnswerState.STOPPED
    assert last(app).content.startswith("word0 word1") and "word399" not in last(app).content


def test_a_face_is_chosen_changed_and_taken_back_with_the_mouse(app: Stage, english: Page) -> None:
    ask(english, "Hello")
    faces(english).nth(4).click()
    wait_until(lambda: score(app) == 5)
    faces(english).nth(0).click()
    wait_until(lambda: score(app) == 1)
    expect(faces(english).nth(0)).to_have_attribute("aria-pressed", "true")
    expect(faces(english).nth(4)).to_have_attribute("aria-pressed", "false")
    faces(english).nth(0).click()
    wait_until(lambda: score(app) is None)
    expect(faces(english).nth(0)).to_have_attribute("aria-pressed", "false")


def test_a_face_is_chosen_with_the_keyboard(app: Stage, portuguese: Page) -> None:
    ask(portuguese, "Olá")
    faces(portuguese).nth(0).focus()
    portuguese.keyboard.press("4")
    wait_until(lambda: score(app) == 4)
    portuguese.keyboard.press("ArrowLeft")
    expect(faces(portuguese).nth(2)).to_be_focused()
    portuguese.keyboard.press("Enter")
    wait_until(lambda: score(app) == 3)


def test_the_faces_are_reached_by_the_tab_key(english: Page) -> None:
    ask(english, "Hello")
    box(english).focus()
    for _ in range(12):
        english.keyboard.press("Shift+Tab")
        if english.evaluate("document.activeElement.classList.contains('extra-feedback-option')"):
            return
    raise AssertionError("no face had the focus")


def test_faces_and_buttons_are_named_in_both_languages(english: Page, portuguese: Page) -> None:
    for page, catalogue in ((english, EN), (portuguese, PT)):
        ask(page, "Hello")
        expect(page.locator(".extra-feedback-options")).to_have_attribute("aria-label", catalogue.say("rate-group"))
        for number in range(1, 6):
            name = f"{number}/5 – {catalogue.say(f'face-{number}')}"
            expect(faces(page).nth(number - 1)).to_have_attribute("aria-label", name)
        expect(page.get_by_role("button", name=catalogue.say("send"), exact=True)).to_be_visible()
        expect(page.get_by_role("textbox", name=catalogue.say("question-label"))).to_be_visible()
        expect(page.get_by_role("tab", name=catalogue.say("tab-chat"))).to_be_visible()


def test_a_reload_opens_the_conversation_with_its_rating_again(app: Stage, english: Page) -> None:
    ask(english, "Remember me")
    faces(english).nth(3).click()
    wait_until(lambda: score(app) == 4)
    reload(english)
    expect(answers(english).last).to_contain_text("You said: Remember me")
    expect(faces(english).nth(3)).to_have_attribute("aria-pressed", "true")


def test_a_reload_while_the_answer_is_written_loses_nothing(app: Stage, english: Page) -> None:
    send(english, "slow please")
    expect(answers(english).last).to_contain_text("word3")
    english.reload()
    wait_until(lambda: last(app).state is not AnswerState.WRITING)
    english.reload()
    expect(english.locator("#chat .user.message")).to_contain_text("slow please")
    expect(answers(english).last).to_contain_text("word3")


def test_each_rating_stays_with_its_answer(app: Stage, english: Page) -> None:
    ask(english, "one")
    faces(english).nth(1).click()
    first = last(app)
    wait_until(lambda: score(app) == 2)
    ask(english, "two")
    faces(english).nth(4).click()
    wait_until(lambda: score(app) == 5)
    assert app.store.ratings.scores([first], app.person) == {first.id: 2}
    pressed = english.locator('.extra-feedback-option[aria-pressed="true"]')
    expect(pressed).to_have_count(2)


def test_an_answer_that_breaks_off_is_kept_told_and_can_be_asked_again(app: Stage, english: Page) -> None:
    send(english, "break it")
    expect(answers(english).last).to_contain_text("You said: break")
    expect(answers(english).last).to_contain_text(EN.say("answer-failed"))
    expect(english.get_by_role("alert")).to_be_visible()
    failed = last(app)
    assert failed.state is AnswerState.FAILED
    english.locator("#chat").get_by_role("button", name="Retry").click()
    wait_until(lambda: last(app).id != failed.id)
    assert last(app).parent_id == failed.parent_id


def test_without_a_server_the_question_is_kept_and_a_sentence_says_what_to_do(app: Stage, portuguese: Page) -> None:
    app.server_notice = ServerUnreachable(address="http://127.0.0.1:1")
    send(portuguese, "Tem alguém aí?")
    expect(portuguese.get_by_role("alert")).to_have_text(PT.tell(app.server_notice))
    expect(answers(portuguese).last).to_contain_text(PT.say("answer-none"))
    expect(portuguese.locator(".extra-feedback-options").last).to_be_hidden()
    app.server_notice = None
    reload(portuguese)
    expect(portuguese.locator("#chat .user.message")).to_contain_text("Tem alguém aí?")


def test_what_people_write_is_shown_and_never_run(app: Stage, english: Page) -> None:
    attack = "${alert(1)} <img src=x onerror=alert(2)> <script>alert(3)</script> {{alert(4)}} `<b>`"
    ask(english, attack)
    reload(english)
    assert english.locator("#chat .user.message").inner_text().strip() == attack.replace("`", "")
    expect(english.locator("#conversations a")).to_have_attribute("title", conversation(app).title)
    expect(english.locator("#conversations img, #conversations script, #chat .message img")).to_have_count(0)


def test_an_answer_cannot_load_a_picture_from_elsewhere(app: Stage, english: Page) -> None:
    ask(english, "![x](http://203.0.113.1/spy.png)")  # asked for by the page, and not let out: see `abroad`
    expect(answers(english).last).to_contain_text("You said")


def test_conversations_are_listed_opened_and_begun(app: Stage, english: Page) -> None:
    ask(english, "First talk")
    english.get_by_role("button", name=EN.say("new-conversation")).click()
    expect(answers(english)).to_have_count(0)
    expect(english.get_by_text(EN.say("empty-title"))).to_be_visible()
    assert "c=" not in english.url
    ask(english, "Second talk")
    assert len(app.store.conversations.newest(app.person)) == 2
    english.locator("#conversations a", has_text="First talk").click()
    expect(answers(english).last).to_contain_text("You said: First talk")
    expect(english.locator('#conversations a[aria-current="page"]')).to_have_text("First talk")


def test_leaving_a_conversation_while_its_answer_is_written_shows_the_other_one(app: Stage, english: Page) -> None:
    ask(english, "First talk")
    english.get_by_role("button", name=EN.say("new-conversation")).click()
    expect(answers(english)).to_have_count(0)
    send(english, "slow please")
    expect(answers(english).last).to_contain_text("word3")
    english.locator("#conversations a", has_text="First talk").click()
    expect(answers(english).last).to_contain_text("You said: First talk")
    english.wait_for_timeout(1000)
    assert "word" not in english.locator("#chat").inner_text()


def test_an_example_is_asked_with_one_click(app: Stage, portuguese: Page) -> None:
    portuguese.get_by_role("button", name=PT.say("example-1")).click()
    expect(answers(portuguese).last).to_contain_text("You said: " + PT.say("example-1"))


def test_of_a_long_conversation_the_end_is_shown_and_the_rest_on_demand(app: Stage, english: Page) -> None:
    words = tuple(ImportedMessage(Role.USER if n % 2 == 0 else Role.ASSISTANT, f"message {n}") for n in range(60))
    app.store.exchange.add_all([ImportedConversation("Long", datetime.now(UTC), words)], app.person)
    visit(english, f"{app.address}/?c={conversation(app).id}")
    expect(answers(english).last).to_contain_text("message 59")
    expect(answers(english)).to_have_count(20)
    english.get_by_role("button", name=EN.say("load-earlier")).click()
    expect(answers(english)).to_have_count(30)


@pytest.mark.parametrize("number", ["999999", "nonsense", "-1"])
def test_an_address_of_no_conversation_opens_the_empty_page(app: Stage, english: Page, number: str) -> None:
    visit(english, f"{app.address}/?c={number}")
    expect(english.get_by_text(EN.say("empty-title"))).to_be_visible()


def test_the_language_that_was_chosen_stays(english: Page) -> None:
    english.locator("#language").select_option("pt-BR")
    expect(english.get_by_role("tab", name=PT.say("tab-chat"))).to_be_visible()
    reload(english)
    expect(english.get_by_role("tab", name=PT.say("tab-chat"))).to_be_visible()
    expect(english.locator("html")).to_have_attribute("lang", "pt-BR")
    expect(english.locator("#language")).to_have_value("pt-BR")
    expect(english.get_by_role("heading", name=PT.say("empty-title"))).to_be_visible()


def test_the_monitor_says_what_is_missing_and_updates_by_itself(app: Stage, portuguese: Page) -> None:
    collect(app, conversations=30, rated=2)
    open_admin(portuguese)
    expect(portuguese.locator("#readiness")).to_have_text("🔴 Precisa de mais dados")
    expect(portuguese.locator(".missing")).to_contain_text("faltam 18 feedbacks")
    start = portuguese.locator("#start-training")
    expect(start).to_be_disabled()
    expect(start).to_have_text(PT.say("start-locked", met=1, criteria=4))
    collect(app, conversations=30, rated=10)
    expect(portuguese.locator("#readiness")).to_have_text("🟡 Quase pronto")
    collect(app, conversations=10, rated=10)
    expect(portuguese.locator("#readiness")).to_have_text("✅ Pronto para Fine-tuning")
    expect(portuguese.locator('[data-criterion="ratings"]')).to_contain_text("22 de 20")
    expect(start).to_be_enabled()
    expect(start).to_have_text("🚀 Iniciar Fine-tuning")


def test_one_click_starts_a_run_and_the_button_is_locked_while_it_goes_on(app: Stage, english: Page) -> None:
    collect(app, conversations=60, rated=30)
    open_admin(english)
    english.get_by_role("button", name="🚀 Start fine-tuning").click()
    english.get_by_role("button", name=EN.say("sheet-start")).click()
    wait_until(lambda: len(app.started) == 1)
    expect(english.locator("#start-training")).to_be_disabled()
    expect(english.locator("#start-training")).to_have_text(EN.say("start-running"))
    expect(english.locator('[data-stage="queued"]')).to_have_class("running")
    reload(english)
    open_admin(english)
    expect(english.locator("#start-training")).to_have_text(EN.say("start-running"))


def test_a_start_that_is_refused_says_why(app: Stage, english: Page) -> None:
    collect(app, conversations=60, rated=30)
    app.start_notice = ServerUnreachable(address="http://127.0.0.1:1")
    open_admin(english)
    english.get_by_role("button", name="🚀 Start fine-tuning").click()
    english.get_by_role("button", name=EN.say("sheet-start")).click()
    expect(english.locator("#admin-notice").get_by_role("alert")).to_have_text(EN.tell(app.start_notice))


def test_a_running_run_shows_step_and_log_and_can_be_cancelled(app: Stage, english: Page) -> None:
    run = app.store.runs.advance(app.start_run(), RunState.PREPARING)
    run = app.store.runs.advance(run, RunState.TRAINING)
    folder = RunFolder(app.store.home.run_folder(run.id)).stage(RunState.TRAINING)
    log = ProgressLog(folder)
    log.write("start", step=0, total=40)
    (folder / "output.log").write_text("".join(f"line {n}\n" for n in range(100)) + "<b>${alert(5)}</b>", "utf-8")
    open_admin(english)
    log.write("step", step=10, total=40, loss=2.0, lr=1e-3, seconds=3.0)
    expect(english.locator('[data-stage="training"]')).to_contain_text("step 10 of 40")
    expect(english.locator("pre.log")).to_contain_text("<b>${alert(5)}</b>")
    assert (
        english.evaluate("(l => l.scrollHeight - l.scrollTop - l.clientHeight)(document.querySelector('pre.log'))") < 5
    )
    with english.expect_download() as download:
        english.get_by_role("link", name=EN.say("log-download")).click()
    assert "line 0\n" in download.value.path().read_text("utf-8")
    english.get_by_role("button", name=EN.say("cancel-training"), exact=True).click()
    wait_until(lambda: app.store.runs.get(run.id).cancel_asked)
    app.store.runs.advance(app.store.runs.get(run.id), RunState.FAILED, reason=Reason("error-run-active", {"run": 3}))
    expect(english.locator("#run")).to_contain_text(EN.say("error-run-active", run=3))


def test_a_cancelled_run_is_taken_up_again(app: Stage, english: Page) -> None:
    run = app.store.runs.advance(app.start_run(), RunState.CANCELLED)
    folder = app.store.home.run_folder(run.id)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    (folder / "dataset.jsonl").write_text("{}")
    open_admin(english)
    english.get_by_role("button", name=EN.say("resume-training-of", run=run.id)).click()
    wait_until(lambda: app.store.runs.get(run.id).state.is_active)
    expect(english.locator("#start-training")).to_have_text(EN.say("start-running"))
    expect(english.locator("#resume-training")).to_be_hidden()


def test_a_model_is_put_in_use_and_taken_back(app: Stage, english: Page) -> None:
    open_admin(english, EN.say("section-models"))
    row = english.locator("#models li", has_text=TUNED)
    row.get_by_role("button", name=EN.say("model-use")).click()
    wait_until(lambda: app.store.promotions.in_use() == TUNED)
    expect(row).to_contain_text(EN.say("model-current"))
    english.locator("#models").get_by_role("button", name=EN.say("model-go-back")).click()
    wait_until(lambda: app.store.promotions.in_use() == "base:1b")


def test_automatic_training_is_switched_and_targets_are_changed(app: Stage, english: Page) -> None:
    open_admin(english, EN.say("section-settings"))
    english.get_by_role("checkbox", name=EN.say("automatic-training")).check()
    wait_until(lambda: app.store.settings.policy().automatic)
    ratings = english.get_by_role("spinbutton", name=EN.say("criterion-ratings"))
    expect(ratings).to_have_value("20")
    ratings.fill("7")
    english.get_by_role("button", name=EN.say("targets-save")).click()
    wait_until(lambda: app.store.settings.policy().targets.ratings == 7)
    expect(english.locator('[data-criterion="ratings"]')).to_contain_text("0 of 7")


def test_hyper_parameters_are_set_by_hand_and_set_back(app: Stage, english: Page) -> None:
    open_admin(english, EN.say("section-settings"))
    english.get_by_role("button", name=EN.say("tuning-title")).click()
    english.get_by_role("spinbutton", name=EN.say("tuning-rank")).fill("999")
    english.locator("#save-tuning").click()
    expect(english.locator("#settings-notice")).to_contain_text(
        EN.say("error-bad-policy", name="rank", lowest=1, highest=256)
    )
    english.get_by_role("spinbutton", name=EN.say("tuning-rank")).fill("4")
    english.locator("#save-tuning").click()
    wait_until(lambda: app.store.settings.policy().tuning.rank == 4)
    english.locator("#recommend").click()
    wait_until(lambda: app.store.settings.policy().tuning.rank is None)
    expect(english.get_by_role("spinbutton", name=EN.say("tuning-rank"))).to_have_value("")


def test_each_tab_leaves_room_for_its_own_sidebar_alone(english: Page) -> None:
    def room() -> int:
        return int(english.locator("#tabs").evaluate("tabs => tabs.getBoundingClientRect().left"))

    english.locator("#chat-sidebar .toggle-button").click()
    expect(english.locator("#chat-sidebar")).not_to_have_class(re.compile("open"))
    wait_for(english, lambda: room() < 50)
    open_admin(english)
    wait_for(english, lambda: room() > 300)
    english.get_by_role("tab", name=EN.say("tab-chat")).click()
    wait_for(english, lambda: room() < 50)


def test_nothing_leaves_a_narrow_window(app: Stage, narrow: Page) -> None:
    def overflow() -> int:
        return int(narrow.evaluate("document.documentElement.scrollWidth - innerWidth"))

    expect(box(narrow)).to_be_in_viewport()
    ask(narrow, "https://example.org/" + "long" * 60 + "\n```\n" + "code " * 60 + "\n```")
    assert overflow() <= 0
    expect(faces(narrow).nth(4)).to_be_in_viewport()
    app.start_run()
    open_admin(narrow)
    expect(narrow.locator(".monitor")).to_be_in_viewport()
    assert overflow() <= 0
