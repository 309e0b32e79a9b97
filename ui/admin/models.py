"""Section: the models of the server, the one in use, and the way to another."""

from dataclasses import dataclass

import gradio as gr

from ...serving.client import ServedModel
from ...store.errors import Notice
from ...trainer.base import previous_tag, use_tag
from .. import model_view, present
from ..asset import read_asset
from ..guard import speak
from ..services import Services
from .desk import Desk, Moment


@dataclass(frozen=True)
class Models:
    services: Services

    def use(self, data: gr.EventData, request: gr.Request) -> str:
        """Switch the chat to a tag of the list."""
        catalogue = speak(request)
        try:
            chosen = use_tag(self.services.store, self.services.server(), str(data.tag))
        except Notice as notice:
            return present.notice_box(catalogue.tell(notice))
        return present.news_box(catalogue.say("model-switched", tag=chosen))


def build(desk: Desk) -> None:
    notice = gr.HTML(elem_id="model-notice")
    models = gr.HTML(elem_id="models", js_on_load=read_asset("use_model.js"))
    desk.show(models, show_models, mark_models)
    desk.on(models.use_model, Models(desk.services).use, None, notice)


def mark_models(moment: Moment) -> str:
    return f"{moment.store.promotions.newest(1)} {moment.run and moment.run.state}"


def show_models(moment: Moment) -> str:
    served: list[ServedModel] = []
    problem = ""
    try:
        served = moment.services.server().models()
    except Notice as notice:
        problem = moment.catalogue.tell(notice)
    in_use, previous = moment.store.promotions.in_use(), previous_tag(moment.store)
    return model_view.models_panel(moment.catalogue, served, in_use, previous, problem)
