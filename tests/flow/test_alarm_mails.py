"""What is wrong is told by mail to those who asked, and when it is over: with a real server."""

import base64
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.errors import MailServerDown
from survey_app.asking.writing import writing
from survey_app.counting.urn import keys
from survey_app.installation.alarms import keep, letters
from survey_app.installation.alarms.alarm import AlarmKind, KeptAlarm, RaisedAlarm
from survey_app.installation.alarms.host import (
    HostState,
    look_at_host,
    note_host,
)
from survey_app.installation.alarms.jobs import watch_alarms
from survey_app.installation.alarms.keep import lasting
from survey_app.installation.alarms.letters import what_to_tell
from survey_app.shared.database import Login, fetch
from tests.alarm_builders import NOBODY, NOW, SOON, an_admin, chosen, mails, minutes, settled, sink
from tests.asking_builders import import_campaign, import_people
from tests.builders_answering import an_open_wave

__all__ = ["chosen", "sink"]


def kept(kind=AlarmKind.QUEUE, *, began=0, ended=None, told_at=None):
    return KeptAlarm(
        uuid.uuid4(), kind, "", {}, minutes(began), minutes(began),
        None if ended is None else minutes(ended),
        None if told_at is None else minutes(told_at), None,
    )  # fmt: skip


def test_a_mail_goes_at_the_start_once_a_day_and_when_it_is_over_and_never_twice_an_hour():
    def tell(*alarms, last=None, at):
        found = what_to_tell(alarms, last=None if last is None else minutes(last), now=minutes(at))
        return found and (len(found.now), len(found.over))

    assert tell(at=10) is None
    # what is gone within five minutes is told to nobody
    assert tell(kept(), at=4) is None
    assert tell(kept(), at=5) == (1, 0)
    before = kept(told_at=5)
    assert tell(before, last=5, at=600) is None
    assert tell(before, last=5, at=5 + 24 * 60) == (1, 0)
    assert tell(before, kept(began=20), last=5, at=40) is None
    assert tell(before, kept(began=20), last=5, at=65) == (2, 0)
    assert tell(kept(told_at=5, ended=30), last=5, at=66) == (0, 1)
    # over before anybody was told: nobody is
    assert tell(kept(ended=3), last=None, at=66) is None


async def test_mails_reach_those_who_asked_and_say_when_it_began_and_when_it_was_over(
    chosen, sink, tmp_path
):
    await import_people()
    await import_campaign()
    with_mail = chosen.model_copy(
        update={"smtp_url": sink.url, "alarm_mail": ("drift@example.org",)}
    )
    await an_admin()
    gone = await an_admin("gone@example.org", language="en")
    await fetch(Login.MIGRATOR, "UPDATE accounts.account SET active = false WHERE id = $1", gone)
    late = RaisedAlarm(
        AlarmKind.BOUNCES, "vp-1", "mail: many",
        {"percent": "12", "wave": json.dumps({"nb": "Verdipuls", "en": "Pulse"})},
    )  # fmt: skip
    await settled(late, now=minutes(-90), chosen=with_mail)
    await settled(late, now=minutes(-80), chosen=with_mail)
    await settled(late, now=minutes(-70), chosen=with_mail)
    assert await letters.send_alarm_letters(with_mail) == 2
    first = mails(tmp_path)
    assert {mail["To"] for mail in first} == {"admin@example.org", "drift@example.org"}
    plain = first[0].get_body(("plain",)).get_content()
    assert "12 av 100 invitasjoner til Verdipuls kom ikke fram. Siden" in plain
    assert "http://barometer.example.org/settings/health" in plain
    assert first[0]["Auto-Submitted"] == "auto-generated"
    await settled(now=minutes(-10), chosen=with_mail)
    assert await letters.send_alarm_letters(with_mail) == 2
    last = mails(tmp_path)[-1]
    assert last["Subject"].startswith("Verdibarometer: I orden igjen: «12 av 100")
    assert "Det varte fra" in last.get_body(("html",)).get_content()
    await settled(now=minutes(80), chosen=with_mail)
    assert await letters.send_alarm_letters(with_mail) == 0


async def test_a_mail_server_that_was_away_gets_one_mail_about_all_of_it(chosen, sink, tmp_path):
    away = chosen.model_copy(update={"smtp_url": NOBODY, "alarm_mail": ("drift@example.org",)})
    one, other = (
        RaisedAlarm(AlarmKind.MAIL_SERVER, "", "mail: x"),
        RaisedAlarm(AlarmKind.QUEUE, "", "redis: x"),
    )
    await settled(one, other, now=minutes(-4000), chosen=away)
    for at in range(-3990, -30, 360):
        await settled(one, *([other] if at < -3000 else []), now=minutes(at), chosen=away)
    with pytest.raises(MailServerDown):
        await letters.send_alarm_letters(away)
    back = chosen.model_copy(update={"smtp_url": sink.url, "alarm_mail": away.alarm_mail})
    await settled(now=minutes(-5), chosen=back)
    assert await letters.send_alarm_letters(back) == 1
    [mail] = mails(tmp_path)
    text = mail.get_body(("plain",)).get_content()
    assert "I orden igjen: «E-posttjeneren slipper oss ikke inn" in text
    assert "I orden igjen: «Redis svarer ikke, og ingen kan logge inn" in text


async def test_a_clock_that_was_ahead_for_a_while_keeps_no_alarm_from_being_seen_told_or_over(
    chosen,
):
    await an_admin()
    ahead = NOW + timedelta(days=3)
    here = await look_at_host(chosen)
    await note_host(replace(here, seen_at=ahead))
    await watch_alarms({"settings": chosen})
    [row] = await fetch(Login.WORKER, "SELECT seen_at FROM asking.host")
    assert row["seen_at"] < minutes(60)
    told = chosen.model_copy(update={"smtp_url": NOBODY})
    disk, backup = (RaisedAlarm(kind, "", "") for kind in (AlarmKind.DISK, AlarmKind.BACKUP))
    await settled(disk, now=ahead)
    await settled(disk, now=ahead + timedelta(minutes=6), chosen=told)
    await settled(backup, now=minutes(0))  # and the clock is right again
    await settled(backup, now=minutes(6), chosen=told)
    made = await fetch(Login.WORKER, "SELECT content FROM asking.alarm_letter ORDER BY made_at")
    letter = json.loads(made[0]["content"])
    assert [one["kind"] for one in letter["now"]] == ["backup"]
    # what was over while the clock was ahead is told as over
    assert [one["kind"] for one in letter["over"]] == ["disk"]
    [lasts] = await fetch(Login.WORKER, "SELECT kind FROM asking.alarm WHERE ended_at IS NULL")
    assert lasts["kind"] == AlarmKind.BACKUP


async def test_mails_and_the_addresses_in_them_are_gone_after_thirty_days(chosen):
    with_mail = chosen.model_copy(update={"smtp_url": NOBODY, "alarm_mail": ("drift@example.org",)})
    one = RaisedAlarm(AlarmKind.QUEUE, "", "redis: x")
    for day, number in ((-40, 0), (-39, 1), (-20, 1), (-5, 0)):
        at = NOW + timedelta(days=day)
        lasts = [one] if day < -38 else []
        await settled(*lasts, now=at, chosen=with_mail)
        if day == -20:
            await fetch(
                Login.WORKER, "UPDATE asking.alarm_letter SET made_at = $1", minutes(-60 * 24 * 36)
            )
        [row] = await fetch(Login.WORKER, "SELECT count(*) FROM asking.alarm_letter")
        assert row["count"] == number, day


async def test_a_key_that_was_swapped_is_told_by_mail_and_so_is_its_return(
    chosen, sink, tmp_path, caplog
):
    told = chosen.model_copy(update={"smtp_url": sink.url, "alarm_mail": ("drift@example.org",)})
    wave = await an_open_wave(chosen, closes_on=SOON)
    path = keys.key_file(chosen.key_folder, wave.id)
    right, other = path.read_bytes(), X25519PrivateKey.generate().private_bytes_raw()

    async def an_hour_later():
        for column in ("host.seen_at", "alarm.seen_at", "alarm.began_at", "alarm.told_at"):
            table, name = column.split(".")
            await fetch(
                Login.WORKER, f"UPDATE asking.{table} SET {name} = {name} - interval '1 hour'"
            )
        await fetch(
            Login.WORKER, "UPDATE asking.alarm_letter SET made_at = made_at - interval '1 hour'"
        )
        await watch_alarms({"settings": told})

    path.write_bytes(other)
    await watch_alarms({"settings": told})
    await an_hour_later()
    path.write_bytes(right)
    await an_hour_later()
    bodies = [mail.get_body(("plain",)).get_content() for mail in mails(tmp_path)]
    assert "Filen på" in bodies[0]
    assert "er en annen nøkkel, og den åpner ingen av svarene" in " ".join(bodies[0].split())
    assert "I orden igjen: «Nøkkelfilen til" in bodies[-1]
    [kept] = await fetch(
        Login.WORKER,
        "SELECT string_agg(facts::text, '') AS facts FROM"
        " (SELECT facts FROM asking.host UNION ALL SELECT facts FROM asking.alarm) AS told",
    )
    said = "".join([*bodies, caplog.text, kept["facts"]])
    for key in (right, other):
        assert key.hex() not in said
        assert base64.b64encode(key).decode() not in said


async def test_a_worker_that_comes_back_says_how_long_none_was_heard_of(chosen, sink):
    with_mail = chosen.model_copy(
        update={"smtp_url": sink.url, "alarm_mail": ("drift@example.org",)}
    )
    await watch_alarms({"settings": with_mail})
    assert await lasting(Login.WEB, now=datetime.now(UTC)) == []
    await fetch(Login.WORKER, "UPDATE asking.host SET seen_at = seen_at - interval '3 hours'")
    [silent] = await lasting(Login.WEB, now=datetime.now(UTC))
    assert silent.kind is AlarmKind.WORKER
    await watch_alarms({"settings": with_mail})
    assert await lasting(Login.WEB, now=datetime.now(UTC)) == []
    rows = await fetch(Login.WORKER, "SELECT state, content FROM asking.alarm_letter")
    assert [row["state"] for row in rows] == ["sent"]
    assert json.loads(rows[0]["content"])["over"][0]["kind"] == "worker"
    # twice within two minutes is once
    await watch_alarms({"settings": with_mail})
    rows = await fetch(Login.WORKER, "SELECT count(*) FROM asking.alarm_letter")
    assert rows[0]["count"] == 1


async def test_who_asks_for_mails_later_is_told_of_nothing_that_was_over_before(chosen, sink):
    with_mail = chosen.model_copy(update={"smtp_url": sink.url})
    async with writing() as link:
        for hours in (90, 60, 30):
            then = HostState("a", minutes(-60 * hours), (), frozenset(), 0.0)
            await keep.note_silence(link, [then], now=minutes(-60 * hours + 40))
    await settled(now=minutes(0), chosen=with_mail)
    await an_admin()
    await settled(now=minutes(2), chosen=with_mail)
    assert await fetch(Login.WORKER, "SELECT FROM asking.alarm_letter") == []
