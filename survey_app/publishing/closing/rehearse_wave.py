"""Rehearse a wave before it opens: made-up ballots, all the way to a publication, and back again.

What could stop a publication is found while nobody has answered: a frame that cannot be weighted, a
form that a figure cannot be made of, a plan that hides nothing safely. Real ways, not a check of
fields; the whole is rolled back.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.invitations.counts import invited_by_domain, mark_any, mark_in_domains
from survey_app.asking.reasons import Against, Reason
from survey_app.counting.urn.drop_ballot import drop_ballots
from survey_app.counting.urn.seal import seal_all
from survey_app.counting.urn.trustee_keys import TrusteePair, UrnOpener
from survey_app.publishing.closing.count_urn import Ready, count_urn, write_counted
from survey_app.publishing.closing.made_up import made_up_ballots
from survey_app.publishing.closing.wave_frame import WaveFrame, read_frame
from survey_app.shared.database import Link
from survey_app.shared.errors import BarometerError
from survey_app.shared.faults import places_of
from survey_app.waves.states import change_state
from survey_app.waves.stored import key_of, sealed_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from survey_app.counting.urn.ballot import Ballot

SEED: Final = 2027  # the same rehearsal for the same wave
_TOLD: Final = (
    "margin_made_coarser", "margin_left_out", "weights_beyond_limits", "units_merged_for_weights",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal came to.

    Attributes
    ----------
    answers : int
        Made-up ballots.
    shown : int
        Figures that would be shown.
    warnings : tuple of dict
        What would be said of the weights.
    """

    answers: int
    shown: int = 0
    warnings: tuple[dict[str, Any], ...] = ()


async def rehearse_wave(link: Link, wave: UUID, *, now: datetime) -> Rehearsed:
    """Answer, close and publish a wave in the transaction that opens it, and take it all back.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in that transaction, with everything drawn and the urn put up.
    wave : UUID
    now : datetime
        With a zone.

    Raises
    ------
    OpeningRefused
        If the wave could not be published: why, and that nothing has been opened.
    """
    wave_key = await key_of(link, wave)
    to_be_taken_back = link.transaction()
    await to_be_taken_back.start()
    try:
        return await _walk(link, wave, wave_key, now)
    except BarometerError as error:
        raise _refused(wave_key, str(error)) from error
    except Exception as error:
        # where, never what: a database's message holds the row that it refused
        told = f"unexpected {type(error).__name__} at {places_of(error)}"
        raise _refused(wave_key, told) from error
    finally:
        await to_be_taken_back.rollback()


async def _walk(link: Link, wave: UUID, wave_key: str, now: datetime) -> Rehearsed:
    await change_state(link, wave, wave_key, State.OPEN, at=now)
    await change_state(link, wave, wave_key, State.CLOSED, at=now)
    frame = await read_frame(link, wave)
    invited = await invited_by_domain(link, wave)
    ballots = made_up_ballots(frame, invited, random.Random(SEED))  # noqa: S311 - nobody's answers
    opener = await _drop_sealed(link, frame, ballots)
    await _mark(link, frame, ballots)
    ready = await count_urn(link, frame, opener, telling=False)
    await write_counted(link, ready, now=now)
    return _told(ready, len(ballots))


async def _drop_sealed(link: Link, frame: WaveFrame, ballots: Sequence[Ballot]) -> UrnOpener:
    """Seal to keys that are gone afterwards: trustees' own are not here."""
    sealed_wave = await sealed_to(link, frame.id)
    number = len(sealed_wave.trustees) or 1
    outer, *inner = [X25519PrivateKey.generate() for _ in range(number)]
    public = b"".join(key.public_key().public_bytes_raw() for key in (outer, *inner))
    cover_key = sealed_wave.cover_key
    sealed = seal_all(
        ballots, wave=frame.id, public_key=public, size=sealed_wave.ballot_size, cover_key=cover_key
    )
    await drop_ballots(link, frame.id, list(sealed))
    return TrusteePair(outer, inner[0], cover_key) if inner else outer


async def _mark(link: Link, frame: WaveFrame, ballots: Sequence[Ballot]) -> None:
    """Use as many links of each group as there are ballots: more would be an alarm."""
    if frame.population != "staff":
        await mark_any(link, frame.id, len(ballots))
    else:
        await mark_in_domains(link, frame.id, [ballot.domain for ballot in ballots])


def _told(ready: Ready, answers: int) -> Rehearsed:
    if ready.publication is None:
        return Rehearsed(answers)
    content = json.loads(ready.publication.computed.content)
    shown = sum(row["status"] == "published" for row in content["estimates"])
    warnings = tuple(one for one in content["warnings"] if one["code"] in _TOLD)
    return Rehearsed(answers, shown, warnings)


def _refused(wave_key: str, reason: str) -> OpeningRefused:
    return OpeningRefused(wave_key, [Reason(Against.REHEARSAL, reason=reason)])
