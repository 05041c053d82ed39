"""Lock a file for one reader: age to an X25519 recipient, in a ZIP whose size tells nothing.

``docs/formats/letters.md``. Whoever holds the key opens it with any implementation of age; nobody
here can.
"""

from __future__ import annotations

import os
import zipfile
from io import BytesIO
from pathlib import Path

import pyrage

from survey_app.asking.errors import UnusableRecipient

SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how such a line begins
PUBLIC = "age1"
LARGEST = 10_000
FILLER = "filler"


def read_recipient(given: str) -> str:
    """Return the public key that was given, by itself or as the file that holds it.

    Raises
    ------
    UnusableRecipient
        If there is none, or more than one, or a secret key.
    """
    is_key = given.strip().lower().startswith((PUBLIC, SECRET.lower()))
    return recipient_in(given if is_key else _text(Path(given)), given)


def recipient_in(text: str, told: str) -> str:
    """Return the public key in the text of a key file, or in what somebody pasted.

    Raises
    ------
    UnusableRecipient
        As above; ``told`` is what the sentence calls it.
    """
    found = (line.strip() for line in text.splitlines())
    lines = [line for line in found if line and not line.startswith("#")]
    if any(line.upper().startswith(SECRET) for line in lines):
        raise UnusableRecipient(
            "this is a secret key: ask whose it is for the line that begins with age1, and to make"
            " a new pair, since this one was sent",
            secret=True,
        )
    if len(lines) != 1:
        raise UnusableRecipient(f"«{told}» holds {len(lines)} keys, and one is needed")
    try:
        pyrage.x25519.Recipient.from_str(lines[0])
    except pyrage.RecipientError:
        raise UnusableRecipient(
            "it is no public key of age: such a line begins with age1"
        ) from None
    return lines[0]


def seal(name: str, content: bytes, *, size: int, recipient: str) -> bytes:
    """Lock one file.

    Parameters
    ----------
    name : str
        Of the file inside.
    content : bytes
    size : int
        Bytes that the content is filled up to with chance, at least its own.
    recipient : str
        Public key of age.
    """
    packed = BytesIO()
    # stored, not compressed: how well letters compress would tell how many there are
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as folder:
        folder.writestr(name, content)
        folder.writestr(FILLER, os.urandom(size - len(content)))
    sealed: bytes = pyrage.encrypt(packed.getvalue(), [pyrage.x25519.Recipient.from_str(recipient)])
    return sealed


def _text(path: Path) -> str:
    try:
        return path.read_bytes()[:LARGEST].decode(errors="replace")
    except OSError:
        raise UnusableRecipient(
            f"«{path}» is neither a public key of age (age1…) nor a file that can be read"
        ) from None
