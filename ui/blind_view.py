"""The blind comparison as a piece of the Admin page: a question, two answers, three buttons. Pure."""

from html import escape

from ..trainer.blind import SIDES, Open, Standing
from .catalogue import Catalogue
from .run_view import panel

KEYS = dict(zip(SIDES, ("1", "2", "0"), strict=True))  # of the keyboard; blind.js reads them off the buttons


def blind_panel(catalogue: Catalogue, standing: Standing) -> str:
    """What waits to be judged, or what came of it. Whose answer is whose is nowhere in the page."""
    title = f"<h2>{escape(catalogue.say('blind-title'))}</h2>"
    if not standing.of:
        return panel(f'{title}<p class="quiet">{escape(catalogue.say("blind-none"))}</p>')
    if standing.open is None:
        return panel(f"{title}{_result(catalogue, standing)}")
    told = catalogue.say("blind-how", number=standing.done + 1, of=standing.of)
    return panel(f'{title}<p class="sub">{escape(told)}</p>{_pair(catalogue, standing.run.id, standing.open)}')


def _pair(catalogue: Catalogue, run: int, pair: Open) -> str:
    sides = "".join(
        f'<div><h4>{escape(catalogue.say(f"blind-{side}"))}</h4><p class="said" dir="auto">{escape(text)}</p></div>'
        for side, text in (("first", pair.first), ("second", pair.second))
    )
    buttons = "".join(_button(catalogue, run, pair.place, side, key) for side, key in KEYS.items())
    question = f'<p class="said user" dir="auto">{escape(pair.question)}</p>'
    group = escape(catalogue.say("blind-title"))
    picks = f'<div class="picks" role="group" aria-label="{group}">{buttons}</div>'
    return f'{question}<div class="sides">{sides}</div>{picks}'


def _result(catalogue: Catalogue, standing: Standing) -> str:
    if standing.done < standing.of:  # the answers were deleted before all were judged
        return f'<p class="quiet">{escape(catalogue.say("blind-gone", count=standing.done))}</p>'
    rate = standing.rate
    told = catalogue.say(
        "blind-result", tag=standing.run.tag, wins=standing.wins, losses=standing.losses, same=standing.same
    )
    percent = catalogue.say("blind-rate", rate=round(100 * rate.value), low=round(100 * rate.low),
                            high=round(100 * rate.high))  # fmt: skip
    shown = f"<p>{escape(percent)}</p>" if rate.of else ""
    if standing.is_counted:
        end = f"<p>{escape(catalogue.say('blind-counted'))}</p>"
    else:
        end = f'<div class="picks">{_button(catalogue, standing.run.id, 0, "count", "1")}</div>'
    return f'<p role="status">{escape(told)}</p>{shown}{end}'


def _button(catalogue: Catalogue, run: int, place: int, side: str, key: str) -> str:
    return (
        f'<button type="button" data-side="{side}" data-run="{run}" data-place="{place}" data-key="{key}"'
        f' aria-keyshortcuts="{key}">{escape(catalogue.say(f"blind-pick-{side}"))} <kbd>{key}</kbd></button>'
    )
