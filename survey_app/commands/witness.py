"""``barometer witness``: keep what an installation said once, sign it, and see what changes.

For a union, a data protection officer or anybody else, on a machine of their own: it needs no
database, no settings and no account, and asks one open address. It is meant to be read whole.

A witness's file has a line of JSON for each visit: what the installation told (``heads``), when,
the hash of the line before, and the witness's signature (Ed25519) over all of it. Nothing is ever
changed in it. Two witnesses who compare their files see whether they were told the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey_app.shared.errors import BarometerError
from survey_app.shared.new_file import write_new

Echo = Callable[[str], None]
Heads = dict[str, dict[str, str]]

FORMAT: Final = "barometer-heads/1"
SECONDS: Final = 30
# what an installation tells of, and what a change of each would mean
KINDS: Final = {
    "key_lists": "the key list of the wave",
    "records": "the record of the wave",
    "publications": "the publication",
    "retracted": "what was taken back by",
    "log": "the log as of",
    "code": "what browsers run of version",
}
# of a version that is not installed any more nothing is told
PASSING: Final = frozenset({"code"})
# older installations tell nothing of these
_LATER: Final = frozenset({"code", "retracted"})


class WitnessError(BarometerError):
    """What was asked of a witness cannot be done; the sentence says why."""


def make_witness_key(path: Path, echo: Echo) -> None:
    """Make the pair of keys of a witness: a private file, and the public key to hand out."""
    private = Ed25519PrivateKey.generate()
    write_new(path, private.private_bytes_raw().hex().encode() + b"\n")
    echo(f"{path}: keep it to yourself; the public key, to hand out, is")
    echo(private.public_key().public_bytes_raw().hex())


def keep_heads(
    address: str, path: Path, key: Path, echo: Echo, *, now: datetime | None = None
) -> bool:
    """Ask an installation, hold what it tells against what it told before, and add a line.

    Returns
    -------
    bool
        Whether all that was told before is told again. The line is added in any case: it is the
        proof.
    """
    private = _private(key)
    lines = _lines(path, private.public_key()) if path.exists() else []
    heads = fetch_heads(address)
    wrong = [
        sentence
        for before in lines
        for sentence in changed_heads(before["heads"], heads, first=f"on {before['seen_at'][:10]}")
    ]
    found = {
        "address": address.rstrip("/"),
        "seen_at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "heads": heads,
        "before": _digest(lines[-1]) if lines else "",
        "witness": private.public_key().public_bytes_raw().hex(),
    }
    signed = found | {"signature": private.sign(_canonical(found)).hex()}
    _add(path, json.dumps(signed, sort_keys=True) + "\n")
    for sentence in dict.fromkeys(wrong):
        echo(sentence)
    count = sum(len(found) for found in heads.values())
    echo(f"{count} heads kept in {path}" + ("" if wrong else "; all that was told before stands"))
    return not wrong


def compare(one: Path, other: Path, echo: Echo) -> bool:
    """Say whether two witnesses were told the same, by their files.

    Raises
    ------
    WitnessError
        If one of them is no file of a witness, or holds nothing.
    """
    wrong: list[str] = []
    ours, others = _lines(one), _lines(other)
    for path, lines in ((one, ours), (other, others)):
        if not lines:
            raise WitnessError(f"{path} holds nothing that was told: there is nothing to compare")
    for mine in ours:
        for theirs in others:
            wrong += changed_heads(
                mine["heads"], theirs["heads"], first=f"in {one}", only_both=True
            )
    for sentence in dict.fromkeys(wrong):
        echo(sentence)
    if not wrong:
        echo("what both were told is the same")
    return not wrong


def changed_heads(
    before: Mapping[str, Mapping[str, str]],
    after: Mapping[str, Mapping[str, str]],
    *,
    first: str,
    only_both: bool = False,
) -> Iterator[str]:
    """Say what was told once and is not told any more, or told otherwise.

    Parameters
    ----------
    before, after : mapping of kind to mapping of name to hash
    first : str
        Where or when ``before`` was told.
    only_both : bool
        Whether what one of the two does not know is left out: it came later.
    """
    for kind, called in KINDS.items():
        now = after.get(kind, {})
        for name, kept in before.get(kind, {}).items():
            if name in now and now[name] != kept:
                yield f"CHANGED: {called} {name} was {kept} {first}, and is {now[name]}"
            elif name not in now and not only_both and kind not in PASSING:
                yield f"GONE: {called} {name}, told {first}, is not told any more"


def fetch_heads(address: str) -> Heads:
    """Ask an installation for its heads.

    Raises
    ------
    WitnessError
        If it does not answer, or not with heads.
    """
    try:
        reply = httpx2.get(f"{address.rstrip('/')}/heads.json", timeout=SECONDS)
        reply.raise_for_status()
        told = reply.json()
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        raise WitnessError(f"{address} does not tell its heads: {error}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise WitnessError(f"{address} tells no heads of the format {FORMAT}")
    heads = {kind: told.get(kind, {} if kind in _LATER else None) for kind in KINDS}
    if not all(isinstance(found, dict) for found in heads.values()):
        raise WitnessError(f"{address} tells heads that lack a part: {', '.join(KINDS)}")
    return {
        kind: {str(name): str(kept) for name, kept in (found or {}).items()}
        for kind, found in heads.items()
    }


def _lines(path: Path, key: Ed25519PublicKey | None = None) -> list[dict[str, Any]]:
    """Read a witness's file, and hold each line to its signature and to the line before."""
    lines: list[dict[str, Any]] = []
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise WitnessError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WitnessError(f"{path} is no file of a witness") from None
    for number, line in enumerate(text.splitlines(), 1):
        try:
            signed = json.loads(line)
            signature = bytes.fromhex(signed["signature"])
            witness = key or Ed25519PublicKey.from_public_bytes(bytes.fromhex(signed["witness"]))
            told = {name: value for name, value in signed.items() if name != "signature"}
            witness.verify(signature, _canonical(told))
        except (ValueError, KeyError, TypeError, InvalidSignature):
            raise WitnessError(f"{path}: line {number} is not as its witness signed it") from None
        if told["before"] != (_digest(lines[-1]) if lines else ""):
            raise WitnessError(f"{path}: a line before line {number} is missing or was changed")
        if lines and told["witness"] != lines[0]["witness"]:
            raise WitnessError(f"{path}: line {number} is of another witness than the first")
        lines.append(signed)
    return lines


def _add(path: Path, line: str) -> None:
    """Add a line, whole or not at all: half of one would look like a file somebody wrote in."""
    before = path.stat().st_size if path.exists() else 0
    try:
        with path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            os.truncate(path, before)
        raise WitnessError(f"{path} cannot be written: {error.strerror or error}") from None


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    except (OSError, ValueError):
        raise WitnessError(
            f"{path} is no key of a witness: barometer witness key {path} makes one"
        ) from None


def _canonical(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _digest(line: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(line)).hexdigest()
