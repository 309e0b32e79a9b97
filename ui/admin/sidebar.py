"""The sidebar: the monitor, and the button that starts, follows and cancels a run."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from ...store.errors import Notice
from ...store.records import ReadinessState
from ...trainer.readiness import judge
from .. import present
from ..guard import speak
from ..services import Services
from .desk import Desk, Moment


@dataclass(frozen=True)
class Button:
    """The functions behind the button."""

    services: Services

    def start(self, request: gr.Request) -> str:
        """Start a run, or say why not."""
        try:
            self.services.start_run()
        except Notice as notice:
            return present.notice_box(speak(request).tell(notice))
        return ""

    def cancel(self, request: gr.Request) -> str:
        run = self.services.store.runs.active()
        if run is not None:
            self.services.cancel_run(run)
        return ""


def build_sidebar(desk: Desk) -> None:
    monitor = gr.HTML(elem_id="monitor")
    start = gr.Button(desk.i18n("start-training"), elem_id="start-training", variant="primary", interactive=False)
    cancel = gr.Button(desk.i18n("cancel-training"), elem_id="cancel-training", size="sm", visible=False)
    notice = gr.HTML(elem_id="admin-notice")
    desk.show(monitor, show_monitor)
    desk.show(start, show_start)
    desk.show(cancel, show_cancel)
    button = Button(desk.services)
    desk.on(start.click, button.start, None, notice)
    desk.on(cancel.click, button.cancel, None, notice)


def show_monitor(moment: Moment) -> str:
    readiness = judge(moment.store.ratings.figures(), moment.policy.targets)
    return present.monitor(moment.catalogue, readiness, moment.active is not None)


def show_start(moment: Moment) -> dict[str, Any]:
    """Only when all is met and nothing runs it reads as promised and can be pressed."""
    readiness = judge(moment.store.ratings.figures(), moment.policy.targets)
    catalogue = moment.catalogue
    if moment.active:
        return gr.update(value=catalogue.say("start-running"), interactive=False)
    if readiness.state is not ReadinessState.READY:
        met = sum(criterion.met for criterion in readiness.criteria)
        label = catalogue.say("start-locked", met=met, criteria=len(readiness.criteria))
        return gr.update(value=label, interactive=False)
    return gr.update(value=catalogue.say("start-training"), interactive=True)


def show_cancel(moment: Moment) -> dict[str, Any]:
    run = moment.active
    asked = bool(run and run.cancel_asked)
    label = moment.catalogue.say("cancel-asked" if asked else "cancel-training")
    return gr.update(value=label, visible=run is not None, interactive=not asked)
