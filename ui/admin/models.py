"""Section: the models of the server. Which is in use, the way to another and back, pins, and deleting."""

from dataclasses import dataclass, field

import gradio as gr

from ...store.errors import Notice
from ...trainer.base import previous_tag, use_tag
from ...trainer.retention import delete_tag
from .. import model_view, present
from ..asset import read_asset
from ..guard import speak
from ..model_view import Shelf
from ..services import Services
from .desk import Desk, Moment

LOOK_AGAIN = 30  # seconds: somebody may have given the server a model


@dataclass(frozen=True)
class Models:
    services: Services
    deleted: list[str] = field(default_factory=list)  # since the start: a deleting is in no table of ours

    def ask_model(self, data: gr.EventData, request: gr.Request) -> str:
        """What a button of the list asks: use, pin, unpin, rebuild or delete a tag."""
        catalogue, store, tag = speak(request), self.services.store, str(data.tag)
        try:
            match data.what:
                case "use":
                    tag = use_tag(store, self.services.server(), tag)
                    return present.news_box(catalogue.say("model-switched", tag=tag))
                case "delete":
                    delete_tag(store, self.services.server(), tag)
                    self.deleted.append(tag)
                    return present.news_box(catalogue.say("model-deleted", tag=tag))
                case "rebuild":
                    run = self.services.rebuild(tag)
                    return present.news_box(catalogue.say("model-rebuilding", run=run.id))
                case "pin":
                    store.pins.pin(tag)
                case "unpin":
                    store.pins.unpin(tag)
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice))
        return ""


def build(desk: Desk) -> None:
    notice = gr.HTML(elem_id="model-notice")
    models = gr.HTML(elem_id="models", js_on_load=read_asset("use_model.js"))
    page = Models(desk.services)
    desk.show(models, show_models, lambda moment: f"{mark_models(moment)} {len(page.deleted)}")
    desk.on(models.ask_model, page.ask_model, None, notice)


def mark_models(moment: Moment) -> str:
    store, policy = moment.store, moment.policy
    told = (store.promotions.newest(1), moment.run and moment.run.state, sorted(store.pins.tags()), policy.base)
    return f"{told} {policy.keep} {store.usage.version()} {moment.now.timestamp() // LOOK_AGAIN}"


def show_models(moment: Moment) -> str:
    store, policy = moment.store, moment.policy
    shelf, problem = Shelf(()), ""
    try:
        shelf = Shelf(
            served=moment.services.server().models(),
            in_use=store.promotions.in_use(),
            previous=previous_tag(store),
            base=policy.base,
            pinned=store.pins.tags(),
            made={run.tag: run for run in store.runs.newest(1000) if run.tag},
            means=store.usage.means(),
            keep=policy.keep,
            lost=store.runs.lost(),
        )
    except Notice as notice:
        problem = moment.catalogue.tell(notice)
    return model_view.models_panel(moment.catalogue, shelf, problem)
