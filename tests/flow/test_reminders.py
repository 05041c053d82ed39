"""Reminders, what is forgotten after a wave, and what is told of answers meanwhile."""

import asyncio
from datetime import timedelta

import pytest

from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.delivery import jobs
from survey_app.asking.delivery.clean_up import cancel_due, forget_invitations, forget_reminders
from survey_app.asking.delivery.commands import remind_named
from survey_app.asking.delivery.queries import delivery_state
from survey_app.asking.delivery.remind import (
    queue_due_reminders,
    reasons_against_reminding,
    remind_wave,
    reminders_of,
)
from survey_app.asking.errors import ReminderRefused
from survey_app.asking.invitations.sweep_marks import sweep_marks
from survey_app.asking.reasons import Against
from survey_app.asking.writing import writing
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.numbers import long_date, time_of_day
from tests.asking_builders import (
    NOW,
    TODAY,
    an_open_wave,
    import_campaign,
    import_people,
    open_wave,
    register,
)
from tests.sent_mail import mails, outbox, send


async def test_reminders_go_only_to_those_who_have_not_answered_and_did_not_say_stop(
    database, sink, tmp_path
):
    await an_open_wave()
    await send(sink.url)
    await mark(40)
    await opt_out(5)
    day = TODAY + timedelta(days=4)
    morning = NOW + timedelta(days=4)
    assert await queue_due_reminders(today=TODAY + timedelta(days=3), now=NOW) == {}
    assert await queue_due_reminders(today=day, now=morning) == {"vp-1": 15}
    assert await queue_due_reminders(today=day, now=morning) == {}
    # one of them answers before the mail leaves
    await mark(41)
    tally = await send(sink.url, now=morning)
    assert (tally.sent, tally.cancelled) == (14, 1)
    reminders = [mail for mail in mails(tmp_path) if "Påminnelse" in mail["Subject"]]
    assert len({mail["To"] for mail in reminders}) == 14


async def test_a_campaign_may_remind_everybody_so_that_nobody_learns_who_answered(database, sink):
    await an_open_wave()
    await fetch(Login.WORKER, "UPDATE asking.campaign SET remind_everybody = true")
    await send(sink.url)
    await mark(40)
    assert await remind_wave("vp-1", now=NOW) == 60
    assert (await send(sink.url)).sent == 60


async def test_nobody_is_reminded_of_an_invitation_that_never_arrived(database):
    await an_open_wave()
    assert await remind_wave("vp-1", now=NOW) == 0


async def test_a_reminder_that_goes_to_nobody_has_its_day_and_is_told_once(database, sink):
    """Else pages and log would say that all have answered, and to the day since when."""
    await an_open_wave()
    await send(sink.url)
    await mark(60)
    day, morning = TODAY + timedelta(days=4), NOW + timedelta(days=4)
    assert await queue_due_reminders(today=day, now=morning) == {"vp-1": 0}
    assert await queue_due_reminders(today=day, now=morning) == {}
    by_hand = NOW + timedelta(days=6)
    assert await remind_wave("vp-1", now=by_hand) == 0
    with pytest.raises(ReminderRefused, match="let a day pass"):
        await remind_wave("vp-1", now=by_hand + timedelta(hours=1))
    assert (await send(sink.url, now=by_hand)).sent == 0
    told = await reminders_of(Login.WEB, await find_wave(Login.WEB, "vp-1"), now=by_hand)
    assert (told.sent, told.planned) == ((day, by_hand.date()), ())


async def test_a_reminder_that_waits_for_its_hour_is_not_said_to_have_gone(database, sink):
    await an_open_wave()
    await send(sink.url)
    # the worker queues it early in the morning, to go at nine
    early, nine = NOW + timedelta(days=4, hours=-1), NOW + timedelta(days=4)
    assert await queue_due_reminders(today=TODAY + timedelta(days=4), now=early) == {"vp-1": 60}
    wave = await find_wave(Login.WEB, "vp-1")
    [waits] = await reasons_against_reminding(Login.WEB, wave.id, now=early)
    [said] = say_reasons([waits], "nb")
    assert f"Det går en påminnelse av seg selv {long_date(nine, 'nb')}" in said
    assert time_of_day(nine, "nb") in said
    with pytest.raises(ReminderRefused, match="a reminder goes out at"):
        await remind_wave("vp-1", now=early)
    [gone] = await reasons_against_reminding(Login.WEB, wave.id, now=nine)
    assert gone.kind is Against.REMINDED


async def test_a_reminder_that_waits_for_the_end_of_quiet_hours_has_not_gone(
    database, sink, monkeypatch
):
    await an_open_wave()
    await send(sink.url)
    quiet = Settings(quiet_hours="21-10")
    monkeypatch.setattr("survey_app.asking.delivery.remind.settings", lambda: quiet)
    day = TODAY + timedelta(days=4)
    nine, ten = NOW + timedelta(days=4), NOW + timedelta(days=4, hours=1)
    assert await queue_due_reminders(today=day, now=nine - timedelta(hours=3)) == {"vp-1": 60}
    wave = await find_wave(Login.WEB, "vp-1")
    half_past = nine + timedelta(minutes=30)
    [waits] = await reasons_against_reminding(Login.WEB, wave.id, now=half_past)
    assert waits.kind is Against.REMINDER_WAITS
    assert time_of_day(ten, "nb") in say_reasons([waits], "nb")[0]
    told = await reminders_of(Login.WEB, wave, now=half_past)
    assert (told.sent, told.planned) == ((), (ten, ten + timedelta(days=6)))
    [gone] = await reasons_against_reminding(Login.WEB, wave.id, now=ten)
    assert gone.kind is Against.REMINDED
    assert (await reminders_of(Login.WEB, wave, now=ten)).sent == (day,)
    # by hand in the evening: it is of the day on which it goes
    evening = NOW + timedelta(days=7, hours=13)
    assert await remind_wave("vp-1", now=evening) == 60
    told = await reminders_of(Login.WEB, wave, now=evening)
    assert (told.sent, told.planned) == ((day,), (ten + timedelta(days=4),))


async def test_a_planned_reminder_is_told_for_when_quiet_days_are_over_or_not_at_all(
    database, sink, monkeypatch
):
    await an_open_wave()
    await send(sink.url)
    wave = await find_wave(Login.WEB, "vp-1")
    days = [TODAY + timedelta(days=after) for after in range(4, 15)]
    for kept, moments in (
        (days[:1], (NOW + timedelta(days=4, hours=15), NOW + timedelta(days=10))),
        # until after the last day: it goes to nobody
        (days[6:], (NOW + timedelta(days=4),)),
    ):
        quiet = Settings(quiet_days=", ".join(f"{day:%m-%d}" for day in kept))
        monkeypatch.setattr("survey_app.asking.delivery.remind.settings", lambda quiet=quiet: quiet)
        told = await reminders_of(Login.WEB, wave, now=NOW)
        assert told.planned == moments
        assert told.replaced == days[0]


async def test_at_most_three_reminders_are_sent(database, sink):
    await an_open_wave()
    await send(sink.url)
    for day in range(3):
        assert await remind_wave("vp-1", now=NOW + timedelta(days=day)) == 60
    with pytest.raises(ReminderRefused, match="had 3 reminders"):
        await remind_wave("vp-1", now=NOW + timedelta(days=3))


async def test_how_many_wait_for_a_reminder_is_told_nowhere(
    database, sink, tmp_path, caplog, monkeypatch
):
    drawn = await an_open_wave()
    monkeypatch.setattr(jobs, "now", lambda: NOW)
    caplog.set_level("INFO", "barometer.mail")
    context = {"settings": Settings(smtp_url=sink.url, data_dir=tmp_path)}
    await jobs.send_due_mail(context)
    assert caplog.messages == ["mail: of invitations 60 sent, 0 later, 0 failed, 0 needless"]
    await mark(41)
    assert await remind_wave("vp-1", now=NOW) == 19
    state = await delivery_state(Login.WORKER, drawn.wave, now=NOW)
    assert (state.sent, state.waiting, state.reminding) == (60, 0, True)
    await mark(42)
    await jobs.send_due_mail(context)
    # nor in the log how many went, and that one had answered since the morning
    assert len(caplog.messages) == 1
    assert (await outbox("reminder-1"))[1] == {"sent": 18, "cancelled": 1}
    # nor on the page when the last one went, but in whole hours
    for minutes, told in ((59, True), (60, False)):
        at = NOW + timedelta(minutes=minutes)
        assert (await delivery_state(Login.WORKER, drawn.wave, now=at)).reminding is told


async def test_the_command_that_reminds_tells_no_number(database, sink, monkeypatch):
    await an_open_wave()
    await send(sink.url)
    await mark(41)
    monkeypatch.setattr("survey_app.asking.delivery.commands.now", lambda: NOW)
    told = []
    await remind_named("vp-1", told.append)
    assert told[0] == "the reminders are due and leave with the worker"
    assert not any(sign.isdigit() for line in told for sign in line)
    logged = "SELECT actor, facts FROM audit.event WHERE action = 'people reminded'"
    assert await fetch(Login.WORKER, logged) == [{"actor": "command line", "facts": "{}"}]


async def test_a_reminder_follows_another_after_a_day_at_the_earliest(database, sink):
    await an_open_wave()
    await send(sink.url)
    assert await remind_wave("vp-1", now=NOW) == 60
    with pytest.raises(ReminderRefused, match="let a day pass"):
        await remind_wave("vp-1", now=NOW + timedelta(hours=23))
    assert await remind_wave("vp-1", now=NOW + timedelta(hours=24)) == 60


async def test_one_that_was_missed_leaves_nobody_out_of_the_next_by_hand(database, sink):
    await an_open_wave()
    await send(sink.url)
    # the worker stood still on the fourth day, and the second of the plan goes on the tenth
    day, morning = TODAY + timedelta(days=10), NOW + timedelta(days=10)
    assert await queue_due_reminders(today=day, now=morning) == {"vp-1": 60}
    assert await remind_wave("vp-1", now=NOW + timedelta(days=12)) == 60


async def test_one_by_hand_takes_the_place_of_the_next_that_is_planned_and_that_is_told(
    database, sink
):
    await an_open_wave()
    await send(sink.url)

    async def told(days):
        wave = await find_wave(Login.WEB, "vp-1")
        return await reminders_of(Login.WEB, wave, now=NOW + timedelta(days=days))

    first, second = TODAY + timedelta(days=4), TODAY + timedelta(days=10)
    before = await told(0)
    at_nine = tuple(NOW + timedelta(days=days) for days in (4, 10))
    assert (before.sent, before.planned, before.replaced) == ((), at_nine, first)
    assert await remind_wave("vp-1", now=NOW + timedelta(days=2)) == 60
    after = await told(2)
    assert (after.sent, after.planned) == ((TODAY + timedelta(days=2),), at_nine[1:])
    assert await queue_due_reminders(today=first, now=NOW + timedelta(days=4)) == {}
    # queued just after midnight, and sent at nine
    midnight = NOW + timedelta(days=10, hours=-9)
    assert await queue_due_reminders(today=second, now=midnight) == {"vp-1": 60}
    waits = await reminders_of(Login.WEB, await find_wave(Login.WEB, "vp-1"), now=midnight)
    assert (waits.planned, waits.replaced) == (at_nine[1:], None)
    assert ((await told(10)).sent[-1], (await told(10)).planned) == (second, ())


@pytest.mark.parametrize("days", [6, 10])
async def test_one_by_hand_before_a_late_worker_looks_at_the_plan_is_the_only_one_of_that_day(
    database, sink, days
):
    await an_open_wave()
    await send(sink.url)
    # on the fourth day the worker stood still, and began again with what somebody had asked for
    day, moment = TODAY + timedelta(days=days), NOW + timedelta(days=days)
    told = await reminders_of(Login.WEB, await find_wave(Login.WEB, "vp-1"), now=moment)
    second = TODAY + timedelta(days=10)
    ahead = (NOW + timedelta(days=10),)
    assert (told.planned, told.replaced) == (ahead, second if day == second else None)
    assert await remind_wave("vp-1", now=moment) == 60
    assert await queue_due_reminders(today=day, now=moment) == {}
    # what the page says is replaced is not sent, and what it does not say is sent
    later = {"vp-1": 60} if day < second else {}
    assert await queue_due_reminders(today=second, now=NOW + timedelta(days=10)) == later


async def test_a_missed_reminder_is_left_out_on_the_evening_before_the_next(database, sink):
    await an_open_wave()
    await send(sink.url)
    # the first was due on the fourth day; the second is on the tenth, at nine
    evening = NOW + timedelta(days=9, hours=13)
    assert await queue_due_reminders(today=TODAY + timedelta(days=9), now=evening) == {}
    morning = NOW + timedelta(days=10)
    assert await queue_due_reminders(today=TODAY + timedelta(days=10), now=morning) == {"vp-1": 60}


async def test_nobody_gets_two_reminders_within_a_day_however_late_the_first_one_went(
    database, sink
):
    await an_open_wave()
    await remind_on(4, 5)
    await send(sink.url)
    # the worker began at 22:00 on the day of the first, and the second is due at nine
    evening, morning = NOW + timedelta(days=4, hours=13), NOW + timedelta(days=5)
    assert await queue_due_reminders(today=TODAY + timedelta(days=4), now=evening) == {"vp-1": 60}
    assert (await send(sink.url, now=evening)).sent == 60
    assert await queue_due_reminders(today=TODAY + timedelta(days=5), now=morning) == {"vp-1": 60}
    tally = await send(sink.url, now=morning)
    assert (tally.sent, tally.later, tally.cancelled) == (0, 60, 0)
    rows, _ = await outbox("reminder-2")
    # put off, and not counted as a try
    assert {(row["attempts"], row["due_at"]) for row in rows} == {(0, evening + timedelta(days=1))}
    assert (await send(sink.url, now=evening + timedelta(days=1))).sent == 60


async def test_of_two_reminders_that_waited_for_a_mail_server_only_the_newer_is_sent(
    database, sink
):
    await an_open_wave()
    await send(sink.url)
    for days in (4, 10):
        moment = NOW + timedelta(days=days)
        assert await queue_due_reminders(today=TODAY + timedelta(days=days), now=moment) == {
            "vp-1": 60
        }
    tally = await send(sink.url, now=NOW + timedelta(days=10))
    assert (tally.sent, tally.cancelled) == (60, 60)
    _, newer = await outbox("reminder-2")
    assert newer == {"sent": 60}


async def test_a_reminder_that_waited_until_the_next_had_come_counts_as_none(database, sink):
    await an_open_wave()
    await send(sink.url)
    for days in (4, 10):
        moment = NOW + timedelta(days=days)
        await queue_due_reminders(today=TODAY + timedelta(days=days), now=moment)
    await send(sink.url, now=NOW + timedelta(days=10))
    told = await reminders_of(Login.WEB, await find_wave(Login.WEB, "vp-1"), now=moment)
    # on the fourth day nobody got any
    assert told.sent == (TODAY + timedelta(days=10),)
    for days in (12, 13):
        assert await remind_wave("vp-1", now=NOW + timedelta(days=days)) == 60
        await send(sink.url, now=NOW + timedelta(days=days))
    with pytest.raises(ReminderRefused, match="had 3 reminders"):
        await remind_wave("vp-1", now=NOW + timedelta(days=14))


async def test_one_person_who_is_reminded_later_holds_up_no_reminder_of_the_others(database, sink):
    await an_open_wave()
    await send(sink.url)
    morning, late = NOW + timedelta(days=4), NOW + timedelta(days=4, hours=20)
    await queue_due_reminders(today=TODAY + timedelta(days=4), now=morning)
    # a server put one off
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET due_at = $1 WHERE id ="
        " (SELECT id FROM asking.outbox WHERE kind = 'reminder-1' ORDER BY id LIMIT 1)",
        late,
    )
    assert (await send(sink.url, now=morning)).sent == 59
    assert (await send(sink.url, now=late)).sent == 1
    next_day = NOW + timedelta(days=5)
    assert await remind_wave("vp-1", now=next_day) == 60
    # and they still get none within a day
    tally = await send(sink.url, now=next_day)
    assert (tally.sent, tally.later) == (59, 1)
    assert (await send(sink.url, now=late + timedelta(days=1))).sent == 1


async def test_whoever_was_invited_late_is_reminded_a_day_later_at_the_earliest(database, sink):
    await an_open_wave()
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET reminder_days = '{4, 5}'")
    # the worker stood still until an hour before the first reminder
    late = NOW + timedelta(days=4, hours=-1)
    await send(sink.url, now=late)
    morning = NOW + timedelta(days=4)
    assert await queue_due_reminders(today=TODAY + timedelta(days=4), now=morning) == {"vp-1": 60}
    # both would go on the fifth day: the day is told once
    told = await reminders_of(Login.WEB, await find_wave(Login.WEB, "vp-1"), now=morning)
    assert told.planned == (NOW + timedelta(days=5),)
    assert (await send(sink.url, now=morning)).handled == 0
    assert (await send(sink.url, now=late + timedelta(days=1))).sent == 60


async def test_nothing_is_sent_for_a_wave_that_has_closed(database, sink, tmp_path):
    await an_open_wave()
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed', closed_at = $1", NOW)
    tally = await send(sink.url)
    assert (tally.sent, tally.cancelled) == (0, 60)
    assert mails(tmp_path) == []


async def test_a_worker_that_stood_still_over_the_last_day_sends_nothing_before_it_closes(
    database, sink, tmp_path
):
    await an_open_wave()
    await send(sink.url)
    last = NOW + timedelta(days=14)
    await remind_wave("vp-1", now=last)
    for late in (last + timedelta(days=1), last + timedelta(days=3)):
        assert await queue_due_reminders(today=late.date(), now=late) == {}
        # a message would ask for answers by a day that has passed
        assert (await send(sink.url, now=late)).handled == 0
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'closed', closed_at = $1", last)
    assert (await send(sink.url, now=late)).cancelled == 60
    assert len(mails(tmp_path)) == 60


async def test_invitations_and_outbox_are_deleted_thirty_days_after_closing(database, sink):
    await an_open_wave()
    await send(sink.url)
    await remind_wave("vp-1", now=NOW)
    assert await forget_invitations(now=NOW + timedelta(days=400)) == 0
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'published', closed_at = $1", NOW)
    # who was reminded tells who had not answered: that goes at once
    assert await forget_reminders() == 60
    assert await forget_invitations(now=NOW + timedelta(days=29)) == 0
    assert await forget_invitations(now=NOW + timedelta(days=29, seconds=1)) == 60
    rows, _ = await outbox()
    assert rows == []


async def test_a_mail_server_that_says_nothing_holds_up_no_closing_and_leaves_no_reminder(
    database, sink
):
    await an_open_wave()
    await send(sink.url)
    await remind_wave("vp-1", now=NOW)
    wave = await find_wave(Login.WORKER, "vp-1")
    async with connection(Login.WORKER) as sender, sender.transaction():
        # as whoever hands it over does, until the server has answered
        on_its_way = await sender.fetchval(
            "SELECT id FROM asking.outbox WHERE kind <> 'invitation' LIMIT 1 FOR UPDATE"
        )
        async with writing() as link:
            async with asyncio.timeout(5):
                await cancel_due(link, wave.id)
        await fetch(
            Login.WORKER,
            "UPDATE asking.wave SET state = 'counted', opened_at = $1, closed_at = $1",
            NOW,
        )
        async with asyncio.timeout(5):
            assert await forget_reminders() == 59
        assert await sweep_marks() == ["vp-1"]
        await sender.execute(
            "UPDATE asking.outbox SET state = 'due', due_at = $2 WHERE id = $1", on_its_way, NOW
        )
    # lost on its way, and nobody is reminded of a wave that is closed
    assert (await send(sink.url)).sent == 0
    assert await sweep_marks() == []
    kinds = await fetch(Login.WORKER, "SELECT DISTINCT kind FROM asking.outbox")
    assert [row["kind"] for row in kinds] == ["invitation"]


async def test_counts_of_the_whole_are_shown_from_k_and_of_units_by_steps(database):
    await an_open_wave()
    await mark(3, unit="nord-1")
    await refresh_live_counts(TODAY)
    assert await shown() == {"": None, "nord": None, "nord-1": None, "nord-2+sor-1": None}
    await mark(29, unit="nord-1")
    await mark(9, unit="nord-2+sor-1")
    # the night before the opening, made up for late: nobody had answered then
    await refresh_live_counts(TODAY - timedelta(days=1))
    assert set((await shown()).values()) == {None}
    await refresh_live_counts(TODAY + timedelta(days=1))
    # of 34 five at least have not answered, whatever the other unit's 5 to 9 are
    assert await shown() == {"": 38, "nord": 36, "nord-1": 25, "nord-2+sor-1": 5}


async def test_of_more_units_each_is_told_by_steps_and_again_when_enough_have_come(database):
    sizes = {f"nord-{n}": 40 for n in range(1, 7)}
    await import_people(register(sizes))
    await import_campaign()
    await open_wave()
    for n in range(1, 7):
        await mark(10 + n, unit=f"nord-{n}")
    await refresh_live_counts(TODAY)
    first = await shown()
    assert first == {"": 81, "nord": 82, **dict.fromkeys(list(sizes)[:4], 10), "nord-5": 15,
                     "nord-6": 15}  # fmt: skip
    # one more in nord-4, and four in nord-1: one unit's step would tell of the one
    await mark(15, unit="nord-4")
    await mark(15, unit="nord-1")
    await refresh_live_counts(TODAY + timedelta(days=1))
    assert await shown() == first | {"": 86}
    for n in range(1, 7):
        await mark(22, unit=f"nord-{n}")
    await refresh_live_counts(TODAY + timedelta(days=2))
    assert await shown() == {"": 132, "nord": 132, **dict.fromkeys(sizes, 20)}


async def remind_on(*days):
    await fetch(Login.WORKER, "UPDATE asking.wave SET reminder_days = $1", list(days))


async def shown():
    rows = await fetch(Login.WORKER, "SELECT code, answered FROM asking.wave_domain")
    return {row["code"]: row["answered"] for row in rows}


async def mark(number, unit=None):
    await fetch(
        Login.WORKER,
        "UPDATE asking.invitation SET marked = true WHERE id IN ("
        " SELECT id FROM asking.invitation WHERE $2::text IS NULL OR domain = $2"
        " ORDER BY id LIMIT $1)",
        number,
        unit,
    )


async def opt_out(number):
    await fetch(
        Login.WORKER,
        "UPDATE asking.invitation SET opted_out = true WHERE id IN ("
        " SELECT id FROM asking.invitation ORDER BY id DESC LIMIT $1)",
        number,
    )
