"""How often people are asked, and what is too often."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.waves import GROUPS
from questionnaires.burden import Burden
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.burden import FieldPeriod, loads, reasons_of, too_much
from survey_app.asking.reasons import Against, Reason

USUAL = Burden()


def wave(invite, month, day=1, *, year=2027, length=16):
    opens = date(year, month, day)
    return FieldPeriod(invite, opens, opens + timedelta(days=length))


def a_year():
    """The agency's own: a pulse of each third, and a survey of all in the autumn."""
    return [
        wave("panel:A", 2), wave("panel:B", 5), wave("everybody", 9, 14), wave("panel:C", 11, 16)
    ]  # fmt: skip


def over(planned, others, limits=USUAL):
    return too_much(loads(planned, others, limits), limits)


def test_the_usual_year_asks_everybody_twice_and_nobody_too_much():
    for at, planned in enumerate(a_year()):
        others = a_year()[:at] + a_year()[at + 1 :]
        found = loads(planned, others, USUAL)
        assert {load.times for load in found} == {2}
        assert not over(planned, others)


def test_a_fourth_invitation_in_a_calendar_year_is_too_many():
    asked = [*a_year()[:3], wave("panel:A", 6, 1)]
    [load] = over(wave("panel:A", 12), asked)
    assert load.times == 4
    [reason] = reasons_of([load], 1862, USUAL)
    assert reason == (
        "1862 people would get 4 invitations this calendar year and may get 3: open it next year or"
        " ask another panel (/settings, or [burden] in agency.toml)"
    )
    assert not over(wave("panel:A", 2, year=2028), asked)


def test_a_survey_of_all_is_too_much_where_it_is_for_one_panel():
    asked = [*a_year()[:3], wave("panel:A", 6)]
    found = over(wave("everybody", 12), asked)
    assert len(found) == 1


def test_the_same_panel_is_left_alone_for_eight_weeks():
    before = wave("panel:B", 5, 1)  # until 17 May
    [load] = over(wave("panel:B", 7, 11), [before])
    assert load.since == date(2027, 5, 17)
    assert "2027-05-17" in reasons_of([load], 600, USUAL)[0]
    assert not over(wave("panel:B", 7, 12), [before])
    assert not over(wave("panel:C", 6), [before])
    # the other way round, too: what opens before a wave that is held already
    assert over(wave("panel:B", 4, 1), [before])


def test_a_letter_is_another_third_next_year():
    # panel A of 2027 is asked as panel B in 2028 (instruments.md 1.3): letters move one step
    late, early = wave("panel:A", 12, 20), wave("panel:A", 1, 20, year=2028)
    assert not over(early, [late])


@st.composite
def plans(draw):
    ways = ["everybody", "panel:A", "panel:B", "panel:C", "rotation:1/2:1", "rotation:3/4:6"]
    invite = draw(st.sampled_from(ways))
    opens = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 800)))
    return FieldPeriod(invite, opens, opens + timedelta(days=draw(st.integers(13, 40))))


@pytest.mark.parametrize("days", [None, 365, 200])
@given(st.lists(plans(), max_size=14), st.integers(1, 4), st.integers(0, 12))
def test_whatever_is_opened_by_the_rule_nobody_is_asked_more_than_the_limit(
    days, wanted, most, weeks
):
    limits = Burden(most, days, weeks)
    held = []
    for planned in wanted:
        if not over(planned, held, limits):
            held.append(planned)
    for group in range(GROUPS):
        mine = sorted(one.opens_on for one in held if group in one.groups)
        for first in mine:
            inside = [
                one
                for one in mine
                if (
                    one.year == first.year
                    if days is None
                    else first <= one < first + timedelta(days=days)
                )
            ]
            assert len(inside) <= most
    for one in held:
        for other in held:
            alike = ("everybody" in {one.invite, other.invite}) == (one.invite == other.invite)
            shares = alike and one.groups & other.groups
            if one is not other and shares and one.opens_on <= other.opens_on:
                assert other.opens_on >= one.closes_on + timedelta(weeks=weeks)


def test_a_draft_that_does_not_say_whom_it_asks_breaks_no_other_plan_and_counts_as_everybody():
    vague = wave("", 6)
    assert vague.groups == frozenset(range(GROUPS))
    found = loads(wave("panel:A", 2), [vague, wave("everybody", 9, 14)], USUAL)
    assert [load.times for load in found] == [3]


@pytest.mark.parametrize(
    ("weeks", "told"),
    [
        (0, "De kan ikke være åpne samtidig: Denne kan tidligst åpne 16.\xa0desember 2026."),
        (1, "minst én uke mellom: Etter den kan denne tidligst åpne 23.\xa0desember 2026."),
        (8, "minst 8 uker mellom: Etter den kan denne tidligst åpne 10.\xa0februar 2027."),
    ],
)
def test_how_long_people_rest_is_said_in_words_that_fit(weeks, told):
    [said] = say_reasons([Reason(Against.BURDEN_WEEKS, day="2026-12-16", weeks=weeks)], "nb")
    assert said.endswith(told)
    stopped = Reason(Against.STOPPED, name="Verdipuls", day="2026-12-16", weeks=weeks)
    [said] = say_reasons([stopped], "nb")
    assert ("samtidig" in said, "én uke" in said, "8 uker" in said) == (
        weeks == 0, weeks == 1, weeks == 8
    )  # fmt: skip
