"""Send invitations again that did not arrive, to the address that the register has now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.failed import cause_of, causes_in
from survey_app.asking.errors import WrongState
from survey_app.asking.writing import writing
from survey_app.shared.database import Login


async def resend_failed(key: str, causes: Sequence[str], *, now: datetime) -> int:
    """Queue the invitations of an open wave that failed for these causes.

    Whether somebody has answered meanwhile is not looked at: who gets a mail again must not tell.

    Returns
    -------
    int
        How many were queued.

    Raises
    ------
    UnknownWave
        If there is no such wave.
    WrongState
        If the wave is not open.
    """
    chosen = set(causes_in(causes))
    async with writing() as link:
        wave = await find_wave(Login.WORKER, key)
        if wave.state != State.OPEN:
            raise WrongState(key, wave.state, "sent again: only mails of an open wave can")
        rows = await link.fetch(
            "SELECT o.id, o.problem FROM asking.outbox o"
            " JOIN asking.invitation i ON i.id = o.invitation"
            " WHERE i.wave = $1 AND o.kind = 'invitation' AND o.state = 'failed'"
            " FOR UPDATE OF o",
            wave.id,
        )
        ids = [row["id"] for row in rows if cause_of(row["problem"]) in chosen]
        await link.execute(
            "UPDATE asking.outbox SET state = 'due', due_at = $2, attempts = 0, sent_at = NULL,"
            " retries = retries + 1, retried_at = $2 WHERE id = ANY($1::uuid[])",
            ids,
            now,
        )
    return len(ids)
