"""The root of the command line, and how a command reaches the services."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path

    from survey_app.installation.services import Services
    from survey_app.settings import Settings


EXIT_FAULT = 1
EXIT_INPUT = 2
PORT = click.IntRange(1, 65_535)
# of a simulated agency; the whole one is as large as the real
PEOPLE = click.IntRange(150, 200_000)


class LanguageCode(click.ParamType[str]):
    """One of the agency's languages, read when the option is used: a check comes before."""

    name = "language"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse a language that ``agency.toml`` does not name."""
        from survey_app.shared.i18n import languages

        return click.Choice(languages()).convert(value, param, ctx)


class VersionNumber(click.ParamType[int]):
    """A version of an instrument: ``1`` or ``v1``."""

    name = "version"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Refuse what is no whole number from 1 up."""
        number = str(value).removeprefix("v")
        if not (number.isascii() and number.isdigit() and int(number)):
            self.fail(f"«{value}» is not a version; write 1 or v1", param, ctx)
        return int(number)


def first_language() -> str:
    """Return the language of an option that is left out."""
    from survey_app.shared import i18n

    return i18n.first_language()


def settings() -> Settings:
    """Read the settings, which takes as long to load as half of pandas: files alone need none."""
    from survey_app.settings import settings as read

    return read()


def content() -> Path:
    """Return the folder of the agency's content, which a setting may name."""
    from questionnaires.content import agency_folder

    settings()
    return agency_folder()


def joined_services() -> AbstractContextManager[Services]:
    """Join the services of a running installation, else start them for one command."""
    from survey_app.installation.services import services

    return services(settings())


def as_worker[T](action: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run ``action`` with the services at hand and every table reached as the worker."""
    import asyncio

    from survey_app.asking.instruments.released_content import follow_released
    from survey_app.installation.migrated import ensure_migrated, known_login
    from survey_app.installation.secret import keep_fingerprint, refuse_other_secret
    from survey_app.installation.tables import bind_worker
    from survey_app.shared import clock
    from survey_app.shared.database import Login
    from survey_app.waves.trusted_waves import trust_earlier_waves
    from survey_app.waves.wave_keys import settle_keys

    with joined_services() as found:

        async def run() -> T:
            chosen, embedded = settings(), found.postgres is not None
            await ensure_migrated(found.database, embedded=embedded)
            if embedded:
                await keep_fingerprint(chosen)
                await trust_earlier_waves(chosen)
            else:
                await refuse_other_secret(chosen, known_login(found.database), needed=False)
            bind_worker()
            chosen = settings()
            await settle_keys(data_dir=chosen.data_dir, key_dir=chosen.key_folder, now=clock.now())
            await follow_released(Login.WORKER, chosen.data_dir)
            return await action()

        return asyncio.run(run())


def ask_passphrase(text: str) -> str:
    """Ask for a passphrase without showing it."""
    found: str = click.prompt(text, hide_input=True)
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def barometer() -> None:
    """Ask staff and the public, and know honestly whether trust and culture move."""
