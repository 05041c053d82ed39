"""The two files of a trustee: the private key behind a passphrase, and the public one to hand out.

Made and destroyed without database, settings or network, on a computer of the trustee's choice.
The private file is JSON: scrypt (RFC 7914; n = 2^17, r = 8, p = 1, 128 MiB) over the passphrase in
NFC gives the AES-256-GCM key that seals the 32 bytes of the X25519 key. The library's own
encrypted PKCS #8 stretches a passphrase with 2048 rounds of PBKDF2 only: too few for a memory stick
that gets lost.
"""

from __future__ import annotations

import base64
import json
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from survey_app.counting.urn import key_files
from survey_app.shared.trustees import KEY_BYTES, Trustee, TrusteeError, as_trustee

FORMAT: Final = 1
PRIVATE: Final = "private key of a key holder"
PUBLIC: Final = "public key of a key holder"
PRIVATE_SUFFIX: Final = ".key"
PUBLIC_SUFFIX: Final = ".pub.json"
SHORTEST: Final = 12
_LARGEST = 10_000
# of a private file, in bytes: what is shorter or longer is damage, whatever the passphrase
_PARTS = {"public_key": KEY_BYTES, "salt": 16, "nonce": 12, "sealed": KEY_BYTES + 16}
_SCRYPT = {"n": 2**17, "r": 8, "p": 1}
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "ng", "ŧ": "t"})


class WrongPassphraseError(TrusteeError):
    """The passphrase does not open the private key file."""


@dataclass(frozen=True, slots=True)
class TrusteeFiles:
    """Where a new pair of keys lies, and whose it is."""

    trustee: Trustee
    private: Path
    public: Path


def make_files(name: str, passphrase: str, folder: Path) -> TrusteeFiles:
    """Make a pair of keys and write both files.

    Parameters
    ----------
    name : str
        Who or what role holds the key; it is shown to those who are asked.
    passphrase : str
        At least 12 characters.
    folder : Path
        Made when it does not exist; no file is ever replaced.

    Raises
    ------
    TrusteeError
        If the name or the passphrase is too short, a file of that name is there already, or the
        folder cannot be written; no half of a pair is left.
    """
    if len(passphrase) < SHORTEST:
        raise TrusteeError(f"the passphrase has fewer than {SHORTEST} characters: take four words")
    private = X25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    trustee = as_trustee(Trustee(name, public).as_json())
    files = TrusteeFiles(
        trustee,
        folder / f"{_file_name(trustee.name)}{PRIVATE_SUFFIX}",
        folder / f"{_file_name(trustee.name)}{PUBLIC_SUFFIX}",
    )
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    sealed = AESGCM(_stretched(passphrase, salt)).encrypt(
        nonce, private.private_bytes_raw(), public
    )
    secret = {"salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed)}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_files.create(files.private, _file(PRIVATE, trustee, **secret))
        _put_beside(files, _file(PUBLIC, trustee, fingerprint=trustee.fingerprint))
    except FileExistsError as error:
        raise TrusteeError(
            f"{error.filename} is there already: choose another name or folder, no key is replaced"
        ) from None
    except OSError as error:
        raise TrusteeError(
            f"{folder} cannot be written ({error.strerror or error}): choose another folder"
        ) from None
    return files


def _put_beside(files: TrusteeFiles, content: bytes) -> None:
    """Write the public file; where that fails the private one, which nobody can use, goes too."""
    try:
        _new_file(files.public, content)
    except OSError:
        key_files.destroy_file(files.private)
        raise


def _new_file(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        try:
            file.write(content)
            file.flush()
        except OSError:
            path.unlink()
            raise


def read_holder(path: Path) -> Trustee:
    """Return whose key a file holds, public or private; no passphrase is needed.

    Raises
    ------
    TrusteeError
        If the file is neither, or a private one that is damaged.
    """
    content = _read(path, PUBLIC, PRIVATE)
    if content["kind"] == PRIVATE:
        for name in _PARTS:
            _part(path, content, name)
    return as_trustee(content)


def read_public(path: Path) -> Trustee:
    """Return the trustee of a public key file.

    Raises
    ------
    TrusteeError
        If it is a private key file, which has no business here, or none at all.
    """
    content = _read(path, PUBLIC, PRIVATE)
    if content["kind"] == PRIVATE:
        raise TrusteeError(
            f"{path} is a private key: take it away from this machine, and give the file that ends "
            f"in {PUBLIC_SUFFIX}"
        )
    return as_trustee(content)


def read_private(path: Path, passphrase: str) -> X25519PrivateKey:
    """Open a private key file; the key is in memory only.

    Raises
    ------
    WrongPassphraseError
        If the passphrase does not open it.
    TrusteeError
        If it is no private key file.
    """
    content = _read(path, PRIVATE)
    trustee = read_holder(path)
    salt, nonce, sealed = (_part(path, content, name) for name in ("salt", "nonce", "sealed"))
    try:
        raw = AESGCM(_stretched(passphrase, salt)).decrypt(nonce, sealed, trustee.public_key)
    except InvalidTag:
        raise WrongPassphraseError(
            f"that passphrase does not open {path}: mind capitals and spaces; if you are sure of"
            " it, the file may be damaged: try your copy"
        ) from None
    private = X25519PrivateKey.from_private_bytes(raw)
    if private.public_key().public_bytes_raw() != trustee.public_key:
        raise _damaged(path)
    return private


def destroy_private(path: Path) -> Trustee:
    """Overwrite and remove a private key file, and no other; return whose it was.

    Raises
    ------
    TrusteeError
        If it is no private key file.
    """
    trustee = as_trustee(_read(path, PRIVATE))
    key_files.destroy_file(path.resolve())
    return trustee


def _read(path: Path, *kinds: str) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_LARGEST))
    except FileNotFoundError:
        raise TrusteeError(f"{path}: there is no such file") from None
    except OSError as error:
        raise TrusteeError(f"{path}: {error.strerror or error}") from None
    except ValueError:
        content = None
    if not isinstance(content, dict) or content.get("kind") not in kinds:
        raise TrusteeError(
            f"{path} is no file with the {' or the '.join(kinds)}, or is damaged: bring your copy"
        )
    if content.get("format") != FORMAT:
        raise TrusteeError(f"{path} was made by another version: format {content.get('format')}")
    return content


def _file(kind: str, trustee: Trustee, **more: str) -> bytes:
    content = {"format": FORMAT, "kind": kind, **trustee.as_json(), **more}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _stretched(passphrase: str, salt: bytes) -> bytes:
    # NFC: «å» typed on another computer may be two characters
    text = unicodedata.normalize("NFC", passphrase).encode()
    return Scrypt(salt=salt, length=32, **_SCRYPT).derive(text)


def _file_name(name: str) -> str:
    text = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    kept = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text)
    return "-".join(kept.split()) or "key"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _part(path: Path, content: Mapping[str, Any], name: str) -> bytes:
    text = str(content.get(name)).rstrip("=")
    raw = _bytes(path, text + "=" * (-len(text) % 4))
    if len(raw) != _PARTS[name]:
        raise _damaged(path)
    return raw


def _bytes(path: Path, text: object) -> bytes:
    try:
        return base64.b64decode(str(text), altchars=b"-_", validate=True)
    except ValueError:  # also what is no ASCII
        raise _damaged(path) from None


def _damaged(path: Path) -> TrusteeError:
    return TrusteeError(f"{path} is damaged: bring your copy of it")
