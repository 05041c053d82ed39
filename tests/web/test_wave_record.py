"""The record of a wave that was answered with and without script, as anybody may check it."""

import hashlib
import json
from datetime import date, timedelta

import asyncpg
import pytest
from click.testing import CliRunner

from survey_app.accounts.roles import Role
from survey_app.asking.invitations.tokens import token_for
from survey_app.cli import barometer
from survey_app.commands.export_wave import export_wave
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import records
from survey_app.publications.errors import NotOnShelfError
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import get_credential, send_ballot
from tests.builders_answering import NOW, an_open_wave, some_answers, without_pools
from tests.builders_publication import words

LATER = NOW + timedelta(days=20)
BY_SCRIPT, PLAIN = 12, 3  # of the 20 in nord-1; 15 of the 20 in sor-1 answer by the plain form


async def _tokens(settings, wave):
    """Links by key group."""
    rows = await fetch(Login.WORKER, "SELECT * FROM asking.invitation WHERE wave = $1", wave.id)
    secret = settings.secret()
    groups = {}
    for row in rows:
        link = token_for(secret, wave.id, row["pid"], row["generation"])
        groups.setdefault(row["domain"], []).append(link)
    return groups


async def _answered(web, settings, wave, *, lost=0):
    """Let both units answer; returns the receipts. ``lost`` credentials are never used."""
    groups = await _tokens(settings, wave)
    receipts = []
    for at, token in enumerate(groups["nord-1"][: BY_SCRIPT + lost]):
        credential = await get_credential(web, wave.key, "nord-1", token)
        if at < BY_SCRIPT:
            reply = await send_ballot(web, credential, some_answers(code=str(1 + at % 5)))
            assert reply.status_code == 200
            receipts.append(credential.receipt)
    plain = [*groups["nord-1"][-PLAIN:], *groups["sor-1"][:15]]
    for at, token in enumerate(plain):
        answers = some_answers(code=str(1 + at % 5))
        reply = await web.post(f"/answer/{token}", data=answers, follow_redirects=False)
        assert reply.status_code == 303
    return receipts


async def _published(settings, wave):
    bind_worker()
    await close_wave(wave.key, key_dir=settings.key_folder, now=LATER)
    with without_pools():
        publication = await publish_wave(wave.key, now=LATER)
    bind_web()
    return publication


@pytest.fixture
async def wave(web, settings):
    return await an_open_wave(settings)


async def _record(web, wave):
    reply = await web.get(f"/records/{wave.key}.json")
    assert reply.status_code == 200
    return reply.content


async def test_everybody_reads_the_record_and_finds_every_receipt_in_it(
    web, settings, wave, tmp_path
):
    key_list = (await web.get(f"/keys/{wave.key}.json")).content
    receipts = await _answered(web, settings, wave)
    await _published(settings, wave)

    content = await _record(web, wave)
    record = json.loads(content)
    assert record["totals"] == {
        "invited": 40, "credentials": 30, "replaced": 0, "ballots": 30, "refused": 0,
        "screened_out": 0, "not_stored": 0, "unused_credentials": 0,
    }  # fmt: skip
    assert set(receipts) < set(record["receipts"])
    # those who answered without script cannot be told from the others, nor counted
    assert len(record["receipts"]) == 30
    assert record["key_list_hash"] == hashlib.sha256(key_list).hexdigest()
    assert (record["opened_on"], record["closed_on"]) == ("2026-05-12", "2026-06-01")
    told = {row["group"]: (row["invited"], row["credentials"], row["ballots"])
            for row in record["groups"]}  # fmt: skip
    assert told["nord-1"] == told["sor-1"] == (20, 15, 15)

    # what everybody can download is enough to check it
    (tmp_path / "record.json").write_bytes(content)
    (tmp_path / "keys.json").write_bytes(key_list)
    published = await web.get(f"/records/{wave.key}/keys.json")
    assert published.content == key_list
    files = [str(tmp_path / name) for name in ("record.json", "keys.json")]
    grouped = receipts[0].upper()[:32] + " " + receipts[0][32:]
    named = ["--receipt", grouped, "--keys-hash", record["key_list_hash"]]
    done = CliRunner().invoke(barometer, ["verify-wave", *files, *named])
    assert done.exit_code == 0, done.output
    alone = CliRunner().invoke(barometer, ["verify-wave", files[0]])
    assert alone.exit_code == 0
    assert "NOT CHECKED    publication" in alone.output
    assert alone.output.endswith("; 2 could not be made without the other files of the wave\n")
    assert "DOES NOT HOLD" not in done.output
    stranger = "0" * 64
    done = CliRunner().invoke(barometer, ["verify-wave", *files, "--receipt", stranger])
    assert done.exit_code == 1
    assert "your receipt 00000000…: it is not in the record" in done.output


async def test_the_page_tells_whether_a_receipt_is_there_and_nothing_else(web, settings, wave):
    [receipt, *_] = await _answered(web, settings, wave)
    before = words(await web.post("/verify", data={"receipt": receipt}))
    assert "står ikke i noen opptelling som er lagt fram" in before
    await _published(settings, wave)

    pasted = f" {receipt[:20].upper()}\r\n{receipt[20:40]} {receipt[40:]}\n"
    reply = await web.post("/verify", data={"receipt": pasted})
    text = words(reply)
    assert "Ja. Svaret ditt er med i opptellingen." in text
    assert "«Mai 2026, kortmåling»" in text
    assert receipt not in reply.text.lower()
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    other = receipt[:-1] + ("0" if receipt[-1] != "0" else "1")
    assert "står ikke i noen" in words(await web.post("/verify", data={"receipt": other}))
    # a hash that stands in the record is no receipt
    record = json.loads(await _record(web, wave))
    reply = await web.post("/verify", data={"receipt": record["key_list_hash"]})
    assert "står ikke i noen" in words(reply)
    short = words(await web.post("/verify", data={"receipt": receipt[:63]}))
    assert "Dette er ikke en hel kvittering." in short
    assert "har 63 slike tegn" in short
    for language, title in (("nn", "Vart svaret ditt talt med?"), ("en", "Was your answer count")):
        assert title in (await web.get(f"/verify?lang={language}")).text


async def test_looking_for_a_receipt_reads_no_cookie_and_keeps_nothing(
    web, settings, wave, sign_in, caplog
):
    [receipt, *_] = await _answered(web, settings, wave)
    await _published(settings, wave)
    await sign_in(Role.HR)
    reply = await web.post("/verify", data={"receipt": receipt})
    assert "Logg ut" not in reply.text
    assert "set-cookie" not in reply.headers
    assert receipt not in caplog.text


async def test_nothing_of_the_record_is_told_before_the_release(web, settings):
    wave = await an_open_wave(settings, closes_on=date(2998, 12, 1), release="09:00")
    [receipt, *_] = await _answered(web, settings, wave)
    await _published(settings, wave)
    for address in (".json", "/keys.json", "/publication.json"):
        assert (await web.get(f"/records/{wave.key}{address}")).status_code == 404
    assert wave.key not in (await web.get("/results")).text
    text = words(await web.post("/verify", data={"receipt": receipt}))
    assert "står ikke i noen opptelling" in text


async def test_a_record_is_reached_without_signing_in_also_where_staff_results_are_closed(
    web, settings, wave
):
    await _answered(web, settings, wave)
    await _published(settings, wave)
    page = await web.get("/results")
    assert f'href="/records/{wave.key}.json"' in page.text
    assert "Opptellingen for «Mai 2026, kortmåling»" in words(page)
    await _record(web, wave)
    # units stand in the publication: it is not for everybody
    assert (await web.get(f"/records/{wave.key}/publication.json")).status_code == 404
    assert (await web.get("/records/nothing.json")).status_code == 404
    assert (await web.get(f"/records/{wave.key}")).status_code == 404


async def test_a_lost_credential_is_counted_and_its_unit_is_not_told(web, settings, wave):
    await _answered(web, settings, wave, lost=1)
    await _published(settings, wave)
    record = json.loads(await _record(web, wave))
    assert record["totals"]["unused_credentials"] == 1
    assert record["alarms"] == []
    assert {row["credentials"] for row in record["groups"]} == {None}
    assert {row["ballots"] for row in record["groups"]} == {15}


async def test_a_corrected_publication_keeps_the_record_and_both_name_it(web, settings, wave):
    await _answered(web, settings, wave)
    first = await _published(settings, wave)
    before = await _record(web, wave)
    bind_worker()
    [head] = await records.records(at=LATER)
    assert (head.wave_key, head.title("en")) == (wave.key, "May 2026, pulse survey")
    assert head.title("fr") == "Mai 2026, kortmåling"
    async with connection(Login.MIGRATOR) as link:
        await link.execute(
            "UPDATE asking.wave SET labels = jsonb_set(labels, '{name,nb}', '\"R\"')"
        )
    bind_worker()
    second = await publish_wave(wave.key, now=LATER, correct=True)
    rows = await fetch(Login.WORKER, "SELECT * FROM publications.publication ORDER BY version")
    named = f"sha256:{hashlib.sha256(before).hexdigest()}"
    assert [row["id"] for row in rows] == [first, second]
    for row in rows:
        assert json.loads(row["content"])["wave_record_hash"] == named
        assert json.loads(row["manifest"])["wave_record_hash"] == named
        found = await recompute(row["id"])
        assert found.verdict is (
            Recomputation.SAME if row["id"] == second else Recomputation.EXPLAINED
        )
    assert (
        "names, days or units of the wave were changed since" in (await recompute(first)).sentence
    )
    bind_web()
    assert await _record(web, wave) == before


async def test_verifying_a_publication_notices_another_record(web, settings, wave):
    await _answered(web, settings, wave)
    publication = await _published(settings, wave)
    bind_worker()
    assert (await recompute(publication)).agrees
    async with connection(Login.MIGRATOR) as link:
        await link.execute("ALTER TABLE publications.wave_record DISABLE TRIGGER immutable")
        await link.execute(
            "UPDATE publications.wave_record SET content = replace(convert_from(content, 'UTF8'),"
            " '\"refused\":0', '\"refused\":1')::bytea"
        )
    found = await recompute(publication)
    assert found.verdict is Recomputation.CHANGED
    assert "wave record" in found.sentence


async def test_all_three_files_of_a_wave_are_written_for_an_auditor_and_hold(
    web, settings, wave, tmp_path
):
    [receipt, *_] = await _answered(web, settings, wave)
    await _published(settings, wave)
    bind_worker()
    told = []
    await export_wave(wave.key, tmp_path / "files", told.append)
    assert [name.rpartition("/")[2] for name in told] == [
        "record.json", "keys.json", "publication.json",
    ]  # fmt: skip
    done = CliRunner().invoke(barometer, ["verify-wave", *told, "--receipt", receipt])
    assert done.exit_code == 0, done.output
    assert "made from the set of responses that the record names" in done.output
    with pytest.raises(NotOnShelfError):
        await export_wave("nothing", tmp_path / "files", told.append)


async def test_a_record_on_the_shelf_cannot_be_changed(web, settings, wave):
    await _answered(web, settings, wave)
    await _published(settings, wave)
    async with connection(Login.MIGRATOR) as link:
        with pytest.raises(asyncpg.RaiseError, match="immutable"):
            await link.execute("UPDATE publications.wave_record SET content = ''")
    with without_pools():
        for login in (Login.WORKER, Login.READER):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await fetch(login, "DELETE FROM publications.wave_record")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch(Login.WEB, "SELECT * FROM publications.wave_record")


async def test_emptying_leaves_no_credential_no_key_and_no_list_of_receipts(web, settings, wave):
    await _answered(web, settings, wave)
    counts = ("asking.credential", "asking.credential_key", "counting.spent")
    for table in counts:
        assert (await fetch(Login.WORKER, f"SELECT count(*) FROM {table}"))[0]["count"] > 0
    await _published(settings, wave)
    for table in counts:
        assert (await fetch(Login.WORKER, f"SELECT count(*) FROM {table}"))[0]["count"] == 0
    parts = await fetch(
        Login.MIGRATOR,
        "SELECT 1 FROM pg_inherits WHERE inhparent IN ('counting.urn'::regclass,"
        " 'counting.spent'::regclass)",
    )
    assert parts == []
