"""What somebody asked to see before a wave sends it: rows here, sent by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from survey_app.asking.delivery.clean_up import KEPT_DAYS
from survey_app.asking.writing import writing
from survey_app.shared.database import Login, engine, fetch
from survey_app.shared.i18n import Language

TABLE: Final = "asking.trial_mail"
MOST_A_DAY: Final = 20
"""So many an account may have sent to itself within a day."""
CLAIM: Final = """
SELECT t.id, t.account, t.kind, t.mobile, t.language, t.attempts, t.problem, w.key AS wave
FROM asking.trial_mail t JOIN asking.wave w ON w.id = t.wave
WHERE t.state = 'due' AND t.due_at <= $1 AND NOT starts_with(t.kind, 'sms-')
ORDER BY t.due_at, t.kind, t.id LIMIT 1
FOR UPDATE OF t SKIP LOCKED
"""
SMS: Final = "sms-"
_TRIALS: Final = 732  # of accounts that ask, among locks with two numbers
CLAIM_SMS: Final = CLAIM.replace("NOT starts_with", "starts_with")


async def ask_for_trial(
    wave: UUID,
    account: str,
    kinds: Sequence[str],
    language: Language,
    *,
    now: datetime,
    mobile: str = "",
) -> bool:
    """Leave what a wave sends for whoever asks; False where that is too many a day.

    With a ``mobile`` number they are text messages.
    """
    async with engine(Login.WEB).transaction():
        # of many that are asked for at once, each finds those before it
        await fetch(Login.WEB, "SELECT pg_advisory_xact_lock($1, hashtext($2))", _TRIALS, account)
        rows = await fetch(
            Login.WEB,
            "INSERT INTO asking.trial_mail"
            " (id, wave, account, kind, mobile, language, asked_at, state, due_at, attempts,"
            " problem) SELECT gen_random_uuid(), $1, $2, kind, $8, $4, $5, 'due', $5, 0, ''"
            " FROM unnest($3::text[]) AS kind WHERE cardinality($3::text[]) + (SELECT count(*)"
            " FROM asking.trial_mail WHERE account = $2 AND asked_at > $6) <= $7 RETURNING id",
            wave,
            UUID(account),
            [f"{SMS if mobile else ''}{kind}" for kind in kinds],
            language,
            now,
            now - timedelta(days=1),
            MOST_A_DAY,
            mobile,
        )
    return bool(rows)


async def trials_due(*, now: datetime, sms: bool = False) -> bool:
    """Tell whether any waits, so that no server is asked in vain."""
    return bool(
        await fetch(
            Login.WORKER,
            "SELECT 1 FROM asking.trial_mail WHERE state = 'due' AND due_at <= $1"
            " AND starts_with(kind, $2) = $3 LIMIT 1",
            now,
            SMS,
            sms,
        )
    )


async def forget_numbers() -> None:
    """Take away the numbers of text messages that have gone, or will not go."""
    await fetch(
        Login.WORKER,
        "UPDATE asking.trial_mail SET mobile = '' WHERE mobile <> '' AND state <> 'due'",
    )


async def forget_trials(*, now: datetime) -> None:
    """Delete who asked for which mail as invitations are deleted."""
    async with writing() as link:
        await link.execute(
            "DELETE FROM asking.trial_mail WHERE asked_at < $1", now - timedelta(days=KEPT_DAYS)
        )
