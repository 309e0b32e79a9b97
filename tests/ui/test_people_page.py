"""The section of the people in a real browser: what an admin does there, and what the store then holds."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from agent1.store.accounts import Account

from .conftest import Stage, wait_until
from .test_pages import open_admin
from .windows import EN, visit

PASSWORD = "correct horse battery"


def account(app: Stage, name: str) -> Account | None:
    return next((each for each in app.store.accounts.all() if each.person.name == name), None)


def sign_in(page: Page, app: Stage, name: str) -> None:
    person = app.store.accounts.get(name).person
    app.store.accounts.set_teaches(person, True)
    page.context.add_cookies([{"name": "agent1_session", "value": app.store.sessions.open(person), "url": app.address}])
    visit(page, app.address)
    open_admin(page, EN.say("section-people"))


def add(page: Page, name: str, password: str) -> None:
    group = page.locator("#add-person")
    group.get_by_label(EN.say("account-name")).fill(name)
    group.get_by_label(EN.say("person-password")).fill(password)
    page.locator("#add").click()


def test_the_first_account_is_made_on_the_page_and_leads_to_the_sign_in(app: Stage, english: Page) -> None:
    open_admin(english, EN.say("section-people"))
    expect(english.locator("#people")).to_contain_text(EN.say("people-none"))
    expect(english.locator("#add-person")).not_to_contain_text(EN.say("person-as-admin"))
    add(english, "ana", "short")
    expect(english.locator("#people-notice")).to_contain_text(EN.say("error-password-short", least=10))
    add(english, "ana", PASSWORD)
    english.wait_for_url("**/sign-in**")
    made = account(app, "ana")
    assert made and made.person.is_admin and app.store.accounts.verify("ana", PASSWORD)


def test_an_admin_adds_promotes_and_removes_people_and_sets_a_password(app: Stage, english: Page) -> None:
    app.store.accounts.add("ana", PASSWORD, is_admin=True)
    sign_in(english, app, "ana")
    add(english, "bob", PASSWORD)
    row = english.locator('[data-person="bob"]')
    expect(row).to_contain_text(EN.say("person-not-asked"))
    row.get_by_role("button", name=EN.say("person-make-admin")).click()
    expect(row).to_contain_text(EN.say("person-make-person"))
    wait_until(lambda: bool((made := account(app, "bob")) and made.person.is_admin))
    forgotten = english.locator("#set-password")
    forgotten.get_by_label(EN.say("account-name")).click()
    english.get_by_role("option", name="bob").click()
    forgotten.get_by_label(EN.say("password-new")).fill("another long password")
    english.locator("#save-password").click()
    expect(english.locator("#people-notice")).to_contain_text(EN.say("cli-user-password", name="bob"))
    assert app.store.accounts.verify("bob", "another long password")
    row.get_by_role("button", name=EN.say("person-remove")).click()
    assert account(app, "bob")  # the first press asks back
    row.get_by_role("button").last.click()
    expect(row).to_have_count(0)
    assert account(app, "bob") is None
    english.locator('[data-person="ana"]').get_by_role("button", name=EN.say("person-make-person")).click()
    expect(english.locator("#people-notice")).to_contain_text(EN.say("error-last-admin", name="ana"))


def test_whose_ratings_train_is_chosen_among_people_with_their_consent_shown(app: Stage, english: Page) -> None:
    app.store.accounts.add("ana", PASSWORD, is_admin=True)
    app.store.accounts.add("bob", PASSWORD, is_admin=False)
    sign_in(english, app, "ana")
    group = english.locator("#teachers")
    group.get_by_label(EN.say("teachers-chosen")).check()
    english.locator("#save-teachers").click()
    expect(english.locator("#people-notice")).to_contain_text(EN.say("error-nobody-chosen"))
    group.get_by_label(f"bob ({EN.say('person-not-asked')})").check()
    english.locator("#save-teachers").click()
    wait_until(lambda: app.store.settings.policy().teachers == ("bob",))
    expect(english.locator('[data-person="ana"]')).to_contain_text(EN.say("person-not-chosen"))
    group.get_by_label(EN.say("teachers-all")).check()
    english.locator("#save-teachers").click()
    wait_until(lambda: app.store.settings.policy().teachers == ())


def test_consent_to_another_machine_is_taken_back(app: Stage, english: Page) -> None:
    app.store.settings.save(replace(app.store.settings.policy(), remote="http://10.0.0.7:11434"))
    open_admin(english, EN.say("section-people"))
    english.locator("#leaving").get_by_role("button").click()
    wait_until(lambda: app.store.settings.policy().remote == "")
    expect(english.locator("#leaving")).to_contain_text(EN.say("outside-none"))
