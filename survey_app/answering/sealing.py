"""Whether ballots of a wave would be sealed to what one of our processes opened it with.

Looked at when a wave is read, which is when its row has changed; never for a single answer.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from uuid import UUID

from survey_app.asking.campaigns.sealing_alarms import EXCHANGED, note_alarm
from survey_app.audit.record import record_on
from survey_app.counting.urn.proof import checking_keys, is_sealing_proven
from survey_app.settings import PREFIX, Settings
from survey_app.shared.base64url import from_base64url
from survey_app.shared.clock import now
from survey_app.shared.database import Link, Row
from survey_app.shared.errors import SettingsError

log = logging.getLogger("barometer.answering")


@cache
def keys_to_check(settings: Settings) -> tuple[bytes, ...]:
    """Return what checks sealing proofs: they follow from the secret, else they are a setting.

    Raises
    ------
    SettingsError
        If this host has neither.
    """
    if settings.has_secret or not settings.external_database:
        return checking_keys(settings.secret())
    if settings.proof_key is None:
        sentence = (
            f"{PREFIX}PROOF_KEY is not set: this host has no secret, and needs it to see whether"
            " ballots are sealed to the right keys; barometer doctor prints it where the secret is"
        )
        raise SettingsError((sentence,))
    return tuple(from_base64url(one) for one in settings.proof_key.split(","))


async def is_as_opened(link: Link, settings: Settings, row: Row) -> bool:
    """Tell whether a wave's row is as we opened it; where an open one is not, raise the alarm.

    Parameters
    ----------
    link : asyncpg connection
        As ``web``.
    settings : Settings
    row : asyncpg record
        With the columns of ``proof.SEALING``, ``sealing_proof``, ``state`` and ``content``.
    """
    asked = f"sha256:{hashlib.sha256(row['content']).hexdigest()}"
    proven = is_sealing_proven(keys_to_check(settings), row, row["sealing_proof"])
    if proven and asked == row["questionnaire"]:
        return True
    if row["state"] == "open":
        await raise_alarm(link, row["id"], row["key"])
    return False


def is_pilot_as_opened(settings: Settings, row: Row) -> bool:
    """Tell whether a pilot's row is as we opened it; one that is not takes no answers."""
    asked = f"sha256:{hashlib.sha256(row['content']).hexdigest()}"
    proven = is_sealing_proven(keys_to_check(settings), row, row["sealing_proof"])
    return proven and asked == row["questionnaire"]


async def raise_alarm(link: Link, wave: UUID, wave_key: str) -> None:
    """Say, the first time, that somebody wrote to the database so that ballots would tell more."""
    # one connection and one transaction: who waits for a second one holds up those who answer, and
    # what is noted without its row in the audit log is never told there
    async with link.transaction():
        if await note_alarm(link, wave):
            log.error("the wave %s takes no answers: %s", wave_key, EXCHANGED)
            await record_on(link, now=now(), actor="system", action=EXCHANGED, subject=wave_key)
