"""Who two waves asked, as it decides how they are compared."""

import datetime as dt
from types import SimpleNamespace

from analytics.waves import answers_together
from survey_app.publishing.inputs.wave_meta import meta_of


def pulse(key, letter, year):
    return meta_of(
        SimpleNamespace(
            key=key,
            kind="pulse",
            population="staff",
            invite=f"panel:{letter}",
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
