"""Try to read sealed rows: as they are, and with every key that still exists anywhere."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey_app.counting.urn.ballot import Ballot, ballot_size, unpack_ballot
from survey_app.counting.urn.errors import BallotError
from survey_app.counting.urn.seal import SUITE, purpose
from tests.attack.copied_urn import HeldWave

KEY = 32
LARGEST_FILE = 16 * 1024
LARGEST_KEY = 128
_WORD = re.compile(rb"[A-Za-z0-9_\-+/]{43,88}={0,2}|[0-9a-fA-F]{64}")


def read_plainly(row: bytes, columns: int, *, comment: bool = False) -> Ballot | None:
    """Return the ballot, if the row holds it open: anywhere in it, whatever stands around."""
    size = ballot_size(columns, comment=comment)
    for start in range(len(row) - size + 1):
        try:
            return unpack_ballot(row[start : start + size], columns, comment=comment)
        except BallotError:
            continue
    return None


def opened(
    row: bytes,
    wave: UUID,
    keys: Iterable[X25519PrivateKey],
    columns: int,
    *,
    comment: bool = False,
) -> Ballot | None:
    """Return the ballot that the first fitting key opens."""
    for key in keys:
        try:
            return unpack_ballot(SUITE.decrypt(row, key, purpose(wave)), columns, comment=comment)
        except (InvalidTag, BallotError):
            continue
    return None


def keys_left(files: Iterable[Path], columns: Iterable[bytes] = ()) -> list[X25519PrivateKey]:
    """Make a key of everything that could be one, or that one could be derived from.

    Every 32 bytes that stand together in a small file or value, every long word taken as hex or
    base64, its hash, and what HKDF makes of it with the names that the source uses.
    """
    raw: set[bytes] = set()
    for content in (*(path.read_bytes()[:LARGEST_FILE] for path in files), *columns):
        if len(content) <= LARGEST_KEY:
            raw |= {content[at : at + KEY] for at in range(len(content) - KEY + 1)}
        for word in (content.strip(), *_WORD.findall(content)):
            raw |= set(_made_of(word))
    return [X25519PrivateKey.from_private_bytes(one) for one in sorted(raw) if len(one) == KEY]


def _made_of(word: bytes) -> Iterator[bytes]:
    yield hashlib.sha256(word).digest()
    yield word[:KEY]
    for label in (b"", b"verdibarometer/urn/1/", b"verdibarometer/credential/1"):
        yield HKDF(hashes.SHA256(), KEY, salt=None, info=label).derive(word)
    for decode in (
        binascii.unhexlify,
        lambda text: base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)),
    ):
        try:
            found = decode(word)
        except (ValueError, binascii.Error):
            continue
        yield found[:KEY]
        yield hashlib.sha256(found).digest()


def read_by_judge(held: HeldWave, rows: Mapping[int, bytes]) -> dict[int, int]:
    """Open rows of people with the wave's own key, of which the judge has a copy."""
    key = X25519PrivateKey.from_private_bytes(held.key)
    columns = len(held.form.columns)
    return {
        person: held.code_of(opened(row, held.wave.id, [key], columns).answers)
        for person, row in rows.items()
    }
