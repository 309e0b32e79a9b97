"""The live watch as a piece of the Admin page: what each look at the new model's faces found. Pure."""

from collections.abc import Sequence
from html import escape

from ..store.records import Look, Promotion
from ..trainer.watch import Watched
from .catalogue import Catalogue
from .moments import moment_text
from .run_view import panel


def watch_panel(catalogue: Catalogue, watched: Watched, goes_back: bool) -> str:
    """How the model in use is rated. `goes_back`: the setting that the chat returns to the former one by itself."""
    tag, former, after = watched.promotion.tag, watched.former, watched.next_look
    if watched.is_worse:
        end = catalogue.say("watch-worse-soon" if goes_back else "watch-worse-by-hand", former=former)
    elif after:
        end = catalogue.say("watch-next", after=after, count=watched.ratings)
    else:
        end = catalogue.say("watch-over")
    against = catalogue.say("watch-against", tag=tag, former=former)
    return _panel(catalogue, against, watched.looks, end)


def back_panel(catalogue: Catalogue, now: Promotion, looks: Sequence[Look]) -> str:
    """That the chat went back, and why."""
    when = moment_text(catalogue.language, now.promoted_at)
    told = catalogue.say("watch-back", when=when, tag=now.tag, worse=now.went_back_from)
    return _panel(catalogue, told, looks, "")


def _panel(catalogue: Catalogue, first: str, looks: Sequence[Look], end: str) -> str:
    told = "".join(f"<li>{_look(catalogue, look)}</li>" for look in looks)
    listed = f'<ul class="looks">{told}</ul>' if told else ""
    last = f"<p>{escape(end)}</p>" if end else ""
    title = escape(catalogue.say("watch-title"))
    return panel(f'<h2>{title}</h2><p class="sub">{escape(first)}</p>{listed}{last}')


def _look(catalogue: Catalogue, look: Look) -> str:
    if look.former_mean is None:
        return escape(catalogue.say("watch-look-unknown", after=look.ratings, count=look.former_ratings))
    found = catalogue.say("watch-is-worse" if look.is_worse else "watch-not-worse")
    mark = "⚠️" if look.is_worse else "✅"
    told = catalogue.say("watch-look", after=look.ratings, mean=look.mean, former=look.former_mean, found=found)
    return f'<span class="mark">{mark}</span> {escape(told)}'
