"""Letters that came back: how many, and never whose.

What the post writes on an envelope says whether somebody still belongs to those who are asked. It
is counted by whoever opens the post. Whose letter it was is not kept: beside the mark of a link it
would say of single people that they cannot have answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import WrongState
from survey_app.shared.database import Link, Login, fetch

_FOUND = (
    "SELECT letters_undelivered AS undelivered, letters_outside AS outside,"
    " (SELECT count(*) FROM asking.invitation i WHERE i.wave = w.id AND i.channel = 'letter')"
    " AS letters, (SELECT count(*) FROM asking.invitation i WHERE i.wave = w.id) AS invited"
    " FROM asking.wave w WHERE w.id = $1"
)
_NOTED = (
    "UPDATE asking.wave SET letters_undelivered = $2, letters_outside = $3"
    " WHERE key = $1 AND state = 'open' RETURNING id"
)


@dataclass(frozen=True, slots=True)
class LettersBack:
    """Letters of a wave that came back in all.

    ``undelivered``: nobody knows whether the person still is in the population. ``outside``: the
    person is not, such as one who has died or moved abroad. Of ``letters`` people invited by
    letter, among ``invited`` in all.
    """

    undelivered: int
    outside: int
    letters: int
    invited: int


async def letters_back(login: Login, wave: UUID) -> LettersBack:
    """Read what was noted of a wave."""
    [row] = await fetch(login, _FOUND, wave)
    return LettersBack(**row)


async def note_letters_back(link: Link, key: str, undelivered: int, outside: int) -> None:
    """Note how many letters have come back so far, in place of what was noted before.

    Raises
    ------
    WrongState
        If the wave is not open any more: its answers are counted, and its rates with them.
    """
    if await link.fetchrow(_NOTED, key, undelivered, outside) is None:
        raise WrongState(key, State.CLOSED, State.OPEN.value)
