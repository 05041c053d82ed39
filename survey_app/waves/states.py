"""The ways of a wave from state to state, and the one place that writes its state."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import WrongState
from survey_app.shared.database import Link

WAYS: Final[dict[State, tuple[State, ...]]] = {
    State.DRAFT: (State.OPEN, State.CANCELLED),
    # cancel_wave.py also drops the urn and destroys the key
    State.OPEN: (State.CLOSED, State.CANCELLED),
    # cancelled only where its key is lost for good
    State.CLOSED: (State.COUNTED, State.CANCELLED),
    State.COUNTED: (State.PUBLISHED,),
    State.PUBLISHED: (),
    State.CANCELLED: (),
}


def check_way(key: str, now: State, then: State) -> None:
    """Let a wave go from one state to the next.

    Raises
    ------
    WrongState
        If there is no way from ``now`` to ``then``.
    """
    if then not in WAYS[now]:
        raise WrongState(key, now.value, then.value)


async def state_of(link: Link, wave: UUID) -> State:
    """Return where a wave stands, without waiting for anybody who moves it."""
    return State(await link.fetchval("SELECT state FROM asking.wave WHERE id = $1", wave))


async def lock_state(link: Link, wave: UUID) -> State:
    """Return where a wave stands, and keep it there until the transaction ends."""
    return State(
        await link.fetchval("SELECT state FROM asking.wave WHERE id = $1 FOR UPDATE", wave)
    )


async def change_state(
    link: Link, wave: UUID, key: str, then: State, *, at: datetime | None = None
) -> None:
    """Move a wave on in the caller's transaction; two who try at once: one is refused.

    Parameters
    ----------
    link : Link
        As ``worker``, in a transaction.
    wave, key : UUID, str
        The wave's id, and its key for the sentence.
    then : State
        Where it goes. Opening and closing write ``at`` beside it.
    at : datetime, optional
        The moment, needed for open, closed and cancelled.

    Raises
    ------
    WrongState
        If there is no way there from where the wave is.
    """
    check_way(key, await lock_state(link, wave), then)
    await link.execute(
        "UPDATE asking.wave SET state = $2::varchar,"
        " opened_at = CASE WHEN $2::varchar = 'open' THEN $3::timestamptz ELSE opened_at END,"
        " closed_at = CASE WHEN $2::varchar IN ('closed', 'cancelled') THEN $3::timestamptz"
        " ELSE closed_at END"
        " WHERE id = $1",
        wave,
        then.value,
        at,
    )
