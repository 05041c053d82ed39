"""Who two waves asked, as it decides how they are compared."""

import datetime as dt
from types import SimpleNamespace

from analytics.waves import answers_together
from survey_app.publishing.inputs.wave_meta import meta_of


def pulse(key, letter, year):
    return wave(key, f"panel:{letter}", year)


def wave(key, invite, year):
    return meta_of(
        SimpleNamespace(
            key=key,
            kind="pulse",
            population="staff",
            invite=invite,
            opens_on=dt.date(year, 2, 9),
        )
    )


def test_a_letter_calls_other_people_each_year():
    one, again = pulse("k1", "A", 2025), pulse("k1-later", "A", 2026)
    assert answers_together(one, again) == 0
    assert answers_together(one, pulse("k4", "A", 2028)) == 3


def test_the_same_people_are_known_by_another_letter():
    first = pulse("k1", "A", 2025)
    same = [letter for letter in "ABC" if answers_together(first, pulse("x", letter, 2026)) == 3]
    assert len(same) == 1
    assert same != ["A"]


def test_panels_of_a_rotation_are_the_same_people_in_every_year():
    first = wave("r1", "rotation:2/3:1", 2025)
    assert first.panel == "1+2/3"
    assert wave("r4", "rotation:2/3:4", 2028).panel == first.panel
    together = [answers_together(first, wave("x", f"rotation:2/3:{turn}", 2026)) for turn in (2, 4)]
    assert together == [0.75, 1.5]
    assert answers_together(first, wave("all", "everybody", 2026)) == 1
    # whom a sample drew is forgotten, and may have been anybody
    assert answers_together(first, wave("some", "proportional:90", 2026)) == 0
