"""Whether this host has the installation's secret.

Links are derived from it (``anonymity-design.md`` 5): a host with another one would tell everybody
that their link is unknown. The database keeps a fingerprint, which costs what a password's costs to
try, and never the secret.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from survey_app.asking.campaigns.queries import has_waves
from survey_app.settings import Settings
from survey_app.shared.base64url import from_base64url, to_base64url
from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import BarometerError
from survey_app.shared.secret import accepted

# where every login may read it, and the owner alone writes
MARKED: Final = "accounts"
SIGN: Final = "secret scrypt"
COST: Final = 2**14  # of memory and time, as for a password
SALT_BYTES: Final = 16


class SecretError(BarometerError):
    """A host has another secret than the installation's, or none."""


async def keep_fingerprint(settings: Settings, *, anew: bool = False) -> None:
    """Keep the fingerprint of this host's secret, unless there is one; make a secret if need be.

    Parameters
    ----------
    anew : bool
        Whether this host's secret takes the place of the one before, whose links die.

    Raises
    ------
    SecretError
        If the installation has another secret, or has links and this host no secret.
    """
    if not anew:
        await refuse_other_secret(settings, Login.MIGRATOR)
        if await _fingerprint(Login.MIGRATOR):
            return
    if not settings.has_secret:
        if not anew and await has_waves(Login.MIGRATOR):
            raise SecretError(_none(settings))
        settings.make_secret()
    await write_fingerprint(settings.secret())


async def write_fingerprint(secret: bytes) -> None:
    """Keep the fingerprint of ``secret`` in the place of any other."""
    salt = secrets.token_bytes(SALT_BYTES)
    told = f"{SIGN} {to_base64url(salt)} {to_base64url(_derived(secret, salt))}"
    await fetch(Login.MIGRATOR, f"COMMENT ON SCHEMA {MARKED} IS '{told}'")


async def place_of_secret(secret: bytes, login: Login) -> int | None:
    """Return which of a host's secrets the installation has: 0 for the one that makes.

    Returns
    -------
    int or None
        None where it has another, or no fingerprint is kept yet.
    """
    kept = await _fingerprint(login)
    if kept is None:
        return None
    salt, derived = kept
    places = (at for at, one in enumerate(accepted(secret)) if _derived(one, salt) == derived)
    return next(places, None)


async def refuse_other_secret(settings: Settings, login: Login, *, needed: bool = True) -> None:
    """Stop before links are made or read with a secret that is not the installation's.

    Parameters
    ----------
    needed : bool
        Whether having none is refused as well.

    Raises
    ------
    SecretError
        With one sentence that says what to do.
    """
    kept = await _fingerprint(login)
    if kept is None:
        return
    if not settings.has_secret:
        if needed:
            raise SecretError(_none(settings))
        return
    if await place_of_secret(settings.secret(), login) is None:
        raise SecretError(
            "this host has another secret than the installation, so that all links would be"
            f" unknown: set BAROMETER_SECRET_KEY or {settings.secret_file} as on the host that has"
            " it; while it is renewed, the new one and the former one, a line each; if it is lost"
            " for good, barometer migrate --new-secret lets the links of before die"
        )


def _none(settings: Settings) -> str:
    return (
        f"there is no BAROMETER_SECRET_KEY and no {settings.secret_file} here, and the installation"
        " has a secret that its links are derived from: set it as on the host that has it;"
        " if it is lost for good, barometer migrate --new-secret lets the links of before die"
    )


async def _fingerprint(login: Login) -> tuple[bytes, bytes] | None:
    [row] = await fetch(
        login, "SELECT obj_description(to_regnamespace($1), 'pg_namespace') AS told", MARKED
    )
    told = str(row["told"] or "")
    if not told.startswith(SIGN):
        return None
    salt, derived = told.removeprefix(SIGN).split()
    return from_base64url(salt), from_base64url(derived)


def _derived(secret: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(secret, salt=salt, n=COST, r=8, p=1, dklen=32)
