"""The Chat tab in a real browser: what a person does and sees, and what is in the store afterwards."""

import threading
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from agent1.serving.errors import ServerUnreachable
from agent1.store.records import AnswerState, ImportedConversation, ImportedMessage, ModelOptions, Role, Thought

from .attacks import ATTACKS
from .conftest import Stage, wait_until
from .windows import EN, PT, answers, ask, box, conversation, faces, last, reload, score, send, visit


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


def test_an_answer_goes_on_through_a_reload_and_can_be_stopped_after_it(app: Stage, english: Page) -> None:
    send(english, "slow please")
    expect(answers(english).last).to_contain_text("word3")
    reload(english)
    expect(english.locator("#chat .user.message")).to_contain_text("slow please")
    expect(answers(english).last).to_contain_text("word3")
    seen = len(answers(english).last.inner_text().split())
    expect(answers(english).last).to_contain_text(f"word{seen + 5}")  # it goes on by itself
    english.get_by_role("button", name=EN.say("stop")).click()
    expect(answers(english).last).to_contain_text(EN.say("answer-stopped"))
    assert last(app).state is AnswerState.STOPPED


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
    english.locator("#chat").get_by_role("button", name=EN.say("retry")).click()
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
    assert english.locator("#chat .user.message .message-content").inner_text().strip() == attack.replace("`", "")
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
    english.locator("#conversations a", has_text="slow please").click()
    expect(answers(english).last).to_contain_text("word9")  # nobody watched, and it went on
    english.get_by_role("button", name=EN.say("stop")).click()
    wait_until(lambda: last(app).state is AnswerState.STOPPED)


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


def tool(page: Page, name: str, place: int = -1) -> Locator:
    return page.locator(f'.turn-tools [data-tool="{name}"]').nth(place)


def test_asking_again_keeps_the_former_answer_and_its_face_and_both_can_be_shown(app: Stage, english: Page) -> None:
    ask(english, "Hello")
    first = last(app)
    faces(english).nth(3).click()
    wait_until(lambda: score(app) == 4)
    tool(english, "retry").click()
    wait_until(lambda: last(app).id != first.id and last(app).state is AnswerState.DONE)
    versions = english.locator(".versions")
    expect(versions).to_contain_text("2/2")
    expect(faces(english).nth(3)).to_have_attribute("aria-pressed", "false")
    faces(english).nth(0).click()
    wait_until(lambda: score(app) == 1)
    tool(english, "before").click()
    expect(versions).to_contain_text("1/2")
    expect(faces(english).nth(3)).to_have_attribute("aria-pressed", "true")
    assert last(app).id == first.id and score(app) == 4
    ask(english, "And then?")
    assert app.store.messages.path(conversation(app).leaf_id)[1].id == first.id  # it goes on from the one shown


def test_an_own_message_said_in_other_words_begins_a_branch(app: Stage, portuguese: Page) -> None:
    ask(portuguese, "Qual chá?")
    ask(portuguese, "E depois?")
    portuguese.locator(".user-row").first.hover()
    tool(portuguese, "edit", 0).click()
    editor = portuguese.get_by_role("textbox", name=PT.say("edit-message"))
    expect(editor).to_be_focused()
    expect(editor).to_have_value("Qual chá?")
    editor.fill("Qual chá suave?")
    editor.press("Control+Enter")
    expect(answers(portuguese)).to_have_count(1)
    expect(answers(portuguese).last).to_contain_text("You said: Qual chá suave?")
    expect(portuguese.locator(".versions")).to_contain_text("2/2")
    tool(portuguese, "before").click()
    expect(answers(portuguese)).to_have_count(2)
    expect(answers(portuguese).last).to_contain_text("You said: E depois?")


def test_a_bad_answer_is_corrected_and_the_wording_is_shown_changed_and_withdrawn(app: Stage, english: Page) -> None:
    ask(english, "Hello <b>")
    faces(english).nth(1).click()
    english.get_by_role("button", name=EN.say("correction-offer")).click()
    editor = english.get_by_role("textbox", name=EN.say("correction-label"))
    expect(editor).to_have_value("You said: Hello <b>")
    editor.fill("Good morning, <i>neighbour</i> ${alert(7)}")
    english.get_by_role("button", name=EN.say("correction-save")).click()
    expect(english.locator(".wording")).to_have_text("Good morning, <i>neighbour</i> ${alert(7)}")
    thought = app.store.ratings.thoughts([last(app)], app.person)[last(app).id]
    assert (thought.score, thought.correction) == (2, "Good morning, <i>neighbour</i> ${alert(7)}")
    reload(english)
    expect(english.locator(".wording")).to_be_visible()
    expect(answers(english).last).to_contain_text("You said: Hello")  # the original stays
    english.get_by_role("button", name=EN.say("correction-withdraw")).click()
    expect(english.locator(".wording")).to_have_count(0)
    wait_until(lambda: app.store.ratings.thoughts([last(app)], app.person) == {last(app).id: Thought(2)})


def test_reasons_are_chosen_and_taken_back(app: Stage, portuguese: Page) -> None:
    def reasons() -> tuple[str, ...]:
        return app.store.ratings.thoughts([last(app)], app.person)[last(app).id].reasons

    ask(portuguese, "Olá")
    faces(portuguese).nth(4).click()
    for reason in ("tone", "long"):
        portuguese.get_by_role("button", name=PT.say(f"reason-{reason}")).click()
    wait_until(lambda: reasons() == ("long", "tone"))
    portuguese.get_by_role("button", name=PT.say("reason-tone")).click()
    wait_until(lambda: reasons() == ("long",))
    reload(portuguese)
    expect(portuguese.get_by_role("button", name=PT.say("reason-long"))).to_have_attribute("aria-pressed", "true")


def test_a_correction_that_is_being_written_is_not_closed_by_what_comes_late(
    app: Stage, english: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's word on the reason arrives after the editor was opened: here the server is slow to give it."""
    ask(english, "Hello")
    faces(english).nth(0).click()
    late, give_reason = threading.Event(), app.store.ratings.give_reason
    monkeypatch.setattr(app.store.ratings, "give_reason", lambda *told: (late.wait(60), give_reason(*told)))
    english.get_by_role("button", name=EN.say("reason-tone")).click()
    english.get_by_role("button", name=EN.say("correction-offer")).click()
    editor = english.get_by_role("textbox", name=EN.say("correction-label"))
    editor.fill("Good ")
    english.evaluate(
        "() => { const tell = agent1.tell; agent1.tell = (...told) => { tell(...told); window.late = true; } }"
    )
    late.set()
    english.wait_for_function("window.late")
    english.keyboard.type("morning")
    expect(editor).to_have_value("Good morning")
    assert app.store.ratings.thoughts([last(app)], app.person)[last(app).id].reasons == ("tone",)


def test_tables_formulas_code_and_right_to_left_text_are_shown_as_such(app: Stage, english: Page) -> None:
    said = [
        ImportedMessage(Role.USER, "Everything"),
        ImportedMessage(
            Role.ASSISTANT,
            "| City | Founded |\n|---|---|\n| Porto | 1123 |\n\nInline \\(E = mc^2\\), costs $5 or $6.\n\n"
            "$$\\int_0^1 x\\,dx$$\n\n```python\nprint(1)\n```\n\nمرحبا, \u202bhello!",
        ),
    ]
    app.store.exchange.add_all([ImportedConversation("Shown", datetime.now(UTC), tuple(said))], app.person)
    visit(english, f"{app.address}/?c={conversation(app).id}")
    answer = answers(english).last
    expect(answer.locator("td")).to_have_text(["Porto", "1123"])
    expect(answer.locator(".katex")).to_have_count(2)
    expect(answer.locator(".katex-display")).to_have_count(1)
    expect(answer).to_contain_text("costs $5 or $6.")
    english.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer.get_by_role("button", name=EN.say("copy-code")).click()
    assert english.evaluate("navigator.clipboard.readText()").strip() == "print(1)"
    arabic = answer.locator("p", has_text="مرحبا")
    first, line = arabic.evaluate(
        """paragraph => {
            const range = document.createRange(), text = paragraph.firstChild;
            range.setStart(text, 0); range.setEnd(text, 1);
            return [range.getBoundingClientRect().right, paragraph.getBoundingClientRect().right];
        }"""
    )
    assert abs(first - line) < 2  # it begins at the right


def test_waiting_answers_are_told_and_the_first_is_gone_to(app: Stage, english: Page) -> None:
    ask(english, "one")
    ask(english, "two")
    waiting = english.get_by_role("button", name=EN.say("answers-unrated", count=2))
    waiting.click()
    english.keyboard.press("5")
    expect(english.get_by_role("button", name=EN.say("answers-unrated", count=1))).to_be_visible()
    assert score(app) is None  # the first one got it
    faces(english).nth(4).click()
    expect(english.locator("[data-unrated]")).to_have_count(0)


def test_thinking_is_folded_beside_the_answer(app: Stage, english: Page) -> None:
    ask(english, "think first")
    folded = english.locator(".turn-above details")
    expect(folded.locator("summary")).to_have_text(EN.say("thinking"))
    expect(folded.locator(".thought")).to_be_hidden()
    folded.locator("summary").click()
    expect(folded.locator(".thought")).to_have_text("Let me see.")
    assert last(app).thinking.strip() == "Let me see." and "see" not in last(app).content


def test_what_was_written_is_copied_as_it_was_written(app: Stage, english: Page) -> None:
    english.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(english, "<b> & `a`")
    tool(english, "copy").click()
    assert english.evaluate("navigator.clipboard.readText()") == "You said: <b> & `a`"


def test_conversations_are_searched_renamed_deleted_and_brought_back(app: Stage, english: Page) -> None:
    ask(english, "Café da manhã")
    english.get_by_role("button", name=EN.say("new-conversation")).click()
    expect(answers(english)).to_have_count(0)
    ask(english, "Weather")
    listed = english.locator("#conversations li")
    expect(listed).to_have_count(2)
    search = english.get_by_role("textbox", name=EN.say("search-label"))
    search.fill("cafe")
    expect(listed).to_have_count(1)
    expect(listed.locator("mark").first).to_have_text("Café")
    search.fill("nowhere")
    expect(english.locator("#conversations")).to_have_text(EN.say("search-nothing"))
    search.fill("")
    expect(listed).to_have_count(2)
    listed.last.hover()
    listed.last.locator("[data-rename]").click()
    english.get_by_role("textbox", name=EN.say("conversation-rename")).fill("Breakfast <i>")
    english.keyboard.press("Enter")
    expect(listed.last.locator("a")).to_have_text("Breakfast <i>")
    listed.last.hover()
    listed.last.locator("[data-delete]").click()
    expect(listed).to_have_count(1)
    english.get_by_role("button", name=EN.say("undo")).click()
    expect(listed).to_have_count(2)
    assert {talk.title for talk in app.store.conversations.newest(app.person)} == {"Breakfast <i>", "Weather"}


def test_deleting_the_open_conversation_leaves_the_empty_page(app: Stage, english: Page) -> None:
    ask(english, "Secret")
    english.locator("#conversations li").hover()
    english.locator("[data-delete]").click()
    expect(english.get_by_text(EN.say("empty-title"))).to_be_visible()
    assert "c=" not in english.url and "Secret" not in english.locator("#chat").inner_text()


def test_a_title_is_asked_of_the_model(app: Stage, english: Page) -> None:
    ask(english, "Hello")
    english.locator("#conversations li").hover()
    english.locator("[data-suggest]").click()
    wait_until(lambda: conversation(app).title.startswith("You said: Write a title"))


def test_instructions_and_options_hold_for_one_conversation(app: Stage, english: Page) -> None:
    english.get_by_role("button", name=EN.say("options-title")).click()
    english.get_by_role("textbox", name=EN.say("options-system")).fill("Be brief.")
    english.get_by_role("spinbutton", name=EN.say("options-temperature")).fill("0.5")
    ask(english, "Hello")
    assert [m["role"] for m in app.talking.asked[-1]["messages"]] == ["system", "user"]
    assert conversation(app).options == ModelOptions(temperature=0.5)
    english.get_by_role("button", name=EN.say("new-conversation")).click()
    expect(english.get_by_role("textbox", name=EN.say("options-system"))).to_have_value("")
    ask(english, "Again")
    assert [m["role"] for m in app.talking.asked[-1]["messages"]] == ["user"]
    english.locator("#conversations a", has_text="Hello").click()
    expect(english.get_by_role("textbox", name=EN.say("options-system"))).to_have_value("Be brief.")


def test_a_second_window_shows_the_same_and_rates_the_same(app: Stage, english: Page) -> None:
    ask(english, "Hello")
    other = english.context.new_page()
    visit(other, english.url)
    faces(other).nth(2).click()
    wait_until(lambda: score(app) == 3)
    faces(english).nth(4).click()
    wait_until(lambda: score(app) == 5)
    reload(other)
    expect(faces(other).nth(4)).to_have_attribute("aria-pressed", "true")
    other.close()


def test_the_whole_of_it_with_the_keyboard_alone(app: Stage, english: Page) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(60):
            if english.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            english.keyboard.press("Shift+Tab")
        raise AssertionError(selector)

    box(english).focus()
    english.keyboard.type("Hello")
    english.keyboard.press("Enter")
    expect(answers(english).last).to_contain_text("You said: Hello")
    expect(english.locator("#question .submit-button")).to_be_visible()
    box(english).focus()
    tab_to(".extra-feedback-option")
    english.keyboard.press("1")
    wait_until(lambda: score(app) == 1)
    tab_to('[data-tool="offer"]')
    english.keyboard.press("Enter")
    english.keyboard.press("Control+a")
    english.keyboard.type("Good morning.")
    english.keyboard.press("Control+Enter")
    wait_until(lambda: app.store.ratings.thoughts([last(app)], app.person)[last(app).id].correction is not None)
    first = last(app).id
    box(english).focus()
    tab_to('[data-tool="retry"]')
    english.keyboard.press("Enter")
    wait_until(lambda: last(app).id != first and last(app).state is AnswerState.DONE)
    expect(english.locator(".versions")).to_contain_text("2/2")
    box(english).focus()
    tab_to('[data-tool="before"]')
    english.keyboard.press("Enter")
    expect(english.locator(".versions")).to_contain_text("1/2")
    tab_to("#conversations [data-delete]")
    english.keyboard.press("Enter")
    expect(english.get_by_text(EN.say("empty-title"))).to_be_visible()


def test_no_attack_in_a_message_a_title_a_correction_or_a_model_name_runs(app: Stage, english: Page) -> None:
    attacks = tuple(attack.replace("\x02", "").replace("\x03", "") for attack in ATTACKS)
    said = [
        ImportedMessage(role, attack, correction=attack if role is Role.ASSISTANT else None)
        for attack in attacks
        for role in (Role.USER, Role.ASSISTANT)
    ]
    talks = [
        ImportedConversation(attack, datetime.now(UTC), (ImportedMessage(Role.USER, attack),)) for attack in attacks
    ]
    talks.append(ImportedConversation("last", datetime.now(UTC), tuple(said)))
    app.store.exchange.add_all(talks, app.person)
    with app.store._database.write() as db:
        db.execute("update messages set thinking = content, tag = content where role = 'assistant'")
    visit(english, f"{app.address}/?c={conversation(app).id}")
    for _ in range(len(said) // 40):
        english.get_by_role("button", name=EN.say("load-earlier")).click()
        english.wait_for_timeout(500)
    expect(english.locator("#chat .message-row")).to_have_count(len(said))
    english.get_by_role("textbox", name=EN.say("search-label")).fill("attacked")
    expect(english.locator("#conversations mark").first).to_be_visible()
    for link in english.locator("#chat .message-content a").all():
        link.evaluate("link => link.click()")
    assert english.evaluate("typeof attacked") == "undefined"
    inside = "#chat .message :is(script, iframe, object, form, base, meta, link, style, [onerror], [onload])"
    expect(english.locator(f"{inside}, #conversations :is(script, img, iframe, svg)")).to_have_count(0)
    bad = "[...document.querySelectorAll('#chat a')].filter(a => /^(javascript|data):/i.test(a.href)).length"
    assert english.evaluate(bad) == 0
