"""Days of single years that the agency would rather avoid, and what plans say of them."""

from dataclasses import replace
from datetime import date

import pytest

from questionnaires.holidays import AvoidedDays, parse_avoided
from questionnaires.languages import written_in
from questionnaires.reading import Table
from survey_app.asking.campaigns import field_days
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.reasons import Against
from survey_app.shared.agency import agency

NAME = {"nb": "vinterferien i Oslo", "nn": "vinterferien i Oslo", "en": "the winter break in Oslo"}
WEEK = AvoidedDays(NAME, date(2027, 2, 22), date(2027, 2, 26))


def read(*rows):
    problems = []
    table = Table("agency.toml", "holidays", {"avoid": list(rows)}, problems)
    with written_in(agency().styles):
        return parse_avoided(table), [(one.key, one.sentence) for one in problems]


def row(**changed):
    return {"name": dict(NAME), "first": WEEK.first, "last": WEEK.last} | changed


def test_rows_are_read_in_the_order_of_their_days():
    later = row(first=date(2027, 10, 4), last=date(2027, 10, 8))
    found, problems = read(later, row())
    assert problems == []
    assert [one.first for one in found] == [WEEK.first, date(2027, 10, 4)]
    assert found[0] == WEEK


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"last": date(2027, 2, 1)}, "is before 2027-02-22"),
        ({"last": "2027-02-26"}, "must be a day, such as"),
        ({"name": {}}, "write what the days are called"),
        ({"where": "03"}, "not known here"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_and_the_row_left_out(changed, sentence):
    found, problems = read(row(**changed))
    assert len(problems) == 1
    assert sentence in problems[0][1]
    assert len(found) == (1 if "where" in changed else 0)


def test_a_reminder_on_a_day_off_is_named_with_its_day_and_one_on_a_working_day_is_not():
    # from a Tuesday to a Saturday, and to Ascension Day
    found = list(field_days.bad_reminders(date(2027, 4, 27), (1, 4, 9)))
    assert [one.values["day"] for one in found] == ["2027-05-01", "2027-05-06"]
    assert say_reasons(found, "nb")[1].replace("\xa0", " ") == (
        "Påminnelsen 6. mai 2027 kommer i helgen eller på en helligdag."
    )
    assert list(field_days.bad_reminders(date(2027, 4, 6), (7, 14))) == []


@pytest.mark.parametrize(
    ("opens", "closes", "touches"),
    [
        (date(2027, 2, 9), date(2027, 2, 22), True),
        (date(2027, 2, 26), date(2027, 3, 12), True),
        (date(2027, 2, 3), date(2027, 2, 21), False),
        (date(2027, 3, 2), date(2027, 3, 16), False),
    ],
)
def test_a_plan_that_is_open_on_any_of_them_says_which_in_the_readers_language(
    monkeypatch, opens, closes, touches
):
    monkeypatch.setattr(field_days, "agency", lambda: replace(agency(), avoided=(WEEK,)))
    found = [one for one in field_days.bad_days(opens, closes) if one.kind is Against.AVOIDED]
    assert len(found) == touches
    if found:
        assert "2027-02-22 to 2027-02-26" in found[0]
        said = say_reasons(found, "nb")[0].replace("\xa0", " ")
        assert "i vinterferien i Oslo, fra 22. februar 2027 til 26. februar 2027" in said
        assert "during the winter break in Oslo" in say_reasons(found, "en")[0]
