"""Slow down those who guess. Only what is unknown counts: a whole prison shares one address."""

from __future__ import annotations

from redis.exceptions import RedisError

from survey_app.shared.limits import too_many

A_MINUTE = 60
MOST_A_MINUTE = 60


async def guesses_too_much(address: str, what: str = "link") -> bool:
    """Count one wrong guess; tell whether there were too many this minute, over all processes.

    Parameters
    ----------
    address : str
        As ``network_of`` gives it.
    what : str
        What was guessed at: each kind of secret is counted for itself.

    Returns
    -------
    bool
        Without Redis nobody is slowed down: answering works on.
    """
    try:
        return await too_many(what, address, most=MOST_A_MINUTE, seconds=A_MINUTE)
    except (RedisError, OSError):
        return False
