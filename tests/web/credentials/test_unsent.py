"""What waits on a device is opened only for a ballot that has not arrived, and nothing is noted."""

import hashlib
import hmac
import secrets
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from survey_app.shared import clock, memory_key, queue
from survey_app.shared.database import Login, fetch
from tests.blind_client import b64url, send_ballot, unb64url
from tests.builders_answering import some_answers
from tests.urn_reading import change, marks
from tests.web.credentials.sending import a_credential, post, receipts

UNSENT = "/ballot/unsent"


async def sealed_to(web, opened) -> ec.EllipticCurvePublicKey:
    """The key that stands on the form."""
    page = (await web.get(f"/answer/{opened[1]}")).text
    return point(page.partition('data-unsent="')[2].partition('"')[0])


def point(text: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64url(text))


def half(mine: ec.EllipticCurvePrivateKey) -> str:
    raw = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b64url(raw)


async def ask(web, wave, receipt: str, public: str):
    return await post(web, UNSENT, {"wave": wave.key, "receipt": receipt, "public": public})


@pytest.fixture
async def seal(web, opened):
    """What a device would lock with for a receipt, and its half of the agreement."""
    mine = ec.generate_private_key(ec.SECP256R1())
    agreed = mine.exchange(ec.ECDH(), await sealed_to(web, opened))

    def secret(receipt: str) -> str:
        told = f"{opened[0].key} {receipt}".encode()
        return b64url(hmac.new(agreed, told, hashlib.sha256).digest())

    return secret, half(mine)


async def test_a_ballot_that_has_not_arrived_is_opened_by_whoever_knows_its_receipt(
    web, opened, seal
):
    secret, public = seal
    receipt = secrets.token_hex(32)
    reply = await ask(web, opened[0], receipt, public)
    assert reply.status_code == 200
    assert secret(receipt) in reply.json()["secrets"].split()
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["cache-control"] == "no-store"


async def test_once_it_has_arrived_nobody_opens_what_a_disk_may_still_hold(web, opened, seal):
    secret, public = seal
    wave, credential = opened[0], await a_credential(web, opened)
    before = await ask(web, wave, credential.receipt, public)
    assert secret(credential.receipt) in before.json()["secrets"]
    await send_ballot(web, credential, some_answers())
    after = await ask(web, wave, credential.receipt, public)
    assert after.json() == {"outcome": "accepted"}
    # nor by the receipt of a ballot that never came
    other = await ask(web, wave, secrets.token_hex(32), public)
    assert secret(credential.receipt) not in other.json()["secrets"]


async def test_asking_writes_nothing_and_marks_nobody(web, opened, seal):
    _, public = seal
    wave, credential = opened[0], await a_credential(web, opened)
    tables = "SELECT (SELECT count(*) FROM audit.event), (SELECT count(*) FROM asking.credential)"
    [before] = await fetch(Login.MIGRATOR, tables)
    for _ in range(3):
        await ask(web, wave, credential.receipt, public)
    assert await receipts(wave) == []
    assert await marks(wave) == 1
    assert (await fetch(Login.MIGRATOR, tables)) == [before]
    # the ballot is still taken, and once
    for _ in range(2):
        await send_ballot(web, credential, some_answers())
    assert await receipts(wave) == [credential.receipt]


@pytest.mark.parametrize("state", ["closed", "published", "cancelled"])
async def test_a_wave_that_is_not_open_opens_nothing(web, opened, seal, state):
    await change(f"UPDATE asking.wave SET state = '{state}'")
    reply = await ask(web, opened[0], secrets.token_hex(32), seal[1])
    assert reply.json() == {"outcome": "closed"}


@pytest.mark.parametrize(
    ("receipt", "public"),
    [("ab" * 31, None), ("no hex", None), ("ab" * 32, "AAAA"), ("ab" * 32, b64url(bytes(65)))],
)
async def test_what_is_no_receipt_and_no_point_of_the_curve_is_unreadable(
    web, opened, seal, receipt, public
):
    reply = await ask(web, opened[0], receipt, public or seal[1])
    assert (reply.status_code, reply.json()) == (422, {"outcome": "unreadable"})


async def test_an_unknown_wave_is_unknown(web, opened, seal):
    body = {"wave": "none", "receipt": secrets.token_hex(32), "public": seal[1]}
    assert (await post(web, UNSENT, body)).json() == {"outcome": "unknown"}


async def test_what_was_sealed_yesterday_is_opened_today_and_not_the_day_after(
    web, opened, seal, monkeypatch
):
    secret, public = seal
    receipt, today = secrets.token_hex(32), clock.now()
    found = []
    for days in (0, 1, 2):
        later = today + timedelta(days=days)
        monkeypatch.setattr(memory_key.clock, "now", lambda later=later: later)
        reply = await ask(web, opened[0], receipt, public)
        found.append(secret(receipt) in reply.json()["secrets"].split())
    assert found == [True, True, False]


async def test_without_redis_the_form_names_no_key_and_answers_are_taken(web, opened):
    queue.configure("unix:///nowhere/redis.sock")
    assert "data-unsent" not in (await web.get(f"/answer/{opened[1]}")).text
    assert (await send_ballot(web, await a_credential(web, opened), {})).status_code == 200
