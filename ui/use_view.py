"""Charts of use: ratings by face and conversations for each day, the mean face of each model over time. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape

from ..store.usage import Day
from .catalogue import Catalogue
from .chart import Column, Line, column_chart, line_chart
from .moments import day_text
from .present import FACES
from .run_view import panel

DAYS = 30
MOST_MODELS = 6  # lines that can still be told apart


def use_panel(
    catalogue: Catalogue, days: Sequence[Day], means: Mapping[str, Sequence[tuple[str, float]]], today: date
) -> str:
    """The last DAYS days up to today; days on which nothing happened stand empty."""
    dates = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    told = {day.day: day for day in days}
    of_days = [(day, told.get(day.isoformat())) for day in dates]

    def whole(value: float) -> str:
        return catalogue.say("whole", value=value)

    ratings = column_chart(
        catalogue.say("chart-ratings"),
        [(face, f"face-{score}") for score, face in enumerate(FACES, start=1)],
        [Column(day_text(catalogue.language, day), seen.faces if seen else (0,) * 5) for day, seen in of_days],
        whole,
    )
    talks = column_chart(
        catalogue.say("chart-conversations"),
        [(catalogue.say("criterion-conversations"), "talks")],
        [Column(day_text(catalogue.language, day), (seen.conversations if seen else 0,)) for day, seen in of_days],
        whole,
    )
    charts = ratings + _means(catalogue, means) + talks
    if not charts:
        return panel(f'<p class="quiet">{escape(catalogue.say("use-empty"))}</p>')
    title = escape(catalogue.say("use-title", days=DAYS))
    return panel(f'<h2>{title}</h2><div class="charts stacked">{charts}</div>')


def _means(catalogue: Catalogue, means: Mapping[str, Sequence[tuple[str, float]]]) -> str:
    """One line a model; a single day is drawn as a short one, so that a new model is seen at once."""
    newest = sorted(means, key=lambda tag: means[tag][-1][0], reverse=True)[:MOST_MODELS]
    lines = [
        Line(tag, f"model-{place}", _points(means[tag])) for place, tag in enumerate(newest, start=1) if means[tag]
    ]
    return line_chart(
        catalogue.say("chart-means"),
        lines,
        lambda value: catalogue.say("mean-figure", value=value),
        lambda day: day_text(catalogue.language, date.fromordinal(round(day))),
        bottom=1.0,
    )


def _points(means: Sequence[tuple[str, float]]) -> list[tuple[float, float]]:
    points = [(float(date.fromisoformat(day).toordinal()), mean) for day, mean in means]
    return points if len(points) > 1 else [(points[0][0] - 0.5, points[0][1]), (points[0][0] + 0.5, points[0][1])]
