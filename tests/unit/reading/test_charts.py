import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis.strategies import builds, floats, integers, lists, sampled_from, tuples

from survey_app.reading.charts import counties as county_charts
from survey_app.reading.charts import diverging as diverging_charts
from survey_app.reading.charts import groups as group_charts
from survey_app.reading.charts import quadrant as quadrant_charts
from survey_app.reading.charts.counties import PLACES, County, draw_counties
from survey_app.reading.charts.diverging import AnswerRow, draw_diverging
from survey_app.reading.charts.groups import GroupBlock, GroupRow, draw_groups
from survey_app.reading.charts.quadrant import Spot, draw_quadrant
from survey_app.reading.charts.scale import Axis, Window, window_for
from survey_app.reading.charts.trend import NARROW, SMALL, WIDE, WavePoint, draw_trend
from survey_app.shared.pages import environment
from tests.shown import shown


def point(mean, *, half=1.0, label="mai", year=2026, mark="pulse"):
    if mean is None:
        return WavePoint(label, year, mark, None, None, None)
    return WavePoint(label, year, mark, mean, mean - half, mean + half)


def drawn(macro, *arguments):
    module = environment().get_template(f"charts/{macro}.html").module
    return shown(str(getattr(module, macro)(*arguments)))


def test_the_window_is_thirty_points_and_not_fitted_to_the_data():
    assert window_for([71.0, 71.5], 55) == Window(55, 85)
    assert window_for([], 55) == Window(55, 85)


def test_a_value_outside_moves_the_window_by_whole_fives():
    assert window_for([53.2, 71.0], 55) == Window(50, 80)
    assert window_for([60.0, 87.1], 55) == Window(60, 90)


def test_values_that_span_more_than_thirty_points_widen_the_window():
    assert window_for([41.0, 78.0], 55) == Window(40, 80)


@given(lists(floats(0, 100), min_size=1), sampled_from([45, 55]))
def test_the_window_holds_every_value_and_stays_on_the_scale(values, base):
    window = window_for(values, base)
    assert 0 <= window.low < window.high <= 100
    assert window.low <= min(values)
    assert max(values) <= window.high


def test_the_wide_figure_places_values_as_the_drawing_in_the_mock_up():
    # 71.5 on 55-85 between y 290 and 26 is 290 - 16.5/30 * 264 = 144.8, as in culture.html
    trend = draw_trend([point(70.0), point(71.5)], Window(55, 85), "nb", WIDE)
    assert trend.end_y == 144.8
    assert trend.end == "72"
    assert [tick.text for tick in trend.ticks] == ["55", "65", "75", "85"]
    # the bar to the left shows which part of 0-100 it is: 85 at y 65.6, 79.2 high
    assert (trend.window_top, trend.window_height) == (65.6, 79.2)


def test_a_suppressed_wave_leaves_a_gap_that_the_line_does_not_cross():
    trend = draw_trend([point(60.0), point(None), point(62.0), point(63.0)], Window(55, 85), "nb")
    assert len(trend.segments) == 2
    assert trend.segments[0].single
    assert [len(gap.slashes) for gap in trend.gaps] == [1]
    assert "vises ikke" in drawn("trend", trend, "Kultur", "vises ikke")


def test_a_series_that_ends_hidden_has_no_number_at_its_end():
    assert draw_trend([point(60.0), point(None)], Window(55, 85), "nb").end == ""


@given(integers(1, 120), sampled_from([WIDE, NARROW, SMALL]))
def test_labels_under_the_axis_never_meet(count, frame):
    points = [point(70.0, year=2020 + i // 12) for i in range(count)]
    labels = draw_trend(points, Window(55, 85), "nb", frame).labels
    places = [label.x for label in labels]
    assert all(b - a >= frame.label_width for a, b in pairwise(places))
    assert places[-1] == pytest.approx(frame.right if count > 1 else places[0])


def test_a_figure_has_one_label_and_neither_style_nor_script():
    trend = draw_trend([point(70.0), point(71.0, mark="main")], Window(55, 85), "nb")
    svg = drawn("trend", trend, "Kulturindeks & mer")
    assert svg.count('role="img"') == 1
    assert 'aria-label="Kulturindeks &amp; mer"' in svg
    assert not re.search(r"<style|style=|<script|onload|href", svg)
    assert re.search(r'width="1100" height="330"', svg)


def test_ten_years_of_monthly_waves_are_drawn_in_little_more_than_their_points():
    macro = environment().get_template("charts/trend.html").module.trend
    size = {}
    for waves in (12, 120):
        points = [point(60 + (i % 9), year=2016 + i // 12) for i in range(waves)]
        size[waves] = len(str(macro(draw_trend(points, Window(55, 85), "nb"), "Kultur", "")))
    assert size[120] < 12 * size[12]


def test_the_ruler_shows_level_interval_previous_and_parent():
    svg = drawn("ruler", 71.5, 70.5, 72.5, 70.8, 68.0)
    assert 'x="292.0" y="5" width="8.0"' in svg  # 10 + 4 * 70.5
    assert 'cx="293.2"' in svg  # 10 + 4 * 70.8
    assert 'x="281.2" y="0" width="1.5"' in svg  # 9.2 + 4 * 68
    assert 'aria-hidden="true"' in svg


shares = builds(
    lambda parts: tuple(part / sum(parts) for part in parts),
    tuples(*[integers(1, 100)] * 5),
)


LONG = "Guovdageaidnu ja Kárášjohka kriminálfuolahusguovllut (Nord)"


@pytest.mark.parametrize("size", [diverging_charts.WIDE, diverging_charts.NARROW])
def test_a_name_of_sixty_letters_has_lines_of_its_own_and_reaches_no_bar(size):
    half = (0.1, 0.2, 0.2, 0.3, 0.2)
    rows = [AnswerRow(name, "43 svar", half) for name in ("Hele etaten", LONG, "Region Sør")]
    drawing = draw_diverging(rows, "nb", size)
    plain = draw_diverging([replace(row, name="Nord") for row in rows], "nb", size)
    assert [" ".join(bar.lines) for bar in drawing.bars] == [row.name for row in rows]
    # of 15 pixels, letters of DejaVu Sans, the widest of the pages, are 7.6 wide on average
    room = size.left or size.width - 66
    assert max(len(line) for bar in drawing.bars for line in bar.lines) * 7.6 <= room
    deepest = 18 * (len(drawing.bars[1].lines) - 1)
    assert deepest >= 18
    assert drawing.height == plain.height + 3 * deepest
    if size.name_above:
        # the first line of each name is below the bar above it
        for above, bar in pairwise(drawing.bars):
            assert bar.y - 10 - deepest - 15 >= above.y + drawing.thick
        assert drawing.bars[0].y - 10 - deepest - 15 >= 16
    else:
        # and the note below the last line above the next name
        for bar, below in pairwise(drawing.bars):
            assert bar.y + 33 + 18 * (len(bar.lines) - 1) <= below.y + 16 - 12


def test_the_name_of_a_side_that_few_are_on_stands_whole_inside_the_drawing_of_a_phone():
    rows = [AnswerRow("Hele etaten", "862 svar", (0.01, 0.03, 0.1, 0.4, 0.46))]
    drawing = draw_diverging(rows, "nb", diverging_charts.NARROW)
    figure = drawn("diverging", drawing, "a", "Uenig", "Enig", "Verken")
    low, high = map(float, re.findall(r'<text x="([\d.]+)"', figure)[:2])
    # it begins at the edge, and its letters are at most 7.6 wide on average
    assert low == 0
    assert drawing.middle < len("Uenig") * 7.6 < high - 8


@given(lists(shares, min_size=1, max_size=8), sampled_from(["WIDE", "NARROW"]))
def test_diverging_bars_share_a_middle_and_stay_inside_the_drawing(rows, name):
    size = getattr(diverging_charts, name)
    drawing = draw_diverging([AnswerRow("a", "", row) for row in rows], "nb", size)
    for bar, row in zip(drawing.bars, rows, strict=True):
        by_step = {piece.step: piece for piece in bar.pieces}
        assert by_step[4].x == drawing.middle
        assert by_step[2].x + by_step[2].width == pytest.approx(drawing.middle, abs=0.2)
        assert by_step[3].x == drawing.neutral_left
        assert by_step[5].x + by_step[5].width <= drawing.neutral_left + 0.2
        for piece in bar.pieces:
            assert piece.x >= -0.2
            assert piece.x + piece.width <= drawing.width + 0.2
        widest = max(bar.pieces, key=lambda piece: piece.width)
        scale = widest.width / row[widest.step - 1]
        assert by_step[1].width == pytest.approx(row[0] * scale, abs=0.2)


def test_a_group_that_is_not_shown_keeps_its_row_and_says_why():
    rows = (
        GroupRow("Kvinne", "900 svar", 62.0, 61.0, 63.0),
        GroupRow("Mann", "Vises ikke: for få svar", None, None, None),
    )
    for size in (group_charts.WIDE, group_charts.NARROW):
        drawing = draw_groups([GroupBlock("Kjønn", rows)], Window(45, 75), "nb", size=size)
        svg = drawn("groups", drawing, "Tillit")
        assert "Mann" in svg
        assert "Vises ikke: for få svar" in svg
        assert "61–63" in svg


def test_every_county_has_its_own_tile():
    assert len(PLACES) == 15
    assert len(set(PLACES.values())) == 15


def test_a_hidden_county_is_worded_and_a_different_one_has_a_bar():
    counties = {
        "03": County("03", "Oslo", 65.6, 62.9, 68.3, "higher"),
        "56": County("56", "Finnmark", None, None, None, "none"),
    }
    for size in (county_charts.WIDE, county_charts.NARROW):
        drawing = draw_counties(counties, "nb", size)
        svg = drawn("counties", drawing, "Fylker", "vises ikke")
        assert svg.count("vises ikke") == 1
        assert 'fill="var(--vb-up)"' in svg
        assert "62–69" in svg
        assert all(tile.x + drawing.tile_width <= drawing.width for tile in drawing.tiles)
        # nynorsk needs more room than the narrow tile has on one line, and the wide one has it
        lines = re.findall(
            r">\s*(blir[^<]*?|vist)\s*<", drawn("counties", drawing, "Fylke", "blir ikkje vist")
        )
        assert lines == (
            ["blir ikkje", "vist"] if size is county_charts.NARROW else ["blir ikkje vist"]
        )


def test_a_scale_is_a_straight_line():
    assert Axis(0, 100, 10, 410)(25) == 110.0


def spots():
    return lists(
        builds(
            lambda level, low, wide: Spot(
                "Bruk av kompetanse", level, low + wide / 2, low, low + wide
            ),
            floats(0, 100),
            floats(0, 40),
            floats(0.5, 10),
        ),
        min_size=1,
        max_size=12,
    )


@given(spots(), sampled_from([quadrant_charts.WIDE, quadrant_charts.NARROW]))
def test_every_measure_and_its_label_stay_inside_the_field(found, size):
    drawing = draw_quadrant(found, even=11.1, good=70.0, most=50, size=size)
    assert len(drawing.marks) == len(found)
    for mark in drawing.marks:
        assert drawing.left - 6 <= mark.x <= drawing.right
        assert drawing.top - 1 <= mark.top <= mark.y <= mark.top + mark.height + 1
        assert -20 <= mark.label_y <= drawing.height + 20


def test_labels_of_measures_at_the_same_level_do_not_cover_each_other():
    near = [Spot(name, 66.0, 12.0 + 3 * at, 11 + 3 * at, 13 + 3 * at) for at, name in
            enumerate(["Trygghet", "Åpenhet", "Nytenking"])]  # fmt: skip
    marks = draw_quadrant(near, even=11.1, good=70.0, most=30).marks
    assert len({(mark.label_x, mark.label_y) for mark in marks}) == 3


def test_shares_of_a_figure_are_written_as_percent():
    block = GroupBlock("", (GroupRow("Åpenhet", "5 spørsmål", 16.3, 12.2, 19.0),))
    drawing = draw_groups([block], Window(0, 60), "nb", as_percent=True)
    assert [text for _, text in drawing.ticks] == ["0\xa0%", "20\xa0%", "40\xa0%", "60\xa0%"]
    assert (drawing.lines[0].number, drawing.lines[0].interval) == ("16\xa0%", "12–19")


def test_a_line_stops_where_waves_asked_otherwise():
    points = [point(70.0), point(71.0), *(replace(point(55.0), wording=1),) * 2]
    trend = draw_trend(points, Window(45, 85), "nb", WIDE)
    assert [len(run.line.split()) for run in trend.segments] == [2, 2]
    before, after = trend.segments[0].line.split()[-1], trend.segments[1].line.split()[0]
    [x] = trend.breaks
    assert float(before.split(",")[0]) < x < float(after.split(",")[0])
    assert drawn("trend", trend, "Utvikling").count('class="wording"') == 1


@pytest.mark.parametrize("frame", [WIDE, NARROW, SMALL])
def test_a_series_that_nobody_changed_is_drawn_as_ever(frame):
    points = [point(70.0), point(None), point(71.0)]
    trend = draw_trend(points, Window(55, 85), "nb", frame)
    assert trend.breaks == ()
    assert 'class="wording"' not in drawn("trend", trend, "Utvikling")


def test_a_line_goes_on_over_other_words_with_a_mark_at_the_wave_that_asked_both():
    points = [point(70.0), replace(point(71.0), over=True), point(70.0)]
    trend = draw_trend(points, Window(55, 85), "nb", WIDE)
    assert [len(run.line.split()) for run in trend.segments] == [3]
    assert trend.breaks == ()
    [x] = trend.links
    assert trend.segments[0].line.split()[1].startswith(f"{x},")
    assert drawn("trend", trend, "Utvikling").count('class="words"') == 1
