"""A wave over nights when clocks change: reminders at nine, and open to its last second."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.delivery.remind import queue_due_reminders, reminders_of
from survey_app.publishing.claims import due_waves
from survey_app.shared import clock
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login
from survey_app.waves.progress import days_of_open_keys
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave
from tests.sent_mail import mails, send

SUNDAYS = [date(2027, 3, 28), date(2027, 10, 31)]
DAY, HOUR, QUARTER, SECOND = (timedelta(seconds=one) for one in (86_400, 3_600, 900, 1))


async def a_wave(opens, closes):
    """Open a wave that reminds on its fourth and fifth day."""
    text = CAMPAIGN.replace("2026-05-12", f"{opens}").replace("[4, 10]", "[4, 5]")
    text = text.replace("2026-05-26", f"{closes}").replace("2026-06-09", f"{closes + 14 * DAY}")
    at = by_the_clock_on_the_wall(opens, 8)
    await import_people(today=opens, now=at)
    await import_campaign(text, now=at)
    await open_wave(today=opens, now=at)
    return at


def by_the_clock_on_the_wall(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), OSLO).astimezone(UTC)


@pytest.mark.parametrize("sunday", SUNDAYS)
async def test_reminders_of_two_days_between_which_the_clock_changes_go_in_the_morning(
    database, sink, tmp_path, sunday
):
    opened = await a_wave(sunday - 5 * DAY, sunday + 14 * DAY)
    assert (await send(sink.url, now=opened)).sent == 60
    saturday, went = sunday - DAY, {}
    at = by_the_clock_on_the_wall(saturday, 0, 5)
    while at < by_the_clock_on_the_wall(sunday + DAY, 0, 5):
        await queue_due_reminders(today=at.astimezone(OSLO).date(), now=at)
        if sent := (await send(sink.url, now=at)).sent:
            went[at.astimezone(OSLO)] = sent
        at += QUARTER
    assert list(went.values()) == [60, 60]
    first, second = went
    assert (first.date(), first.hour) == (saturday, 9)
    # in spring an hour later, since 24 lie between two
    assert (second.date(), second.hour) == (sunday, 10 if sunday.month == 3 else 9)
    told = await reminders_of(Login.WEB, await find_wave(Login.WEB, "vp-1"), now=at)
    assert (told.sent, told.planned) == ((saturday, sunday), ())
    assert len(mails(tmp_path)) == 180


@pytest.mark.parametrize("after", [-1, 0])
@pytest.mark.parametrize("sunday", SUNDAYS)
async def test_a_wave_takes_answers_to_the_last_second_of_its_last_day_and_closes_then(
    database, monkeypatch, sunday, after
):
    last = sunday + after * DAY
    await a_wave(last - 14 * DAY, last)
    midnight = by_the_clock_on_the_wall(last + DAY, 0)
    for hours in range(-30, 6):
        for moment in (midnight + hours * HOUR - SECOND, midnight + hours * HOUR):
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            over = moment >= midnight
            assert bool(await due_waves(clock.today())) is over
            assert (clock.today() > last) is over


async def test_the_age_of_a_key_is_in_days_of_norway_whatever_the_servers_zone(database):
    opens = date(2027, 3, 16)
    await a_wave(opens, opens + 14 * DAY)
    assert await days_of_open_keys(Login.WEB, opens) == {"vp-1": 0}
    assert await days_of_open_keys(Login.WEB, opens + 12 * DAY) == {"vp-1": 12}
    assert await days_of_open_keys(Login.WEB, opens - DAY) == {"vp-1": 0}
