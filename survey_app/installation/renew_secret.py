"""The installation's secret is renewed while waves are open (docs/adr/0142).

Every host has the new secret and the former one. What is derived or sealed for a wave stays under
the secret that it was opened with; second steps are sealed anew, in one transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from survey_app.accounts.second_step.seal_anew import (
    SealedAnew,
    owners_with_codes,
    seal_anew,
    some_under_another,
)
from survey_app.asking.pilots.pilots import sealed_pilots
from survey_app.audit.read import since_when, subjects_since
from survey_app.audit.record import COMMAND_LINE, record
from survey_app.counting.urn.proof import rests_on_former_secret
from survey_app.installation.findings import Inspection, Sign
from survey_app.installation.secret import SecretError, place_of_secret, write_fingerprint
from survey_app.settings import Settings
from survey_app.shared.clock import now
from survey_app.shared.database import Login, connection, engine
from survey_app.shared.secret import Secret
from survey_app.waves.trusted_waves import keep_trust
from survey_app.waves.waves_of_before import (
    compared_before,
    handed_over_before,
    waves_of_before,
)

ACTION: Final = "installation's secret renewed"
LINGERS: Final = timedelta(days=30)
"""For so long links in mails about accounts and of unsubscribing go on, whatever else is over."""
_NEW_CODES: Final = ("second step turned on", "recovery codes made")


async def renew_secret(settings: Settings) -> SealedAnew:
    """Make the first secret of this host the installation's, and seal second steps under it.

    It may be run again: what a host that was late sealed under the former secret is sealed anew.

    Raises
    ------
    SecretError
        If this host has one secret alone, or the installation has none of them.
    """
    secret = settings.secret()
    place = await place_of_secret(secret, Login.MIGRATOR)
    if place is None or not secret.others:
        raise SecretError(
            "BAROMETER_SECRET_KEY must hold two lines here, the new secret and under it the one"
            " that the installation has, as on every other host before this"
        )
    async with engine(Login.MIGRATOR).transaction():
        renewed = await seal_anew(secret)
        await keep_trust(secret)
        if place:
            await write_fingerprint(secret)
            await record(
                Login.MIGRATOR, now=now(), actor=COMMAND_LINE, subject="secret", action=ACTION,
                second_steps=renewed.sealed_anew,
            )  # fmt: skip
    return renewed


async def former_secret_findings(secret: Secret, login: Login) -> list[Inspection]:
    """Say what still rests on a former secret, or that it may go.

    Parameters
    ----------
    secret : Secret
        This host's, which is one of the installation's.
    login : Login
        Any that may read accounts and waves: the owner's or ``web``.
    """
    if not secret.others:
        return []
    if await place_of_secret(secret, login):
        told = (
            "secret: a second one is accepted here. When every host has both, put the new one on"
            " the first line, start each again, then run barometer migrate --renew-secret"
        )
        return [Inspection(Sign.NOTE, told)]
    kept = [*await _waves_of_before(secret, login), *await _accounts_of_before(secret, login)]
    if kept:
        return [Inspection(Sign.NOTE, f"secret: the former one must stay: {one}") for one in kept]
    told = (
        "secret: the former one may go: keep only the first line in BAROMETER_SECRET_KEY on every"
        " host, and start each again"
    )
    return [Inspection(Sign.NOTE, told), *await _codes_on_paper(login)]


async def _waves_of_before(secret: Secret, login: Login) -> list[str]:
    async with connection(login) as link:
        found = await waves_of_before(link, secret)
        pilots = [
            f"a pilot of the draft of «{row['instrument']}» was opened under it"
            for row in await sealed_pilots(link)
            if rests_on_former_secret(secret, row)
        ]
        key_holders = [
            *(
                f"the key holders of «{key}» compared their keys under it: open the wave, or ask"
                " the two anew"
                for key in await compared_before(link, secret)
            ),
            *(
                f"ballots of «{key}» were handed over under it: until the wave is counted"
                for key in await handed_over_before(link, secret)
            ),
        ]
    waves = [
        f"the {state} wave «{key}» was opened under it"
        if state in {"open", "closed"}
        else f"links to «{key}» are known until 30 days after it was closed"
        for key, state in found
    ]
    return [*waves, *pilots, *key_holders]


async def _accounts_of_before(secret: Secret, login: Login) -> list[str]:
    found = []
    if await some_under_another(secret, login):
        found.append("second steps are sealed under it: run barometer migrate --renew-secret again")
    last = (await since_when(login, ACTION)).last
    if last is not None and now() < last + LINGERS:
        until = (last + LINGERS).date()
        found.append(f"until {until:%Y-%m-%d} for links in mails about accounts and of figures")
    return found


async def _codes_on_paper(login: Login) -> list[Inspection]:
    last = (await since_when(login, ACTION)).last
    if last is None:
        return []
    left = await owners_with_codes(login) - await subjects_since(login, _NEW_CODES, last)
    if not left:
        return []
    told = (
        f"secret: {len(left)} accounts have codes on paper from before it was renewed, which"
        " end with the former one: ask them to print new ones at /account"
    )
    return [Inspection(Sign.NOTE, told)]
