"""Charts: what is drawn is what was given."""

import re

from agent1.ui.chart import Column, Line, column_chart, line_chart


def line(*points: tuple[float, float]) -> str:
    return line_chart("Loss", [Line("learned", "learned", points)], lambda y: f"{y:.1f}", lambda x: f"step {x:.0f}")


def test_without_two_points_there_is_no_chart() -> None:
    assert line() == "" and line((1, 2.0)) == ""
    assert column_chart("Use", [("good", "face-5")], [Column("1 May", (0,))], str) == ""


def test_the_highest_value_is_at_the_top_and_zero_at_the_bottom() -> None:
    html = line((1, 4.0), (2, 2.0), (3, 0.0))
    assert 'd="M0.0,4.00 500.0,52.00 1000.0,100.00"' in html
    assert re.findall(r"<span>(.*?)</span>", html) == ["4.0", "2.0", "0.0", "step 1", "step 3"]
    assert 'aria-label="Loss: learned 0.0"' in html


def test_a_run_that_goes_on_leaves_room_for_the_rest() -> None:
    html = line_chart("L", [Line("a", "a", [(0, 1), (10, 1)])], str, str, x_last=40)
    assert "M0.0,4.00 250.0,4.00" in html


def test_equal_values_are_drawn_and_not_divided_by_zero() -> None:
    assert "M0.0" in line((1, 0.0), (2, 0.0)) and "M0.0" in line((1, 1.0), (1, 1.0))


def test_columns_stand_on_each_other_and_name_their_day() -> None:
    kinds = [("bad", "face-1"), ("good", "face-5")]
    html = column_chart("Ratings", kinds, [Column("1 May", (1, 3)), Column("2 May", (0, 2))], lambda n: f"{n:.0f}")
    heights = [
        (kind, float(y), float(tall))
        for kind, y, tall in re.findall(r'class="(face-\d)" x=.*? y="(.*?)".*?height="(.*?)"', html)
    ]
    assert heights == [("face-1", 76.0, 24.0), ("face-5", 4.0, 72.0), ("face-5", 52.0, 48.0)]
    assert "<title>1 May: good 3</title>" in html and 'aria-label="Ratings: bad 1; good 5"' in html


def test_a_name_cannot_bring_markup() -> None:
    assert "<img" not in line_chart("<img>", [Line("<img>", "a", [(0, 1), (1, 1)])], str, str)
