"""Somebody who writes to the database, and has no secret, exchanges what ballots are sealed to."""

import json
import re
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.answering.sealing import raise_alarm
from survey_app.asking.campaigns.sealing_alarms import EXCHANGED, OTHER_HOLDERS
from survey_app.asking.errors import OpeningRefused
from survey_app.counting.urn.proof import checking_keys
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.tally import OTHER_KEYS
from survey_app.publishing.errors import WaitsForTrusteesError
from survey_app.shared.base64url import to_base64url
from survey_app.shared.database import Login, connection
from survey_app.waves.open_wave import open_wave
from survey_app.waves.watch_sealing import changed_waves
from tests.blind_client import b64url, get_credential, send_ballot, unb64url
from tests.builders_answering import (
    NOW,
    an_open_page,
    an_open_wave,
    opened,
    some_answers,
    without_pools,
)
from tests.key_holders import (
    ANSWERS,
    PRIVATE,
    as_owner,
    hand,
    ready,
    say_compared,
    take_off_first,
    told_in_the_audit_log,
    work,
)
from tests.web.credentials.sending import groups_of

BASE = bytes([9]) + bytes(31)
"""A public key (RFC 7748's base point); its private half is 1."""
HELD = "Undersøkelsen tar ikke imot svar akkurat nå"


def a_key():
    return X25519PrivateKey.generate().public_key().public_bytes_raw()


async def exchange(wave, column, value):
    """Write to a wave's row; returns what stood there."""
    [row] = await as_owner(f"SELECT {column} AS was FROM asking.wave WHERE id = $1", wave.id)
    await as_owner(f"UPDATE asking.wave SET {column} = $2 WHERE id = $1", wave.id, value)
    return row["was"]


async def sealed():
    [row] = await as_owner("SELECT count(*) AS n FROM counting.urn")
    return row["n"]


async def marked():
    [row] = await as_owner("SELECT count(*) AS n FROM asking.invitation WHERE marked")
    return row["n"]


async def answer(web, token, **fields):
    return await web.post(f"/answer/{token}", data=some_answers() | fields, follow_redirects=False)


async def a_wave_of_two(web, desk, settings):
    """Open, with the keys of two who compared them."""
    links = await ready(web, desk)
    bind_worker()
    with without_pools():
        await open_wave("two", now=NOW, settings=settings, rehearse=None)
    wave = await opened(settings, "two")
    bind_web()
    return wave, links


async def other_list(wave):
    """The key list with a signing key of somebody else's, and its hash."""
    [row] = await as_owner("SELECT key_list FROM asking.wave WHERE id = $1", wave.id)
    listed = json.loads(row["key_list"])
    listed["groups"][0]["n"] = b64url(b"\xff" * 256)
    return json.dumps(listed).encode()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("public_key", BASE * 2),
        ("public_key", BASE),
        ("cover_key", bytes(32)),
        ("ballot_size", 2000),
        ("trustees", "[]"),
        ("invite", "open"),
        ("minimum_group", 3),
        ("plan_hash", ""),
        ("key_list_hash", "0" * 64),
        ("sealing_proof", b""),
        ("sealing_proof", bytes(64)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_no_ballot_is_sealed_to_what_a_wave_was_not_opened_with(
    web, desk, settings, column, value
):
    wave, _ = await a_wave_of_two(web, desk, settings)
    assert (await answer(web, wave.tokens[0])).status_code == 303
    before = await exchange(wave, column, value)
    page = await web.get(f"/answer/{wave.tokens[1]}")
    assert (page.status_code, HELD in page.text) == (503, True)
    assert "HR på" in page.text
    reply = await answer(web, wave.tokens[1])
    assert (reply.status_code, HELD in reply.text) == (503, True)
    # nothing of theirs is lost: what was filled in is there, and the link is not used
    assert " checked" in reply.text
    assert (await sealed(), await marked()) == (1, 1)
    # put back, it goes on; that it happened is not forgotten
    await exchange(wave, column, before)
    assert "Må ses på" in (await web.get("/campaigns")).text
    assert (await answer(web, wave.tokens[1])).status_code == 303
    assert await told_in_the_audit_log(EXCHANGED) == 1


async def test_a_browser_with_script_gets_neither_a_signature_nor_a_ballot_through(web, settings):
    wave = await an_open_wave(settings)
    groups = await groups_of(settings, wave)
    first, second = wave.tokens[:2]
    credential = await get_credential(web, wave.key, groups[first], first)
    before = await exchange(wave, "public_key", a_key())
    reply = await send_ballot(web, credential, some_answers())
    assert (reply.status_code, reply.json()) == (503, {"outcome": "failed"})
    blinded = b64url(secrets.token_bytes(256))
    reply = await web.post(f"/answer/{second}/credential", json={"blinded": blinded})
    assert (reply.status_code, reply.json()) == (503, {"outcome": "failed"})
    assert (await sealed(), await marked()) == (0, 1)
    # the browser has its credential still
    await exchange(wave, "public_key", before)
    assert (await send_ballot(web, credential, some_answers())).json() == {"outcome": "accepted"}


async def test_who_answers_by_another_signing_key_is_not_told_apart(web, settings):
    wave = await an_open_wave(settings)
    await exchange(wave, "key_list", await other_list(wave))
    assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 503


async def test_a_questionnaire_that_was_exchanged_is_not_asked(web, settings):
    wave = await an_open_wave(settings)
    await as_owner(
        "UPDATE asking.questionnaire SET content = replace(convert_from(content, 'UTF8'),"
        " 'Vi', 'De')::bytea"
    )
    assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 503


async def test_an_open_survey_takes_no_answers_either_and_its_record_tells(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    before = await exchange(wave, "public_key", a_key())
    for reply in (
        await web.get("/open/open"),
        await web.post(
            "/open/open", data=some_answers("omdomme.open") | an_open_page(settings, wave)
        ),
    ):
        assert (reply.status_code, HELD in reply.text) == (503, True)
    assert await sealed() == 0
    await exchange(wave, "public_key", before)
    bind_worker()
    await close_wave("open", key_dir=settings.key_folder, now=NOW)
    [row] = await as_owner("SELECT content FROM counting.wave_record")
    assert json.loads(row["content"])["alarms"] == [OTHER_KEYS]


async def test_no_ballot_carries_a_unit_that_the_wave_was_not_opened_with(web, settings):
    wave = await an_open_wave(settings)
    await as_owner("UPDATE asking.invitation SET domain = 'somebody'")
    assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 503
    assert (await answer(web, wave.tokens[0])).status_code == 503
    assert (await sealed(), await marked()) == (0, 0)
    assert await told_in_the_audit_log(EXCHANGED) == 1


async def test_the_alarm_and_its_row_in_the_audit_log_are_one_transaction(web, settings):
    del web
    wave = await an_open_wave(settings)
    async with connection(Login.WEB) as link:
        given_up = link.transaction()
        await given_up.start()
        await raise_alarm(link, wave.id, wave.key)
        await given_up.rollback()
        assert await told_in_the_audit_log(EXCHANGED) == 0
        await raise_alarm(link, wave.id, wave.key)
        await raise_alarm(link, wave.id, wave.key)
    assert await told_in_the_audit_log(EXCHANGED) == 1


async def test_reminders_are_stopped_all_the_same(web, settings):
    wave = await an_open_wave(settings)
    await exchange(wave, "public_key", a_key())
    await web.post(f"/stop/{wave.tokens[0]}")
    assert len(await as_owner("SELECT 1 FROM asking.invitation WHERE opted_out")) == 1


async def test_a_proof_of_one_wave_is_none_of_another(web, settings):
    one = await an_open_wave(settings, "one")
    two = await an_open_wave(settings, "two")
    names = "public_key, ballot_size, key_list, key_list_hash, sealing_proof, plan_hash"
    await as_owner(
        f"UPDATE asking.wave SET ({names}) = (SELECT {names} FROM asking.wave WHERE id = $2)"
        " WHERE id = $1",
        two.id,
        one.id,
    )
    assert (await web.get(f"/answer/{one.tokens[0]}")).status_code == 200
    assert (await web.get(f"/answer/{two.tokens[0]}")).status_code == 503


async def test_the_worker_and_the_pages_say_so_and_nobody_counts_it_unasked(
    web, desk, settings, sign_in
):
    wave, (first, _) = await a_wave_of_two(web, desk, settings)
    for token in wave.tokens[:ANSWERS]:
        assert (await answer(web, token)).status_code == 303
    assert "byttet ut låsen" not in (await web.get("/campaigns/campaign-two")).text
    before = await exchange(wave, "public_key", a_key() + a_key())
    bind_worker()
    # nobody came to answer: the worker looks by itself, and says so once
    for _ in range(2):
        assert await changed_waves(settings.secret()) == {wave.id}
    assert await told_in_the_audit_log(EXCHANGED) == 1
    bind_web()
    assert "byttet ut låsen på svarene" in (await web.get("/campaigns/campaign-two")).text
    await exchange(wave, "public_key", before)
    bind_worker()
    assert await changed_waves(settings.secret()) == set()
    with pytest.raises(WaitsForTrusteesError):
        await close_wave("two", key_dir=settings.key_folder, now=NOW)
    await work(settings)
    bind_web()
    assert "byttet ut låsen på svarene" in (await web.get("/campaigns/campaign-two")).text
    assert await hand(web, first, b"".join(await take_off_first(web, first, wave))) == "kept"
    bind_worker()
    await close_wave("two", key_dir=settings.key_folder, now=NOW, trustee_keys=PRIVATE)
    [row] = await as_owner("SELECT content FROM counting.wave_record")
    assert json.loads(row["content"])["alarms"] == [OTHER_KEYS]


async def test_a_wave_does_not_open_with_keys_that_nobody_compared(web, desk, settings):
    await ready(web, desk)
    await as_owner("UPDATE asking.key_holder SET public_key = $1 WHERE place = 2", a_key())
    bind_worker()
    with without_pools(), pytest.raises(OpeningRefused, match="are not those that"):
        await open_wave("two", now=NOW, settings=settings, rehearse=None)


async def test_a_key_that_was_exchanged_while_the_page_was_read_is_not_compared(web, desk):
    first, second = await ready(web, desk)
    await as_owner("UPDATE asking.key_holder SET compared = false")
    shown = re.search(r'name="shown" value="([^"]*)"', (await web.get(f"/key-holder/{first}")).text)
    await as_owner("UPDATE asking.key_holder SET public_key = $1 WHERE place = 2", a_key())
    await web.post(f"/key-holder/{first}/compared", data={"shown": shown[1]})
    assert await as_owner("SELECT 1 FROM asking.key_holder WHERE compared") == []
    await say_compared(web, second)
    assert len(await as_owner("SELECT 1 FROM asking.key_holder WHERE compared")) == 1


async def test_holders_keys_that_are_put_back_after_opening_raise_the_alarm(web, desk, settings):
    wave, _ = await a_wave_of_two(web, desk, settings)
    await as_owner("UPDATE asking.key_holder SET public_key = $1 WHERE place = 1", a_key())
    assert (await answer(web, wave.tokens[0])).status_code == 303
    bind_worker()
    for _ in range(2):
        assert await changed_waves(settings.secret()) == {wave.id}
    assert await told_in_the_audit_log(OTHER_HOLDERS) == 1
    bind_web()
    # what was sealed may have been read: no more is
    assert (await answer(web, wave.tokens[1])).status_code == 503
    assert "noen kan ha lest svar" in (await web.get("/campaigns/campaign-two")).text


async def test_a_host_without_the_secret_checks_with_a_key_that_is_none(web, settings, tmp_path):
    wave = await an_open_wave(settings)
    groups = await groups_of(settings, wave)
    first, second = [
        await get_credential(web, wave.key, groups[token], token) for token in wave.tokens[:2]
    ]
    key = to_base64url(checking_keys(settings.secret())[0])
    assert len(unb64url(key)) == 32
    web.app.state.settings = settings.model_copy(
        update={
            "secret_key": None,
            "data_dir": tmp_path,
            "proof_key": key,
            "database_url_web": "postgresql://elsewhere",
        }
    )
    try:
        assert (await send_ballot(web, first, some_answers())).json() == {"outcome": "accepted"}
        await exchange(wave, "public_key", a_key())
        assert (await send_ballot(web, second, some_answers())).status_code == 503
    finally:
        web.app.state.settings = settings
    assert not list(tmp_path.iterdir())
