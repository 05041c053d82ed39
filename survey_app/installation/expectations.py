"""What real answers need of the settings: refused at start where it cannot work, else told.

They are expected of an installation with a database of its own; with the embedded one it is tried
out on one machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from pydantic_settings import DotEnvSettingsSource

from questionnaires.content import LAID, LAID_OVER
from survey_app.accounts.roles_with_second_step import roles_with_second_step
from survey_app.installation.family import HOME, PARENT
from survey_app.installation.findings import Inspection, Sign
from survey_app.settings import PREFIX, Settings
from survey_app.shared.errors import SettingsError

# what the programme tells its own children, and a command its own password
OWN_NAMES: Final = frozenset({PARENT, HOME, LAID, LAID_OVER, "BAROMETER_ACCOUNT_PASSWORD"})


def refuse_what_cannot_work(settings: Settings) -> None:
    """Stop before an installation serves real answers in a way that cannot hold.

    Raises
    ------
    SettingsError
        With a line for each setting.
    """
    if lines := (*_slips(), *_unprotected(settings)):
        raise SettingsError(lines)


def look_at_settings(settings: Settings) -> list[Inspection]:
    """Tell which settings cannot work, and which are worth another thought."""
    lines = (*_slips(), *_unprotected(settings))
    bad = [Inspection(Sign.BAD, f"settings: {line}") for line in lines]
    bad += [
        Inspection(Sign.NOTE, f"settings: {name} is called like no setting; nothing reads it")
        for name, meant in _unknown().items()
        if not meant
    ]
    try:
        roles_with_second_step(settings)
    except SettingsError as error:
        bad += [Inspection(Sign.BAD, line) for line in error.lines]
    return [*bad, *_expected(settings)] or [Inspection(Sign.GOOD, "settings: readable")]


def _slips() -> Iterator[str]:
    """Name what is called nearly like a setting, which would be missing in silence."""
    for name, meant in _unknown().items():
        if meant:
            yield f"{name} is called like no setting: {meant}?"


def _unknown() -> dict[str, str]:
    """Give what is called like no setting, and the one that was meant; else an empty text."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OWN_NAMES
    read = (os.environ, DotEnvSettingsSource(Settings, case_sensitive=True).env_vars)
    given = {name.upper() for names in read for name in names}
    return {
        name: next(iter(get_close_matches(name, known, n=1, cutoff=0.9)), "")
        for name in sorted(given - known)
        if name.startswith(PREFIX)
    }


def _unprotected(settings: Settings) -> Iterator[str]:
    if not settings.external_database:
        return
    for name in ("base_url", "answer_url", "ballot_url"):
        address = getattr(settings, name)
        if address and address.startswith("http://") and not _is_this_machine(address):
            yield (
                f"BAROMETER_{name.upper()} is {address}: without https everybody on the way reads"
                " links and answers, and browsers make no blind credential; set an https:// address"
            )


def _expected(settings: Settings) -> Iterator[Inspection]:
    if not settings.external_database:
        return
    if not settings.second_step and not settings.oidc_only:
        yield Inspection(
            Sign.NOTE,
            "settings: BAROMETER_SECOND_STEP is not set: a password alone opens the accounts of"
            " those who have turned on no second step; name roles, such as admin,hr, or all",
        )
    if _is_this_machine(settings.base_url):
        yield Inspection(
            Sign.BAD,
            f"settings: BAROMETER_BASE_URL is {settings.base_url}: links in mail would lead every"
            " reader to their own machine",
        )
    if settings.answer_url is None:
        yield Inspection(
            Sign.NOTE,
            "settings: BAROMETER_ANSWER_URL is not set: answering pages share the host of the other"
            " pages, so that who is signed in sends the session's cookie along with the answer",
        )
    if settings.smtp_url and not settings.hears_of_returned_mail:
        yield Inspection(
            Sign.NOTE,
            "settings: neither BAROMETER_RETURN_MAILBOX nor BAROMETER_RETURN_SECRET is set: whoever"
            " has an address that takes no mail is counted as silent",
        )
    if settings.base_url.startswith("https://") and not settings.trusted_proxies:
        yield Inspection(
            Sign.NOTE,
            "settings: BAROMETER_BASE_URL is https:// and BAROMETER_TRUSTED_PROXIES is not set:"
            " what ends TLS in front is then the only client there is, and tries to sign in are"
            " counted for everybody together; name the proxy's address",
        )
    for line in _readable_on_the_way(settings):
        yield Inspection(Sign.NOTE, f"settings: {line}")


def _readable_on_the_way(settings: Settings) -> Iterator[str]:
    """Name the services on other machines that are spoken to without TLS, or not surely with it."""
    open_to_all = [
        f"BAROMETER_{name.upper()}"
        for name in (
            "database_url",
            *(f"database_url_{one}" for one in ("web", "reader", "worker")),
        )
        if _is_elsewhere(address := getattr(settings, name) or "") and not _asks_for_tls(address)
    ]
    if open_to_all:
        yield (
            f"{', '.join(open_to_all)}: without sslmode in it, what the database is told may"
            " travel readable; add ?sslmode=verify-full&sslrootcert=/PATH.pem, or at least"
            " ?sslmode=require"
        )
    redis = settings.redis_url or ""
    if redis.startswith("redis:") and _is_elsewhere(redis):
        yield (
            "BAROMETER_REDIS_URL is redis://, so that who is signed in travels readable:"
            " set rediss://"
        )
    mail = settings.smtp_url or ""
    if mail.startswith("smtp:") and _is_elsewhere(mail):
        yield (
            "BAROMETER_SMTP_URL is smtp://, so that personal links travel readable:"
            " set smtp+starttls:// or smtps://"
        )


def _asks_for_tls(address: str) -> bool:
    asked = dict(parse_qsl(urlsplit(address).query)).get("sslmode") or os.environ.get("PGSSLMODE")
    return asked in {"require", "verify-ca", "verify-full"}


def _is_elsewhere(address: str) -> bool:
    """Tell whether an address leads to another machine: no socket, and not this one."""
    parts = urlsplit(address)
    # a database's may be named among the options
    host = parts.hostname or dict(parse_qsl(parts.query)).get("host", "")
    return bool(host) and not host.startswith("/") and not _is_own(host)


def _is_this_machine(address: str) -> bool:
    return _is_own(urlsplit(address).hostname or "")


def _is_own(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.") or host.endswith(".localhost")
