"""The sidebar: the monitor; who drives; the button with the sheet before a start; cancel and resume."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from ...store.errors import Notice
from ...store.records import ReadinessState
from ...trainer.pace import days_left, span_of
from ...trainer.readiness import judge
from ...trainer.resuming import resumable
from .. import present
from ..guard import speak
from ..services import Services
from ..start_sheet import start_sheet
from .collected import Known
from .desk import Desk, Moment


@dataclass(frozen=True)
class Button:
    """The functions behind the buttons."""

    services: Services

    def open_sheet(self, request: gr.Request) -> tuple[Any, str, Any, str]:
        """Show what a start would do; one that cannot work has no button. Outputs: sheet, its text, confirm, notice."""
        plan = self.services.plan_run()
        return gr.update(visible=True), start_sheet(speak(request), plan), gr.update(visible=not plan.refusals), ""

    def close_sheet(self, request: gr.Request) -> Any:
        return gr.update(visible=False)

    def start(self, request: gr.Request) -> tuple[Any, str]:
        """Start a run, or say why not."""
        try:
            self.services.start_run()
        except Notice as notice:
            return gr.update(visible=False), present.notice_box(speak(request).tell(notice))
        return gr.update(visible=False), ""

    def resume(self, request: gr.Request) -> str:
        """Take the run that ended early up again, or say why not."""
        try:
            if run := resumable(self.services.store):
                self.services.resume_run(run)
        except Notice as notice:
            return present.notice_box(speak(request).tell(notice))
        return ""

    def cancel(self, request: gr.Request) -> str:
        run = self.services.store.runs.active()
        if run is not None:
            self.services.cancel_run(run)
        return ""


def build_sidebar(desk: Desk) -> None:
    i18n = desk.i18n
    monitor = gr.HTML(elem_id="monitor")
    other = gr.HTML(elem_id="other-driver")
    start = gr.Button(i18n("start-training"), elem_id="start-training", variant="primary", interactive=False)
    with gr.Column(visible=False, elem_id="start-sheet") as sheet:
        told = gr.HTML()
        confirm = gr.Button(i18n("sheet-start"), variant="primary", size="sm", elem_id="sheet-start")
        close = gr.Button(i18n("sheet-close"), size="sm", elem_id="sheet-close")
    cancel = gr.Button(i18n("cancel-training"), elem_id="cancel-training", size="sm", visible=False)
    resume = gr.Button(i18n("resume-training"), elem_id="resume-training", size="sm", visible=False)
    notice = gr.HTML(elem_id="admin-notice")
    desk.show(other, show_other)
    desk.show(monitor, lambda moment: show_monitor(moment, desk.collected.newest()))
    desk.show(start, show_start)
    desk.show(cancel, show_cancel)
    desk.show(resume, show_resume)
    button = Button(desk.services)
    desk.on(start.click, button.open_sheet, None, [sheet, told, confirm, notice])
    desk.on(close.click, button.close_sheet, None, sheet)
    desk.on(confirm.click, button.start, None, [sheet, notice])
    desk.on(cancel.click, button.cancel, None, notice)
    desk.on(resume.click, button.resume, None, notice)


def show_other(moment: Moment) -> str:
    """Said while another process of the home moves runs forward; the page shows that one's work."""
    told = "" if moment.services.drives() else moment.catalogue.say("another-drives")
    return present.standing_box(told)


def show_monitor(moment: Moment, known: Known | None) -> str:
    store, figures = moment.store, moment.store.ratings.figures()
    readiness = judge(figures, moment.policy.targets)
    wait = None
    if readiness.state is not ReadinessState.READY:
        span = span_of(store.usage.first(), moment.now)
        wait = days_left(figures, moment.policy.targets, store.usage.since(moment.now - span), span)
    usable = len(known.material.examples) if known else None
    return present.monitor(moment.catalogue, readiness, moment.active is not None, usable, wait)


def show_start(moment: Moment) -> dict[str, Any]:
    """Only when all is met and nothing runs it reads as promised and can be pressed."""
    readiness = judge(moment.store.ratings.figures(), moment.policy.targets)
    catalogue = moment.catalogue
    if moment.active:
        share = moment.view.share if moment.view else None
        label = catalogue.say("start-running") if share is None else catalogue.say("start-running-at", share=share)
        return gr.update(value=label, interactive=False)
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


def show_resume(moment: Moment) -> dict[str, Any]:
    """Beside the start, which makes a new run of what is rated now."""
    run = resumable(moment.store)
    label = moment.catalogue.say("resume-training-of", run=run.id) if run else ""
    return gr.update(visible=run is not None, value=label)
