"""The states of a wave and the ways between them; there is no other."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from survey_app.asking.errors import WrongState
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import N_


class State(StrEnum):
    """Where a wave is on its way."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


WAYS: dict[State, tuple[State, ...]] = {
    State.DRAFT: (State.OPEN, State.CANCELLED),
    # publishing/cancel_wave.py also drops the urn and destroys the key
    State.OPEN: (State.CLOSED, State.CANCELLED),
    State.CLOSED: (State.COUNTED,),
    State.COUNTED: (State.PUBLISHED,),
    State.PUBLISHED: (),
    State.CANCELLED: (),
}

STATE_NAMES = {
    State.DRAFT: N_("Utkast"),
    State.OPEN: N_("Åpen"),
    State.CLOSED: N_("Stengt, telles opp"),
    State.COUNTED: N_("Talt opp"),
    State.PUBLISHED: N_("Publisert"),
    State.CANCELLED: N_("Avlyst"),
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


async def change_state(wave: UUID, key: str, then: State, *, at: datetime | None = None) -> None:
    """Move a wave on in the worker's transaction; two who try at once: one is refused.

    Parameters
    ----------
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
    rows = await fetch(Login.WORKER, "SELECT state FROM asking.wave WHERE id = $1 FOR UPDATE", wave)
    check_way(key, State(rows[0]["state"]), then)
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = $2::varchar,"
        " opened_at = CASE WHEN $2::varchar = 'open' THEN $3::timestamptz ELSE opened_at END,"
        " closed_at = CASE WHEN $2::varchar IN ('closed', 'cancelled') THEN $3::timestamptz"
        " ELSE closed_at END"
        " WHERE id = $1",
        wave,
        then.value,
        at,
    )
