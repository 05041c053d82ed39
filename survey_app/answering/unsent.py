"""A ballot that has not arrived may wait on the respondent's device; here its lock is opened.

The device seals it to a public key that stands on the form. The private half follows from a key
that is in memory only, and is used for a ballot only while that one has not come: afterwards what a
disk may still hold stays shut, and nothing is noted of who asked (docs/adr/0072). Like the ballot,
this request knows no link.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from litestar import Request, post
from litestar.datastructures import State
from redis.exceptions import RedisError

from survey_app.answering.ballot import open_to_all, survey_with_state
from survey_app.answering.outcomes import hand_out, tell, tell_unknown
from survey_app.answering.surveys import Survey
from survey_app.answering.trouble import TROUBLE, tell_log
from survey_app.counting.urn.cast_ballot import has_arrived
from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.database import Link, Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.memory_key import shared_keys
from survey_app.shared.sent_json import sent_json

_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
RECEIPT = 32


class UnsentBallot(msgspec.Struct):
    """What a device sends: which ballot, and its half of the agreement."""

    wave: str
    receipt: str
    public: str


async def sealing_key() -> str:
    """Return the public key that devices seal to today, base64url; empty without Redis."""
    try:
        return _public((await shared_keys())[0])
    except (RedisError, OSError):
        return ""


@post("/ballot/unsent", status_code=200)
async def open_unsent(request: Request[Any, Any, Any], state: State) -> Reply:
    """Hand out what opens a ballot that has not arrived, or say what became of it."""
    try:
        asked = sent_json(await request.body(), UnsentBallot)
        receipt, theirs = _receipt(asked.receipt), _point(asked.public)
    except ValueError:
        return open_to_all(tell("unreadable"))
    async with connection(Login.WEB) as link:
        survey, is_open = await survey_with_state(link, state.settings, asked.wave)
        if survey is None:
            return open_to_all(await tell_unknown(request))
        if not is_open:
            return open_to_all(tell("closed"))
        return open_to_all(await _opened(link, survey, receipt, theirs))


async def _opened(
    link: Link, survey: Survey, receipt: bytes, theirs: ec.EllipticCurvePublicKey
) -> Reply:
    try:
        arrived = await has_arrived(link, survey.id, receipt)
        keys = await shared_keys()
    except (*TROUBLE, RedisError) as error:
        tell_log("a ballot that waits was not opened", error)
        return tell("failed")
    if arrived is None:
        return tell("closed")
    bound = f"{survey.key} {receipt.hex()}".encode()
    secrets = " ".join(_secrets(keys, theirs, bound))
    return tell("accepted") if arrived else hand_out(secrets=secrets)


def _secrets(
    keys: Iterable[bytes], theirs: ec.EllipticCurvePublicKey, bound: bytes
) -> Iterable[str]:
    """Return what opens the seal, by each day's key, bound to the ballot that was asked about.

    Bound, or whoever has an old disk could ask about a ballot that never came and open another.
    """
    for key in keys:
        agreed = _private(key).exchange(ec.ECDH(), theirs) if key else bytes(32)
        yield to_base64url(hmac.new(agreed, bound, hashlib.sha256).digest())


@lru_cache(maxsize=2)
def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    drawn = hmac.new(key, b"unsent ballots", hashlib.sha512).digest()
    return ec.derive_private_key(int.from_bytes(drawn) % (_ORDER - 1) + 1, _CURVE)


@lru_cache(maxsize=2)
def _public(key: bytes) -> str:
    public = _private(key).public_key()
    return to_base64url(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _receipt(text: str) -> bytes:
    raw = bytes.fromhex(text)
    if len(raw) != RECEIPT:
        raise ValueError("no receipt")
    return raw


def _point(text: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, from_base64url(text))
