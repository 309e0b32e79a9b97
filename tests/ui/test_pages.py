"""Admin, languages and the frame in a real browser: what a person does and sees, and what the store then holds."""

import re
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from agent1.serving.errors import ServerUnreachable
from agent1.store.records import ImportedConversation, ImportedMessage, Reason, Role, RunState
from agent1.trainer.progress import ProgressLog
from agent1.trainer.run_folder import RunFolder

from .conftest import Stage, wait_until
from .windows import EN, PT, ask, box, faces, reload, wait_for

TUNED = "agent1-base:20261101-100000-1"


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


def test_a_page_beside_another_app_says_that_it_only_shows_until_it_drives(app: Stage, portuguese: Page) -> None:
    app.drives = False
    open_admin(portuguese)
    told = portuguese.locator("#other-driver").get_by_role("status")
    expect(told).to_have_text(PT.say("another-drives"))
    app.drives = True
    expect(told).to_have_count(0)


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
    english.get_by_role("tab", name=EN.say("tab-chat")).click()
    expect(english.locator("#model-in-use")).to_contain_text(TUNED)
    english.get_by_role("tab", name="Admin").click()
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
        EN.say("error-bad-policy", setting=EN.say("tuning-rank"), lowest=1, highest=256)
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
