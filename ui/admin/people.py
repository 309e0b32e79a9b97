"""Section: people. Who may sign in, whose ratings train, and whether chats may go to another machine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from ...store.errors import Notice
from ...store.records import Policy
from .. import present
from ..asset import read_asset
from ..guard import speak
from ..logs import tell
from ..people_list import consent, outside_panel, people_panel
from ..services import Services
from .desk import Desk, Moment

ALL, CHOSEN = "all", "chosen"


class NobodyChosen(Notice):
    key = "error-nobody-chosen"


@dataclass(frozen=True)
class People:
    services: Services

    def add_person(self, name: str, password: str, is_admin: bool, request: gr.Request) -> tuple[Any, ...]:
        """Make an account; the first one is an admin's. Outputs: notice, and the fields, emptied where it worked."""
        accounts, catalogue = self.services.store.accounts, speak(request)
        try:
            person = accounts.add(name or "", password or "", bool(is_admin) or not accounts.exist())
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice)), gr.skip(), gr.skip(), gr.skip()
        tell("account-added", person=person.id, admin=person.is_admin)
        role = catalogue.say("role-admin" if person.is_admin else "role-person")
        return present.news_box(catalogue.say("cli-user-added", name=person.name, role=role)), "", "", False

    def set_password(self, name: str | None, password: str, request: gr.Request) -> tuple[Any, ...]:
        """Every session of that person ends, and a lock-out with it. Outputs: notice, and the field."""
        store, catalogue = self.services.store, speak(request)
        try:
            person = store.accounts.get(name or "").person
            store.accounts.set_password(person, password or "")
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice)), gr.skip()
        store.sign_in_failures.forget(person.name)
        tell("password-changed", person=person.id)
        return present.news_box(catalogue.say("cli-user-password", name=person.name)), ""

    def ask_person(self, data: gr.EventData, request: gr.Request) -> str:
        """What a button of the list asks: another role for an account, or its end."""
        accounts, catalogue, name = self.services.store.accounts, speak(request), str(data.tag)

        def act() -> str:
            person, asked = accounts.get(name).person, str(data.what)
            if asked == "remove":
                gone = accounts.remove(name)
                tell("account-removed", person=person.id)
                return catalogue.say("cli-user-removed" if gone else "cli-user-last-removed", name=person.name)
            accounts.set_admin(name, asked == "admin")
            tell("role-changed", person=person.id, admin=asked == "admin")
            role = catalogue.say("role-admin" if asked == "admin" else "role-person")
            return catalogue.say("cli-user-role-set", name=person.name, role=role)

        return _told(request, act)

    def save_teachers(self, whose: str, names: list[str], request: gr.Request) -> str:
        """Whose ratings train: of all who agreed, or of the chosen among them."""

        def act() -> str:
            if whose == CHOSEN and not names:
                raise NobodyChosen()
            self._save(lambda policy: replace(policy, teachers=tuple(names) if whose == CHOSEN else ()))
            return speak(request).say("settings-saved")

        return _told(request, act)

    def ask_outside(self, data: gr.EventData, request: gr.Request) -> str:
        """Let chats go to the model server on another machine, or no longer. Only the one that is there."""
        allowed = data.what == "allow"

        def act() -> str:
            self._save(lambda policy: replace(policy, remote=self.services.outside if allowed else ""))
            tell("outside-allowed" if allowed else "outside-forbidden", address=self.services.outside)
            return speak(request).say("settings-saved")

        return _told(request, act)

    def _save(self, change: Callable[[Policy], Policy]) -> None:
        settings = self.services.store.settings
        settings.save(change(settings.policy()))


def _told(request: gr.Request, act: Callable[[], str]) -> str:
    """What came of it, or why it cannot be."""
    try:
        return present.news_box(act())
    except Notice as notice:
        return present.notice_box(speak(request).tell(notice))


def build(desk: Desk) -> None:
    page, i18n, script = People(desk.services), desk.i18n, read_asset("use_model.js")
    notice = gr.HTML(elem_id="people-notice")
    listed = gr.HTML(elem_id="people", js_on_load=script)
    desk.show(listed, show_people)
    desk.on(listed.ask_model, page.ask_person, None, notice)
    with gr.Column(elem_classes="setting", elem_id="add-person"):
        gr.Markdown(i18n("person-add-title"), elem_classes="title")
        with gr.Row():
            name = gr.Textbox(label=i18n("account-name"), max_length=40, max_lines=1)
            password = _password(desk, "person-password")
        is_admin = gr.Checkbox(label=i18n("person-as-admin"), container=False)
        add = gr.Button(i18n("person-add"), size="sm", elem_id="add")
    desk.show(is_admin, lambda moment: gr.update(visible=moment.store.accounts.exist()))
    desk.on(add.click, page.add_person, [name, password, is_admin], [notice, name, password, is_admin])
    _build_password(desk, page, notice)
    _build_teachers(desk, page, notice)
    outside = gr.HTML(elem_id="leaving", js_on_load=script)
    desk.show(outside, show_outside)
    desk.on(outside.ask_model, page.ask_outside, None, notice)


def _build_password(desk: Desk, page: People, notice: Any) -> None:
    i18n = desk.i18n
    with gr.Column(elem_classes="setting", elem_id="set-password", visible=False) as group:
        gr.Markdown(i18n("person-password-title"), elem_classes="title")
        with gr.Row():
            whose = gr.Dropdown(label=i18n("account-name"), choices=[], value=None, allow_custom_value=True)
            password = _password(desk, "password-new")
        save = gr.Button(i18n("password-title"), size="sm", elem_id="save-password")
    desk.show(group, show_with_accounts)
    desk.show(whose, lambda moment: gr.update(choices=[each.person.name for each in moment.store.accounts.all()]))
    desk.on(save.click, page.set_password, [whose, password], [notice, password])


def _build_teachers(desk: Desk, page: People, notice: Any) -> None:
    i18n = desk.i18n
    with gr.Column(elem_classes="setting", elem_id="teachers", visible=False) as group:
        gr.Markdown(i18n("teachers-title"), elem_classes="title")
        whose = gr.Radio(
            choices=[(i18n("teachers-all"), ALL), (i18n("teachers-chosen"), CHOSEN)], value=ALL, show_label=False
        )
        names = gr.CheckboxGroup(label=i18n("teachers-names"), choices=[])
        save = gr.Button(i18n("settings-save"), size="sm", elem_id="save-teachers")
    desk.show(group, show_with_accounts)
    desk.show(whose, lambda moment: CHOSEN if moment.policy.teachers else ALL)
    desk.show(names, show_teachers)
    desk.on(save.click, page.save_teachers, [whose, names], notice)


def _password(desk: Desk, label: str) -> gr.Textbox:
    """Not kept by the browser under the name of the admin who types it."""
    hidden = gr.InputHTMLAttributes(autocomplete="new-password", spellcheck=False)
    return gr.Textbox(label=desk.i18n(label), type="password", max_length=1000, html_attributes=hidden)


def show_with_accounts(moment: Moment) -> dict[str, Any]:
    return gr.update(visible=moment.store.accounts.exist())


def show_people(moment: Moment) -> str:
    return people_panel(moment.catalogue, moment.store.accounts.all(), moment.policy.teachers)


def show_teachers(moment: Moment) -> dict[str, Any]:
    """Each account with its person's own word; a chosen one that is gone stays, so that it can be taken out."""
    accounts, chosen, say = moment.store.accounts.all(), moment.policy.teachers, moment.catalogue.say
    told = {each.person.name: consent(moment.catalogue, each) for each in accounts}
    told |= {name: say("person-gone") for name in chosen if name not in told}
    return gr.update(choices=[(f"{name} ({words})", name) for name, words in told.items()], value=list(chosen))


def show_outside(moment: Moment) -> str:
    return outside_panel(moment.catalogue, moment.services.outside, moment.policy.remote)
