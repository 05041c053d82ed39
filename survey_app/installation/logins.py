"""Which database address a process is given: only of the logins that it needs.

The owner's address is for ``barometer migrate`` alone. Where it is set, the other logins' follow
from it and from the passwords that migrating made; in production each host is given its own.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import secrets
import stringprep
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg

from survey_app.settings import Settings, kept_secret
from survey_app.shared.database import Link, Login, setting_of
from survey_app.shared.errors import BarometerError, ServiceError

FILE = "logins.json"
OTHERS = (Login.WEB, Login.READER, Login.WORKER)
ROUNDS: Final = 4096
"""Of hashing a password, as PostgreSQL itself does by its own setting."""
_REFUSED: Final = (
    stringprep.in_table_a1, stringprep.in_table_c12, stringprep.in_table_c21_c22,
    stringprep.in_table_c3, stringprep.in_table_c4, stringprep.in_table_c5,
    stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8,
    stringprep.in_table_c9,
)  # fmt: skip


class PasswordError(BarometerError):
    """A login of the database has another password than this host knows."""


def addresses(settings: Settings, logins: Sequence[Login]) -> dict[Login, str]:
    """Return the address of each of ``logins`` on the agency's own server.

    Parameters
    ----------
    settings : Settings
        With at least one database address.
    logins : sequence of Login
        Those that are needed; empty for whatever can be had.

    Raises
    ------
    ServiceError
        If one that is needed cannot be had; the sentence names the setting.
    """
    passwords = _passwords(settings.data_dir)
    found = {login: _address(settings, login, passwords) for login in logins or Login}
    missing = [login for login in logins if not found[login]]
    if missing:
        raise ServiceError(_not_given(settings, missing[0]))
    return {login: url for login, url in found.items() if url}


def make_passwords(settings: Settings) -> bool:
    """Make the passwords of the logins that the settings give no address of, unless there are some.

    Returns
    -------
    bool
        Whether they are new, so that nobody else can have them.
    """
    path = settings.data_dir / FILE
    given = (settings.database_url_web, settings.database_url_reader, settings.database_url_worker)
    if all(given) or path.exists():
        return False
    fresh = json.dumps({login.value: secrets.token_urlsafe(24) for login in Login})
    return kept_secret(path, fresh) == fresh


def kept_passwords(settings: Settings) -> dict[Login, Callable[[], str]]:
    """Return whom to ask for a login's password that is kept here: the file, at each connection.

    So a process goes on when ``renew_passwords`` has made others.
    """
    if settings.database_url is None:
        return {}
    kept = _passwords(settings.data_dir)
    return {
        login: functools.partial(_kept_password, settings.data_dir, login)
        for login, given in _given(settings).items()
        if login in OTHERS and given is None and login.value in kept
    }


def _kept_password(data_dir: Path, login: Login) -> str:
    return _passwords(data_dir)[login.value]


async def renew_passwords(settings: Settings, link: Link, urls: Mapping[Login, str]) -> None:
    """Give the logins new passwords, and keep them here; who is connected stays so.

    Parameters
    ----------
    link : asyncpg connection
        The owner's.
    urls : mapping of Login to str

    Raises
    ------
    PasswordError
        If an address is given by a setting: then its password is kept where that is.
    """
    given = [login for login, url in _given(settings).items() if url and login in OTHERS]
    if given or not (settings.data_dir / FILE).exists():
        named = setting_of(given[0]) if given else setting_of(Login.MIGRATOR)
        raise PasswordError(
            f"the passwords are not kept here ({named} says where the database is): change them in"
            " the database and there"
        )
    fresh = {login.value: secrets.token_urlsafe(24) for login in OTHERS}
    waiting = settings.data_dir / f"{FILE}.new"
    waiting.unlink(missing_ok=True)
    kept_secret(waiting, json.dumps({**_passwords(settings.data_dir), **fresh}))
    async with link.transaction():
        for login in OTHERS:
            user, _ = credentials_of(urls[login], login)
            proof = proof_of(fresh[login.value])
            await link.execute(f"ALTER ROLE \"{user}\" PASSWORD '{proof}'")
    waiting.replace(settings.data_dir / FILE)


def proof_of(password: str) -> str:
    """Return what PostgreSQL keeps of a password, so that the password is in no statement.

    A server writes statements into its log that fail, and on many each that changes a role.

    Notes
    -----
    SCRAM-SHA-256 (RFC 5802, RFC 7677).
    """
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", _prepared(password).encode(), salt, ROUNDS)
    client, server = (
        hmac.digest(salted, word, "sha256") for word in (b"Client Key", b"Server Key")
    )
    kept = (base64.b64encode(one).decode() for one in (hashlib.sha256(client).digest(), server))
    return f"SCRAM-SHA-256${ROUNDS}:{base64.b64encode(salt).decode()}${':'.join(kept)}"


def _prepared(password: str) -> str:
    """Prepare a password as whoever signs in to PostgreSQL does (RFC 4013).

    What has a sign that is not allowed there is taken as it stands.
    """
    signs = unicodedata.normalize(
        "NFKC",
        "".join(
            " " if stringprep.in_table_c12(sign) else sign
            for sign in password
            if not stringprep.in_table_b1(sign)
        ),
    )
    refused = any(is_one(sign) for is_one in _REFUSED for sign in signs)
    if any(map(stringprep.in_table_d1, signs)):
        # what is written from the right stands at both ends, and nothing from the left beside it
        ends = (signs[0], signs[-1])
        refused = refused or not all(map(stringprep.in_table_d1, ends))
        refused = refused or any(map(stringprep.in_table_d2, signs))
    return password if refused or not signs else signs


def forget_passwords(settings: Settings) -> None:
    """Take back what ``make_passwords`` made."""
    (settings.data_dir / FILE).unlink(missing_ok=True)


def credentials_of(url: str, login: Login) -> tuple[str, str | None]:
    """Return user and password of an address; a user that is not named is called as the login."""
    parts = urlsplit(url)
    return unquote(parts.username or login.value), unquote(parts.password or "") or None


async def refuse_other_passwords(link: Link, urls: Mapping[Login, str]) -> None:
    """Stop before passwords are changed that another host works with.

    Parameters
    ----------
    link : asyncpg connection
        The owner's.
    urls : mapping of Login to str

    Raises
    ------
    PasswordError
        If a login exists and the server does not take its password from ``urls``.
    """
    for login in OTHERS:
        user, password = credentials_of(urls[login], login)
        exists = await link.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", user)
        if exists and password and not await _is_taken(urls[login]):
            raise PasswordError(
                f"the login '{user}' exists and has another password than this host knows: bring"
                f" {FILE} here from the data folder of the host that made it, or set"
                f" {setting_of(login)}. barometer migrate --new-passwords changes it, and every"
                " other host must then be given the new one; another installation has a server of"
                " its own"
            )


async def _is_taken(url: str) -> bool:
    try:
        found = await asyncpg.connect(url)
    except asyncpg.InvalidPasswordError:
        return False
    except (asyncpg.PostgresError, OSError):
        return True  # refused for something else: the password was not what was wrong
    await found.close()
    return True


def _passwords(data_dir: Path) -> dict[str, str]:
    path = data_dir / FILE
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return kept


def _address(settings: Settings, login: Login, passwords: dict[str, str]) -> str | None:
    given = _given(settings)[login]
    if given or settings.database_url is None or login.value not in passwords:
        return given
    parts = urlsplit(settings.database_url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{login.value}:{quote(passwords[login.value], safe='')}@{host}"
    return urlunsplit(parts._replace(netloc=netloc))


def _given(settings: Settings) -> dict[Login, str | None]:
    return {
        Login.MIGRATOR: settings.database_url,
        Login.WEB: settings.database_url_web,
        Login.READER: settings.database_url_reader,
        Login.WORKER: settings.database_url_worker,
    }


def _not_given(settings: Settings, login: Login) -> str:
    if login is Login.MIGRATOR:
        return f"{setting_of(login)} is not set: this needs the address of the database's owner"
    sentence = f"{setting_of(login)} is not set, and this process reaches the database as '{login}'"
    if settings.database_url is None:
        return sentence
    return (
        f"{sentence}: set it, or bring {settings.data_dir / FILE} here from the host where"
        " barometer migrate made the passwords; on a new installation run barometer migrate"
    )
