"""A run as a piece of the Admin page: stages with marks, bar, time left, figures, curves, result.

`read_run` looks at the run's folder; the rest is pure. Does not cover the log (log_view) nor the monitor (present).
"""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from ..store.records import Run, RunEvent, RunState
from ..store.store import Store
from ..trainer.progress import Progress, read_progress
from ..trainer.run_folder import STAGES, RunFolder
from .catalogue import Catalogue
from .chart import Line, line_chart

ORDER = (RunState.QUEUED, *STAGES)
SILENT = 60.0  # seconds without a sign of life before that is said
AROUND = ("loading", "data", "model", "merging")  # what the training does before its first step and after its last
MARKS = {"done": "✅", "running": "▶️", "waiting": "▫️", "failed": "⚠️"}


@dataclass(frozen=True)
class RunView:
    """A run with what its folder told at one moment."""

    run: Run
    events: tuple[RunEvent, ...]
    stage: RunState  # the present one, or the last that worked
    progress: Progress | None
    curve: Progress | None  # of the training, whichever stage is the present one

    @property
    def share(self) -> float | None:
        """How far the present stage has come, 0 to 1; None where it does not tell."""
        if self.progress is None or not self.progress.total or self.progress.phase in AROUND:
            return None
        return min(1.0, self.progress.step / self.progress.total)


def read_run(store: Store, run: Run) -> RunView:
    events = tuple(store.runs.events(run))
    worked = [event.state for event in events if event.state.is_active]
    stage = worked[-1] if worked else RunState.QUEUED
    if stage not in STAGES:
        return RunView(run, events, stage, None, None)
    folder = RunFolder(store.home.run_folder(run.id))
    progress = read_progress(folder.stage(stage))
    curve = progress if stage is RunState.TRAINING else read_progress(folder.stage(RunState.TRAINING))
    return RunView(run, events, stage, progress, curve)


def run_panel(catalogue: Catalogue, view: RunView | None, now: datetime, titled: bool = True) -> str:
    """The running run with its stages, or the last one with its result in words; `titled` tells which it is."""
    if view is None:
        return panel(f'<p class="quiet">{escape(catalogue.say("no-run-yet"))}</p>')
    run = view.run
    title = catalogue.say("run-title" if run.state.is_active else "last-run-title", run=run.id)
    heading = f"<h2>{escape(title)}</h2>" if titled else ""
    about = [
        catalogue.say("run-examples", count=run.examples),
        catalogue.say("run-base", tag=run.base),
        _took(run, now),
    ]
    stages = "".join(_stage(catalogue, view, stage, now) for stage in ORDER)
    return panel(
        f'{heading}<p class="sub">{escape(" · ".join(about))}</p>'
        f'<ol class="stages">{stages}</ol>{silence(catalogue, view, now)}'
        f"{_result(catalogue, run)}{curves(catalogue, view)}",
        state=run.state,
    )


def panel(inner: str, state: str = "") -> str:
    return f'<section class="panel" data-run="{state}">{inner}</section>'


def _took(run: Run, now: datetime) -> str:
    return duration(((run.finished_at or now) - run.created_at).total_seconds())


def duration(seconds: float) -> str:
    """4:07, hours only where there are any."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _stage(catalogue: Catalogue, view: RunView, stage: RunState, now: datetime) -> str:
    mark = _mark(view, stage)
    name = escape(catalogue.say(f"stage-{stage}"))
    told = escape(catalogue.say(f"mark-{mark}"))
    seconds = _seconds_in(view, stage, now)
    time = f'<span class="time">{duration(seconds)}</span>' if seconds is not None else ""
    detail = _detail(catalogue, view.progress) if mark == "running" and view.progress else ""
    return (
        f'<li class="{mark}" data-stage="{stage}">'
        f'<span class="mark" role="img" aria-label="{told}">{MARKS[mark]}</span>'
        f'<span class="name">{name}</span>{time}{detail}</li>'
    )


def _mark(view: RunView, stage: RunState) -> str:
    at, here = ORDER.index(view.stage), ORDER.index(stage)
    if here < at or (here == at and view.run.state.has_tag):
        return "done"
    if here > at:
        return "waiting"
    return "running" if view.run.state.is_active else "failed"


def _seconds_in(view: RunView, stage: RunState, now: datetime) -> float | None:
    """How long the stage has worked, all its tries together; None where it has not begun."""
    ends = [event.at for event in view.events[1:]] + [now]
    spent = [end - event.at for event, end in zip(view.events, ends, strict=True) if event.state is stage]
    return sum(part.total_seconds() for part in spent) if spent else None


def _detail(catalogue: Catalogue, progress: Progress) -> str:
    """What it does, then bar, step of total and time left, once the stage has told them."""
    if progress.phase in AROUND:
        return f'<span class="detail">{escape(catalogue.say(f"phase-{progress.phase}"))}</span>'
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


def _result(catalogue: Catalogue, run: Run) -> str:
    if run.state.is_active:
        return ""
    told = {"tag": run.tag} if run.state.has_tag else {}
    sentences = [catalogue.say(f"result-{run.state}", **told)]
    if run.reason:
        sentences.append(catalogue.tell(run.reason))
    return "".join(f'<p class="verdict">{escape(sentence)}</p>' for sentence in sentences)


def silence(catalogue: Catalogue, view: RunView, now: datetime) -> str:
    """Said once a running stage has given no sign of life for SILENT seconds. Counted in steps of ten."""
    if not view.run.state.is_active or view.progress is None or view.progress.last_sign is None:
        return ""
    seconds = (now - view.progress.last_sign).total_seconds()
    if view.progress.finished or seconds < SILENT:
        return ""
    sentence = catalogue.say("no-sign", seconds=int(seconds) // 10 * 10)
    return f'<p class="notice" role="status">{escape(sentence)}</p>'


def curves(catalogue: Catalogue, view: RunView) -> str:
    """Loss on what is learned and on what is held out, the learning rate, and what the training takes."""
    progress = view.curve
    if progress is None or len(progress.points) < 2:
        return ""
    points, last = progress.points, progress.points[-1]
    figures = [("figure-loss", catalogue.say("decimal", value=last.loss))]
    if progress.evals:
        figures.append(("figure-eval-loss", catalogue.say("decimal", value=progress.evals[-1][1])))
    figures.append(("figure-rate", catalogue.say("small", value=last.lr)))
    if progress.tokens_a_second is not None:
        figures.append(("figure-tokens", catalogue.say("whole", value=round(progress.tokens_a_second))))
    if highest := max(point.memory_mb for point in points):
        figures.append(("figure-memory", size_text(catalogue, highest * 1_000_000)))
    told = "".join(
        f"<div><dt>{escape(catalogue.say(key))}</dt><dd>{escape(value)}</dd></div>" for key, value in figures
    )
    loss = line_chart(
        catalogue.say("chart-loss"),
        [
            Line(catalogue.say("chart-learned"), "learned", [(point.step, point.loss) for point in points]),
            Line(catalogue.say("chart-held-out"), "held-out", progress.evals),
        ],
        lambda value: catalogue.say("decimal", value=value),
        lambda step: catalogue.say("step", step=round(step)),
        x_last=progress.total,
    )
    rate = line_chart(
        catalogue.say("chart-rate"),
        [Line(catalogue.say("figure-rate"), "rate", [(point.step, point.lr) for point in points])],
        lambda value: catalogue.say("small", value=value),
        lambda step: catalogue.say("step", step=round(step)),
        x_last=progress.total,
    )
    return f'<dl class="figures">{told}</dl><div class="charts">{loss}{rate}</div>'


def size_text(catalogue: Catalogue, size: int) -> str:
    """Bytes in decimal megabytes or gigabytes, as Ollama shows them."""
    if size >= 1e9:
        return catalogue.say("gigabytes", size=size / 1e9)
    return catalogue.say("megabytes", size=size / 1e6)
