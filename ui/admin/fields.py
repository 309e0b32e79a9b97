"""Fields of what an admin decides: kept at what the policy tells, and saved whole or refused with a sentence.

Bounds are the store's to check: Gradio's own refusals are in English alone.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

import gradio as gr

from ...store.errors import Notice
from ...store.records import Policy
from .. import present
from ..guard import speak
from ..services import Services
from .desk import Desk, Moment

BROKEN = ("mean_rating", "learning_rate", "weight_decay", "learned")  # not whole numbers


def save_policy(
    services: Services, request: gr.Request, needed: tuple[Any, ...], change: Callable[[Policy], Policy]
) -> str:
    """Change the policy, or say which value is missing or lies out of bounds. Returns the box that tells."""
    catalogue, settings = speak(request), services.store.settings
    if None in needed:
        return present.notice_box(catalogue.say("settings-empty"))
    try:
        settings.save(change(settings.policy()))
    except Notice as notice:
        return present.notice_box(catalogue.tell(notice))
    return present.news_box(catalogue.say("settings-saved"))


def number(desk: Desk, name: str, label: str, where: tuple[str, ...], info: str = "") -> gr.Number:
    """A field that is kept at what the policy tells."""
    told = desk.i18n(info) if info else None
    field = gr.Number(label=desk.i18n(label), info=told, value=None, precision=None if name in BROKEN else 0)
    keep_at(desk, field, partial(show_setting, where))
    return field


def button(desk: Desk, label: str, id_: str) -> gr.Button:
    made = gr.Button(desk.i18n(label), size="sm", elem_id=id_)
    keep_at(desk, made, None)
    return made


def keep_at(desk: Desk, component: Any, value: Callable[[Moment], Any] | None) -> None:
    """Closed until the first look has filled it: an empty number is sent as 0, and what is typed would be replaced."""
    component.interactive = False

    def opened(moment: Moment) -> dict[str, Any]:
        return gr.update(interactive=True, **({"value": value(moment)} if value else {}))

    desk.show(component, opened)


def names_of(record: type[Any]) -> list[str]:
    return [field.name for field in fields(record)]


def show_setting(where: tuple[str, ...], moment: Moment) -> Any:
    value: Any = moment.policy
    for name in where:
        value = getattr(value, name)
    return value
