"""Alarms at closing: links, receipts and ballots are counted, and what does not fit is told."""

import json

import pytest

from questionnaires.model import NOT_ANSWERED, Questionnaire
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.drop_ballot import drop_ballot, drop_ballots
from survey_app.counting.urn.seal import seal_ballot
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from tests.kept_agencies import kept_agency
from tests.publishing_builders import rows, value, wave_record


@pytest.fixture
async def agency(postgres, tmp_path, kept_in):
    async with kept_agency(postgres, Settings(data_dir=tmp_path / "data"), kept_in) as agency:
        yield agency


async def _close(agency, wave):
    return await close_wave(wave.key, key_dir=agency.settings.key_folder, now=wave.closed_at)


async def _alarms():
    async with connection(Login.MIGRATOR) as link:
        found = await link.fetch(
            "SELECT facts FROM audit.event WHERE action = 'links and ballots do not fit'"
        )
    return [json.loads(row["facts"]) for row in found]


async def test_one_ballot_for_each_used_link_is_nothing_to_warn_of(agency):
    await _close(agency, await agency.answered())
    assert await _alarms() == []
    assert (await wave_record())["alarms"] == []
    assert (await wave_record())["unused_credentials"] == 0


async def test_a_ballot_without_a_used_link_is_an_alarm_at_closing(agency):
    wave = await agency.answered()
    row = (await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key))[0]
    length = await value("SELECT octet_length(ballot) FROM counting.urn LIMIT 1")
    marks = await value("SELECT count(*) FROM asking.invitation WHERE marked")
    async with connection(Login.WEB) as web:
        await drop_ballot(web, row["id"], bytes(length))
    await _close(agency, wave)
    (alarm,) = await _alarms()
    assert alarm["alarms"] == (await wave_record())["alarms"] == ["more ballots than used links"]
    assert (alarm["links"], alarm["ballots"], alarm["replaced"]) == (marks, marks + 1, 0)


async def test_one_ballot_put_in_many_times_counts_once_and_is_an_alarm(agency):
    """Who writes to the database could else read a person's ballot off the published means."""
    wave = await agency.answered()
    ballots = await value("SELECT count(*) FROM counting.urn")
    async with connection(Login.MIGRATOR) as link:
        # as many rows as before: links, ballots and receipts still fit
        changed = await link.execute(
            "UPDATE counting.urn SET ballot = (SELECT ballot FROM counting.urn LIMIT 1)"
            " WHERE ctid IN (SELECT ctid FROM counting.urn OFFSET 1 LIMIT 20)"
        )
    assert changed == "UPDATE 20"
    closed = await _close(agency, wave)
    assert (closed.accepted, closed.refused) == (ballots - 20, 20)
    (alarm,) = await _alarms()
    assert (
        alarm["alarms"]
        == (await wave_record())["alarms"]
        == ["the same sealed ballot more than once"]
    )


async def test_sealed_ballots_that_were_exchanged_for_others_are_not_noticed(agency):
    """The limit that `docs/security.md` tells: receipts are of credentials, not of answers."""
    wave = await agency.answered()
    row = (await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key))[0]
    content = await value(
        "SELECT content FROM asking.questionnaire WHERE hash = $1", row["questionnaire"]
    )
    silence = (NOT_ANSWERED,) * len(Questionnaire.from_json(content).columns)
    marked = await rows("SELECT domain FROM asking.invitation WHERE marked")
    mine = [
        seal_ballot(
            Ballot(one["domain"], silence),
            wave=row["id"],
            public_key=row["public_key"],
            size=row["ballot_size"],
        )
        for one in marked
    ]
    async with connection(Login.MIGRATOR) as link:
        await link.execute("DELETE FROM counting.urn")
        await drop_ballots(link, row["id"], mine)
    assert (await _close(agency, wave)).accepted == len(marked)
    assert (await wave_record())["alarms"] == []


async def test_a_replaced_link_explains_one_more_ballot_and_no_more(agency):
    wave = await agency.answered()
    row = (await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key))[0]
    length = await value("SELECT octet_length(ballot) FROM counting.urn LIMIT 1")
    async with connection(Login.MIGRATOR) as link:
        await link.execute("UPDATE asking.wave SET replaced = 1 WHERE key = $1", wave.key)
    async with connection(Login.WEB) as web:
        await drop_ballot(web, row["id"], bytes(length))
    await _close(agency, wave)
    assert await _alarms() == []
    assert (await wave_record())["replaced"] == 1


async def test_a_used_link_without_a_ballot_is_counted_and_no_alarm(agency):
    wave = await agency.answered()
    async with connection(Login.MIGRATOR) as link:
        await link.execute(
            "UPDATE asking.invitation SET marked = true WHERE id ="
            " (SELECT id FROM asking.invitation WHERE NOT marked LIMIT 1)"
        )
    await _close(agency, wave)
    assert await _alarms() == []
    assert (await wave_record())["unused_credentials"] == 1


async def test_more_receipts_than_ballots_is_an_alarm_and_none_is_left_out(agency):
    wave = await agency.answered()
    ballots = await value("SELECT count(*) FROM counting.urn")
    row = (await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key))[0]
    async with connection(Login.MIGRATOR) as link:
        await link.executemany(
            "INSERT INTO counting.spent (wave, receipt) VALUES ($1, $2)",
            [(row["id"], at.to_bytes(32)) for at in range(ballots + 1)],
        )
    await _close(agency, wave)
    counts = await wave_record()
    assert counts["alarms"] == ["more receipts than ballots"]
    assert len(counts["receipts"]) == ballots + 1
