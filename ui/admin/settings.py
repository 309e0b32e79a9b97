"""Section: what an admin decides. Targets, automatic training, the base, hyper-parameters, rules, retention, system.

Bounds are the store's to check: Gradio's own refusals are in English alone.
"""

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import gradio as gr

from ...store.errors import Notice
from ...store.records import Policy, Rules, Targets, Tuning
from ...trainer.base import judge_tag
from ...trainer.recipe import choose
from .. import present
from ..asset import read_asset
from ..base_list import base_list
from ..guard import speak
from ..services import Services
from .desk import Desk, Moment
from .fields import BROKEN, button, keep_at, names_of, number, save_policy

WHOLE = ("rank", "epochs", "passes", "batch_size")  # of the hyper-parameters
LOOK_AGAIN = 60  # seconds: somebody may have given the server a model


@dataclass(frozen=True)
class Settings:
    services: Services

    def save_targets(
        self, conversations: float, messages: float, ratings: float, mean: float, request: gr.Request
    ) -> str:
        def change(policy: Policy) -> Policy:
            targets = Targets(int(conversations), int(messages), int(ratings), float(mean))
            return replace(policy, targets=targets)

        return save_policy(self.services, request, (conversations, messages, ratings, mean), change)

    def set_automatic(self, wanted: bool, request: gr.Request) -> str:
        return save_policy(self.services, request, (), lambda policy: replace(policy, automatic=bool(wanted)))

    def save_automatic(self, new: float, first: float, last: float, request: gr.Request) -> str:
        def change(policy: Policy) -> Policy:
            return replace(policy, new_examples=int(new), hours=(int(first), int(last)))

        return save_policy(self.services, request, (new, first, last), change)

    def save_tuning(
        self,
        rate: float | None, rank: float | None, epochs: float | None, passes: float | None,
        batch: float | None, decay: float | None, request: gr.Request,
    ) -> str:  # fmt: skip
        """An empty field is the recommended value."""
        names = [field.name for field in fields(Tuning)]
        given: dict[str, Any] = dict(zip(names, (rate, rank, epochs, passes, batch, decay), strict=True))
        given |= {name: int(given[name]) for name in WHOLE if given[name] is not None}
        return save_policy(self.services, request, (), lambda policy: replace(policy, tuning=Tuning(**given)))

    def recommend(self, request: gr.Request) -> list[str | None]:
        """Back to the recommended hyper-parameters: the notice, and the fields emptied at once. The next look would not
        empty them where no look has come since they were filled: to it nothing has changed."""
        told = save_policy(self.services, request, (), lambda policy: replace(policy, tuning=Tuning()))
        return [told, *(None for _ in fields(Tuning))]

    def save_rules(self, learned: float, retention: float, stopped: float, held_out: float, request: gr.Request) -> str:
        def change(policy: Policy) -> Policy:
            return replace(policy, rules=Rules(float(learned), int(retention), int(stopped), int(held_out)))

        return save_policy(self.services, request, (learned, retention, stopped, held_out), change)

    def set_watch(self, wanted: bool, request: gr.Request) -> str:
        return save_policy(self.services, request, (), lambda policy: replace(policy, watch=bool(wanted)))

    def save_rest(self, keep: float, system: str, request: gr.Request) -> str:
        return save_policy(
            self.services, request, (keep,), lambda policy: replace(policy, keep=int(keep), system=system.strip())
        )

    def choose_base(self, data: gr.EventData, request: gr.Request) -> str:
        """Train another model from now on, if the server has it and it can be trained."""
        catalogue, settings = speak(request), self.services.store.settings
        try:
            server = self.services.server()
            model = next((model for model in server.models() if model.tag == data.tag), None)
            why_not = judge_tag(server, model).why_not if model else None
            if model is None or why_not:
                return present.notice_box(catalogue.tell(why_not) if why_not else "")
            settings.save(replace(settings.policy(), base=model.tag))
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice))
        return present.news_box(catalogue.say("settings-saved"))


def build(desk: Desk) -> None:
    page, i18n = Settings(desk.services), desk.i18n
    notice = gr.HTML(elem_id="settings-notice")
    _build_automatic(desk, page, notice)
    with gr.Column(elem_classes="setting", elem_id="targets"):
        gr.Markdown(i18n("targets-title"), elem_classes="title")
        with gr.Row():
            targets = [number(desk, name, f"criterion-{name}", ("targets", name)) for name in names_of(Targets)]
        save = button(desk, "targets-save", "save-targets")
    desk.on(save.click, page.save_targets, targets, notice)
    base = gr.HTML(elem_id="base-list", js_on_load=read_asset("use_model.js"))
    desk.show(base, show_bases, lambda moment: f"{moment.policy.base} {moment.now.timestamp() // LOOK_AGAIN}")
    desk.on(base.ask_model, page.choose_base, None, notice)
    _build_tuning(desk, page, notice)
    _build_rules(desk, page, notice)
    with gr.Column(elem_classes="setting", elem_id="rest"):
        keep = number(desk, "keep", "setting-keep", ("keep",))
        system = gr.Textbox(label=i18n("setting-system"), info=i18n("setting-system-info"), lines=3, max_lines=12)
        keep_at(desk, system, lambda moment: moment.policy.system)
        save_rest = button(desk, "settings-save", "save-rest")
    desk.on(save_rest.click, page.save_rest, [keep, system], notice)


def _build_automatic(desk: Desk, page: Settings, notice: Any) -> None:
    i18n = desk.i18n
    with gr.Column(elem_classes="setting", elem_id="automatic-group"):
        automatic = gr.Checkbox(
            label=i18n("automatic-training"), info=i18n("automatic-info"), elem_id="automatic", container=False
        )
        keep_at(desk, automatic, lambda moment: moment.policy.automatic)
        with gr.Row():
            new = number(desk, "new_examples", "setting-new-examples", ("new_examples",))
            hours = [gr.Number(label=i18n(end), precision=0) for end in ENDS]
        for place, hour in enumerate(hours):
            keep_at(desk, hour, partial(show_hour, place))
        save = button(desk, "settings-save", "save-automatic")
    desk.on(automatic.input, page.set_automatic, automatic, notice)
    desk.on(save.click, page.save_automatic, [new, *hours], notice)


ENDS = ("hour-first", "hour-last")


def _build_tuning(desk: Desk, page: Settings, notice: Any) -> None:
    i18n = desk.i18n
    with gr.Accordion(i18n("tuning-title"), open=False, elem_id="tuning"):
        gr.Markdown(i18n("tuning-info"))
        with gr.Row():
            numbers = [_recommended(desk, name) for name in names_of(Tuning)]
        with gr.Row():
            save = button(desk, "settings-save", "save-tuning")
            recommend = gr.Button(i18n("tuning-recommended"), size="sm", elem_id="recommend")
    desk.on(save.click, page.save_tuning, numbers, notice)
    desk.on(recommend.click, page.recommend, None, [notice, *numbers])


def _build_rules(desk: Desk, page: Settings, notice: Any) -> None:
    i18n = desk.i18n
    with gr.Accordion(i18n("rules-title"), open=False, elem_id="rules"):
        gr.Markdown(i18n("rules-info"))
        with gr.Row():
            numbers = [number(desk, name, f"rules-{name}", ("rules", name)) for name in names_of(Rules)]
        save = button(desk, "settings-save", "save-rules")
        watch = gr.Checkbox(
            label=i18n("rules-watch"), info=i18n("rules-watch-info"), elem_id="go-back", container=False
        )
        keep_at(desk, watch, lambda moment: moment.policy.watch)
    desk.on(save.click, page.save_rules, numbers, notice)
    desk.on(watch.input, page.set_watch, watch, notice)


def _recommended(desk: Desk, name: str) -> gr.Number:
    """A hyper-parameter by hand, and beside it what is recommended for as much material and such a base."""
    field = gr.Number(label=desk.i18n(f"tuning-{name}"), value=None, precision=None if name in BROKEN else 0)
    field.interactive = False  # until the first look has filled it

    def mark(moment: Moment) -> str:
        known = desk.collected.newest()
        return f"{moment.policy.tuning} {moment.policy.base} {known and len(known.material.examples)}"

    def opened(moment: Moment) -> dict[str, Any]:
        known = desk.collected.newest()
        recipe = choose(len(known.material.examples) if known else 0, moment.base_parameters)
        told = moment.catalogue.say("tuning-value", value=getattr(recipe, name))
        return gr.update(interactive=True, value=getattr(moment.policy.tuning, name), info=told)

    desk.show(field, opened, mark)
    return field


def show_hour(place: int, moment: Moment) -> int:
    return moment.policy.hours[place]


def show_bases(moment: Moment) -> str:
    """Each model of the server, with whether it can be trained."""
    try:
        server = moment.services.server()
        judged = [judge_tag(server, model) for model in server.models()]
    except Notice as notice:
        return present.notice_box(moment.catalogue.tell(notice))
    return base_list(moment.catalogue, judged, moment.policy.base)
