"""Bring a wave that is over to its end: closed, counted and published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.counting.urn.errors import IncompleteHandOverError
from survey_app.publishing.claims import INCOMPLETE, REFUSED
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.count_handed_over import count_handed_over
from survey_app.publishing.errors import ShelfMovedError, WaitsForTrusteesError
from survey_app.publishing.finishing import AGAIN, DONE, PASSING, FinishAttempt
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.shared.database import Login
from survey_app.shared.errors import BarometerError
from survey_app.shared.faults import places_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey


async def finish_wave(
    wave_key: str, *, key_dir: Path, now: datetime, counter_key: X25519PrivateKey | None = None
) -> None:
    """Close, count and publish a wave in this process; the caller holds its claim.

    Raises
    ------
    BarometerError
        If it cannot be done: nothing of it has happened then but that the wave is closed.
    """
    wave = await find_wave(Login.WORKER, wave_key)
    if counter_key is not None:
        await count_handed_over(
            wave.id, wave_key, private_key=counter_key, key_dir=key_dir, now=now
        )
    elif wave.state in {State.OPEN, State.CLOSED}:
        await close_wave(wave_key, key_dir=key_dir, now=now)
    elif wave.state == State.COUNTED:
        await publish_wave(wave_key, now=now)


async def attempt(
    wave_key: str, *, key_dir: Path, now: datetime, counter_key: X25519PrivateKey | None = None
) -> FinishAttempt:
    """Finish a wave in this process, and say how it went."""
    try:
        await finish_wave(wave_key, key_dir=key_dir, now=now, counter_key=counter_key)
    except WaitsForTrusteesError as waits:
        return FinishAttempt(done=True, sentence=str(waits))
    except PermissionError as error:
        # no sweep does better before somebody has given us the right
        told = f"no right to read or write {error.filename or 'a file of this host'}"
        return FinishAttempt(done=False, kind=REFUSED, sentence=told)
    except (ShelfMovedError, *PASSING):
        return AGAIN
    except BarometerError as refused:
        kind = INCOMPLETE if isinstance(refused, IncompleteHandOverError) else REFUSED
        return FinishAttempt(done=False, kind=kind, sentence=str(refused))
    except Exception as error:  # noqa: BLE001 - where, never what: a message may hold a row
        told = f"unexpected {type(error).__name__} at {places_of(error)}"
        return FinishAttempt(done=False, kind=REFUSED, sentence=told)
    return DONE
