"""Section: the figures by which the newest measured model was judged."""

import gradio as gr

from ...store.records import Run
from ...trainer.run_folder import RunFolder
from .. import present
from ..proof_table import proof_panel
from .desk import Desk, Moment


def build(desk: Desk) -> None:
    proof = gr.HTML(elem_id="proof")
    desk.show(proof, show_proof, mark_proof)


def mark_proof(moment: Moment) -> str:
    run = measured(moment)
    return f"{run.id} {run.state} {moment.store.comparisons.of(run)}" if run else ""


def show_proof(moment: Moment) -> str:
    catalogue, run = moment.catalogue, measured(moment)
    if run is None:
        return present.quiet_panel(catalogue.say("proof-none"))
    told = RunFolder(moment.store.home.run_folder(run.id)).proof()
    return proof_panel(catalogue, told) if told else present.quiet_panel(catalogue.say("proof-unreadable", tag=run.tag))


def measured(moment: Moment) -> Run | None:
    """The newest run that gave a model."""
    return next((run for run in moment.store.runs.newest() if run.state.has_tag), None)
