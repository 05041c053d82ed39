"""Answers by day as a drawing: from zero, with the forecast from the last count on."""

from datetime import date, timedelta
from itertools import pairwise

from survey_app.reading.charts.fieldwork import NARROW, WIDE, DayPoint, draw_fieldwork

DAY = date(2026, 11, 24)
WORDS = ("prognose", "vanlig")


def days(counted, usual=(), expected=()):
    """Build 22 days: counted first, and expected from then on."""
    made = []
    for at in range(22):
        ahead = expected[at - len(counted)] if at >= len(counted) and expected else None
        made.append(
            DayPoint(
                DAY + timedelta(days=at),
                counted[at] if at < len(counted) else None,
                usual[at] if usual else None,
                ahead,
                ahead - 0.02 if ahead else None,
                ahead + 0.02 if ahead else None,
            )
        )
    return made


def test_the_axis_begins_at_zero_and_holds_the_highest_bound():
    drawn = draw_fieldwork(days([0.04, 0.08], expected=[0.1] * 20), "nb", WIDE, words=WORDS)
    assert drawn.ticks[0] == (WIDE.bottom, "0\u00a0%")
    assert drawn.ticks[-1] == (WIDE.top, "20\u00a0%")


def test_the_band_opens_from_the_last_count_and_the_labels_stand_apart():
    points = days([0.04, 0.08], [0.3] * 22, [0.1 + 0.01 * n for n in range(20)])
    for frame in (WIDE, NARROW):
        drawn = draw_fieldwork(points, "nb", frame, words=WORDS)
        x, y = drawn.dots[-1]
        assert drawn.band.startswith(f"{x},{y} ")
        assert drawn.expected.startswith(f"{x},{y} ")
        edge = sorted(label.y for label in drawn.labels if label.x > frame.right)
        assert len(edge) == 3
        assert all(later - before >= 16 for before, later in pairwise(edge))


def test_days_are_named_only_where_there_is_room():
    drawn = draw_fieldwork(days([0.04]), "nb", NARROW, words=WORDS)
    places = [x for x, _, _ in drawn.days]
    assert all(later - before >= 90 for before, later in pairwise(places))
    wide = draw_fieldwork(days([0.04]), "nb", WIDE, words=WORDS)
    assert [text for _, _, text in wide.days] == [
        "24.\u00a0november", "1.\u00a0desember", "8.\u00a0desember", "15.\u00a0desember",
    ]  # fmt: skip


def test_without_earlier_waves_there_is_neither_band_nor_dotted_line():
    drawn = draw_fieldwork(days([0.04, 0.08, 0.1]), "nb", WIDE, words=WORDS)
    assert (drawn.band, drawn.usual, drawn.expected) == ("", "", "")
    assert [label.text for label in drawn.labels] == ["10\u00a0%"]
