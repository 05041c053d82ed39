"""Cancel a wave: its ballots are dropped unopened, its key destroyed, and nothing is published.

One transaction does all that the database holds, then the key goes. Killed before the commit,
nothing happened; killed after, ``destroy_left_over_keys`` destroys the key.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from survey_app.asking.campaigns.nights import forget_nights
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.clean_up import cancel_due, forget_reminders
from survey_app.asking.errors import WrongState
from survey_app.asking.invitations import credential_keys, issue_credential
from survey_app.asking.invitations.erase_marks import erase_marks
from survey_app.asking.invitations.sweep_marks import sweep_marks
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError
from survey_app.counting.urn.lock import lock_for_emptying
from survey_app.shared.database import Link, Login
from survey_app.waves.drop_urn import drop_urn, one_at_a_time
from survey_app.waves.states import change_state, lock_state
from survey_app.waves.wave_keys import destroy_key, waves_with_keys

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from survey_app.asking.campaigns.queries import WaveRow


async def cancel_wave(
    wave_key: str,
    *,
    key_dir: Path,
    now: datetime,
    reason: str = "",
    actor: str = "system",
    key_is_lost: bool = False,
) -> bool:
    """Cancel a wave that is a draft or open, or closed with nobody left who can open its answers.

    Parameters
    ----------
    wave_key : str
        Key of the wave.
    key_dir : Path
        Where the private keys lie.
    now : datetime
        When, with a zone.
    reason : str
        For the audit log; it names no person.
    actor : str
        Who cancels it, for the audit log.
    key_is_lost : bool
        Whether somebody says that its key is nowhere any more.

    Returns
    -------
    bool
        False when it was cancelled before; a key that was left then is destroyed now.

    Raises
    ------
    UnknownWave, WrongState
        If there is no such wave, or it is closed: then its answers are counted.
    KeyFileError
        If the key that is said to be lost lies here, or a file of its name that is another, or
        cannot be read: it is worth keeping, and would be destroyed.
    """
    wave = await find_wave(Login.WORKER, wave_key)
    # what lies there of a draft was left by a killed opening, and nothing was sealed to it
    if (key_is_lost or wave.state == State.OPEN) and wave.id in keys.held(key_dir):
        await _refuse_another_file(wave, key_dir)
        if key_is_lost:
            raise KeyFileError(f"the key of «{wave_key}» lies here: the worker counts it")
    was = State.CANCELLED
    if wave.state != was:
        was = await _cancel(
            wave.id, wave_key, now=now, reason=reason, actor=actor, key_is_lost=key_is_lost
        )
    if was is State.DRAFT:
        await asyncio.to_thread(keys.destroy, key_dir, wave.id)
    await destroy_key(wave.id, key_dir=key_dir, now=now)
    await sweep_marks()
    return was is not State.CANCELLED


async def _refuse_another_file(wave: WaveRow, key_dir: Path) -> None:
    needed = {one.wave: one.public_key for one in await waves_with_keys()}
    path = keys.key_file(key_dir, wave.id)
    try:
        found = keys.read(key_dir, wave.id).public_key().public_bytes_raw()
    except KeyFileError:  # of another length
        found = b""
    except OSError as error:
        raise KeyFileError(
            f"{path} cannot be read here ({error.strerror}), and may be the key of «{wave.key}»"
        ) from None
    # the key holders of a wave have its keys, and no folder
    if wave.trustees or needed.get(wave.id, found) != found:
        raise KeyFileError(
            f"{path} is not the key of «{wave.key}» and opens none of its answers: move it out of"
            " the folder and keep it, then cancel the wave again"
        )


async def _cancel(
    wave: UUID, key: str, *, now: datetime, reason: str, actor: str, key_is_lost: bool
) -> State:
    """Return what it was; cancelled where somebody else was first."""
    async with writing() as link:
        await one_at_a_time(link)
        await lock_for_emptying(link, wave)
        state = await lock_state(link, wave)
        if state is State.CANCELLED:
            return state
        if state is State.CLOSED and not key_is_lost:
            raise WrongState(key, state.value, State.CANCELLED.value)
        await change_state(link, wave, key, State.CANCELLED, at=now)
        await _forget(link, wave)
        await record(
            Login.WORKER, now=now, actor=actor, action="wave cancelled", subject=key,
            was=state.value, reason=reason,
        )  # fmt: skip
        await drop_urn(link, wave)
    return state


async def _forget(link: Link, wave: UUID) -> None:
    """Erase what tells who answered, and stop the mails that have not gone out."""
    await erase_marks(link, wave)
    await link.execute("UPDATE asking.wave_domain SET answered = NULL WHERE wave = $1", wave)
    await forget_nights(link, wave)
    await issue_credential.forget(link, wave)
    await credential_keys.forget_credential_keys(link, wave)
    await cancel_due(link, wave)
    await forget_reminders()
