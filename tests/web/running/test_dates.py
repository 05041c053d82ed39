"""The days of an open wave are moved on a page: never into the past, never what was sent."""

import json
import re
from dataclasses import replace
from datetime import timedelta

from questionnaires.holidays import AvoidedDays, read_days
from survey_app.accounts.roles import Role
from survey_app.answering.sealing import is_as_opened
from survey_app.asking.campaigns.queries import find_wave
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.agency import agency
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.numbers import long_date
from survey_app.waves.answered import survey_row
from tests.asking_builders import import_campaign, open_wave
from tests.builders_publication import words
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, opened, planned, work
from tests.web.running.test_preview import PUBLIC, coming

DATES = f"{WAVE}/dates"
DAY = timedelta(days=1)
# counted, and its figures are still to come
STOPPED = (
    "INSERT INTO asking.wave_work (wave, kind, problem, tried_at) VALUES ($1, 'refused', 'x', $2)"
)


def day(after):
    return (clock.today() + timedelta(days=after)).isoformat()


async def moved(client, **fields):
    page = (await client.get(DATES)).text
    found = dict(re.findall(r'name="(csrf|\w+_on|reminder_days)"\s+value="([^"]*)"', page))
    return await client.post(
        DATES, data=found | {"reason": "Mange er på kurs"} | fields, follow_redirects=False
    )


async def wave():
    return await find_wave(Login.WORKER, "vp-1")


async def test_the_last_day_results_and_reminders_of_an_open_wave_move_with_a_reason(hr, settings):
    await opened(hr)
    name = (await wave()).labels["name"]
    # in quotation marks: the name of a wave begins with a month
    assert f"Flytte datoene for «{name['nb']}»?" in (await hr.get(DATES)).text
    assert f'href="{DATES}"' in (await hr.get(CAMPAIGN_PAGE)).text
    # whatever weekday that is
    days = {"closes_on": day(20), "results_on": day(40), "reminder_days": "4, 12, 18"}
    reply = await moved(hr, **days, anyway="yes")
    assert reply.headers["location"] == CAMPAIGN_PAGE
    assert "flyttes nå" in (await hr.get(CAMPAIGN_PAGE)).text
    await work()
    now = await wave()
    assert (now.closes_on.isoformat(), now.results_on.isoformat()) == (day(20), day(40))
    assert (list(now.reminder_days), now.state) == ([4, 12, 18], "open")
    assert now.labels["name"] == name
    async with connection(Login.WEB) as link:
        assert await is_as_opened(link, settings, await survey_row(link, now.id))
    [event] = await fetch(
        Login.MIGRATOR, "SELECT actor, facts FROM audit.event WHERE action = 'dates moved'"
    )
    facts = json.loads(event["facts"])
    assert event["actor"] == "hr2@example.org"
    assert facts["reason"] == "Mange er på kurs"
    assert facts["closes_on"] == [day(14), day(20)]


async def test_who_keeps_a_planned_wave_from_opening_by_a_later_day_is_told_before(hr):
    await opened(hr)
    # the next opens 50 weeks after the last day: eight must lie between
    await planned(hr, f"{WAVE}/next", anyway="yes")
    await work()
    nearest = (await wave()).closes_on + timedelta(weeks=42)
    far = {"results_on": day(360), "closes_on": (nearest + DAY).isoformat()}
    reply = await moved(hr, **far)
    assert reply.status_code == 422
    assert "og kan ikke åpne da: Det må være minst 8 uker mellom" in reply.text
    assert f'value="{far["closes_on"]}"' in reply.text
    assert (await moved(hr, **far, anyway="yes")).status_code == 303
    # a day earlier, there is nothing left to ask of but the weeks that lie between
    reply = await moved(hr, **far | {"closes_on": nearest.isoformat()})
    assert "kan ikke åpne da" not in reply.text


async def test_a_reminder_that_is_moved_to_a_day_off_is_asked_about_as_in_a_plan(hr, monkeypatch):
    await opened(hr)
    opens = (await wave()).opens_on
    # a Saturday that has no reminder yet, and such a Wednesday, which the agency keeps
    free = [after for after in range(1, 14) if after not in {4, 10}]
    saturday = next(after for after in free if (opens + after * DAY).weekday() == 5)
    wednesday = next(after for after in free if (opens + after * DAY).weekday() == 2)
    kept = read_days((opens + wednesday * DAY).strftime("%m-%d"))
    home = replace(agency(), holidays=kept)
    monkeypatch.setattr("survey_app.asking.campaigns.field_days.agency", lambda: home)
    for after, answer in ((saturday, "yes"), (wednesday, "")):
        reply = await moved(hr, reminder_days=str(after))
        assert reply.status_code == 422
        when = long_date(opens + after * DAY, "nb").replace("\xa0", " ")
        assert f"Påminnelsen {when} kommer i helgen eller på en helligdag." in words(reply)
        assert "Ja, flytt datoene likevel" in words(reply)
        assert f'value="{after}"' in reply.text
        if answer:
            assert (await moved(hr, reminder_days=str(after), anyway="yes")).status_code == 303
    await work()
    # of one that stands, nobody is asked again
    assert list((await wave()).reminder_days) == [saturday]
    assert (await moved(hr, results_on=day(40))).status_code == 303


async def test_a_last_day_that_is_moved_into_weeks_when_few_answer_is_asked_about(hr, monkeypatch):
    await opened(hr)
    closes = (await wave()).closes_on
    week = AvoidedDays({"nb": "høstferien"}, closes + DAY, closes + 7 * DAY)
    home = replace(agency(), avoided=(week,))
    monkeypatch.setattr("survey_app.asking.campaigns.field_days.agency", lambda: home)
    # where it stands, nobody is asked
    assert (await moved(hr, results_on=day(41))).status_code == 303
    await work()
    later = (closes + DAY).isoformat()
    reply = await moved(hr, closes_on=later)
    assert reply.status_code == 422
    assert "Målingen er åpen i høstferien, fra" in words(reply)
    assert f'value="{later}"' in reply.text
    assert (await moved(hr, closes_on=later, anyway="yes")).status_code == 303
    await work()
    assert (await wave()).closes_on.isoformat() == later
    # it stands there now
    assert (await moved(hr, results_on=day(40))).status_code == 303


async def test_days_that_cannot_be_are_told_by_their_field_and_nothing_is_lost(hr):
    await opened(hr)
    bind_worker()
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET opens_on = opens_on - 20, closes_on = closes_on - 5",
    )
    bind_web()
    for fields, told in (
        ({"closes_on": day(0)}, "Siste dag kan tidligst være i morgen"),
        ({"closes_on": day(30), "results_on": day(29)}, "Resultatene må komme etter"),
        ({"reminder_days": "5, 10"}, "må stå som de er"),
        ({"reminder_days": "4, 10, 11"}, "må stå som de er"),
        ({"reminder_days": "4, 10, x"}, "i stigende rekkefølge"),
        ({"reason": " "}, "Skriv hvorfor datoene flyttes"),
        ({"reason": "\u200b\u202e"}, "Skriv hvorfor datoene flyttes"),
        ({"reason": "x" * 501}, "Begrunnelsen er for lang: Den kan ha høyst 500 tegn."),
    ):
        reply = await moved(hr, **fields)
        assert reply.status_code == 422, fields
        assert told in reply.text
        for name, value in fields.items():
            kept = f">{value}</textarea>" if value == "x" * 501 else f'value="{value}"'
            assert (name == "reason" and len(value) < 3) or kept in reply.text
    assert not await fetch(Login.WORKER, "SELECT 1 FROM asking.wave_act WHERE act = 'dates'")
    assert (await moved(hr, reminder_days="4, 10, 24", anyway="yes")).status_code == 303


async def test_a_day_of_results_from_before_it_had_a_limit_is_moved_nearer(hr):
    await opened(hr)
    await fetch(Login.WORKER, "UPDATE asking.wave SET results_on = closes_on + 200")
    reply = await moved(hr, reminder_days="4, 12")
    assert reply.status_code == 422
    assert "høyst 183 dager" in reply.text
    assert (await moved(hr, results_on=day(40))).headers["location"] == CAMPAIGN_PAGE
    await work()
    assert (await wave()).results_on.isoformat() == day(40)


async def test_a_move_that_closing_overtook_says_so_and_changes_nothing(hr):
    await opened(hr)
    await moved(hr, closes_on=day(20), anyway="yes")
    before = await wave()
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed'")
    await work()
    assert (await wave()).closes_on == before.closes_on
    [act] = await fetch(
        Login.WORKER, "SELECT state, outcome FROM asking.wave_act WHERE act = 'dates'"
    )
    assert act["state"] == "refused"
    assert json.loads(act["outcome"]) == [["NOT_OPEN", {}]]


async def test_only_an_open_wave_s_days_are_moved_and_by_those_who_run_it(hr, sign_in):
    assert (await hr.get(DATES, follow_redirects=False)).headers["location"] == CAMPAIGN_PAGE
    bind_worker()
    await open_wave(today=clock.today(), now=clock.now())
    bind_web()
    for role in (Role.COMMUNICATIONS, Role.LEADER):
        reader = await sign_in(role)
        assert (await reader.get(DATES)).status_code == 403


async def test_letters_that_were_made_are_spoken_of_where_a_wave_writes_them(web, sign_in):
    bind_worker()
    await import_campaign(coming(PUBLIC))
    bind_web()
    reader = await sign_in(Role.COMMUNICATIONS)
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'open'")
    page = (await reader.get(DATES)).text
    assert "Brev som er laget, har den gamle fristen" in page
    assert "Påminnelser som sendes etterpå" not in page


async def closed(state="closed"):
    """Let the wave be over since yesterday."""
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = $1, opens_on = opens_on - 15, closes_on = closes_on - 15",
        state,
    )


async def test_a_closed_wave_s_day_of_results_moves_and_what_follows_is_said_before(hr):
    await opened(hr)
    for at, state in enumerate(("closed", "counted")):
        await closed(state)
        if state == "counted":
            await fetch(Login.WORKER, STOPPED, (await wave()).id, clock.now())
        assert f'href="{DATES}"' in (await hr.get(CAMPAIGN_PAGE)).text
        page = (await hr.get(DATES)).text
        assert "Bare dagen da resultatene vises, kan flyttes" in page
        assert "tidligst samme dag" in page
        assert 'name="closes_on"' not in page
        before = await wave()
        for wrong, told in ((day(0), "alt gått"), (day(400), "høyst 183 dager"), ("", "mangler")):
            reply = await moved(hr, results_on=wrong)
            assert (reply.status_code, told in reply.text) == (422, True), wrong
        wanted = day(40 + at)
        assert (await moved(hr, results_on=wanted, closes_on=day(20))).status_code == 409
        reply = await moved(hr, results_on=wanted)
        assert reply.headers["location"] == CAMPAIGN_PAGE
        await work()
        after = await wave()
        assert (after.results_on.isoformat(), after.closes_on) == (wanted, before.closes_on)
    events = await fetch(
        Login.MIGRATOR,
        "SELECT actor, facts FROM audit.event WHERE action = 'dates moved'",
    )
    said = [json.loads(one["facts"]) for one in events]
    assert sorted(one["results_on"] for one in said) == [[day(28), day(40)], [day(40), day(41)]]
    assert {one["actor"] for one in events} == {"hr2@example.org"}
    assert {one["reason"] for one in said} == {"Mange er på kurs"}


async def test_a_day_of_results_that_figures_name_does_not_move(hr):
    await opened(hr)
    await closed()
    await moved(hr, results_on=day(40))
    await closed("published")
    assert (await hr.get(DATES, follow_redirects=False)).headers["location"] == CAMPAIGN_PAGE
    await work()
    [act] = await fetch(Login.WORKER, "SELECT outcome FROM asking.wave_act WHERE act = 'dates'")
    assert json.loads(act["outcome"]) == [["RESULTS_FIXED", {}]]
    assert (await wave()).results_on.isoformat() == day(28)
    page = (await hr.get(CAMPAIGN_PAGE)).text
    told = "Tallene er regnet ut med denne resultatdagen, så den kan ikke flyttes lenger."
    assert told in page
    assert "Prøv igjen" not in page
    # once they are shown, it is history
    await fetch(Login.WORKER, "UPDATE asking.wave SET results_on = $1", clock.today() - DAY)
    assert told not in (await hr.get(CAMPAIGN_PAGE)).text


async def test_nothing_is_offered_of_results_that_a_counted_wave_will_not_have(hr):
    await opened(hr)
    await closed("counted")
    assert f'href="{DATES}"' not in (await hr.get(CAMPAIGN_PAGE)).text
