"""``trustee …``: keys that two people make offline and bring at closing. No database is touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.counting.urn.trustee_files import (
    WrongPassphraseError,
    destroy_private,
    make_files,
    read_holder,
    read_private,
)
from survey_app.shared.trustees import Trustee

Echo = Callable[[str], None]
Ask = Callable[[str], str]
TRIES: Final = 3


def make_named(name: str, passphrase: str, folder: Path, echo: Echo) -> None:
    """Make a trustee's two files, and say what to do with each."""
    files = make_files(name, passphrase, folder)
    echo(f"private key  {files.private}")
    echo("             keep it and a copy of it where only you reach; give it to nobody")
    echo(f"public key   {files.public}")
    echo("             send it to the person who runs the survey")
    _tell(files.trustee, echo)
    echo("read the fingerprint aloud to the other key holder and to the person who runs the survey")
    echo("without this file and its passphrase, the answers of the survey can never be opened")


def show_named(path: Path, ask: Ask | None, echo: Echo) -> None:
    """Say whose key a file holds; with ``ask``, also that its passphrase opens it."""
    trustee = read_holder(path)
    _tell(trustee, echo)
    if ask:
        _open(path, trustee, ask, echo)
        echo("the passphrase opens the private key")


def destroy_named(path: Path, echo: Echo) -> None:
    """Destroy a private key file, and say what that cannot promise."""
    trustee = destroy_private(path)
    echo(f"the private key of «{trustee.name}» was overwritten and removed: {path}")
    echo("a memory stick or an SSD may keep an old copy of what was overwritten, and a backup or a")
    echo("synchronised folder keeps its own: destroy every other copy of the file too, and the")
    echo("stick itself if you can; forget the passphrase, which opens any copy that is left")


def open_keys(paths: Sequence[Path], ask: Ask, echo: Echo) -> list[X25519PrivateKey]:
    """Open the trustees' key files, each with its own passphrase; they stay in memory only.

    Raises
    ------
    TrusteeError
        If a file is no private key, or three passphrases in a row did not open it.
    """
    holders = [read_holder(path) for path in paths]  # a wrong file is told before anybody types
    return [_open(path, holder, ask, echo) for path, holder in zip(paths, holders, strict=True)]


def _open(path: Path, holder: Trustee, ask: Ask, echo: Echo) -> X25519PrivateKey:
    for left in range(TRIES - 1, 0, -1):
        try:
            return read_private(path, ask(f"Passphrase of «{holder.name}»"))
        except WrongPassphraseError as wrong:
            echo(f"{wrong} ({left} more)")
    return read_private(path, ask(f"Passphrase of «{holder.name}»"))


def _tell(trustee: Trustee, echo: Echo) -> None:
    key = trustee.as_json()["public_key"]
    echo(f"key holder   {trustee.name}")
    echo(f"fingerprint  {trustee.fingerprint}")
    echo(f'campaign     {{ name = "{_toml(trustee.name)}", public_key = "{key}" }}')


def _toml(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
