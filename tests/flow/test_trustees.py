"""Two people hold the keys: nothing is opened, and nothing lost, until both have brought them."""

import json
from datetime import timedelta

import pytest

from questionnaires.loader import load_library
from survey_app.asking.campaigns.commands import list_waves
from survey_app.asking.campaigns.import_campaign import apply_campaign, plan_campaign, read_campaign
from survey_app.asking.delivery.clean_up import forget_invitations
from survey_app.asking.errors import OpeningRefused
from survey_app.commands.waves import close_named, count_named, publish_named
from survey_app.counting.urn import keys
from survey_app.counting.urn.seal import sealed_size
from survey_app.counting.urn.trustee_files import make_files, read_private
from survey_app.installation.tables import bind_worker
from survey_app.publishing import jobs
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.errors import WaitsForTrusteesError
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from survey_app.shared.trustees import TrusteeError, as_column
from survey_app.waves.errors import ClosingError
from survey_app.waves.open_wave import open_wave
from survey_app.waves.wave_keys import undestroyed_keys
from tests.asking_builders import CAMPAIGN, import_campaign
from tests.builders_answering import NOW, a_draft, an_agency
from tests.publishing_builders import SmallAgency, rows, value

PASSPHRASE = "fire gode ord på rad"


@pytest.fixture(scope="module")
def stick(tmp_path_factory):
    """The files of the two, and of somebody else."""
    folder = tmp_path_factory.mktemp("stick")
    return [make_files(name, PASSPHRASE, folder) for name in ("Tillitsvalgt", "HR", "En annen")]


@pytest.fixture(scope="module")
def brought(stick):
    return [read_private(files.private, PASSPHRASE) for files in stick]


@pytest.fixture
async def agency(database, tmp_path):
    return await SmallAgency(Settings(data_dir=tmp_path / "data")).imported()


@pytest.fixture
async def wave(agency, stick):
    """A wave that was answered, sealed to the two."""
    wave = agency.history[0]
    two = as_column([files.trustee for files in stick[:2]])
    await rows("UPDATE asking.wave SET trustees = $2 WHERE key = $1 RETURNING id", wave.key, two)
    return await agency.answered()


async def close(agency, wave, *trustee_keys):
    return await close_wave(
        wave.key,
        key_dir=agency.settings.key_folder,
        now=wave.closed_at,
        trustee_keys=trustee_keys,
    )


async def test_no_private_key_is_made_and_the_row_and_the_audit_log_say_who_holds_them(
    agency, wave, stick
):
    assert keys.held(agency.settings.key_folder) == ()
    [row] = await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key)
    outer, inner = (files.trustee.public_key for files in stick[:2])
    assert row["public_key"] == outer + inner
    shown = json.loads(row["key_list"])["urn"]["keys"]
    assert shown == [files.trustee.as_json()["public_key"] for files in stick[:2]]
    lengths = await rows("SELECT DISTINCT octet_length(ballot) AS bytes FROM counting.urn")
    assert [one["bytes"] for one in lengths] == [sealed_size(row["ballot_size"], keys=2)]
    [event] = await fetch(
        Login.MIGRATOR, "SELECT facts FROM audit.event WHERE action = 'wave opened'"
    )
    facts = json.loads(event["facts"])
    assert facts["key"] == "trustees"
    assert facts["trustees"] == [files.trustee.fingerprint for files in stick[:2]]


async def test_the_nightly_closing_stops_answers_and_then_waits_without_a_word_more(
    agency, wave, monkeypatch, caplog
):
    ballots = await value("SELECT count(*) FROM counting.urn")
    monkeypatch.setattr(jobs, "settings", lambda: agency.settings)

    async def the_night_after():
        return wave.closed_at + timedelta(days=1)

    monkeypatch.setattr(jobs, "trusted_now", the_night_after)
    for _ in range(3):
        await jobs.finish_due_waves({})
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "closed"
    assert await value("SELECT count(*) FROM counting.urn") == ballots > 100
    told = [record.message for record in caplog.records if wave.key in record.message]
    assert len(told) == 1
    assert "waits for its two key holders, Tillitsvalgt and HR" in told[0]
    listed = []
    await list_waves(listed.append)
    assert any("waits for Tillitsvalgt and HR" in line for line in listed)
    assert await undestroyed_keys(agency.settings.key_folder) == []


async def test_both_keys_count_the_wave_and_no_key_of_ours_is_missed(agency, wave, brought):
    ballots = await value("SELECT count(*) FROM counting.urn")
    with pytest.raises(WaitsForTrusteesError):
        await close(agency, wave)
    closed = await close(agency, wave, brought[1], brought[0])
    assert (closed.accepted, closed.refused) == (ballots, 0)
    assert await value("SELECT count(*) FROM counting.response") == ballots
    [row] = await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key)
    assert (row["state"], row["key_destroyed_at"]) == ("published", None)
    assert await undestroyed_keys(agency.settings.key_folder) == []
    kept = [path for path in agency.settings.data_dir.rglob("*") if path.is_file()]
    for key in brought:
        assert not any(key.private_bytes_raw() in path.read_bytes() for path in kept)


async def test_a_missing_doubled_or_strange_key_is_told_and_nothing_is_lost(agency, wave, brought):
    ballots = await value("SELECT count(*) FROM counting.urn")
    marks = await value("SELECT count(*) FROM asking.invitation WHERE marked")
    union, _, stranger = brought
    for wrong, sentence in (
        ([union], "the key of «HR» .* is missing"),
        ([union, union], "the same key was brought twice, that of «Tillitsvalgt»:"),
        ([union, stranger], "is none of this wave's"),
    ):
        with pytest.raises(TrusteeError, match=sentence):
            await close(agency, wave, *wrong)
    assert await value("SELECT count(*) FROM counting.urn") == ballots
    assert await value("SELECT count(*) FROM asking.invitation WHERE marked") == marks
    assert (await close(agency, wave, *brought[:2])).accepted == ballots


async def test_the_commands_say_what_happens_next_and_the_record_who_held_the_keys(
    agency, wave, brought
):
    told = []
    with pytest.raises(ClosingError, match="it is counted once it is closed"):
        await count_named(wave.key, agency.settings, brought[:2], told.append)
    await close_named(wave.key, agency.settings, told.append)
    assert "is closed and waits for its two key holders" in told.pop()
    assert await value("SELECT actor FROM audit.event WHERE action = 'wave closed'") == (
        "command line"
    )
    assert await count_named(wave.key, agency.settings, brought[:2], told.append)
    await publish_named(wave.key, agency.settings, lambda _: None)
    published = await value("SELECT content FROM publications.wave_record")
    assert json.loads(published)["keys_held_by"] == "trustees"
    assert "answers accepted, 0 refused" in told[0]
    assert "barometer trustee destroy" in told[-1]
    assert not await count_named(wave.key, agency.settings, brought[:2], told.append)
    assert told[-1] == f"{wave.key} was counted before"


async def test_a_wave_that_waits_long_forgets_who_was_invited_and_still_counts_right(
    agency, wave, brought
):
    ballots = await value("SELECT count(*) FROM counting.urn")
    invited = await value("SELECT count(*) FROM asking.invitation")
    people = {row["id"] for row in await rows("SELECT id FROM asking.invitation")}
    pids = {row["pid"] for row in await rows("SELECT pid FROM asking.invitation")}
    with pytest.raises(WaitsForTrusteesError):
        await close(agency, wave)
    assert await forget_invitations(now=wave.closed_at + timedelta(days=28)) == 0
    assert await value("SELECT count(*) FROM asking.invitation WHERE person IS NULL") == 0
    assert await value("SELECT count(*) FROM asking.outbox") > 0

    assert await forget_invitations(now=wave.closed_at + timedelta(days=40)) == 0
    assert await value("SELECT count(*) FROM asking.invitation WHERE person IS NULL") == invited
    for name, known in (("id", people), ("pid", pids)):
        now_there = {row[name] for row in await rows(f"SELECT {name} FROM asking.invitation")}
        assert len(now_there) == invited
        assert not now_there & known
    assert await value("SELECT count(*) FROM asking.outbox") == 0

    assert (await close(agency, wave, *brought[:2])).accepted == ballots
    record = json.loads(await value("SELECT content FROM counting.wave_record"))
    assert (record["invited"], record["credentials"], record["alarms"]) == (invited, ballots, [])
    assert await forget_invitations(now=wave.closed_at + timedelta(days=41)) == invited


async def test_a_wave_without_trustees_is_not_counted_with_keys_that_were_brought(agency, brought):
    wave = await agency.answered(1)
    with pytest.raises(ClosingError, match="has no trustees"):
        await count_named(wave.key, agency.settings, brought[:2], print)


async def test_a_key_seals_one_wave_only(database, tmp_path, stick):
    bind_worker()
    await an_agency()
    settings = Settings(data_dir=tmp_path, secret_key="for tests only, and long enough there")
    await a_draft("first")
    second = await a_draft("second", invite="panel:B")
    two = [files.trustee for files in stick[:2]]
    await open_wave("first", now=NOW, settings=settings, rehearse=None, trustees=two)
    with pytest.raises(OpeningRefused, match="the key of «HR» was used for «first»"):
        await open_wave(
            "second", now=NOW, settings=settings, rehearse=None, trustees=[two[1], stick[2].trustee]
        )
    with pytest.raises(TrusteeError, match="exactly two key holders, not 1"):
        await open_wave("second", now=NOW, settings=settings, rehearse=None, trustees=two[:1])
    assert await value("SELECT state FROM asking.wave WHERE id = $1", second) == "draft"
    await open_wave("second", now=NOW, settings=settings, rehearse=None)
    assert keys.held(settings.key_folder) == (second,)


async def test_the_campaign_file_names_them_and_a_later_import_leaves_those_of_an_open_wave(
    database, stick, tmp_path
):
    bind_worker()
    lines = ", ".join(
        f'{{ name = "{files.trustee.name}", '
        f'public_key = "{files.trustee.as_json()["public_key"]}" }}'
        for files in stick[:2]
    )
    await import_campaign(CAMPAIGN)
    plan = await plan_campaign(read_campaign(f"{CAMPAIGN}trustees = [{lines}]\n", load_library()))
    assert any(stick[0].trustee.fingerprint in line for line in plan.lines())
    await apply_campaign(plan, now=NOW)
    stored = await value("SELECT trustees FROM asking.wave")
    assert [one["name"] for one in json.loads(stored)] == ["Tillitsvalgt", "HR"]
    again = await plan_campaign(plan.file)
    assert (again.fields, again.waves) == ((), ())
    await rows("UPDATE asking.wave SET state = 'open' RETURNING id")
    silent = await plan_campaign(read_campaign(CAMPAIGN, load_library()))
    assert silent.waves == ()
