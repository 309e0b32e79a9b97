"""Section: every run that was, each with a page of its own."""

import gradio as gr

from ..run_table import read_results, run_table
from .desk import Desk, Moment


def build(desk: Desk) -> None:
    desk.show(gr.HTML(elem_id="runs"), show_runs, mark_runs)


def mark_runs(moment: Moment) -> str:
    """The active run is shown elsewhere; here its state is enough."""
    return str([(run.id, run.state) for run in moment.store.runs.newest()])


def show_runs(moment: Moment) -> str:
    return run_table(moment.catalogue, read_results(moment.store), moment.now)
