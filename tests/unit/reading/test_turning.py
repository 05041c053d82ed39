"""What it takes for a finding to turn, in words."""

from dataclasses import replace

import pytest

from survey_app.reading.published import Published
from survey_app.reading.turning import turn_of
from tests.builders_publication import staff_series

ANY = Published(staff_series()[-1]).change("KI-kjerne", "agency", "", "previous")


def change(verdict, **points):
    named = {f"tipping_{name}": points.get(name) for name in ("lower", "higher", "gone")}
    return replace(ANY, verdict=verdict, tipping_plausible=points.get("plausible", 6.0), **named)


@pytest.mark.parametrize(
    ("verdict", "points", "told"),
    [
        ("up", {"lower": 2.4, "gone": 5.2}, ("2,4 poeng lavere enn i", "en økning. Ved 5,2 poeng")),
        ("down", {"higher": 2.4, "gone": 5.2}, ("2,4 poeng høyere enn i", "en nedgang. Ved 5,2")),
        ("steady", {"lower": 3.0, "higher": 1.5}, ("1,5 poeng høyere enn i", "kalt det uendret.")),
        ("steady", {"lower": 1.0, "higher": 1.5}, ("1,0 poeng lavere enn i", "kalt det uendret.")),
        ("up", {"lower": 0.0, "gone": 1.0}, ("Det skal nesten ingenting til",)),
    ],
)
def test_the_way_and_the_points_are_those_of_the_publication(verdict, points, told):
    text = turn_of(change(verdict, **points), "nb")
    assert all(one in text for one in told)
    assert "inntil 6,0 poeng mellom to målinger, så det kan ikke utelukkes." in text


def test_whether_that_is_much_is_said_beside_what_is_plausible():
    far = turn_of(change("up", lower=6.1, gone=8.0), "nb")
    assert far.endswith("så dette skal mye til.")
    safe = turn_of(change("up", lower=2.0, gone=6.1), "en")
    assert "So the direction is certain" in safe


def test_where_nothing_is_told_nothing_is_said():
    assert turn_of(replace(ANY, tipping_plausible=None), "nb") == ""
    assert turn_of(change("uncertain"), "nb") == ""
    # shown without the verdict that it has in the publication: nothing is called a fall
    assert turn_of(change("uncertain", higher=1.5, gone=2.0), "nb") == ""
