"""Keep codes from being guessed: they are shorter than links, and found over all processes.

Two counts of a minute: of whoever tries from one network, and of all together, which bounds what a
thousand networks can try. Past either no code is looked up, or being slowed down would slow nobody
down who guesses. What slips of the hand give is told by the check sign and never comes here.
"""

from __future__ import annotations

from redis.exceptions import RedisError

from survey_app.answering.limit import A_MINUTE, MOST_A_MINUTE, guesses_too_much
from survey_app.shared.limits import hidden_name, too_many
from survey_app.shared.queue import redis_client

CODE = "code"
EVERYBODY = "everybody"
MOST_IN_ALL = 6000  # a minute: docs/adr/0031 says what that leaves to chance


async def codes_are_held(network: str) -> bool:
    """Tell whether codes from ``network`` are not looked up this minute.

    Without Redis nobody is slowed down: answering works on.
    """
    try:
        for who, most in ((network, MOST_A_MINUTE), (EVERYBODY, MOST_IN_ALL)):
            count = await redis_client().get(await hidden_name(CODE, who))
            if count is not None and int(count) >= most:
                return True
    except (RedisError, OSError):
        return False
    return False


async def count_unknown_code(network: str) -> None:
    """Count a code that could have been right and is not."""
    await guesses_too_much(network, CODE)
    try:
        await too_many(CODE, EVERYBODY, most=MOST_IN_ALL, seconds=A_MINUTE)
    except (RedisError, OSError):
        return
