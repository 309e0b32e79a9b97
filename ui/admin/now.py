"""Section: the run that is going on, or the last one, with its curves and its log; how the new model is rated."""

import gradio as gr

from ...trainer.run_folder import RunFolder
from ...trainer.watch import read_watch, went_back
from .. import log_view, run_view, watch_view
from ..asset import read_asset
from .desk import Desk, Moment


def build(desk: Desk) -> None:
    watch = gr.HTML(elem_id="watch")
    run = gr.HTML(elem_id="run")
    with gr.Column(elem_id="log"):
        head = gr.HTML(elem_id="log-head")
        tail = gr.HTML(elem_id="log-tail", js_on_load=read_asset("follow_log.js"))
    desk.show(watch, show_watch, mark_watch)
    desk.show(run, show_run)
    desk.show(head, show_head)
    desk.show(tail, show_tail)


def mark_watch(moment: Moment) -> str:
    return f"{moment.store.promotions.newest(1)} {moment.store.usage.version()} {moment.policy.watch}"


def show_watch(moment: Moment) -> str:
    store = moment.store
    if watched := read_watch(store):
        return watch_view.watch_panel(moment.catalogue, watched, moment.policy.watch)
    if back := went_back(store):
        now, before = back
        return watch_view.back_panel(moment.catalogue, now, store.promotions.looks(before))
    return ""


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
