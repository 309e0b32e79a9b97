"""A run and the models as pieces of the Admin page: stages with marks, bar, time left, log tail, result, list.

`read_run` looks at the run's folder; the rest is pure. Does not cover the monitor (present).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from ..serving.client import ServedModel
from ..store.records import Run, RunEvent, RunState
from ..store.store import Store
from ..trainer.progress import Progress, read_progress
from ..trainer.run_folder import STAGES, RunFolder
from .catalogue import Catalogue

ORDER = (RunState.QUEUED, *STAGES)
TAIL_BYTES = 16_000
TAIL_LINES = 200
MARKS = {"done": "✅", "running": "▶️", "waiting": "▫️", "failed": "⚠️"}


@dataclass(frozen=True)
class RunView:
    """A run with what its folder told at one moment."""

    run: Run
    events: tuple[RunEvent, ...]
    stage: RunState  # the present one, or the last that worked
    progress: Progress | None
    log: str  # its last lines


def read_run(store: Store, run: Run) -> RunView:
    events = tuple(store.runs.events(run))
    worked = [event.state for event in events if event.state.is_active]
    stage = worked[-1] if worked else RunState.QUEUED
    if stage not in STAGES:
        return RunView(run, events, stage, None, "")
    folder = RunFolder(store.home.run_folder(run.id)).stage(stage)
    return RunView(run, events, stage, read_progress(folder), read_tail(folder / "output.log"))


def read_tail(path: Path) -> str:
    """The last lines; of a line that overwrites itself (a progress bar) only what stands there last."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    lines = text.split("\n")[1 if size > TAIL_BYTES else 0 :]
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines[-TAIL_LINES:]).strip("\n")


def run_panel(catalogue: Catalogue, view: RunView | None, now: datetime) -> str:
    """The running run with its stages, or the last one with its result in words."""
    if view is None:
        return _panel(f'<p class="quiet">{escape(catalogue.say("no-run-yet"))}</p>')
    run = view.run
    title = catalogue.say("run-title" if run.state.is_active else "last-run-title", run=run.id)
    about = [
        catalogue.say("run-examples", count=run.examples),
        catalogue.say("run-base", tag=run.base),
        _took(run, now),
    ]
    stages = "".join(_stage(catalogue, view, stage, now) for stage in ORDER)
    return _panel(
        f'<h2>{escape(title)}</h2><p class="sub">{escape(" · ".join(about))}</p>'
        f'<ol class="stages">{stages}</ol>{_curve(view)}{_result(catalogue, run)}',
        state=run.state,
    )


def _panel(inner: str, state: str = "") -> str:
    return f'<section class="panel" data-run="{state}">{inner}</section>'


def _took(run: Run, now: datetime) -> str:
    return _duration(((run.finished_at or now) - run.created_at).total_seconds())


def _duration(seconds: float) -> str:
    """4:07, hours only where there are any."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _stage(catalogue: Catalogue, view: RunView, stage: RunState, now: datetime) -> str:
    mark = _mark(view, stage)
    name = escape(catalogue.say(f"stage-{stage}"))
    told = escape(catalogue.say(f"mark-{mark}"))
    seconds = _seconds_in(view, stage, now)
    time = f'<span class="time">{_duration(seconds)}</span>' if seconds is not None else ""
    detail = _detail(catalogue, view.progress) if mark == "running" and view.progress else ""
    return (
        f'<li class="{mark}" data-stage="{stage}">'
        f'<span class="mark" role="img" aria-label="{told}">{MARKS[mark]}</span>'
        f'<span class="name">{name}</span>{time}{detail}</li>'
    )


def _mark(view: RunView, stage: RunState) -> str:
    at, here = ORDER.index(view.stage), ORDER.index(stage)
    if here < at or (here == at and view.run.state in (RunState.PROMOTED, RunState.KEPT)):
        return "done"
    if here > at:
        return "waiting"
    return "running" if view.run.state.is_active else "failed"


def _seconds_in(view: RunView, stage: RunState, now: datetime) -> float | None:
    """How long the stage has worked; None where it has not begun."""
    for index, event in enumerate(view.events):
        if event.state is stage:
            following = view.events[index + 1].at if index + 1 < len(view.events) else now
            return (following - event.at).total_seconds()
    return None


def _detail(catalogue: Catalogue, progress: Progress) -> str:
    """Bar, step of total and time left, once the stage has told them."""
    if not progress.total:
        return ""
    share = min(1.0, progress.step / progress.total)
    words = [catalogue.say("step-of-total", step=progress.step, total=progress.total)]
    left = progress.seconds_left
    if left is not None and not progress.finished:
        minutes = round(left / 60)
        words.append(
            catalogue.say("minutes-left", count=minutes)
            if left >= 90
            else catalogue.say("seconds-left", count=round(left))
        )
    label = escape(" · ".join(words))
    return (
        f'<div class="bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="100"'
        f' aria-valuenow="{share * 100:.0f}"><i style="width:{share * 100:.1f}%"></i></div>'
        f'<span class="detail">{label}</span>'
    )


def _curve(view: RunView) -> str:
    """The training loss over the steps as a line without axes."""
    points = view.progress.points if view.progress and view.stage is RunState.TRAINING else ()
    if len(points) < 2 or not view.progress:
        return ""
    highest = max(point.loss for point in points) or 1.0
    total = max(view.progress.total, points[-1].step)
    line = " ".join(f"{1000 * point.step / total:.0f},{100 - 96 * point.loss / highest:.1f}" for point in points)
    box = 'viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true"'
    return f'<svg class="curve" {box}><path d="M{line}"/></svg>'


def _result(catalogue: Catalogue, run: Run) -> str:
    if run.state.is_active:
        return ""
    told = {"tag": run.tag} if run.state in (RunState.PROMOTED, RunState.KEPT) else {}
    sentences = [catalogue.say(f"result-{run.state}", **told)]
    if run.reason:
        sentences.append(catalogue.tell(run.reason))
    return "".join(f'<p class="verdict">{escape(sentence)}</p>' for sentence in sentences)


def log_panel(catalogue: Catalogue, view: RunView | None) -> str:
    """The tail of the present stage's output, and the whole as a download."""
    if view is None:
        return ""
    title = catalogue.say("log-stage", stage=catalogue.say(f"stage-{view.stage}"))
    link = f'<a href="/runs/{view.run.id}/log" download>{escape(catalogue.say("log-download"))}</a>'
    return _panel(
        f'<div class="head"><h2>{escape(title)}</h2>{link}</div>'
        f'<pre class="log" tabindex="0">{escape(view.log or catalogue.say("log-empty"))}</pre>'
    )


def models_panel(
    catalogue: Catalogue, served: Sequence[ServedModel], in_use: str | None, previous: str | None, problem: str
) -> str:
    """The models that can chat, the one in use first, then newest first; each other one carries a button, and the
    one that was in use before carries "go back"."""
    title = f"<h2>{escape(catalogue.say('models-title'))}</h2>"
    listed = [model for model in served if not (model.is_cloud or model.is_embedding)]
    if problem or not listed:
        return _panel(f'{title}<p class="sub">{escape(problem or catalogue.say("models-empty"))}</p>')
    listed.sort(key=lambda model: (model.tag != in_use, -(model.modified_at.timestamp() if model.modified_at else 0)))
    rows = "".join(_model(catalogue, model, in_use, previous) for model in listed)
    return _panel(f'{title}<ul class="models">{rows}</ul>')


def _model(catalogue: Catalogue, model: ServedModel, in_use: str | None, previous: str | None) -> str:
    tag = escape(model.tag)
    if model.tag == in_use:
        action = f'<span class="badge">{escape(catalogue.say("model-current"))}</span>'
    else:
        named = escape(catalogue.say("model-use-named", tag=model.tag))
        word = escape(catalogue.say("model-go-back" if model.tag == previous else "model-use"))
        action = f'<button type="button" data-use="{tag}" aria-label="{word}: {named}">{word}</button>'
    size = escape(size_text(catalogue, model.size))
    return f'<li><span class="tag">{tag}</span><span class="size">{size}</span>{action}</li>'


def size_text(catalogue: Catalogue, size: int) -> str:
    """Bytes in decimal megabytes or gigabytes, as Ollama shows them."""
    if size >= 1e9:
        return catalogue.say("gigabytes", size=size / 1e9)
    return catalogue.say("megabytes", size=size / 1e6)
