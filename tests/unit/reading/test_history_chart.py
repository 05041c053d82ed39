"""Own and imported series in one drawing: never joined, never outside it."""

from itertools import pairwise

from hypothesis import given
from hypothesis.strategies import floats, integers, lists, tuples

from survey_app.reading.charts.history import (
    NARROW,
    SMALL,
    WIDE,
    DrawnPoint,
    Marks,
    Run,
    draw_history,
)
from survey_app.reading.charts.scale import Window

WINDOW = Window(40, 80)
OLD = Run(
    "taken_in",
    (DrawnPoint(2010.0, 54), DrawnPoint(2011.0, 55, 53, 57), DrawnPoint(2012.0, 56, 54, 58)),
)
NEW = Run("own", (DrawnPoint(2014.2, 68, 66, 70), DrawnPoint(2015.2, 67, 65, 69)))


def drawn(runs=(OLD, NEW), marks=None, frame=WIDE, median=()):
    return draw_history(
        runs, median, marks or Marks(), WINDOW, "nb", frame, median_word="median" if median else ""
    )


def test_two_runs_are_two_lines():
    assert [run.kind for run in drawn().runs] == ["taken_in", "own"]


def test_a_band_is_drawn_only_where_the_uncertainty_is_known():
    old, new = drawn().runs
    # two known points of three: a polygon of four corners
    assert [len(band.split()) for band in old.bands] == [4]
    assert [len(band.split()) for band in new.bands] == [4]
    assert len(old.dots) == 3


def test_one_known_point_alone_has_an_upright_band():
    run = Run("taken_in", (DrawnPoint(2010.0, 54, 50, 58), DrawnPoint(2011.0, 55)))
    assert len(drawn((run,)).runs[0].bars) == 1


def test_the_slashes_stand_before_the_first_year_after_a_break():
    found = drawn(marks=Marks(breaks=(2012.0,)))
    at = {x for x, _ in found.runs[0].dots}
    assert len(found.slashes) == 1
    assert sorted(at)[1] < found.slashes[0] < sorted(at)[2]


def test_the_last_value_of_each_kind_is_written():
    assert [(end.text, end.strong) for end in drawn().ends] == [("56", False), ("67", True)]


def test_the_median_makes_room_for_the_last_value():
    ends = drawn((OLD,), median=[DrawnPoint(2010.0, 55), DrawnPoint(2012.0, 56.5)]).ends
    assert abs(ends[0].y - ends[1].y) >= 15


def test_letters_of_neighbouring_events_do_not_cover_each_other():
    events = tuple((2010.0 + at / 10, "ABC"[at]) for at in range(3))
    places = [aside for _, aside, _ in drawn(marks=Marks(events=events)).events]
    assert all(later - before >= 20 for before, later in pairwise(places))


def test_years_have_room_on_every_frame():
    run = Run("taken_in", tuple(DrawnPoint(float(year), 60) for year in range(2000, 2025)))
    for frame, room in ((WIDE, 45), (NARROW, 34), (SMALL, 34)):
        places = [x for x, _ in drawn((run,), frame=frame).years]
        assert all(later - before >= room for before, later in pairwise(places))
        assert (places[0], places[-1]) == (frame.left, frame.right)


@given(lists(tuples(integers(1990, 2030), floats(0, 100)), min_size=1, max_size=20))
def test_no_value_leaves_the_drawing(values):
    points = tuple(DrawnPoint(float(year), value) for year, value in sorted(values))
    for x, y in drawn((Run("own", points),)).runs[0].dots:
        assert WIDE.left <= x <= WIDE.right
        assert WIDE.top <= y <= WIDE.bottom
