"""What both tabs show: faces, notices, the monitor. Pure; every value that is not ours is escaped here.

Does not cover the pieces of one tab (chat/view, admin).
"""

import math
from html import escape

from ..store.records import Criterion, Readiness, ReadinessState
from ..trainer.preflight import FEWEST_EXAMPLES
from ..trainer.readiness import missing
from .catalogue import Catalogue

FACES = ("😞", "🙁", "😐", "🙂", "😍")  # scores 1 to 5


def score_of(face: str) -> int | None:
    """1 to 5; None for no face: the rating was taken back. Raises ValueError for anything else."""
    return FACES.index(face) + 1 if face else None


def face_of(score: int | None) -> str | None:
    return FACES[score - 1] if score else None


def notice_box(sentence: str) -> str:
    """A failure; read aloud at once when it appears. Empty for none."""
    return f'<div class="notice" role="alert">{escape(sentence)}</div>' if sentence else ""


def standing_box(sentence: str) -> str:
    """How things stand as long as it is there. Empty for nothing."""
    return f'<div class="notice" role="status">{escape(sentence)}</div>' if sentence else ""


def news_box(sentence: str) -> str:
    """Something that worked; read aloud when there is a pause."""
    return f'<div class="notice good" role="status">{escape(sentence)}</div>'


def quiet_panel(sentence: str) -> str:
    """A section that has nothing to show yet."""
    return f'<section class="panel"><p class="quiet">{escape(sentence)}</p></section>'


def monitor(
    catalogue: Catalogue, readiness: Readiness, running: bool, usable: int | None, wait: float | None = None
) -> str:
    """State, four criteria with mark, figure, target and bar, what is missing in words, the next step.

    `usable` counts the examples that the filters leave, None while they are counted; `wait` is in days, at the pace of
    the last ones.
    """
    rows = "".join(_criterion(catalogue, criterion) for criterion in readiness.criteria)
    lacking = missing(readiness)
    words = "".join(f"<li>{escape(catalogue.tell(reason))}</li>" for reason in lacking)
    needed = f'<p class="lead">{escape(catalogue.say("missing-title"))}</p><ul class="missing">{words}</ul>'
    if wait is not None:
        needed += f'<p class="pace">{escape(catalogue.say("pace", days=math.ceil(wait)))}</p>'
    if usable is None:
        kept = catalogue.say("usable-counting")
    else:
        few = usable < FEWEST_EXAMPLES
        kept = catalogue.say("usable-few" if few else "usable", count=usable, fewest=FEWEST_EXAMPLES)
    next_step = "next-watch" if running else _next_step(readiness)
    title = escape(catalogue.say("monitor-title"))
    return (
        f'<section class="monitor" data-state="{readiness.state}" aria-label="{title}">'
        f'<h2 id="readiness">{escape(catalogue.say(f"state-{readiness.state}"))}</h2>'
        f'<div class="criteria">{rows}</div><p class="usable">{escape(kept)}</p>{needed if lacking else ""}'
        f'<p class="next">{escape(catalogue.say(next_step))}</p></section>'
    )


def _criterion(catalogue: Catalogue, criterion: Criterion) -> str:
    name = catalogue.say(f"criterion-{criterion.name}")
    share = min(1.0, (criterion.value or 0) / criterion.target)
    figure = figure_text(catalogue, criterion)
    mark = "✅" if criterion.met else "⚠️"
    told = catalogue.say("criterion-met" if criterion.met else "criterion-not-met")
    return (
        f'<div class="criterion{" met" if criterion.met else ""}" data-criterion="{criterion.name}">'
        f'<span class="name"><span class="mark" role="img" aria-label="{escape(told)}">{mark}</span>'
        f"{escape(name)}</span>"
        f'<span class="figure">{escape(figure)}</span>'
        f'<div class="bar" role="progressbar" aria-label="{escape(name)}" aria-valuemin="0" aria-valuemax="100"'
        f' aria-valuenow="{share * 100:.0f}" aria-valuetext="{escape(figure)}"><i style="width:{share * 100:.1f}%"></i>'
        "</div></div>"
    )


def figure_text(catalogue: Catalogue, criterion: Criterion) -> str:
    if criterion.value is None:
        return catalogue.say("mean-unknown-of-target", target=criterion.target)
    if criterion.name == "mean_rating":
        return catalogue.say("mean-of-target", value=criterion.value, target=criterion.target)
    return catalogue.say("figure-of-target", value=criterion.value, target=criterion.target)


def _next_step(readiness: Readiness) -> str:
    if readiness.state is ReadinessState.READY:
        return "next-start"
    open_ = {criterion.name for criterion in readiness.criteria if not criterion.met}
    if open_ & {"conversations", "messages"}:
        return "next-chat"
    return "next-rate" if "ratings" in open_ else "next-better"
