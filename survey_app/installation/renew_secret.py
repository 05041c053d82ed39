"""The installation's secret is renewed while waves are open (docs/adr/0142).

Every host has the new secret and the former one. What is derived or sealed for a wave stays under
the secret that it was opened with; second steps are sealed anew, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from survey_app.accounts.second_step.codes import open_app_secret, seal_app_secret
from survey_app.asking.invitations.credential_keys import secret_of_wave
from survey_app.asking.pilots.pilots import sealed_pilots
from survey_app.audit.read import since_when
from survey_app.audit.record import record
from survey_app.counting.urn.proof import SEALING, checking_keys, is_sealing_proven
from survey_app.installation.findings import Inspection, Sign
from survey_app.installation.secret import SecretError, place_of_secret, write_fingerprint
from survey_app.settings import Settings
from survey_app.shared.clock import now
from survey_app.shared.database import Login, Row, connection, engine, fetch
from survey_app.shared.secret import Secret
from survey_app.waves.trusted_waves import keep_trust

ACTION: Final = "installation's secret renewed"
LINGERS: Final = timedelta(days=30)
"""For so long links in mails about accounts and of unsubscribing go on, whatever else is over."""
_WAVES: Final = (
    f"SELECT {SEALING}, w.sealing_proof, w.state FROM asking.wave w"  # noqa: S608 - a constant
    " JOIN asking.campaign c ON c.id = w.campaign WHERE w.state IN ('open', 'closed')"
    " OR EXISTS (SELECT FROM asking.invitation i WHERE i.wave = w.id) ORDER BY w.key"
)
_CODES_OF_BEFORE: Final = """
SELECT count(DISTINCT a.id) AS number FROM accounts.account a
JOIN accounts.recovery_code r ON r.account = a.id
WHERE a.active AND NOT EXISTS (
    SELECT FROM audit.event e WHERE e.subject = a.email AND e.at >= $1
    AND e.action IN ('second step turned on', 'recovery codes made'))
"""


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal did: seals of second steps made anew, and those that nobody can open."""

    sealed_anew: int
    unopened: int


async def renew_secret(settings: Settings) -> Renewed:
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
        renewed = await _seal_anew(secret)
        await keep_trust(secret)
        if place:
            await write_fingerprint(secret)
            await record(
                Login.MIGRATOR, now=now(), actor="command line", subject="secret", action=ACTION,
                second_steps=renewed.sealed_anew,
            )  # fmt: skip
    return renewed


async def _seal_anew(secret: Secret) -> Renewed:
    anew = unopened = 0
    for row in await fetch(
        Login.MIGRATOR, "SELECT id, account, sealed FROM accounts.second_step FOR UPDATE"
    ):
        sealed, account = bytes(row["sealed"]), row["account"]
        if open_app_secret(sealed, account, bytes(secret)) is not None:
            continue
        told = open_app_secret(sealed, account, secret)
        if told is None:
            unopened += 1
            continue
        await fetch(
            Login.MIGRATOR,
            "UPDATE accounts.second_step SET sealed = $2 WHERE id = $1",
            row["id"],
            seal_app_secret(told, account, secret),
        )
        anew += 1
    return Renewed(anew, unopened)


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
        "secret: the former one may go: leave the first line alone in BAROMETER_SECRET_KEY on every"
        " host, and start each again"
    )
    return [Inspection(Sign.NOTE, told), *await _codes_on_paper(login)]


async def _waves_of_before(secret: Secret, login: Login) -> list[str]:
    own, found = checking_keys(bytes(secret)), []
    async with connection(login) as link:
        for row in await link.fetch(_WAVES):
            # signing keys tell while there are any: after an alarm there is no proof of sealing
            keyed = await secret_of_wave(link, row["id"], secret) != secret
            if not keyed and not _is_proven_by_others(secret, own, row):
                continue
            if row["state"] in {"open", "closed"}:
                found.append(f"the {row['state']} wave «{row['key']}» was opened under it")
            else:
                found.append(f"links to «{row['key']}» are known until 30 days after it was closed")
        found += [
            f"a pilot of the draft of «{row['instrument']}» was opened under it"
            for row in await sealed_pilots(link)
            if _is_proven_by_others(secret, own, row)
        ]
    return found


def _is_proven_by_others(secret: Secret, own: tuple[bytes, ...], row: Row) -> bool:
    proof, every = row["sealing_proof"], checking_keys(secret)
    return not is_sealing_proven(own, row, proof) and is_sealing_proven(every, row, proof)


async def _accounts_of_before(secret: Secret, login: Login) -> list[str]:
    found = []
    rows = await fetch(login, "SELECT account, sealed FROM accounts.second_step")
    sealed = [(bytes(row["sealed"]), row["account"]) for row in rows]
    if any(
        open_app_secret(one, account, bytes(secret)) is None
        and open_app_secret(one, account, secret) is not None
        for one, account in sealed
    ):
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
    [row] = await fetch(login, _CODES_OF_BEFORE, last)
    if not row["number"]:
        return []
    told = (
        f"secret: {row['number']} accounts have codes on paper from before it was renewed, which"
        " end with the former one: ask them to print new ones at /account"
    )
    return [Inspection(Sign.NOTE, told)]
