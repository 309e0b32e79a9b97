"""Section: the run that is going on, or the last one, with its stages, its curves and its log."""

import gradio as gr

from ...trainer.run_folder import RunFolder
from .. import log_view, run_view
from ..asset import read_asset
from .desk import Desk, Moment


def build(desk: Desk) -> None:
    run = gr.HTML(elem_id="run")
    with gr.Column(elem_id="log"):
        head = gr.HTML(elem_id="log-head")
        tail = gr.HTML(elem_id="log-tail", js_on_load=read_asset("follow_log.js"))
    desk.show(run, show_run)
    desk.show(head, show_head)
    desk.show(tail, show_tail)


def show_run(moment: Moment) -> str:
    return run_view.run_panel(moment.catalogue, moment.view, moment.now)


def show_head(moment: Moment) -> str:
    view = moment.view
    return log_view.log_head(moment.catalogue, view.run, view.stage) if view else ""


def show_tail(moment: Moment) -> str:
    view = moment.view
    if view is None:
        return ""
    folder = RunFolder(moment.store.home.run_folder(view.run.id))
    return log_view.log_tail(moment.catalogue, folder, view.stage)
