"""A year of waves copied to the next: where each falls, and what is not made twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

import pytest

from questionnaires.burden import Burden
from survey_app.asking.campaigns.burden import FieldPeriod, loads, too_much
from survey_app.asking.campaigns.field_days import bad_days, few_at_work
from survey_app.asking.campaigns.proposals import ProposedWave
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.reasons import Against
from survey_app.running.copy_year import WEEKS, copy_of_year
from survey_app.running.plan import next_of, planned_wave, with_turn
from survey_app.running.year import panels_of

FORM = "verdipuls.k1"
LIMITS = Burden()
TODAY = date(2026, 11, 27)


def wave(key, opens_on, days=14, results=14, *, invite="panel:A", population="staff", **more):
    opens = date.fromisoformat(opens_on)
    closes = opens + timedelta(days=days)
    found = WaveRow(
        id=uuid5(NAMESPACE_URL, key), key=key, sequence=1, form=FORM, kind="pulse",
        state="published", labels={}, invite=invite, opens_on=opens, closes_on=closes,
        results_on=closes + timedelta(days=results), reminder_days=(4, 10), questionnaire=None,
        opened_at=None, closed_at=None, trustees=(), comment={}, comment_days=None,
        promised_more=False, not_reachable=0, minimum_group=5, key_list_hash="",
        campaign=population, population=population, release="at once", overlap="", cards=False,
        sms=False,
    )  # fmt: skip
    return replace(found, **more)


def copied(*waves, year=2027, proposed=(), others=(), forms=(FORM,), today=TODAY, limits=LIMITS):
    return copy_of_year(year, waves, proposed, others, forms=forms, today=today, limits=limits)


def opened_on(found):
    return {one.source.key: one.days.opens_on for one in found.copied}


THE_YEAR = (
    wave("feb", "2026-02-10", 16),
    wave("may", "2026-05-12", 16, invite="panel:B"),
    wave("main", "2026-09-22", 22, invite="everybody"),
    wave("nov", "2026-11-17", 16, invite="panel:C"),
    wave("spring", "2026-03-03", 35, 21, population="public", invite="sample"),
)


def test_a_day_of_results_that_another_wave_put_off_is_copied_as_it_was_planned():
    first = wave("feb", "2026-02-10", 16)
    late = replace(
        first, results_on=first.results_on + timedelta(days=90), results_planned_on=first.results_on
    )
    [plain], [put_off] = copied(first).copied, copied(late).copied
    assert put_off.days == plain.days


def test_a_year_falls_on_the_same_weekdays_of_the_same_weeks_where_they_fit():
    assert opened_on(copied(*THE_YEAR)) == {
        "feb": date(2027, 2, 9),
        "spring": date(2027, 3, 2),
        "may": date(2027, 5, 11),
        "main": date(2027, 9, 21),
        "nov": date(2027, 11, 16),
    }


@pytest.mark.parametrize(
    ("source", "there"),
    [
        # Easter Sunday of 2027 is 28 March: the week before, and Monday after it, are left alone
        (wave("easter", "2026-03-24", 14), date(2027, 3, 30)),
        # 29 June is open in July; the last Wednesday that is not is nearer than August
        (wave("july", "2026-06-30", 14), date(2027, 6, 16)),
        # open until 16 December, in the Christmas weeks
        (wave("december", "2026-12-01", 16), date(2027, 11, 25)),
    ],
)
def test_a_wave_of_staff_avoids_easter_july_and_christmas(source, there):
    [one] = copied(source).copied
    assert one.days.opens_on == there
    assert not list(bad_days(one.days.opens_on, one.days.closes_on))


def test_results_and_the_last_day_move_to_a_working_day():
    # 29 April + 18 days is 17 May, a public holiday; the next day is a Tuesday
    [one] = copied(wave("may", "2026-04-15", 14, 19)).copied
    assert one.days.opens_on == date(2027, 4, 14)
    assert one.days.results_on == date(2027, 5, 18)
    [late] = copied(
        wave("public", "2026-11-17", 35, 8, population="public", invite="sample")
    ).copied
    assert not few_at_work(late.days.results_on)
    assert not few_at_work(late.days.closes_on)


@pytest.mark.parametrize(
    ("results", "there"),
    [
        # a week after the day on which it was closed
        (-14, date(2027, 12, 7)),
        # on that very day
        (-21, date(2027, 12, 1)),
    ],
)
def test_results_come_after_the_last_day_also_where_last_year_s_wave_was_closed_by_hand(
    results, there
):
    # planned from 3 November to 1 December, closed on the 10th
    ended = datetime(2026, 11, 10, 12, tzinfo=UTC)
    source = wave(
        "open", "2026-11-03", 28, results, population="open", invite="open",
        opened_at=ended - timedelta(days=7), closed_at=ended,
    )  # fmt: skip
    [one] = copied(source).copied
    assert one.days.closes_on == date(2027, 11, 30)
    assert one.days.results_on == there


def test_others_than_staff_are_asked_through_easter_and_not_from_its_week_on():
    [one] = copied(wave("spring", "2026-03-24", 35, population="public", invite="sample")).copied
    # 23 March lies in the week before Easter; the Friday before it is nearer than Tuesday after
    assert one.days.opens_on == date(2027, 3, 19)
    assert one.days.closes_on == date(2027, 4, 23)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_copied_asks_nobody_more_than_the_limits(seed):
    panels = ("panel:A", "panel:B", "panel:C", "everybody", "proportional:30")
    waves = [
        wave(f"w{at}", (date(2026, 1, 6) + timedelta(days=(seed * 13 + at * 41) % 330)).isoformat(),
             invite=panels[(seed + at) % len(panels)])
        for at in range(6)
    ]  # fmt: skip
    found = copied(*waves)
    periods = [
        FieldPeriod(one.source.invite, one.days.opens_on, one.days.closes_on)
        for one in found.copied
    ]
    for at, one in enumerate(periods):
        earlier = loads(one, periods[:at], LIMITS)
        over = too_much(earlier, LIMITS)
        assert not over or (one.invite.startswith("prop") and len(over) < len(earlier))
    assert len(found.copied) + len(found.unfit) == len(waves)
    for one in found.copied:
        assert one.days.opens_on.year == 2027
        assert not few_at_work(one.days.opens_on)
        assert not few_at_work(one.days.results_on)
        assert not list(bad_days(one.days.opens_on, one.days.closes_on))


def test_what_fits_nowhere_says_why():
    often = [FieldPeriod("everybody", date(2027, month, 2), date(2027, month, 20)) for month in
             (2, 5, 9)]  # fmt: skip
    found = copied(wave("nov", "2026-11-17"), wave("gone", "2026-03-03", form="gone.f1"),
                   others=often)  # fmt: skip
    assert found.copied == ()
    assert [(one.key, reason.kind) for one, reason in found.unfit] == [
        ("gone", Against.FORM_GONE), ("nov", Against.OFTEN),
    ]  # fmt: skip
    near = FieldPeriod("panel:A", date(2027, 2, 9), date(2027, 4, 29))
    [(_, reason)] = copied(wave("apr", "2026-03-24"), others=[near]).unfit
    assert reason.kind is Against.NO_DAYS
    assert reason.values == {"weeks": str(WEEKS)}


def test_nothing_opens_in_the_past():
    late = copied(*THE_YEAR, today=date(2027, 5, 20))
    assert "feb" not in opened_on(late)
    assert "feb" in {one.key for one, _ in late.unfit}
    assert opened_on(late)["main"] == date(2027, 9, 21)


def proposal(source, opens_on, planned_as=""):
    day = date.fromisoformat(opens_on)
    return ProposedWave(uuid5(NAMESPACE_URL, f"p-{source.key}"), source.id, 2027, day, day, day,
                    planned_as)  # fmt: skip


def test_what_is_proposed_planned_or_stands_otherwise_is_not_copied_again():
    feb, may = THE_YEAR[:2]
    draft = wave("other", "2027-09-28", invite="everybody", state="draft")
    moved = wave("planned", "2027-08-24", invite="panel:B", state="draft")
    found = copied(
        *THE_YEAR, draft, moved,
        proposed=[proposal(feb, "2027-02-09"), proposal(may, "2027-05-11", "planned")],
    )  # fmt: skip
    assert {one.key: day for one, day in found.standing} == {
        "feb": date(2027, 2, 9), "may": date(2027, 8, 24), "main": date(2027, 9, 28),
    }  # fmt: skip
    assert set(opened_on(found)) == {"nov", "spring"}


def test_a_wave_that_was_cancelled_or_taken_out_is_proposed_again():
    feb = THE_YEAR[0]
    cancelled = wave("feb27", "2027-02-09", state="cancelled")
    for proposed in ([proposal(feb, "2027-02-09", "feb27")], [proposal(feb, "2027-02-09", "gone")]):
        assert opened_on(copied(feb, cancelled, proposed=proposed)) == {"feb": date(2027, 2, 9)}
    assert opened_on(copied(replace(feb, state="cancelled"))) == {}


def test_a_far_wave_of_the_same_campaign_stands_for_nothing():
    feb = THE_YEAR[0]
    found = copied(feb, wave("autumn", "2027-10-05", state="draft"))
    assert set(opened_on(found)) == {"feb"}


def test_the_plan_of_the_next_wave_has_cards_where_the_last_one_had():
    last = wave("vp-1", "2026-05-12", cards=True)
    said = next_of(last, set(), TODAY)
    assert planned_wave(said, last).cards
    assert not planned_wave(said | {"cards": ""}, last).cards


def rotating(key, opens_on, turn):
    return wave(key, opens_on, 16, invite=f"rotation:1/2:{turn}")


def test_a_copied_year_goes_on_with_the_turns_of_a_rotation():
    held = (rotating("feb", "2026-02-10", 1), rotating("may", "2026-05-12", 2))
    taken = [FieldPeriod(one.invite, one.opens_on, one.closes_on) for one in held]
    # each half is asked once: in February the fourth turn, for the season's sake, in May the fifth
    once = replace(LIMITS, invitations=1)
    assert set(opened_on(copied(*held, others=taken, limits=once))) == {"feb", "may"}
    # as nobody goes on twice running, the same half twice would be too often
    same = (rotating("feb", "2026-02-10", 1), wave("may", "2026-05-12", 16))
    found = copied(*same, others=[], limits=once)
    assert [one.key for one, _ in found.unfit] == ["may"]


def test_a_turn_that_another_draft_has_is_not_taken_for_the_sake_of_the_season():
    held = [
        replace(rotating(day, day, turn), opened_at=datetime(2026, 1, 1, tzinfo=UTC))
        for turn, day in ((1, "2026-03-03"), (2, "2026-09-01"))
    ]
    moved = replace(rotating("mar", "2027-03-02", 4), state="draft")
    later = replace(rotating("nov", "2027-11-02", 5), state="draft")
    said = {"invite": "rotation", "at_once": "1", "panels": "2", "opens_on": "2027-08-24"}
    # in August it asks the half of last September: the other half is asked in November, once
    assert with_turn(said, [*held, moved, later], moved)["turn"] == "4"
    assert with_turn(said, [*held, moved], moved)["turn"] == "5"


def test_the_year_tells_of_each_part_of_the_staff_that_is_asked_alike():
    def periods(*waves):
        return {one.id: FieldPeriod(one.invite, one.opens_on, one.closes_on) for one in waves}

    thirds = panels_of(2026, periods(*THE_YEAR[:4]))
    assert [(one.letter, len(one.days)) for one in thirds] == [("A", 2), ("B", 2), ("C", 2)]
    first, second = rotating("feb", "2026-02-10", 1), rotating("may", "2026-05-12", 2)
    halves = panels_of(2026, periods(first, second))
    assert [(one.letter, one.share, one.days) for one in halves] == [
        ("", 0.5, (first.opens_on,)), ("", 0.5, (second.opens_on,)),
    ]  # fmt: skip
    mixed = panels_of(2026, periods(THE_YEAR[0], second))
    assert sum(one.share for one in mixed) == pytest.approx(1)
    assert sorted(len(one.days) for one in mixed) == [0, 1, 1, 2]
