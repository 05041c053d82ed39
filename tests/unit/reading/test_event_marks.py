import re
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from survey_app.reading.charts.event_marks import EventPoint, mark_events
from survey_app.reading.charts.scale import Window
from survey_app.reading.charts.trend import NARROW, PRINT, SMALL, WIDE, WavePoint, draw_trend
from survey_app.reading.event_axis import MOST_DRAWN, AxisEvent, nearest
from survey_app.shared.pages import environment
from tests.shown import shown

DAYS = [date(2025, 2, 28), date(2025, 5, 30), date(2025, 10, 3), date(2026, 2, 27)]
ACROSS = [100.0, 200.0, 300.0, 400.0]


def marks(*days):
    points = [EventPoint(chr(ord("A") + at), day) for at, day in enumerate(sorted(days))]
    return mark_events(points, DAYS, ACROSS, 500)


def test_an_event_stands_between_the_waves_that_it_lies_between():
    # 2025-04-14 is 45 of the 91 days from 28 February to 30 May
    assert marks(date(2025, 4, 14)).lines == (149.5,)
    assert marks(DAYS[1]).lines == (200.0,)
    assert marks(DAYS[-1]).lines == (400.0,)


def test_nothing_is_drawn_where_there_is_no_line_to_see_it_on():
    assert not marks(date(2024, 1, 1), date(2026, 3, 1)).lines
    assert not mark_events([EventPoint("A", DAYS[0])], DAYS[:1], ACROSS[:1], 500).lines


def test_two_of_one_day_share_a_line_and_a_ring():
    found = marks(date(2025, 4, 14), date(2025, 4, 14))
    assert len(found.lines) == 1
    assert [ring.text for ring in found.rings] == ["A B"]


@given(st.lists(st.integers(0, 363), max_size=MOST_DRAWN), st.sampled_from([WIDE, NARROW, SMALL]))
def test_no_two_rings_overlap_and_none_leaves_the_drawing(offsets, frame):
    days = sorted(DAYS[0] + timedelta(days=offset) for offset in offsets)
    points = [EventPoint(chr(ord("A") + at), day) for at, day in enumerate(days)]
    step = (frame.right - frame.left) / 3
    across = [frame.left + step * at for at in range(4)]
    rings = mark_events(points, DAYS, across, frame.width).rings
    assert all(one.x + one.width / 2 <= other.x - other.width / 2 for one, other in pairwise(rings))
    assert all(ring.width / 2 <= ring.x <= frame.width - ring.width / 2 for ring in rings)
    told = "".join(ring.text for ring in rings)
    assert not points or (told[0], told[-1]) == ("A", points[-1].letter)


def test_the_figure_draws_a_thin_line_with_its_letter():
    points = [WavePoint("mai", day.year, "pulse", 70.0, 69.0, 71.0, day) for day in DAYS]
    for frame in (WIDE, NARROW, SMALL, PRINT):
        events = [EventPoint("A", date(2025, 4, 14))]
        drawing = draw_trend(points, Window(55, 85), "nb", frame, events)
        trend = environment().get_template("charts/trend.html").module.trend
        svg = shown(str(trend(drawing, "over tid")))
        [line] = re.findall(r'<line class="event" x1="([\d.]+)" x2="([\d.]+)"', svg)
        assert line[0] == line[1]
        assert float(line[0]) == drawing.events.lines[0]
        assert re.search(r'<text class="event"[^>]*font-size="13"[^>]*>A</text>', svg)


def test_an_axis_has_room_for_six_and_those_of_the_whole_place_come_first():
    def an_event(number, below):
        return AxisEvent(str(number), date(2025, 1, 1) + timedelta(days=number), "", "", below)

    events = [an_event(0, 0), *(an_event(number, 2) for number in range(1, 9)), an_event(9, 1)]
    kept = [one.event for one in nearest(events)]
    assert kept == ["0", "5", "6", "7", "8", "9"]
