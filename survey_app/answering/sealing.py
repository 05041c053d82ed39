"""Whether ballots of a wave would be sealed to what one of our processes opened it with.

Looked at when a wave is read, which is when its row has changed; never for a single answer.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from typing import Any

from survey_app.asking.campaigns.sealing_alarms import EXCHANGED, note_alarm
from survey_app.audit.record import record
from survey_app.counting.urn.proof import checking_key, is_sealing_proven
from survey_app.settings import Settings
from survey_app.shared.base64url import from_base64url
from survey_app.shared.clock import now
from survey_app.shared.database import Login

log = logging.getLogger("barometer.answering")


@cache
def key_to_check(settings: Settings) -> bytes:
    """Return what checks sealing proofs: derived from the secret, or the setting where none is.

    Raises
    ------
    SettingsError
        If this host has neither.
    """
    if settings.proof_key and not settings.has_secret:
        return from_base64url(settings.proof_key)
    return checking_key(settings.secret())


async def is_as_opened(link: Any, settings: Settings, row: Any) -> bool:  # noqa: ANN401
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
    proven = is_sealing_proven(key_to_check(settings), row, row["sealing_proof"])
    if proven and asked == row["questionnaire"]:
        return True
    if row["state"] == "open" and await note_alarm(link, row["id"]):
        log.error("the wave %s takes no answers: %s", row["key"], EXCHANGED)
        await record(Login.WEB, now=now(), actor="system", action=EXCHANGED, subject=row["key"])
    return False
