"""Section: the run that is going on, or the last one, with its stages, its curve and its log."""

import gradio as gr

from .. import run_view
from ..asset import read_asset
from .desk import Desk, Moment


def build(desk: Desk) -> None:
    run = gr.HTML(elem_id="run")
    log = gr.HTML(elem_id="log", js_on_load=read_asset("follow_log.js"))
    desk.show(run, show_run)
    desk.show(log, show_log)


def show_run(moment: Moment) -> str:
    return run_view.run_panel(moment.catalogue, moment.view, moment.now)


def show_log(moment: Moment) -> str:
    return run_view.log_panel(moment.catalogue, moment.view)
