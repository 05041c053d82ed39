"""A day of results that an earlier wave put off is that of the plan again when nothing holds it."""

from datetime import date, timedelta

import pytest

from survey_app.asking.campaigns.queries import find_wave
from survey_app.shared.database import Login, fetch
from survey_app.waves.bring_back_days import bring_back_results
from survey_app.waves.move_dates import MovedDates, move_dates
from tests.asking_builders import CAMPAIGN, NOW, TODAY, import_campaign, import_people, open_wave

pytestmark = pytest.mark.usefixtures("database")
DRAFT = CAMPAIGN.replace("[[waves]]", 'release = "09:00"\n\n[[waves]]').replace(
    "results_on = 2026-06-09", "results_on = 2026-11-03"
)
SECOND = """
[[waves]]
key = "vp-2"
invite = "everybody"
opens_on = 2026-05-21
closes_on = 2026-06-04
results_on = 2026-06-18
"""
PLANNED, PUT_OFF = date(2026, 6, 18), date(2026, 11, 3)
AT = {"now": NOW, "today": TODAY}


@pytest.fixture
async def put_off(database):
    """vp-2 is open, and told to come on the day of vp-1, which is a draft."""
    await import_people()
    await import_campaign(DRAFT + SECOND)
    await open_wave("vp-2")
    await bring_back_results(**AT)
    assert await day() == PUT_OFF  # as long as the draft stands


async def day():
    return (await find_wave(Login.WORKER, "vp-2")).results_on


async def moves():
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT actor, subject, facts FROM audit.event WHERE action = 'dates moved'",
    )
    return [(row["actor"], row["subject"]) for row in rows]


async def test_of_a_draft_that_is_thrown_away(put_off):
    await fetch(Login.MIGRATOR, "DELETE FROM asking.wave WHERE key = 'vp-1'")
    await bring_back_results(**AT)
    await bring_back_results(**AT)
    assert await day() == PLANNED
    assert await moves() == [("system", "vp-2")]


async def test_of_a_draft_that_was_to_come_later_than_it_is_now(put_off):
    nearer = PLANNED + timedelta(days=5)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET results_on = $1 WHERE key = 'vp-1'", nearer)
    await bring_back_results(**AT)
    assert await day() == nearer  # which holds it up still
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'cancelled' WHERE key = 'vp-1'")
    await bring_back_results(**AT)
    assert await day() == PLANNED


async def test_not_to_a_day_that_has_come(put_off):
    await fetch(Login.MIGRATOR, "DELETE FROM asking.wave WHERE key = 'vp-1'")
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed' WHERE key = 'vp-2'")
    await bring_back_results(now=NOW, today=PLANNED)
    assert await day() == PLANNED + timedelta(days=1)


async def test_not_to_a_day_on_which_people_may_still_answer(put_off):
    longer = MovedDates(PLANNED + timedelta(days=12), PUT_OFF, ())
    await move_dates("vp-2", longer, **AT, reason="Mange er på kurs", actor="hr@example.org")
    await fetch(Login.MIGRATOR, "DELETE FROM asking.wave WHERE key = 'vp-1'")
    await bring_back_results(**AT)
    assert await day() == longer.closes_on + timedelta(days=1)


async def test_not_to_a_day_before_that_of_another_that_cannot_keep_its_own(put_off):
    third = SECOND.replace("vp-2", "vp-3").replace("2026-06-18", "2026-06-20")
    later = SECOND.replace("2026-06-18", PUT_OFF.isoformat())  # as it stands by now
    await import_campaign(DRAFT + later + third)
    # as opening left it, were it of others than vp-2 asks
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave SET state = 'open', results_planned_on = results_on, results_on = $1"
        " WHERE key = 'vp-3'",
        PUT_OFF,
    )
    longer = MovedDates(PLANNED + timedelta(days=12), PUT_OFF, ())
    await move_dates("vp-2", longer, **AT, reason="Mange er på kurs", actor="hr@example.org")
    await fetch(Login.MIGRATOR, "DELETE FROM asking.wave WHERE key = 'vp-1'")
    await bring_back_results(**AT)
    days = [(await find_wave(Login.WORKER, key)).results_on for key in ("vp-2", "vp-3")]
    assert days == [longer.closes_on + timedelta(days=1)] * 2


async def test_not_where_somebody_chose_a_day_or_the_publication_names_it(put_off):
    wave = await find_wave(Login.WORKER, "vp-2")
    chosen = MovedDates(wave.closes_on, date(2026, 10, 1), tuple(wave.reminder_days))
    await fetch(Login.MIGRATOR, "DELETE FROM asking.wave WHERE key = 'vp-1'")
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published' WHERE key = 'vp-2'")
    await bring_back_results(**AT)
    assert await day() == PUT_OFF
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'open' WHERE key = 'vp-2'")
    await move_dates("vp-2", chosen, **AT, reason="Mange er på kurs", actor="hr@example.org")
    await bring_back_results(**AT)
    assert await day() == date(2026, 10, 1)
