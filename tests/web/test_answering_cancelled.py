"""A cancelled wave: nothing was opened, nobody can open it later, and the links say so."""

import asyncio
from datetime import timedelta

import pytest

from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import UnknownWave, WrongState
from survey_app.asking.invitations.tokens import split_token
from survey_app.commands.waves import cancel_named
from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError
from survey_app.installation.alarms.host import look_at_host, note_host
from survey_app.installation.tables import bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from survey_app.shared.trustees import Trustee, as_column
from survey_app.waves import cancel_wave as cancelling
from survey_app.waves.cancel_wave import cancel_wave
from survey_app.waves.errors import ClosingError
from survey_app.waves.wave_keys import destroy_left_over_keys, undestroyed_keys
from tests.blind_client import ask_to_sign, fresh, get_credential, group_key, send_ballot
from tests.builders_answering import (
    NOW,
    a_draft,
    an_agency,
    an_open_wave,
    some_answers,
    without_pools,
)

LATER = NOW + timedelta(days=3)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        base_url="http://testserver.local",
        secret_key="for tests only, and long enough there",
    )


async def cancel(settings, key="verdipuls-2026-k2", **more):
    with without_pools():
        return await cancel_wave(key, key_dir=settings.key_folder, now=LATER, **more)


async def answer(web, wave, *places):
    for place in places:
        reply = await web.post(
            f"/answer/{wave.tokens[place]}", data=some_answers(), follow_redirects=False
        )
        assert reply.status_code == 303
    return reply.headers["location"]


LEFT = {
    "urn": "SELECT count(*) FROM counting.urn",
    "spent": "SELECT count(*) FROM counting.spent",
    "partitions": "SELECT count(*) FROM pg_inherits WHERE inhparent IN"
    " ('counting.urn'::regclass, 'counting.spent'::regclass)",
    "marks": "SELECT count(*) FROM asking.invitation WHERE marked",
    "credentials": "SELECT count(*) FROM asking.credential",
    "credential keys": "SELECT count(*) FROM asking.credential_key",
    "mails that wait": "SELECT count(*) FROM asking.outbox WHERE state = 'due'",
    "counts": "SELECT count(*) FROM asking.wave_domain WHERE answered IS NOT NULL",
    "responses": "SELECT count(*) FROM counting.response",
    "records": "SELECT count(*) FROM counting.wave_record",
    "publications": "SELECT count(*) FROM publications.publication",
}


async def what_is_left():
    with without_pools():
        return {name: (await fetch(Login.WORKER, sql))[0]["count"] for name, sql in LEFT.items()}


async def test_after_cancelling_there_is_nothing_to_open_and_nothing_to_open_it_with(web, settings):
    wave = await an_open_wave(settings)
    await answer(web, wave, 0, 1, 2)
    private = keys.read(settings.key_folder, wave.id).private_bytes_raw()
    before = await what_is_left()
    assert (before["urn"], before["marks"]) == (3, 3)
    assert before["mails that wait"] > 0 < before["credential keys"]

    assert await cancel(settings, reason="wrong questionnaire")

    assert await what_is_left() == dict.fromkeys(LEFT, 0)
    assert keys.held(settings.key_folder) == ()
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    assert not any(private in path.read_bytes() for path in files)
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.wave")
    assert (row["state"], row["closed_at"], row["key_destroyed_at"]) == ("cancelled", LATER, LATER)
    with without_pools():
        with pytest.raises(ClosingError, match="is cancelled"):
            await close_wave(wave.key, key_dir=settings.key_folder, now=LATER)
        [event] = await fetch(
            Login.MIGRATOR, "SELECT facts FROM audit.event WHERE action = 'wave cancelled'"
        )
    assert event["facts"] == '{"was": "open", "reason": "wrong questionnaire"}'
    assert not await cancel(settings)


@pytest.mark.parametrize("place", ["_forget", "record", "drop_urn"])
async def test_killed_before_the_commit_the_wave_goes_on(web, settings, monkeypatch, place):
    wave = await an_open_wave(settings)
    await answer(web, wave, 0)
    before = await what_is_left()

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(cancelling, place, killed)
        with pytest.raises(asyncio.CancelledError):
            await cancel(settings)
    assert await what_is_left() == before
    assert keys.held(settings.key_folder) == (wave.id,)
    assert "/answer/thanks" in await answer(web, wave, 1)
    assert await cancel(settings)


async def test_killed_after_the_commit_the_start_up_check_destroys_the_key(
    web, settings, monkeypatch
):
    wave = await an_open_wave(settings)

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(cancelling, "destroy_key", killed)
        with pytest.raises(asyncio.CancelledError):
            await cancel(settings)
    assert keys.held(settings.key_folder) == (wave.id,)
    with without_pools():
        [told] = await undestroyed_keys(settings.key_folder)
        assert "the key of the cancelled wave" in told
        assert await destroy_left_over_keys(key_dir=settings.key_folder, now=LATER) == 1
        assert await undestroyed_keys(settings.key_folder) == []
    assert keys.held(settings.key_folder) == ()
    assert not await cancel(settings)


STOPPED = {
    "nb": "Undersøkelsen er stoppet",
    "nn": "Undersøkinga er stoppa",
    "en": "The survey was stopped",
}


@pytest.mark.parametrize("language", STOPPED)
async def test_a_link_says_that_the_survey_was_stopped(web, settings, language):
    wave = await an_open_wave(settings)
    await answer(web, wave, 0)
    await cancel(settings)
    for token in wave.tokens[:2]:
        reply = await web.get(f"/answer/{token}?lang={language}")
        assert reply.status_code == 410
        assert f"<h1>{STOPPED[language]}</h1>" in reply.text
        assert "{" not in reply.text.partition("<main")[2].partition("</main>")[0]
    sent = await web.post(f"/answer/{wave.tokens[1]}", data=some_answers(lang=language))
    assert f"<h1>{STOPPED[language]}</h1>" in sent.text
    assert (await what_is_left())["marks"] == 0


async def test_a_credential_that_was_given_before_opens_nothing_after(web, settings):
    wave = await an_open_wave(settings)
    pids = [split_token(token)[0] for token in wave.tokens[:2]]
    rows = await fetch(
        Login.WORKER, "SELECT pid, domain FROM asking.invitation WHERE pid = ANY($1)", pids
    )
    groups = {row["pid"]: row["domain"] for row in rows}
    credential = await get_credential(web, wave.key, groups[pids[0]], wave.tokens[0])
    late = fresh(await group_key(web, wave.key, groups[pids[1]]))
    await cancel(settings)
    assert (await send_ballot(web, credential, some_answers())).status_code == 410
    assert (await ask_to_sign(web, wave.tokens[1], late)).status_code == 410
    assert await what_is_left() == dict.fromkeys(LEFT, 0)


async def test_the_open_link_says_so_too(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    await cancel(settings, wave.key)
    reply = await web.get("/open/open")
    assert (reply.status_code, STOPPED["nb"] in reply.text) == (410, True)
    sent = await web.post("/open/open", data=some_answers("omdomme.open"))
    assert STOPPED["nb"] in sent.text
    assert (await what_is_left())["urn"] == 0


async def test_the_command_names_a_key_that_lies_on_another_host(web, settings, tmp_path):
    await an_open_wave(settings)
    elsewhere = settings.model_copy(update={"data_dir": tmp_path / "other"})
    told = []
    with without_pools():
        await cancel_named("verdipuls-2026-k2", "", elsewhere, told.append)
    assert "nothing was opened and nothing will be published" in told[0]
    assert "start the worker on the host that opened the wave" in told[1]


async def test_a_key_is_not_lost_that_lies_on_a_machine_whose_worker_lives(web, settings, tmp_path):
    wave = await an_open_wave(settings)
    elsewhere = settings.model_copy(update={"data_dir": tmp_path / "other"})
    told = []
    with without_pools():
        await note_host(await look_at_host(settings))
        with pytest.raises(KeyFileError, match="the worker there counts it"):
            await cancel_named(wave.key, "", elsewhere, told.append, key_is_lost=True)
        # that machine is gone for good
        await fetch(Login.WORKER, "UPDATE asking.host SET seen_at = seen_at - interval '1 day'")
        await cancel_named(wave.key, "", elsewhere, told.append, key_is_lost=True)
    assert "is cancelled" in told[0]


@pytest.mark.parametrize("other", [bytes(range(32)), b"spoiled"])
async def test_another_file_of_the_name_of_a_lost_key_is_told_and_kept(web, settings, other):
    wave = await an_open_wave(settings)
    path = keys.key_file(settings.key_folder, wave.id)
    with without_pools():
        with pytest.raises(KeyFileError, match="lies here: the worker counts it"):
            await cancel_named(wave.key, "", settings, print, key_is_lost=True)
        right = path.read_bytes()
        path.write_bytes(other)
        with pytest.raises(KeyFileError, match="move it out of the folder and keep it"):
            await cancel_named(wave.key, "", settings, print, key_is_lost=True)
        assert path.read_bytes() == other != right
        path.unlink()
        path.mkdir()  # nobody reads it, be it root
        with pytest.raises(KeyFileError, match="cannot be read here"):
            await cancel_named(wave.key, "", settings, print, key_is_lost=True)
        path.rmdir()
        told = []
        await cancel_named(wave.key, "", settings, told.append, key_is_lost=True)
    assert "is cancelled" in told[0]


@pytest.mark.parametrize("other", [bytes(range(32)), b"spoiled"])
async def test_another_file_of_the_name_of_an_open_wave_s_key_is_told_and_kept(
    web, settings, other
):
    wave = await an_open_wave(settings)
    await answer(web, wave, 0)
    before = await what_is_left()
    path = keys.key_file(settings.key_folder, wave.id)
    right = path.read_bytes()
    path.write_bytes(other)
    with pytest.raises(KeyFileError, match="move it out of the folder and keep it"):
        await cancel(settings)
    path.rename(settings.data_dir / "kept")
    path.mkdir()  # nobody reads it, be it root
    with pytest.raises(KeyFileError, match="cannot be read here"):
        await cancel(settings)
    path.rmdir()
    assert (await what_is_left(), (settings.data_dir / "kept").read_bytes()) == (before, other)
    path.write_bytes(right)
    assert await cancel(settings)
    assert keys.held(settings.key_folder) == ()


async def test_nor_is_a_file_destroyed_that_lies_there_for_a_wave_with_key_holders(web, settings):
    wave = await an_open_wave(settings)
    held = as_column([Trustee(name, name.encode().ljust(32)) for name in ("one", "other")])
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET trustees = $1::text::jsonb", held)
    with pytest.raises(KeyFileError, match="is not the key of"):
        await cancel(settings)
    assert keys.held(settings.key_folder) == (wave.id,)


async def test_a_draft_is_cancelled_and_can_then_not_open(database, settings):
    bind_worker()
    await an_agency()
    wave = await a_draft()
    assert await cancel(settings)
    [row] = await fetch(Login.WORKER, "SELECT state FROM asking.wave WHERE id = $1", wave)
    assert row["state"] == State.CANCELLED
    assert await undestroyed_keys(settings.key_folder) == []


async def test_a_closed_or_unknown_wave_is_not_cancelled(web, settings):
    wave = await an_open_wave(settings)
    with without_pools():
        await close_wave(wave.key, key_dir=settings.key_folder, now=LATER)
        with pytest.raises(WrongState, match="is counted; it cannot become cancelled"):
            await cancel(settings)
        with pytest.raises(UnknownWave):
            await cancel(settings, "nothing")
