"""Opening: a wave is open with everything that answering needs, or not open at all."""

import asyncio
import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from questionnaires.canonical import canonical_json
from questionnaires.loader import load_library
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import ForeignSecret, OpeningRefused, UnknownWave, WrongState
from survey_app.asking.invitations.credential_keys import KeyRing
from survey_app.counting.urn import keys
from survey_app.counting.urn.ballot import DOMAIN_BYTES, ballot_size
from survey_app.installation.tables import bind_worker
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.log_parameters import UNTOUCHED
from survey_app.waves import open_wave as opening
from survey_app.waves.open_wave import open_wave
from tests.blind_client import b64url, unb64url
from tests.builders_answering import NOW, a_draft, an_agency
from tests.kept_connections import close_kept

KEY_LIST_PAGE = Path("docs/formats/key-list.md").read_text(encoding="utf-8")


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(data_dir=tmp_path, secret_key="for tests only, and long enough there")


@pytest.fixture
async def agency(database):
    bind_worker()
    await an_agency()


async def everything_that_opening_writes():
    counts = {}
    for table in (
        "asking.invitation",
        "asking.outbox",
        "asking.wave_domain",
        "asking.questionnaire",
        "asking.credential_key",
    ):
        counts[table] = (await fetch(Login.WORKER, f"SELECT count(*) FROM {table}"))[0]["count"]
    for parent in ("counting.urn", "counting.spent"):
        parts = f"SELECT count(*) FROM pg_inherits WHERE inhparent = '{parent}'::regclass"
        counts[parent] = (await fetch(Login.WORKER, parts))[0]["count"]
    return counts


NOTHING = {
    "asking.invitation": 0,
    "asking.outbox": 0,
    "asking.wave_domain": 0,
    "asking.questionnaire": 0,
    "asking.credential_key": 0,
    "counting.urn": 0,
    "counting.spent": 0,
}


async def test_an_open_wave_has_its_key_its_urn_and_all_that_was_frozen(agency, settings):
    wave = await a_draft()
    drawn = await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    questionnaire = load_library().questionnaire("verdipuls.k2", first_wave=True)
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.wave WHERE id = $1", wave)
    assert row["state"] == State.OPEN
    assert row["opened_at"] == NOW
    assert row["minimum_group"] == 5
    assert row["questionnaire"] == questionnaire.hash == drawn.questionnaire_hash
    assert row["ballot_size"] == ballot_size(len(questionnaire.columns))
    assert row["plan_hash"].startswith("sha256:")
    private = keys.read(settings.key_folder, wave)
    assert private.public_key().public_bytes_raw() == row["public_key"]
    assert drawn.invited == 40
    [event] = await fetch(Login.MIGRATOR, "SELECT * FROM audit.event WHERE action = 'wave opened'")
    assert event["subject"] == "verdipuls-2026-k2"
    assert json.loads(event["facts"])["key_list"] == drawn.key_list_hash


async def test_the_key_list_names_every_key_and_its_hash_is_told(agency, settings):
    wave = await a_draft()
    drawn = await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.wave WHERE id = $1", wave)
    assert hashlib.sha256(row["key_list"]).hexdigest() == row["key_list_hash"]
    assert drawn.key_list_hash == row["key_list_hash"]
    published = json.loads(row["key_list"])
    assert published["format"] == 1
    assert published["wave"] == "verdipuls-2026-k2"
    assert published["questionnaire"] == row["questionnaire"]
    assert published["plan"] == row["plan_hash"]
    assert published["suite"] == "RSABSSA-SHA384-PSS-Randomized"
    assert published["urn"]["keys"] == [b64url(row["public_key"])]
    # every domain that an invitation carries has a key, and no other has
    carried = await fetch(Login.WORKER, "SELECT DISTINCT domain FROM asking.invitation ORDER BY 1")
    assert [one["group"] for one in published["groups"]] == [one["domain"] for one in carried]
    stored = await fetch(
        Login.WORKER, "SELECT * FROM asking.credential_key WHERE wave = $1 ORDER BY key_group", wave
    )
    for one, kept in zip(published["groups"], stored, strict=True):
        assert one["key_id"] == hashlib.sha256(kept["public_key"]).hexdigest()
        assert (len(unb64url(one["n"])), one["e"]) == (256, "AQAB")


async def test_an_opening_without_credentials_publishes_a_list_without_groups(agency, settings):
    wave = await a_draft()
    await open_wave(
        "verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None, credentials=False
    )
    [row] = await fetch(Login.WORKER, "SELECT key_list FROM asking.wave WHERE id = $1", wave)
    assert json.loads(row["key_list"])["groups"] == []


async def test_what_signs_is_sealed_and_bound_to_its_place(agency, settings):
    wave = await a_draft()
    await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    rings = {"own": KeyRing(settings.secret()), "another": KeyRing(b"another secret")}
    async with connection(Login.WEB) as link:
        assert (await rings["own"].key(link, wave, "nord-1")).n.bit_length() == 2048
        assert await rings["own"].key(link, wave, "no such unit") is None
        with pytest.raises(ForeignSecret, match="BAROMETER_SECRET_KEY"):
            await rings["another"].key(link, wave, "nord-1")
    async with connection(Login.WORKER) as link:
        # a sealed key that is put into another group's row does not open there
        await link.execute(
            "UPDATE asking.credential_key SET sealed_private ="
            " (SELECT sealed_private FROM asking.credential_key WHERE key_group = 'nord-1')"
        )
    async with connection(Login.WEB) as link:
        with pytest.raises(ForeignSecret):
            await rings["own"].key(link, wave, "sor-1")


async def test_the_first_wave_does_not_ask_what_came_of_the_last(agency, settings):
    await a_draft("first")
    await a_draft("second", invite="panel:B")
    for key in ("first", "second"):
        await open_wave(key, now=NOW, settings=settings, rehearse=None)
    rows = await fetch(
        Login.WORKER,
        "SELECT w.key, convert_from(q.content, 'UTF8') LIKE '%vp.opf.1%' AS asked"
        " FROM asking.wave w JOIN asking.questionnaire q ON q.hash = w.questionnaire ORDER BY key",
    )
    assert [tuple(row.values()) for row in rows] == [("first", False), ("second", True)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"legal_basis": ""}, "legal basis"),
        ({"purpose": '{"nb": "Lære"}'}, "purpose in nn"),
        ({"retention_days": None}, "retention_days"),
        ({"contact": ""}, "contact"),
    ],
)
async def test_what_is_missing_is_named_and_nothing_is_left(agency, settings, changed, sentence):
    wave = await a_draft(**changed)
    with pytest.raises(OpeningRefused, match=sentence):
        await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    assert await everything_that_opening_writes() == NOTHING
    assert keys.held(settings.key_folder) == ()
    [row] = await fetch(Login.WORKER, "SELECT state FROM asking.wave WHERE id = $1", wave)
    assert row["state"] == State.DRAFT


async def test_a_wave_that_is_over_or_unknown_or_open_is_refused(agency, settings):
    await a_draft()
    with pytest.raises(OpeningRefused, match="its last day was"):
        await open_wave(
            "verdipuls-2026-k2", now=NOW + timedelta(days=60), settings=settings, rehearse=None
        )
    with pytest.raises(UnknownWave):
        await open_wave("nothing", now=NOW, settings=settings, rehearse=None)
    await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    with pytest.raises(WrongState):
        await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)


async def test_the_longest_unit_code_fits_in_a_ballot(agency, settings):
    await a_draft()
    async with connection(Login.MIGRATOR) as link:
        await link.execute("UPDATE asking.unit SET code = repeat('å', 60) WHERE code = 'nord-1'")
    drawn = await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    assert 50 < max(len(code.encode()) for code in drawn.key_groups) <= DOMAIN_BYTES


@pytest.mark.parametrize("step", ["_note", "_hash_of_plan", "change_state"])
async def test_a_crash_in_the_middle_leaves_nothing(agency, settings, monkeypatch, step):
    await a_draft()

    def crash(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(opening, step, crash)
    with pytest.raises(KeyboardInterrupt):
        await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    assert await everything_that_opening_writes() == NOTHING
    assert keys.held(settings.key_folder) == ()
    monkeypatch.undo()
    await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)


async def test_a_key_that_a_killed_opening_left_is_replaced(agency, settings):
    wave = await a_draft()
    left = keys.make(settings.key_folder, wave)
    await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    [row] = await fetch(Login.WORKER, "SELECT public_key FROM asking.wave WHERE id = $1", wave)
    assert row["public_key"] != left
    private = keys.read(settings.key_folder, wave)
    assert private.public_key().public_bytes_raw() == row["public_key"]


async def test_of_two_who_open_at_once_one_is_refused_and_the_key_fits(agency, settings):
    wave = await a_draft()
    results = await asyncio.gather(
        *(
            open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
            for _ in range(2)
        ),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Draw", "WrongState"]
    [row] = await fetch(Login.WORKER, "SELECT public_key FROM asking.wave WHERE id = $1", wave)
    private = keys.read(settings.key_folder, wave)
    assert private.public_key().public_bytes_raw() == row["public_key"]


async def test_the_documented_key_list_is_the_one_that_is_written(agency, settings):
    await a_draft()
    await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
    [row] = await fetch(Login.WORKER, "SELECT key_list FROM asking.wave")
    published = json.loads(row["key_list"])
    names = {*published} - {"urn"} | {f"urn.{name}" for name in published["urn"]}
    names |= {f"groups[].{name}" for name in published["groups"][0]}
    table = KEY_LIST_PAGE.split("## Requests")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)} == names
    assert published["suite"] in table
    assert published["urn"]["suite"] in table
    assert row["key_list"] == canonical_json(published)


@pytest.mark.parametrize(
    ("name", "loud"),
    [
        ("log_duration", "on"),
        ("log_min_duration_sample", "0"),
        ("log_transaction_sample_rate", "1"),
        ("auto_explain.log_min_duration", "0"),
        ("log_lock_waits", "on"),
        ("log_statement_stats", "on"),
        ("log_executor_stats", "on"),
        ("debug_print_plan", "on"),
        ("log_min_messages", "debug3"),
        ("pgaudit.role", "auditor"),
    ],
)
async def test_a_server_that_would_log_when_people_answer_opens_no_wave(
    agency, settings, name, loud
):
    await a_draft()
    async with connection(Login.MIGRATOR) as link:
        here = await link.fetchval("SELECT current_database()")
        await link.execute(f"ALTER ROLE web IN DATABASE {here} SET {name} = '{loud}'")
    await close_kept()  # a session has the settings of its beginning
    with pytest.raises(OpeningRefused, match=f"{name} for web"):
        await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)


async def test_a_server_that_logs_connections_opens_no_wave(agency, settings):
    """One is made as somebody answers, and the line of it has their second."""
    await a_draft()
    async with connection(Login.MIGRATOR) as link:
        await link.execute("ALTER SYSTEM SET log_connections = 'on'")
        try:
            await link.execute("SELECT pg_reload_conf()")
            await _until_new_sessions_have(log_connections={"on"})
            with pytest.raises(OpeningRefused, match="log_connections for web"):
                await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)
        finally:
            await link.execute("ALTER SYSTEM RESET log_connections")
            await link.execute("SELECT pg_reload_conf()")
    await _until_new_sessions_have(log_connections={"", "off"})


async def _until_new_sessions_have(*, log_connections):
    told = None
    while told not in log_connections:
        # a session has what held at its beginning
        await asyncio.sleep(0.02)
        await close_kept()
        async with connection(Login.WEB) as link:
            told = await link.fetchval("SHOW log_connections")


async def test_a_server_that_keeps_the_time_of_each_commit_opens_no_wave(
    agency, settings, monkeypatch
):
    await a_draft()
    # it can only be turned on with a restart: here the one that is off is the wrong one
    monkeypatch.setitem(UNTOUCHED, "track_commit_timestamp", "on")
    with pytest.raises(OpeningRefused, match="track_commit_timestamp for web"):
        await open_wave("verdipuls-2026-k2", now=NOW, settings=settings, rehearse=None)


async def test_opening_takes_receipts_before_the_urn_as_emptying_does(agency, settings):
    """Who empties another wave at the same time would else wait for this one, and it for them."""
    wave = await a_draft()
    (row,) = await fetch(Login.WORKER, "SELECT key FROM asking.wave WHERE id = $1", wave)
    held = (
        "SELECT l.mode FROM pg_locks l WHERE l.relation = 'counting.urn'::regclass AND l.granted"
        " AND l.mode <> 'AccessShareLock'"
    )
    waiting = (
        "SELECT 1 FROM pg_locks l WHERE l.relation = 'counting.spent'::regclass AND NOT l.granted"
    )
    async with connection(Login.MIGRATOR) as emptying, emptying.transaction():
        await emptying.execute("LOCK TABLE counting.spent IN ACCESS EXCLUSIVE MODE")
        opening_wave = asyncio.create_task(
            open_wave(row["key"], now=NOW, settings=settings, rehearse=None)
        )
        while not await fetch(Login.WORKER, waiting):
            assert not opening_wave.done()
            await asyncio.sleep(0.02)
        assert not await fetch(Login.WORKER, held)
    await opening_wave
