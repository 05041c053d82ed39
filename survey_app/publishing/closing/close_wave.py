"""Close a wave: no more answers, then count and publish it in one transaction, and last its key.

``anonymity-design.md`` 6. Killed before the commit, nothing happened and it is run again; killed
after, ``destroy_left_over_keys`` does what was left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.clean_up import forget_reminders
from survey_app.asking.invitations import credential_keys, issue_credential
from survey_app.asking.invitations.erase_marks import erase_marks
from survey_app.asking.invitations.sweep_marks import sweep_marks
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn import keys
from survey_app.counting.urn.errors import KeyFileError
from survey_app.counting.urn.lock import lock_for_emptying
from survey_app.counting.urn.trustee_keys import HandedOver, UrnOpener, pair_of
from survey_app.publishing.closing.count_urn import Ready, count_urn, write_counted
from survey_app.publishing.closing.wave_frame import read_frame
from survey_app.publishing.errors import PublishingError, ShelfMovedError, WaitsForTrusteesError
from survey_app.shared.database import Link, Login
from survey_app.waves.drop_urn import drop_urn, one_at_a_time
from survey_app.waves.states import state_of
from survey_app.waves.stop_answers import stop_answers
from survey_app.waves.stored import public_key_of, sealed_to
from survey_app.waves.wave_keys import destroy_key, destroy_left_over_keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClosedWave:
    """What closing did; counts, and the publication if enough answered for one."""

    key: str
    accepted: int
    refused: int
    screened_out: int
    publication: UUID | None


async def close_wave(
    wave_key: str,
    *,
    key_dir: Path,
    now: datetime,
    trustee_keys: Sequence[X25519PrivateKey] = (),
    handed_over: Sequence[bytes] | None = None,
    executor: Executor | None = None,
) -> ClosedWave | None:
    """Close a wave that is open, and count and publish one that is closed.

    Parameters
    ----------
    wave_key : str
        Key of the wave.
    key_dir : Path
        Where the private keys lie.
    now : datetime
        When, with a zone.
    trustee_keys : sequence of X25519PrivateKey
        What the two trustees brought, for a wave that has them.
    handed_over : sequence of bytes, optional
        Or the ballots that they took their seals off themselves.
    executor : Executor, optional
        Where the heavy frames go, by default a thread.

    Returns
    -------
    ClosedWave or None
        None when it was counted before; its key is gone then, too.

    Raises
    ------
    ClosingError
        If there is no such wave, or it has not opened.
    KeyFileError
        If the private key is missing, or another's: nothing is lost while the urn stands.
    WaitsForTrusteesError, TrusteeError
        If the wave has trustees and their keys were not brought, or are not theirs. It is closed
        then, and nothing more has happened.
    IncompleteHandOverError
        If what was handed over is not exactly what was sealed; nothing more has happened.
    PublishingError
        If its answers cannot be weighted or published: the urn and its key stay as they are.
    """
    wave = await stop_answers(wave_key, now=now)
    if wave is None:
        await destroy_left_over_keys(key_dir=key_dir, now=now)
        return None
    try:
        closed = await _empty_urn(
            wave,
            key_dir=key_dir,
            trustee_keys=trustee_keys,
            handed_over=handed_over,
            now=now,
            executor=executor,
        )
    except ShelfMovedError:
        raise  # it is tried again at once
    except PublishingError as error:
        raise PublishingError(
            f"{error}; nothing is lost: the urn and its key are kept until this is mended"
        ) from error
    await destroy_key(wave, key_dir=key_dir, now=now)
    await sweep_marks()
    return closed


async def _empty_urn(
    wave: UUID,
    *,
    key_dir: Path,
    trustee_keys: Sequence[X25519PrivateKey],
    handed_over: Sequence[bytes] | None,
    now: datetime,
    executor: Executor | None,
) -> ClosedWave | None:
    async with writing() as link:
        await one_at_a_time(link)
        await lock_for_emptying(link, wave)
        # not locked: the page is told how far this is from outside the transaction
        if await state_of(link, wave) is not State.CLOSED:
            return None  # another worker was first
        opener = await _opener(link, wave, key_dir, trustee_keys, handed_over)
        frame = await read_frame(link, wave)
        ready = await count_urn(link, frame, opener, executor=executor)
        await _refuse_another_key(link, wave, opener, ready)
        del opener
        publication = await write_counted(link, ready, now=now)
        closed = ClosedWave(
            frame.key,
            len(ready.urn.emptied.rows),
            ready.urn.opened.refused,
            ready.urn.emptied.screened_out,
            publication,
        )
        await _forget_who_answered(link, wave)
        # they tell who had not answered by then
        await forget_reminders()
        await record(
            Login.WORKER, now=now, actor="system", action="wave emptied", subject=frame.key,
            accepted=closed.accepted, refused=closed.refused,
        )  # fmt: skip
        await drop_urn(link, wave)
    return closed


async def _refuse_another_key(link: Link, wave: UUID, opener: UrnOpener, ready: Ready) -> None:
    """Leave an urn as it is that this key opens nothing of, and that was sealed to another.

    One that opens something is the wave's, whatever somebody wrote into its row since.
    """
    opened = ready.urn.opened
    if not isinstance(opener, X25519PrivateKey) or len(opened.ballots) or not opened.refused:
        return
    if opener.public_key().public_bytes_raw() != await public_key_of(link, wave):
        raise KeyFileError(
            f"the key that lies here is not that of «{ready.frame.key}», and opens none of its"
            f" {opened.refused} answers: nothing is lost; bring back a copy of the right file,"
            " and until then take this one away"
        )


async def _forget_who_answered(link: Link, wave: UUID) -> None:
    await erase_marks(link, wave)
    await issue_credential.forget(link, wave)
    await credential_keys.forget_credential_keys(link, wave)


async def _opener(
    link: Link,
    wave: UUID,
    key_dir: Path,
    trustee_keys: Sequence[X25519PrivateKey],
    handed_over: Sequence[bytes] | None,
) -> UrnOpener:
    sealed = await sealed_to(link, wave)
    if not sealed.trustees:
        return keys.read(key_dir, wave)
    if handed_over is not None and sealed.cover_key:
        return HandedOver(tuple(handed_over), sealed.cover_key)
    if not trustee_keys:
        raise WaitsForTrusteesError(sealed.key, [trustee.name for trustee in sealed.trustees])
    return pair_of(sealed.trustees, trustee_keys, sealed.cover_key)
