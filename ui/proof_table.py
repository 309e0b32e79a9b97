"""The proof of a tag as people read it: a line a figure, with its rule and what that found. Pure.

From the content of evaluation.json, so that a stored proof and a new one look the same; for the command line and the
page. Does not cover the measuring (trainer/proof).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from tabulate import tabulate

from ..store.records import Reason
from ..trainer.rendering import FILE
from .catalogue import Catalogue

MARKS = {"met": "✅", "doubt": "🟡", "broken": "⚠️", "unknown": "·"}
NOT_RULED = ("language", "refused")  # shares that no rule looks at
FEW = 20  # held-out answers; fewer show a large change only


@dataclass(frozen=True)
class Line:
    """`mark` is one of MARKS, or empty where no rule looks at the figure."""

    name: str
    before: str
    after: str
    change: str
    mark: str


def read_lines(catalogue: Catalogue, told: Mapping[str, Any]) -> Iterator[Line]:
    figures = told["figures"]
    marks = {finding["rule"]: finding["outcome"] for finding in told["findings"]}
    for rule, field in (("learned", "learned"), ("held-out", "held_out_learned"), ("question", "own_question")):
        yield _paired(catalogue, rule, figures[field], marks.get(rule, ""))
    yield _paired(catalogue, "likeness", figures["likeness"], marks.get("likeness", ""))
    if told.get("blind"):
        yield _blind(catalogue, told["blind"], marks.get("blind", ""))
    yield _retention(catalogue, figures["retention"], marks.get("retention", ""))
    for name in ("stopped", *NOT_RULED):
        before, after = (_share(catalogue, figures[side][name]) for side in ("before", "after"))
        yield Line(_name(catalogue, name), before, after, "", marks.get(name, ""))
    before, after = (catalogue.say("proof-value", value=figures[side]["length"]) for side in ("before", "after"))
    yield Line(_name(catalogue, "length"), before, after, "", "")
    yield Line(_name(catalogue, "parity"), "", "", "", marks.get("parity", ""))


def read_sentences(catalogue: Catalogue, told: Mapping[str, Any]) -> list[str]:
    """The verdict, what each rule that was not met found, and what so many answers can show."""
    found = [finding for finding in told["findings"] if finding["outcome"] in ("broken", "doubt")]
    held_out = told["figures"]["held_out"]
    if not held_out:
        shows = catalogue.say("proof-shows-none")
    else:
        shows = catalogue.say("proof-shows-few" if held_out < FEW else "proof-shows-enough", count=held_out)
    lost = told["figures"]["retention"]["lost"]
    by_file = told["figures"]["certificate"]["rendered_by"] == FILE
    return [
        catalogue.say(f"proof-verdict-{told['verdict']}"),
        *(catalogue.tell(Reason(**finding["reason"])) for finding in found),
        shows,
        *([catalogue.say("proof-rendered-by-file")] if by_file else []),
        *([catalogue.say("proof-lost", questions=" · ".join(lost))] if lost else []),
    ]


def proof_text(catalogue: Catalogue, told: Mapping[str, Any]) -> str:
    """For a terminal."""
    cells = [
        [line.name, line.before, line.after, line.change, MARKS.get(line.mark, "")]
        for line in read_lines(catalogue, told)
    ]
    figures = told["figures"]
    title = catalogue.say("proof-tag", tag=figures["tag"], against=figures["against"])
    table = tabulate(cells, _header(catalogue), tablefmt="simple", disable_numparse=True)
    return "\n".join([title, "", table, "", *read_sentences(catalogue, told)])


def proof_panel(catalogue: Catalogue, told: Mapping[str, Any]) -> str:
    """For the page."""
    figures = told["figures"]
    header = "".join(f'<th scope="col">{escape(name)}</th>' for name in _header(catalogue))
    rows = "".join(_row(catalogue, line) for line in read_lines(catalogue, told))
    sentences = "".join(f"<p>{escape(sentence)}</p>" for sentence in read_sentences(catalogue, told))
    title = catalogue.say("proof-tag", tag=figures["tag"], against=figures["against"])
    return (
        f'<section class="panel proof"><h2>{escape(catalogue.say("proof-title"))}</h2>'
        f'<p class="sub">{escape(title)}</p>'
        f'<div class="wide"><table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table></div>{sentences}'
        "</section>"
    )


def _row(catalogue: Catalogue, line: Line) -> str:
    mark = ""
    if line.mark:
        told = escape(catalogue.say(f"proof-mark-{line.mark}"))
        mark = f'<span role="img" aria-label="{told}" title="{told}">{MARKS[line.mark]}</span>'
    cells = "".join(f"<td>{escape(text)}</td>" for text in (line.before, line.after, line.change))
    return f'<tr><th scope="row">{escape(line.name)}</th>{cells}<td>{mark}</td></tr>'


def _header(catalogue: Catalogue) -> list[str]:
    return [catalogue.say(f"proof-column-{name}") for name in ("figure", "before", "after", "change", "rule")]


def _name(catalogue: Catalogue, rule: str) -> str:
    return catalogue.say(f"proof-figure-{rule}")


def _paired(catalogue: Catalogue, rule: str, told: Mapping[str, Any] | None, mark: str) -> Line:
    if told is None:
        return Line(_name(catalogue, rule), "", "", "", mark)
    before, after = (catalogue.say("proof-value", value=told[side]) for side in ("before", "after"))
    change = catalogue.say(
        "proof-change",
        sign="+" if told["change"] > 0 else "",
        change=told["change"],
        low=told["low"],
        high=told["high"],
    )
    return Line(_name(catalogue, rule), before, after, change, mark)


def _retention(catalogue: Catalogue, told: Mapping[str, Any], mark: str) -> Line:
    kept = told["kept"]
    change = catalogue.say("proof-interval", low=round(100 * kept["low"]), high=round(100 * kept["high"]))
    before = catalogue.say("proof-share", count=told["base_right"], of=told["base_right"])
    return Line(_name(catalogue, "retention"), before, _share(catalogue, kept), change, mark)


def _blind(catalogue: Catalogue, told: Mapping[str, Any], mark: str) -> Line:
    change = catalogue.say("proof-interval", low=round(100 * told["low"]), high=round(100 * told["high"]))
    return Line(_name(catalogue, "blind"), "", _share(catalogue, told), change, mark)


def _share(catalogue: Catalogue, told: Mapping[str, Any]) -> str:
    return catalogue.say("proof-share", count=told["count"], of=told["of"])
