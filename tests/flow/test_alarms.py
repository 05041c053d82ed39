"""What is wrong with an installation is found, each trouble provoked for real."""

import asyncio
import json
import logging
import socket
import ssl
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.x509.oid import NameOID

from survey_app.asking.campaigns.arrival_alarms import ArrivalSign, note_signs
from survey_app.asking.campaigns.sealing_alarms import note_alarm
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys
from survey_app.installation.alarms import certificates, keep
from survey_app.installation.alarms.alarm import AlarmKind, KeptAlarm, RaisedAlarm
from survey_app.installation.alarms.host import (
    Disk,
    HostState,
    is_nearly_full,
    list_hosts,
    look_at_host,
    note_host,
)
from survey_app.installation.alarms.keep import lasting
from survey_app.installation.alarms.looks import LOOKS, LookScope, look_for_alarms
from survey_app.installation.alarms.words import WORDS, say_alarm
from survey_app.shared import queue
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, connection, fetch
from tests.alarm_builders import (
    NOBODY,
    NOW,
    SOON,
    chosen,
    found,
    minutes,
    settled,
    sink,
)
from tests.builders_answering import an_open_wave
from tests.live_server import free_port

__all__ = ["chosen", "sink"]


async def test_an_alarm_of_a_later_version_is_passed_over_by_this_one(database):
    disk = RaisedAlarm(AlarmKind.DISK, "a", "disk: full")
    await settled(disk, now=NOW)
    await fetch(Login.WORKER, "UPDATE asking.alarm SET kind = 'not heard of here'")
    await settled(disk, now=NOW)
    assert [one.kind for one in await lasting(Login.WORKER, now=NOW)] == [AlarmKind.DISK]


async def test_an_installation_where_all_is_well_has_no_alarm(chosen):
    assert await found(chosen) == {}


async def test_a_mail_server_that_lets_nobody_in_and_mail_that_waits_are_found(chosen):
    wave = await an_open_wave(chosen, closes_on=SOON)
    there = HostState("a", NOW, (), frozenset([str(wave.id)]), 0.0)
    with_mail = chosen.model_copy(update={"smtp_url": NOBODY})
    waited = NOW - timedelta(hours=3)
    await fetch(Login.WORKER, "UPDATE asking.outbox SET state = 'due', due_at = $1", waited)
    [row] = await fetch(Login.WORKER, "SELECT count(*) FROM asking.outbox")
    if not row["count"]:
        await fetch(
            Login.WORKER,
            "INSERT INTO asking.outbox (id, invitation, kind, state, due_at)"
            " SELECT gen_random_uuid(), id, 'invitation', 'due', $1 FROM asking.invitation",
            waited,
        )
    seen = await found(with_mail, hosts=[there])
    assert set(seen) == {AlarmKind.MAIL_SERVER, AlarmKind.MAIL_WAITS}
    assert "nobody listens" in seen[AlarmKind.MAIL_SERVER].sentence
    assert seen[AlarmKind.MAIL_WAITS].facts == {"hours": "3"}
    # in quiet hours mail waits because it was told to
    local = NOW.astimezone(OSLO).hour
    quiet = with_mail.model_copy(update={"quiet_hours": f"{(local - 5) % 24}-{(local + 1) % 24}"})
    assert set(await found(quiet, hosts=[there])) == {AlarmKind.MAIL_SERVER}
    # a slow server is not a silent one
    await fetch(
        Login.WORKER,
        "UPDATE asking.outbox SET state = 'sent', sent_at = $1 WHERE id ="
        " (SELECT id FROM asking.outbox LIMIT 1)",
        NOW,
    )
    assert set(await found(with_mail, hosts=[there])) == {AlarmKind.MAIL_SERVER}


async def test_a_mailbox_of_returned_mail_that_is_not_there_is_found(chosen, tmp_path):
    there = await look_at_host(chosen)
    away = chosen.model_copy(update={"return_mailbox": f"maildir://{tmp_path / 'nowhere'}"})
    seen = await found(away, hosts=[there])
    assert set(seen) == {AlarmKind.RETURNS}
    assert "there is no mailbox at that place" in seen[AlarmKind.RETURNS].sentence


async def test_a_key_that_is_on_no_machine_is_found_and_one_on_another_is_not(chosen):
    wave = await an_open_wave(chosen, closes_on=SOON)
    here = await look_at_host(chosen)
    assert here.waves == {str(wave.id)}
    assert await found(chosen, hosts=[here]) == {}
    away = HostState("other", NOW - timedelta(minutes=30), (), here.waves, 0.0)
    assert await found(chosen, hosts=[away]) == {}
    keys.destroy(chosen.key_folder, wave.id)
    seen = await found(chosen, hosts=[await look_at_host(chosen)])
    assert set(seen) == {AlarmKind.KEY_MISSING}
    assert wave.key in seen[AlarmKind.KEY_MISSING].sentence


async def test_a_key_file_that_opens_nothing_is_found_whatever_is_wrong_with_it(chosen):
    wave = await an_open_wave(chosen, closes_on=SOON)
    path = keys.key_file(chosen.key_folder, wave.id)
    right = path.read_bytes()

    async def looked():
        seen = await found(chosen, hosts=[await look_at_host(chosen)])
        assert set(seen) <= {AlarmKind.KEY_WRONG}
        return seen.get(AlarmKind.KEY_WRONG)

    assert await looked() is None
    path.write_bytes(X25519PrivateKey.generate().private_bytes_raw())
    another = await looked()
    assert another.sentence == (
        f"keys: {path} is not the key of the open wave «{wave.key}» and opens none of its answers:"
        " bring back a copy of the right file"
    )
    # as it is told of another machine, whose worker looked
    await note_host(replace(await look_at_host(chosen), name="other"))
    [away] = (await found(chosen, hosts=await list_hosts(Login.WORKER))).values()
    assert away.sentence == another.sentence.replace("keys: ", "keys: on other: ", 1)
    assert away.facts == {**another.facts, "host": "other"}
    path.write_bytes(right[:-1])
    spoiled = await looked()
    assert spoiled.sentence == f"keys: {path} is not a key of 32 bytes; bring back a copy of it"
    path.unlink()
    path.symlink_to("nowhere")
    assert (await looked()).facts == spoiled.facts
    path.unlink()
    path.mkdir()
    unread = await looked()
    assert unread.sentence.startswith(f"keys: {path} cannot be read here")
    path.rmdir()
    path.write_bytes(right)
    assert await looked() is None
    said = [" ".join(words_of(one, "en")) for one in (another, spoiled, unread)]
    assert ["another key" in one for one in said] == [True, False, False]
    assert ["damaged" in one for one in said] == [False, True, False]
    assert ["let the background process read it" in one for one in said] == [False, False, True]
    # of a wave that is counted no key is needed
    path.write_bytes(bytes(32))
    there = await look_at_host(chosen)
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'cancelled' WHERE id = $1", wave.id)
    assert await found(chosen, hosts=[there]) == {}


def words_of(raised, language):
    said = say_alarm(
        KeptAlarm(
            uuid.UUID(int=0), raised.kind, raised.subject, raised.facts, NOW, NOW, None, None, None
        ),
        language,
    )
    return said.title, said.means, said.do


async def test_a_lock_that_was_exchanged_and_forms_unlike_peoples_are_found(chosen):
    wave = await an_open_wave(chosen, closes_on=SOON)
    there = [await look_at_host(chosen)]
    async with connection(Login.WEB) as link:
        await note_alarm(link, wave.id)
    async with writing() as link:
        await note_signs(link, wave.id, {ArrivalSign.RATE: 900}, now=NOW)
    seen = await found(chosen, hosts=there)
    assert set(seen) == {AlarmKind.KEY_EXCHANGED, AlarmKind.ARRIVALS}
    await fetch(Login.WORKER, "UPDATE asking.arrival_alarm SET decision = 'withhold'")
    assert set(await found(chosen, hosts=there)) == {AlarmKind.KEY_EXCHANGED}


async def test_nobody_is_asked_to_decide_about_a_wave_that_was_cancelled(chosen):
    wave = await an_open_wave(chosen, closes_on=SOON)
    there = [await look_at_host(chosen)]
    async with writing() as link:
        await note_signs(link, wave.id, {ArrivalSign.RATE: 900}, now=NOW)
    assert set(await found(chosen, hosts=there)) == {AlarmKind.ARRIVALS}
    await fetch(Login.WORKER, "UPDATE asking.wave SET state = 'cancelled' WHERE id = $1", wave.id)
    assert await found(chosen, hosts=there) == {}


async def test_a_wave_that_is_late_is_found_and_one_that_too_few_answered_is_not(chosen):
    wave = await an_open_wave(chosen, closes_on=SOON)
    there = [await look_at_host(chosen)]
    change = "UPDATE asking.wave SET state = $2, closes_on = $3, closed_at = $4 WHERE id = $1"
    past = NOW.date() - timedelta(days=2)
    for state, why in (
        ("open", "not closed"), ("closed", "not counted"), ("counted", "not published"),
    ):  # fmt: skip
        await fetch(
            Login.WORKER, change, wave.id, state, past,
            None if state == "open" else NOW - timedelta(days=1),
        )  # fmt: skip
        assert (await found(chosen, hosts=there))[AlarmKind.LATE].facts["why"] == why
    await fetch(
        Login.WORKER,
        "INSERT INTO counting.wave_record (wave, content, response_set_hash)"
        " VALUES ($1, '{\"too_few\": true}', '')",
        wave.id,
    )
    assert AlarmKind.LATE not in await found(chosen, hosts=there)


async def test_a_tenth_of_invitations_that_came_back_is_found(chosen):
    wave = await an_open_wave(chosen, closes_on=SOON)
    there = [await look_at_host(chosen)]
    await fetch(Login.WORKER, "DELETE FROM asking.outbox")
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.outbox (id, invitation, kind, state, due_at)"
        " SELECT gen_random_uuid(), id, 'invitation', 'failed', $1 FROM asking.invitation"
        " WHERE wave = $2",
        NOW, wave.id,
    )  # fmt: skip
    [row] = await fetch(Login.WORKER, "SELECT count(*) FROM asking.outbox")
    seen = await found(chosen, hosts=there)
    assert (AlarmKind.BOUNCES in seen) == (row["count"] >= 20)


async def test_a_clock_that_is_off_and_a_disk_that_fills_are_found_on_the_machine_they_are_of(
    chosen,
):
    full = [Disk("/srv/data", 3, nearly_full=True), Disk("/srv/keys", 50, nearly_full=False)]
    hosts = [
        HostState("a", NOW, full, frozenset(), 0.2),
        HostState("b", NOW, (), frozenset(), 90.0),
        HostState("gone", NOW - timedelta(days=2), full, frozenset(), 900.0),
    ]
    seen = await look_for_alarms(LookScope(chosen, NOW, hosts))
    assert {(one.kind, one.subject) for one in seen.alarms} == {
        (AlarmKind.DISK, "a: /srv/data"),
        (AlarmKind.CLOCK, "b"),
    }


def test_a_disk_is_nearly_full_where_little_of_it_and_little_at_all_is_free():
    giga = 10**9
    assert is_nearly_full(9 * giga, 100 * giga)
    assert not is_nearly_full(90 * giga, 1000 * giga)
    assert not is_nearly_full(3 * giga, 20 * giga)
    assert is_nearly_full(giga // 2, 4 * giga)


async def test_a_clock_that_jumped_a_queue_that_is_away_and_a_broken_log_are_found(chosen):
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.clock (host, boot, seconds, seen_at, settling, held)"
        " VALUES ('a', '', 0, $1, false, 'the clock has jumped forward by 2 hours')",
        NOW,
    )
    await fetch(
        Login.WORKER,
        "INSERT INTO audit.head (day, number, hash, rows, verified_at, misfit)"
        " VALUES ($1, 4, $2, 5, $3, 'changed')",
        NOW.date(), bytes(32), NOW,
    )  # fmt: skip
    queue.configure("redis://127.0.0.1:9/0")
    seen = await found(chosen)
    assert set(seen) == {AlarmKind.CLOCK, AlarmKind.LOG, AlarmKind.QUEUE}
    assert "barometer clock --accept" in seen[AlarmKind.CLOCK].sentence


async def test_a_backup_that_is_too_old_is_found_and_none_is_missed_where_others_make_them(chosen):
    watched = chosen.model_copy(update={"backup_days": 7})
    assert await found(watched) == {}
    for days, action in ((30, "import people"), (9, "backup made")):
        await record(
            Login.WORKER, now=NOW - timedelta(days=days), actor="x", action=action, subject=""
        )
        seen = await found(watched)
        assert seen[AlarmKind.BACKUP].facts["days"] == str(days)
    assert await found(chosen) == {}
    await record(Login.WORKER, now=NOW, actor="x", action="backup made", subject="")
    assert await found(watched) == {}


def a_certificate(folder, *, days):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=100)).not_valid_after(NOW + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{days}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(("days", "wrong"), [(90, False), (10, True), (-2, True)])
async def test_certificates_are_told_three_weeks_before_they_end(chosen, tmp_path, days, wrong):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(a_certificate(tmp_path, days=days))

    async def nothing(_reader, writer):
        writer.close()

    server = await asyncio.start_server(nothing, "localhost", 0, ssl=context, family=socket.AF_INET)
    port = server.sockets[0].getsockname()[1]
    here = chosen.model_copy(update={"answer_url": f"https://localhost:{port}"})
    seen = await certificates.look_at_certificates(here, NOW)
    assert [one.kind for one in seen] == ([AlarmKind.PAGE_CERTIFICATE] if wrong else [])
    assert all((one.facts["ended"] == "yes") == (days < 0) for one in seen)
    server.close()
    # what does not answer from here is no alarm
    away = chosen.model_copy(update={"answer_url": f"https://localhost:{free_port()}"})
    assert await certificates.look_at_certificates(away, NOW) == []


async def test_an_alarm_keeps_its_beginning_over_a_restart_and_is_over_when_it_is_gone(chosen):
    one = RaisedAlarm(AlarmKind.QUEUE, "", "redis: does not answer")
    await settled(one, now=minutes(0))
    await settled(one, now=minutes(200))
    [kept] = await lasting(Login.WEB, now=minutes(200))
    assert kept.began_at == minutes(0)
    # a moment without it is nothing, and where nobody could look it lasts
    await settled(now=minutes(205))
    await settled(now=minutes(300), unknown={AlarmKind.QUEUE})
    assert len(await lasting(Login.WEB, now=minutes(300))) == 1
    await settled(now=minutes(302))
    assert await lasting(Login.WEB, now=minutes(302)) == []
    [over] = await keep.ended(Login.WEB, now=minutes(302))
    assert over.ended_at == minutes(302)


async def test_a_look_that_breaks_takes_no_other_with_it_and_says_nothing_of_what_it_saw(
    chosen, caplog
):
    async def broken(_scope):
        raise RuntimeError("somebody@example.org")

    async def well(_scope):
        return [RaisedAlarm(AlarmKind.DISK, "a", "disk: full")]

    caplog.set_level(logging.WARNING)
    seen = await look_for_alarms(
        LookScope(chosen, NOW, ()),
        [(frozenset({AlarmKind.LOG}), broken), (frozenset({AlarmKind.DISK}), well)],
    )
    assert [one.kind for one in seen.alarms] == [AlarmKind.DISK]
    assert seen.unknown == {AlarmKind.LOG}
    assert "log cannot be looked at: RuntimeError" in caplog.text
    assert "somebody" not in caplog.text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_every_alarm_says_what_it_is_what_it_means_and_what_to_do_in_every_language(language):
    facts = {
        "hours": "3", "percent": "7", "wave": json.dumps({"nb": "Verdipuls"}), "why": "holders",
        "host": "a", "path": "/srv", "day": "2027-01-31", "ended": "", "days": "9", "broken": "yes",
        "never": "", "fault": "another",
    }  # fmt: skip
    assert set(WORDS) == set(AlarmKind)
    assert frozenset().union(*(kinds for kinds, _ in LOOKS)) == set(AlarmKind) - {AlarmKind.WORKER}
    for kind in AlarmKind:
        words = say_alarm(
            KeptAlarm(uuid.uuid4(), kind, "a", facts, NOW, NOW, None, None, None), language
        )
        assert all((words.title, words.means, words.do))
        assert "%" not in f"{words.title}{words.means}{words.do}"
        assert "barometer" not in f"{words.title}{words.means}{words.do}"
