"""Blind credentials from the server's side: name and answers in two requests that share nothing."""

import hashlib

import pytest

from survey_app.answering import credential as signing
from survey_app.asking.invitations import issue_credential
from survey_app.shared.database import Login, fetch
from tests.blind_client import (
    ask_to_sign,
    b64url,
    fresh,
    get_credential,
    group_key,
    unb64url,
)
from tests.builders_answering import some_answers
from tests.urn_reading import change, marks, urn_of
from tests.web.credentials.sending import a_credential, groups_of, post, receipts


async def test_a_credential_marks_the_link_and_holds_no_answer(web, settings, opened):
    wave, _, _ = opened
    await a_credential(web, opened)
    assert await marks(wave) == 1
    assert (await urn_of(settings, wave))[1] == ()
    assert await receipts(wave) == []


async def test_what_is_kept_of_a_credential_is_a_hash_and_a_blind_signature(web, opened):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    reply = await ask_to_sign(web, token, kept)
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.credential")
    assert set(row) == {"id", "invitation", "wave", "blinded_hash", "blind_signature"}
    assert row["blinded_hash"] == hashlib.sha256(kept.blinded).digest()
    assert row["blind_signature"] == unb64url(reply.json()["signature"])


async def test_a_lost_reply_is_given_again_and_another_request_is_refused(web, opened):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    first = await ask_to_sign(web, token, kept)
    again = await ask_to_sign(web, token, kept)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    other = await ask_to_sign(web, token, fresh(await group_key(web, wave.key, group)))
    assert (other.status_code, other.json()) == (409, {"outcome": "used"})


async def test_a_link_used_by_the_plain_form_gets_no_credential(web, opened):
    wave, token, group = opened
    await web.post(f"/answer/{token}", data=some_answers(), follow_redirects=False)
    reply = await ask_to_sign(web, token, fresh(await group_key(web, wave.key, group)))
    assert (reply.status_code, reply.json()) == (409, {"outcome": "used"})


async def test_a_link_with_a_credential_takes_no_plain_form(web, settings, opened):
    wave, token, _ = opened
    await a_credential(web, opened)
    reply = await web.post(f"/answer/{token}", data=some_answers(), follow_redirects=False)
    assert reply.headers["location"].startswith("/answer/used?")
    assert (await urn_of(settings, wave))[1] == ()


@pytest.mark.parametrize(
    ("prepare", "status", "outcome"),
    [
        ("UPDATE asking.wave SET state = 'closed'", 410, "closed"),
        ("UPDATE asking.wave SET state = 'published'", 410, "closed"),
        ("UPDATE asking.invitation SET withdrawn = true", 404, "unknown"),
        ("UPDATE asking.invitation SET generation = 1", 404, "unknown"),
        ("DELETE FROM asking.invitation", 404, "unknown"),
        ("DELETE FROM asking.credential_key", 404, "unknown"),
        ("UPDATE asking.credential_key SET sealed_private = decode('00', 'hex')", 503, "failed"),
        ("ALTER TABLE asking.credential RENAME TO gone", 503, "failed"),
    ],
)
async def test_a_link_that_gets_no_credential_says_why(web, opened, prepare, status, outcome):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    await change(prepare)
    reply = await ask_to_sign(web, token, kept)
    assert (reply.status_code, reply.json()) == (status, {"outcome": outcome})
    assert await marks(wave) == 0


async def test_a_retry_after_closing_gets_nothing(web, opened):
    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    await ask_to_sign(web, token, kept)
    await change("UPDATE asking.wave SET state = 'closed'")
    assert (await ask_to_sign(web, token, kept)).json() == {"outcome": "closed"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"blinded=4",
        {},
        [],
        {"blinded": 4},
        {"blinded": "*" * 342},
        {"blinded": b64url(bytes(255))},
        {"blinded": b64url(bytes(257))},
        {"blinded": b64url(b"\xff" * 256)},
        {"blinded": b64url(bytes(256)) + "=="},
    ],
)
async def test_what_cannot_be_signed_marks_nothing(web, opened, body):
    wave, token, _ = opened
    reply = await post(web, f"/answer/{token}/credential", body)
    assert (reply.status_code, reply.json()) == (422, {"outcome": "unreadable"})
    assert await marks(wave) == 0


async def test_a_signature_that_came_out_wrong_marks_nothing(web, opened, monkeypatch, caplog):
    from survey_app.asking.errors import SigningFailed

    def miscalculate(*_):
        raise SigningFailed

    wave, token, group = opened
    kept = fresh(await group_key(web, wave.key, group))
    monkeypatch.setattr(issue_credential, "blind_sign", miscalculate)
    reply = await ask_to_sign(web, token, kept)
    assert (reply.status_code, reply.json()) == (503, {"outcome": "failed"})
    assert "did not verify" in caplog.text
    assert token not in caplog.text
    monkeypatch.undo()
    assert await marks(wave) == 0
    assert (await ask_to_sign(web, token, kept)).status_code == 200


async def test_a_key_that_was_used_is_not_taken_apart_again(web, settings, opened):
    wave, token, group = opened
    await a_credential(web, opened)
    [other] = [one for one, its in (await groups_of(settings, wave)).items() if its == group][1:2]
    await change("UPDATE asking.credential_key SET sealed_private = decode('00', 'hex')")
    assert (await get_credential(web, wave.key, group, other)).group == group
    await change("UPDATE asking.wave SET state = 'closed'")
    await ask_to_sign(web, token, fresh(await group_key(web, wave.key, group)))
    # the first who comes too late lets this process forget the keys
    assert (wave.id, group) not in signing._ring(settings)._kept
