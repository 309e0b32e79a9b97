"""Section: the blind comparison of the newest measured model with the one that it was measured against."""

from dataclasses import dataclass

import gradio as gr

from ...store.errors import Notice
from ...trainer.blind import pick, stand
from .. import present
from ..asset import read_asset
from ..blind_view import blind_panel
from ..guard import speak
from ..services import Services
from .desk import Desk, Moment
from .proof import measured


@dataclass(frozen=True)
class Blind:
    services: Services

    def pick_answer(self, data: gr.EventData, request: gr.Request) -> str:
        """One of the two answers, or "same"."""
        store = self.services.store
        try:
            pick(store, self.services.server, store.runs.get(int(data.run)), int(data.place), str(data.side))
        except Notice as notice:
            return present.notice_box(speak(request).tell(notice))
        return ""


def build(desk: Desk) -> None:
    notice = gr.HTML(elem_id="blind-notice")
    blind = gr.HTML(elem_id="blind", js_on_load=read_asset("blind.js"))
    desk.show(blind, show_blind, mark_blind)
    desk.on(blind.pick_answer, Blind(desk.services).pick_answer, None, notice)


def mark_blind(moment: Moment) -> str:
    run = measured(moment)
    return f"{run.id} {run.state} {moment.store.comparisons.of(run)}" if run else ""


def show_blind(moment: Moment) -> str:
    run = measured(moment)
    if run is None:
        return present.quiet_panel(moment.catalogue.say("proof-none"))
    return blind_panel(moment.catalogue, stand(moment.store, run))
