"""Seal what names people: to one worker's memory on its way there, to a session on its way back.

Neither key is on a disk. A worker makes its own at its start (`this_counter`); the session's
follows from the id in the browser's cookie, of which the server keeps a hash.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import asdict
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey_app.asking.cards.order import CardOrder
from survey_app.asking.letters.order import LetterOrder
from survey_app.counting.urn.seal import SUITE
from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.secret import accepted

_NONCE: Final = 12
_PROOF: Final = 32


class ForeignOrder(Exception):  # noqa: N818
    """Letters were ordered by somebody who has not the installation's secret."""


class OtherSession(Exception):  # noqa: N818
    """What is opened was sealed to another session."""


def seal_order(
    order: LetterOrder | CardOrder,
    request: UUID,
    session_key: bytes,
    *,
    public_key: bytes,
    secret: bytes,
) -> bytes:
    """Seal an order, with the key its letters are sealed to, to a worker.

    Parameters
    ----------
    order : LetterOrder or CardOrder
    request : UUID
        Bound to it: carried over to another request it does not open.
    session_key : bytes
        32 bytes.
    public_key : bytes
        X25519, of the worker that makes the letters.
    secret : bytes
        The installation's: who can only write to the database orders no links.
    """
    told = {"order": asdict(order), "key": to_base64url(session_key)}
    plain = json.dumps(told, ensure_ascii=False).encode()
    signed = _proof(secret, request, plain) + plain
    return SUITE.encrypt(signed, X25519PublicKey.from_public_bytes(public_key), _purpose(request))


def open_order(
    sealed: bytes, request: UUID, private_key: X25519PrivateKey, *, secret: bytes
) -> tuple[LetterOrder | CardOrder, bytes]:
    """Return the order and the key that its letters or cards are sealed to.

    Raises
    ------
    InvalidTag
        If it was sealed to another worker, or for another request.
    ForeignOrder
        If no process of this installation sealed it.
    """
    signed = SUITE.decrypt(sealed, private_key, _purpose(request))
    proof, plain = signed[:_PROOF], signed[_PROOF:]
    ours = [hmac.compare_digest(proof, _proof(one, request, plain)) for one in accepted(secret)]
    if not any(ours):
        raise ForeignOrder
    told = json.loads(plain)
    order, key = told["order"], from_base64url(told["key"])
    if "form" not in order:
        return CardOrder(**order), key
    return LetterOrder(**order | {"rows": tuple(order["rows"])}), key


def seal_letters(content: bytes, request: UUID, session_key: bytes) -> bytes:
    """Seal finished letters to the session that asked for them (AES-256-GCM)."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_letters_key(session_key)).encrypt(nonce, content, request.bytes)


def open_letters(sealed: bytes, request: UUID, session_key: bytes) -> bytes:
    """Open letters for the session that asked for them.

    Raises
    ------
    OtherSession
        If it is another one, of the same account or not.
    """
    nonce, content = sealed[:_NONCE], sealed[_NONCE:]
    try:
        return AESGCM(_letters_key(session_key)).decrypt(nonce, content, request.bytes)
    except InvalidTag:
        raise OtherSession from None


def _purpose(request: UUID) -> bytes:
    return b"verdibarometer/letters/1/" + request.bytes


def _proof(secret: bytes, request: UUID, plain: bytes) -> bytes:
    key = hashlib.sha256(b"verdibarometer/letter-order/1/" + secret).digest()
    return hmac.digest(key, request.bytes + plain, "sha256")


def _letters_key(session_key: bytes) -> bytes:
    return hashlib.sha256(b"verdibarometer/letters-back/1/" + session_key).digest()
