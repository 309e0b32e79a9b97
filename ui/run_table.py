"""Every run in one table: state, when, how long, on how much, the losses, the verdict and the tag.

`read_results` looks at the runs' folders; the rest is pure. Does not cover the page of one run (run_page).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from ..store.records import Run, RunState
from ..store.store import Store
from ..trainer.progress import Progress, read_progress
from ..trainer.run_folder import RunFolder
from .catalogue import Catalogue
from .moments import moment_text
from .run_view import duration, panel

COLUMNS = ("run", "when", "took", "examples", "loss", "held-out")
MARKS = {RunState.PROMOTED: "✅", RunState.KEPT: "🟡", RunState.FAILED: "⚠️", RunState.CANCELLED: "⏹️"}


@dataclass(frozen=True)
class Result:
    run: Run
    training: Progress


def read_results(store: Store, limit: int = 100) -> list[Result]:
    """Newest first."""
    return [
        Result(run, read_progress(RunFolder(store.home.run_folder(run.id)).stage(RunState.TRAINING)))
        for run in store.runs.newest(limit)
    ]


def run_table(catalogue: Catalogue, results: Sequence[Result], now: datetime) -> str:
    if not results:
        return panel(f'<p class="quiet">{escape(catalogue.say("no-run-yet"))}</p>')
    head = "".join(f'<th scope="col">{escape(catalogue.say(f"column-{name}"))}</th>' for name in COLUMNS)
    rows = "".join(_rows(catalogue, result, now) for result in results)
    title = escape(catalogue.say("runs-title"))
    return panel(
        f'<h2>{title}</h2><div class="wide" tabindex="0" role="region" aria-label="{title}">'
        f'<table class="runs"><thead><tr>{head}</tr></thead>{rows}</table></div>'
    )


def _rows(catalogue: Catalogue, result: Result, now: datetime) -> str:
    """A line of figures, and below it what came of the run in words."""
    run, training = result.run, result.training
    state = catalogue.say(f"stage-{run.state}")
    first, last = training.points[:1], training.points[-1:]
    loss = f"{decimal(catalogue, first[0].loss)} → {decimal(catalogue, last[0].loss)}" if first and last else "—"
    held_out = decimal(catalogue, training.evals[-1][1]) if training.evals else "—"
    cells = (
        moment_text(catalogue.language, run.created_at),
        duration(((run.finished_at or now) - run.created_at).total_seconds()),
        catalogue.say("whole", value=run.examples),
        loss,
        held_out,
    )
    told = "".join(
        f'<td data-name="{escape(catalogue.say(f"column-{name}"))}">{escape(cell)}</td>'
        for name, cell in zip(COLUMNS[1:], cells, strict=True)
    )
    name = f'<a href="/runs/{run.id}">{MARKS.get(run.state, "▶️")} {escape(catalogue.say("run-number", run=run.id))}</a>'
    words = escape(catalogue.tell(run.reason)) if run.reason else ""
    tag = f"<code>{escape(run.tag)}</code> " if run.tag else ""
    return (
        f'<tbody data-run="{run.id}"><tr>'
        f'<th scope="row">{name} <span class="state">{escape(state)}</span></th>{told}</tr>'
        f'<tr class="words"><td colspan="6">{tag}{words}</td></tr></tbody>'
    )


def decimal(catalogue: Catalogue, value: float) -> str:
    return catalogue.say("decimal", value=value)
