"""Section: what an admin decides. Automatic training, and the targets of the monitor."""

from dataclasses import dataclass, replace
from functools import partial

import gradio as gr

from ...store.errors import Notice
from ...store.records import Targets
from .. import present
from ..guard import speak
from ..services import Services
from .desk import Desk, Moment


@dataclass(frozen=True)
class Settings:
    services: Services

    def set_automatic(self, wanted: bool, request: gr.Request) -> None:
        settings = self.services.store.settings
        settings.save(replace(settings.policy(), automatic=bool(wanted)))

    def save_targets(
        self, conversations: float, messages: float, ratings: float, mean: float, request: gr.Request
    ) -> str:
        """Set the four targets, or say which lies out of bounds."""
        catalogue, settings = speak(request), self.services.store.settings
        if None in (conversations, messages, ratings, mean):
            return present.notice_box(catalogue.say("targets-empty"))
        try:
            targets = Targets(int(conversations), int(messages), int(ratings), float(mean))
            settings.save(replace(settings.policy(), targets=targets))
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice))
        return present.news_box(catalogue.say("targets-saved"))


def build(desk: Desk) -> None:
    i18n = desk.i18n
    automatic = gr.Checkbox(
        label=i18n("automatic-training"), info=i18n("automatic-info"), elem_id="automatic", container=False
    )
    notice = gr.HTML(elem_id="settings-notice")
    gr.Markdown(i18n("targets-title"), elem_classes="title")
    with gr.Group(elem_id="targets"):
        targets = {
            "conversations": gr.Number(label=i18n("criterion-conversations"), precision=0, minimum=1),
            "messages": gr.Number(label=i18n("criterion-messages"), precision=0, minimum=1),
            "ratings": gr.Number(label=i18n("criterion-ratings"), precision=0, minimum=1),
            "mean_rating": gr.Number(label=i18n("criterion-mean_rating"), precision=2, minimum=1, maximum=5, step=0.1),
        }
        save = gr.Button(i18n("targets-save"), size="sm", elem_id="save-targets")
    page = Settings(desk.services)
    desk.show(automatic, lambda moment: moment.policy.automatic)
    for name, field in targets.items():
        desk.show(field, partial(show_target, name))
    desk.on(automatic.input, page.set_automatic, automatic)
    desk.on(save.click, page.save_targets, list(targets.values()), notice)


def show_target(name: str, moment: Moment) -> float:
    return float(getattr(moment.policy.targets, name))
