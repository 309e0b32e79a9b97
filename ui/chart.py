"""Charts as HTML and SVG: lines over a number, stacked columns over days. Pure; looks are in admin.css.

The drawing stretches with the page; the labels are HTML beside it, so that they stay readable on a narrow one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]
BOX = 'viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true"'


@dataclass(frozen=True)
class Line:
    name: str
    kind: str  # a class of admin.css, which gives the colour
    points: Points  # x, y; in the order of x


def line_chart(
    title: str, lines: Sequence[Line], number: Callable[[float], str], x_name: Callable[[float], str],
    *, x_last: float | None = None, bottom: float | None = 0.0,
) -> str:  # fmt: skip
    """Empty where there is no line with two points. `bottom` is the lowest y shown; None: the lowest there is."""
    drawn = [line for line in lines if len(line.points) > 1]
    if not drawn:
        return ""
    xs = [x for line in drawn for x, _ in line.points]
    ys = [y for line in drawn for _, y in line.points]
    left, right = min(xs), max(max(xs), x_last or max(xs))
    low = min(ys) if bottom is None else bottom
    high = max(max(ys), low + 1e-9)
    paths = "".join(
        f'<path class="{line.kind}" d="M'
        + " ".join(
            f"{1000 * (x - left) / ((right - left) or 1):.1f},{100 - 96 * (y - low) / (high - low):.2f}"
            for x, y in line.points
        )
        + '"/>'
        for line in drawn
    )
    told = f"{title}: " + "; ".join(f"{line.name} {number(line.points[-1][1])}" for line in drawn)
    keys = "".join(
        f'<span class="key {line.kind}">{escape(line.name)} <b>{escape(number(line.points[-1][1]))}</b></span>'
        for line in drawn
    )
    return _figure(title, told, keys, paths, [number(high), number((high + low) / 2), number(low)],
                   [x_name(left), x_name(right)])  # fmt: skip


@dataclass(frozen=True)
class Column:
    name: str  # of the day
    parts: tuple[int, ...]  # from the bottom up


def column_chart(
    title: str, kinds: Sequence[tuple[str, str]], columns: Sequence[Column], number: Callable[[float], str]
) -> str:
    """Stacked columns; `kinds` gives each part's name and class, from the bottom up. Empty without any count."""
    highest = max((sum(column.parts) for column in columns), default=0)
    if not highest:
        return ""
    wide = 1000 / len(columns)
    bars = []
    for place, column in enumerate(columns):
        top = 100.0
        for (name, kind), count in zip(kinds, column.parts, strict=True):
            if count:
                tall = 96 * count / highest
                top -= tall
                said = escape(f"{column.name}: {name} {count}")
                bars.append(
                    f'<rect class="{kind}" x="{place * wide + wide * 0.12:.1f}" y="{top:.2f}"'
                    f' width="{wide * 0.76:.1f}" height="{tall:.2f}"><title>{said}</title></rect>'
                )
    sums = [sum(column.parts[place] for column in columns) for place in range(len(kinds))]
    told = f"{title}: " + "; ".join(f"{name} {count}" for (name, _), count in zip(kinds, sums, strict=True))
    keys = "".join(
        f'<span class="key {kind}"><span class="name">{escape(name)}</span> <b>{escape(number(count))}</b></span>'
        for (name, kind), count in zip(kinds, sums, strict=True)
    )
    return _figure(title, told, keys, "".join(bars), [number(highest), number(0)],
                   [columns[0].name, columns[-1].name])  # fmt: skip


def _figure(title: str, told: str, keys: str, drawing: str, ys: Sequence[str], xs: Sequence[str]) -> str:
    y_labels, x_labels = ("".join(f"<span>{escape(label)}</span>" for label in labels) for labels in (ys, xs))
    return (
        f'<figure class="chart" role="img" aria-label="{escape(told)}">'
        f"<figcaption><strong>{escape(title)}</strong>{keys}</figcaption>"
        f'<div class="plot"><div class="ys" aria-hidden="true">{y_labels}</div><svg {BOX}>{drawing}</svg>'
        f'<div class="xs" aria-hidden="true">{x_labels}</div></div></figure>'
    )
