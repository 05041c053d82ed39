"""Bring an installation to this version: passwords, schema, walls and the secret's fingerprint."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from survey_app.accounts.second_step.seal_anew import SealedAnew
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.installation.at_work import beats_of_others
from survey_app.installation.logins import (
    PasswordError,
    forget_passwords,
    make_passwords,
    renew_passwords,
)
from survey_app.installation.migrate import Migrated, run_migrations, sessions_at_work
from survey_app.installation.renew_secret import renew_secret
from survey_app.installation.secret import keep_fingerprint
from survey_app.installation.services import Services, services
from survey_app.settings import Settings
from survey_app.shared import queue
from survey_app.shared.clock import now
from survey_app.shared.database import Link, Login, connection
from survey_app.waves.trusted_waves import trust_earlier_waves


@dataclass(frozen=True, slots=True)
class SetUp:
    """An installation at this version, with its services at hand.

    Attributes
    ----------
    found : Services
    refused : tuple of str
        Log parameters that the server would not let us set; ``doctor`` names them.
    others : tuple of str
        Processes of other versions that are at work: what they need is still there.
    trusted : tuple of str
        Waves of an earlier version whose keys were taken on trust.
    renewed : SealedAnew or None
        What renewing the secret did.
    """

    found: Services
    refused: tuple[str, ...]
    others: tuple[str, ...]
    trusted: tuple[str, ...]
    renewed: SealedAnew | None = None


@contextlib.contextmanager
def set_up(
    settings: Settings,
    *,
    first: Callable[[], Coroutine[Any, Any, None]] | None = None,
    new_passwords: bool = False,
    new_secret: bool = False,
    renewed_passwords: bool = False,
    renewed_secret: bool = False,
) -> Iterator[SetUp]:
    """Migrate, and lend the services.

    Parameters
    ----------
    first : callable, optional
        What to do to the database before.
    new_passwords : bool
        Whether logins that exist get this host's passwords.
    new_secret : bool
        Whether this host's secret takes the place of the one before.
    renewed_passwords : bool
        Whether logins get passwords that nobody had before.
    renewed_secret : bool
        Whether the first of this host's secrets takes the place of one under it, which goes on.

    Raises
    ------
    ServiceError, MigrationError, SchemaError, PasswordError, SecretError
        With one sentence; what was not said to be changed is as before.
    """
    fresh = settings.external_database and make_passwords(settings)
    with services(settings, *Login) as found:
        if first:
            asyncio.run(first())
        try:
            done = asyncio.run(_migrate(found, new_passwords=new_passwords))
        except PasswordError:
            if fresh:
                forget_passwords(settings)
            raise
        if renewed_passwords:
            asyncio.run(_renew(settings, found))
        asyncio.run(keep_fingerprint(settings, anew=new_secret))
        trusted = tuple(asyncio.run(trust_earlier_waves(settings)))
        secret = asyncio.run(renew_secret(settings)) if renewed_secret else None
        yield SetUp(found, done.refused, done.others, trusted, secret)


async def _renew(settings: Settings, found: Services) -> None:
    async with connection(Login.MIGRATOR) as link:
        await renew_passwords(settings, link, found.database)
    await record(
        Login.MIGRATOR, now=now(), actor=COMMAND_LINE, subject="database",
        action="passwords of logins renewed",
    )  # fmt: skip


async def _migrate(found: Services, *, new_passwords: bool) -> Migrated:
    async def others(link: Link) -> tuple[str, ...]:
        sessions = await sessions_at_work(found.database, link)
        return tuple(sorted({*sessions, *await beats_of_others()}))

    try:
        return await run_migrations(found.database, new_passwords=new_passwords, others=others)
    finally:
        await queue.close()
