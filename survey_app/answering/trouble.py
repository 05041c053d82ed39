"""What may go wrong while somebody answers: its kind is logged, and nothing that was sent."""

from __future__ import annotations

import logging

import asyncpg

from survey_app.shared.errors import BarometerError

TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
log = logging.getLogger("barometer.answering")


def tell_log(what: str, error: BaseException) -> None:
    """Log that something was not taken, and why.

    Parameters
    ----------
    what : str
        What was not done, in words of ours.
    error : BaseException
        Of ours the sentence; of others the kind only: the database's words may quote what was sent.
    """
    why = str(error) if isinstance(error, BarometerError) else type(error).__name__
    log.error("%s: %s", what, why)
