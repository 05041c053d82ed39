"""Closing: the urn is emptied in one transaction, and nothing of who answered is left."""

import asyncio
import json
from collections import Counter

import pytest

from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.counting.urn import keys
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.drop_ballot import drop_ballot
from survey_app.counting.urn.errors import KeyFileError
from survey_app.counting.urn.lock import lock_number
from survey_app.counting.urn.seal import seal_ballot
from survey_app.installation.tables import bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.publishing.closing import count_urn
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from survey_app.waves import drop_urn, mix_urns, wave_keys
from survey_app.waves.cancel_wave import cancel_wave
from survey_app.waves.errors import ClosingError
from survey_app.waves.wave_keys import (
    destroy_left_over_keys,
    settle_keys,
    undestroyed_keys,
)
from tests.builders_answering import NOW, an_open_wave
from tests.kept_agencies import kept_agency
from tests.publishing_builders import rows, value, wave_record


@pytest.fixture
async def agency(postgres, tmp_path, kept_in):
    async with kept_agency(postgres, Settings(data_dir=tmp_path / "data"), kept_in) as agency:
        yield agency


async def _close(agency, wave):
    return await close_wave(wave.key, key_dir=agency.settings.key_folder, now=wave.closed_at)


async def test_every_ballot_becomes_one_response_and_the_urn_and_the_key_are_gone(agency):
    wave = await agency.answered()
    ballots = await value("SELECT count(*) FROM counting.urn")
    assert await value("SELECT count(*) FROM asking.invitation WHERE marked") == ballots > 100

    closed = await _close(agency, wave)

    assert (closed.accepted, closed.refused) == (ballots, 0)
    assert await value("SELECT count(*) FROM counting.response") == ballots
    assert await value("SELECT count(*) FROM asking.invitation WHERE marked") == 0
    urns = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'counting.urn'::regclass"
    assert await value(urns) == 0
    assert keys.held(agency.settings.key_folder) == ()
    state = await rows("SELECT state, key_destroyed_at FROM asking.wave WHERE key = $1", wave.key)
    assert state[0]["state"] == "published"
    assert await value("SELECT id FROM publications.publication") == closed.publication
    assert state[0]["key_destroyed_at"] == wave.closed_at


async def test_rows_stand_in_the_order_of_random_keys_and_every_code_occurs_k_times(agency):
    await _close(agency, await agency.answered())
    stored = await rows("SELECT id, domain FROM counting.response ORDER BY ctid")
    ids = [row["id"] for row in stored]
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {4}
    assert min(Counter(row["domain"] for row in stored).values()) >= 5


async def test_the_count_keeps_what_pages_told_of_units_last_beside_what_it_publishes(agency):
    wave = await agency.answered()
    await rows("DELETE FROM asking.wave_night")  # its nights were made up, without its units
    await refresh_live_counts(wave.closes_on)
    marked = await rows("SELECT domain FROM asking.invitation WHERE marked")
    answered = Counter(row["domain"] for row in marked)
    await _close(agency, wave)
    told = json.loads(await value("SELECT content FROM counting.wave_record"))["field"]
    assert told["whole"] == answered.total()
    steps = {code: step for code, step in told["units"].items() if answered[code]}
    assert len(steps) > 3
    assert all(low <= answered[code] <= high for code, (low, high) in steps.items())


RECEIPT = "5e" * 32


async def _spend(wave):
    """Hand in a credential for one of the ballots that are there, with all that it leaves."""
    async with connection(Login.MIGRATOR) as link:
        found = await link.fetchrow(
            "SELECT i.id, i.wave FROM asking.invitation i JOIN asking.wave w ON w.id = i.wave"
            " WHERE w.key = $1 AND i.marked LIMIT 1",
            wave.key,
        )
        await link.execute(
            "INSERT INTO asking.credential (id, invitation, wave, blinded_hash, blind_signature)"
            " VALUES (gen_random_uuid(), $1, $2, '', '')",
            *found.values(),
        )
        await link.execute(
            "INSERT INTO asking.credential_key (id, wave, key_group, public_key, sealed_private)"
            " VALUES (gen_random_uuid(), $1, 'another', '', '')",
            found["wave"],
        )
        await link.execute(
            "INSERT INTO counting.spent (wave, receipt) VALUES ($1, $2)",
            found["wave"],
            bytes.fromhex(RECEIPT),
        )


async def _credentials():
    tables = ("asking.credential", "asking.credential_key", "counting.spent")
    return {table: await value(f"SELECT count(*) FROM {table}") for table in tables}


PLACES = [
    (count_urn, "prepare"),
    (count_urn, "_store_responses"),
    (count_urn, "write_record"),
    (count_urn, "store"),
    (closing, "record"),
    (closing, "drop_urn"),
]


@pytest.mark.parametrize(("module", "place"), PLACES, ids=[place for _, place in PLACES])
async def test_killed_before_the_commit_nothing_happened_and_it_can_be_run_again(
    agency, monkeypatch, module, place
):
    wave = await agency.answered()
    ballots = await value("SELECT count(*) FROM counting.urn")
    marks = await value("SELECT count(*) FROM asking.invitation WHERE marked")
    await _spend(wave)
    held = await _credentials()
    assert min(held.values()) > 0

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(module, place, killed)
        with pytest.raises(asyncio.CancelledError):
            await _close(agency, wave)

    assert await value("SELECT count(*) FROM counting.response") == 0
    assert await value("SELECT count(*) FROM counting.wave_record") == 0
    assert await value("SELECT count(*) FROM publications.publication") == 0
    assert await value("SELECT count(*) FROM counting.urn") == ballots
    assert await value("SELECT count(*) FROM asking.invitation WHERE marked") == marks
    assert await _credentials() == held
    assert len(keys.held(agency.settings.key_folder)) == 1
    assert (await _close(agency, wave)).accepted == ballots
    assert set((await _credentials()).values()) == {0}
    assert RECEIPT in (await wave_record())["receipts"]


@pytest.mark.parametrize(("module", "place"), [(closing, "destroy_key"), (wave_keys, "record")])
async def test_killed_after_the_commit_the_start_up_check_destroys_the_key(
    agency, monkeypatch, module, place
):
    wave = await agency.answered()
    await _spend(wave)
    folder = agency.settings.key_folder
    (held,) = keys.held(folder)
    raw = keys.key_file(folder, held).read_bytes()

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(module, place, killed)
        with pytest.raises(asyncio.CancelledError):
            await _close(agency, wave)
    assert keys.held(folder) == (held,)
    # killed before the end of the key was recorded, what is left of it opens nothing
    assert (keys.key_file(folder, held).read_bytes() == raw) == (place == "destroy_key")
    assert set((await _credentials()).values()) == {0}
    assert RECEIPT in (await wave_record())["receipts"]
    assert await destroy_left_over_keys(key_dir=folder, now=wave.closed_at) == 1
    assert keys.held(folder) == ()
    assert await value("SELECT count(*) FROM asking.wave WHERE key_destroyed_at IS NOT NULL") == 1
    assert await destroy_left_over_keys(key_dir=folder, now=wave.closed_at) == 0


async def test_a_host_that_does_not_hold_the_key_does_not_say_that_it_is_destroyed(
    agency, monkeypatch, tmp_path
):
    wave = await agency.answered()

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(closing, "destroy_key", killed)
        with pytest.raises(asyncio.CancelledError):
            await _close(agency, wave)
    other_host = tmp_path / "other"
    assert await destroy_left_over_keys(key_dir=other_host, now=wave.closed_at) == 0
    recorded = "SELECT count(*) FROM asking.wave WHERE key_destroyed_at IS NOT NULL"
    assert await value(recorded) == 0
    (elsewhere,) = await undestroyed_keys(other_host)
    assert f"«{wave.key}» is not recorded" in elsewhere
    (here,) = await undestroyed_keys(agency.settings.key_folder)
    assert f"«{wave.key}» lies in" in here

    assert await destroy_left_over_keys(key_dir=agency.settings.key_folder, now=wave.closed_at) == 1
    assert await value(recorded) == 1
    assert await undestroyed_keys(agency.settings.key_folder) == []


async def test_a_key_that_is_brought_back_after_counting_is_destroyed_again(agency):
    wave = await agency.answered()
    folder = agency.settings.key_folder
    (held,) = keys.held(folder)
    copy = keys.key_file(folder, held).read_bytes()
    await _close(agency, wave)
    keys.key_file(folder, held).write_bytes(copy)
    assert len(await undestroyed_keys(folder)) == 1
    assert await destroy_left_over_keys(key_dir=folder, now=wave.closed_at) == 1
    assert keys.held(folder) == ()


@pytest.mark.parametrize("other", [bytes(range(32)), b"spoiled", b""])
async def test_another_file_of_the_name_of_a_counted_wave_s_key_is_told_and_kept(
    agency, monkeypatch, tmp_path, other
):
    """Of another wave, perhaps the only copy, that somebody put there when the wave lacked one."""
    wave = await agency.answered()
    (held,) = keys.held(agency.settings.key_folder)

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(closing, "destroy_key", killed)
        with pytest.raises(asyncio.CancelledError):
            await _close(agency, wave)
    path = keys.key_file(tmp_path, held)
    path.write_bytes(other)
    assert await destroy_left_over_keys(key_dir=tmp_path, now=wave.closed_at) == 0
    assert path.read_bytes() == other
    # nor is an end recorded that the key has not had
    lies_there, not_recorded = await undestroyed_keys(tmp_path)
    assert f"{path} is not the key of the published wave «{wave.key}»" in lies_there
    assert f"«{wave.key}» is not recorded" in not_recorded
    path.unlink()
    path.mkdir()  # nobody reads it, be it root
    assert await destroy_left_over_keys(key_dir=tmp_path, now=wave.closed_at) == 0
    assert await destroy_left_over_keys(key_dir=agency.settings.key_folder, now=wave.closed_at) == 1


async def test_keys_left_in_the_data_folder_move_at_the_upgrade_or_are_destroyed_if_it_is_over(
    agency,
):
    over = await agency.answered()
    folder, old = agency.settings.key_folder, agency.settings.data_dir / "keys"
    (held,) = keys.held(folder)
    copy = keys.key_file(folder, held).read_bytes()
    await _close(agency, over)
    under_way = await agency.answered(1)
    (open_now,) = keys.held(folder)
    old.mkdir()
    keys.key_file(old, held).write_bytes(copy)
    keys.key_file(folder, open_now).rename(keys.key_file(old, open_now))
    settle = {"data_dir": agency.settings.data_dir, "key_dir": folder, "now": over.closed_at}
    assert await settle_keys(**settle) == 1
    assert keys.held(folder) == (open_now,)
    assert not old.exists()
    assert await settle_keys(**settle) == 0
    closed = await _close(agency, under_way)
    assert closed.refused == 0
    assert closed.accepted > 100


async def test_the_key_of_a_wave_that_is_being_answered_is_left_alone(agency):
    wave = await agency.answered()
    folder = agency.settings.key_folder
    assert await destroy_left_over_keys(key_dir=folder, now=wave.closed_at) == 0
    assert len(keys.held(folder)) == 1
    assert await undestroyed_keys(folder) == []


async def test_closing_a_second_time_changes_nothing(agency):
    wave = await agency.answered()
    await _close(agency, wave)
    before = await value("SELECT response_set_hash FROM counting.wave_record")
    assert await _close(agency, wave) is None
    assert await value("SELECT response_set_hash FROM counting.wave_record") == before


async def test_two_who_close_at_once_empty_the_urn_once(agency):
    wave = await agency.answered()
    ballots = await value("SELECT count(*) FROM counting.urn")
    done = await asyncio.gather(_close(agency, wave), _close(agency, wave))
    assert await value("SELECT count(*) FROM counting.response") == ballots
    assert [one.accepted for one in done if one] == [ballots]


async def test_an_answer_under_way_is_waited_for_and_counted(agency):
    wave = await agency.answered()
    ballots = await value("SELECT count(*) FROM counting.urn")
    row = (await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key))[0]
    unit = await value("SELECT domain FROM asking.invitation LIMIT 1")
    form = Questionnaire.from_json(await value("SELECT content FROM asking.questionnaire"))
    ballot = seal_ballot(
        Ballot(unit, (-1,) * len(form.columns)),
        wave=row["id"],
        public_key=row["public_key"],
        size=row["ballot_size"],
    )
    async with connection(Login.WEB) as web:
        async with web.transaction():
            await web.execute("SELECT pg_advisory_xact_lock_shared($1)", lock_number(row["id"]))
            await drop_ballot(web, row["id"], ballot)
            task = asyncio.create_task(_close(agency, wave))
            await asyncio.sleep(0.2)
            assert not task.done()
        closed = await task
    assert closed.accepted == ballots + 1


async def test_another_wave_that_is_being_answered_does_not_stop_the_emptying(
    agency, monkeypatch, caplog
):
    caplog.set_level("INFO", "barometer")
    for waiting in (drop_urn, mix_urns):
        monkeypatch.setattr(waiting, "LOCK_TIMEOUT", "100ms")
    wave = await agency.answered(0)
    other = await agency.answered(1)
    row = (await rows("SELECT * FROM asking.wave WHERE key = $1", other.key))[0]
    ballot = await value("SELECT ballot FROM counting.urn WHERE wave = $1 LIMIT 1", row["id"])
    async with connection(Login.WEB) as web:
        async with web.transaction():
            await web.execute("SELECT pg_advisory_xact_lock_shared($1)", lock_number(row["id"]))
            await drop_ballot(web, row["id"], ballot)
            await mix_urns.mix_urns({})
            task = asyncio.create_task(_close(agency, wave))
            await asyncio.sleep(0.5)
            assert not task.done()
        closed = await task
    assert closed.accepted > 100
    # no line says in which second somebody was answering
    assert [one for one in caplog.messages if "answer" in one] == []


async def test_forged_rows_and_rows_of_another_wave_are_counted_and_refused(agency):
    wave = await agency.answered()
    row = (await rows("SELECT * FROM asking.wave WHERE key = $1", wave.key))[0]
    length = await value("SELECT octet_length(ballot) FROM counting.urn LIMIT 1")
    async with connection(Login.WEB) as web:
        await drop_ballot(web, row["id"], bytes(length))
    assert (await _close(agency, wave)).refused == 1


async def test_without_its_key_a_wave_is_not_closed_and_the_urn_stands(agency):
    wave = await agency.answered()
    (held,) = keys.held(agency.settings.key_folder)
    keys.destroy(agency.settings.key_folder, held)
    with pytest.raises(KeyFileError):
        await _close(agency, wave)
    assert await value("SELECT count(*) FROM counting.urn") > 100


async def test_with_another_key_in_its_place_a_wave_is_not_closed_and_the_urn_stands(agency):
    """Of a disk that lost some bits, or a copy that was brought back from elsewhere."""
    wave = await agency.answered()
    ballots = await value("SELECT count(*) FROM counting.urn")
    (held,) = keys.held(agency.settings.key_folder)
    path = keys.key_file(agency.settings.key_folder, held)
    right = path.read_bytes()
    path.write_bytes(bytes(32))
    with pytest.raises(KeyFileError, match="nothing is lost"):
        await _close(agency, wave)
    assert await value("SELECT count(*) FROM counting.urn") == ballots
    assert path.read_bytes() == bytes(32)
    path.write_bytes(right)
    assert (await _close(agency, wave)).accepted == ballots


async def test_a_draft_and_an_unknown_wave_are_not_closed(agency):
    with pytest.raises(ClosingError, match="draft"):
        await _close(agency, agency.history[0])
    with pytest.raises(ClosingError, match="no wave"):
        await close_wave(
            "nothing", key_dir=agency.settings.key_folder, now=agency.history[0].closed_at
        )


async def test_the_audit_log_says_what_happened_without_a_person(agency):
    await _close(agency, await agency.answered())
    async with connection(Login.MIGRATOR) as link:
        acts = await link.fetch("SELECT action, facts::text AS facts FROM audit.event ORDER BY at")
    names = [row["action"] for row in acts]
    assert {"wave emptied", "key destroyed"} <= set(names)
    assert not any("@" in row["facts"] for row in acts)


@pytest.mark.parametrize("end", [close_wave, cancel_wave])
async def test_the_order_of_erased_invitations_does_not_tell_who_had_a_mark(
    database, tmp_path, end
):
    settings = Settings(data_dir=tmp_path)
    wave = await an_open_wave(settings)
    bind_worker()
    invited = [row["id"] for row in await rows("SELECT id FROM asking.invitation ORDER BY pid")]
    answered = invited[:20]
    async with connection(Login.WORKER) as link:
        for one in answered:
            await link.execute("UPDATE asking.invitation SET marked = true WHERE id = $1", one)
    # as on a server that has run a night: it reads the table from end to end, not by an index
    async with connection(Login.MIGRATOR) as link:
        await link.execute("ANALYZE asking.invitation")
    await end(wave.key, key_dir=settings.key_folder, now=NOW)
    lie = [row["id"] for row in await rows("SELECT id FROM asking.invitation ORDER BY ctid")]
    assert set(lie[-20:]) != set(answered)
    assert [one for one in lie if one in answered] != answered
