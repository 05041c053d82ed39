"""Look whether waves are sealed to what they were opened with, and say so where they are not.

Answering looks too, and takes no answer (``answering/sealing.py``). The worker sees what nobody
answered meanwhile, and leaves such a wave uncounted until its row is right or a command counts it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from survey_app.asking.campaigns.sealing_alarms import (
    EXCHANGED,
    OTHER_HOLDERS,
    note_alarm,
    note_other_holders,
)
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.counting.urn.proof import SEALING, checking_keys, is_sealing_proven
from survey_app.shared.clock import now as the_time
from survey_app.shared.database import Login, Row
from survey_app.shared.trustees import trustees_of

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger("barometer.publishing")

_UNCOUNTED: Final = (
    f"SELECT {SEALING}, w.sealing_proof, w.state, ARRAY(SELECT h.public_key"  # noqa: S608 - a constant
    " FROM asking.key_holder h WHERE h.wave = w.id ORDER BY h.place) AS held"
    " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
    " WHERE w.state IN ('open', 'closed') ORDER BY w.key"
)


async def changed_waves(secret: bytes) -> set[UUID]:
    """Return waves not counted yet that are not as they were opened; tell of new ones.

    Parameters
    ----------
    secret : bytes
        The installation's.
    """
    own = checking_keys(secret)
    changed: set[UUID] = set()
    async with writing() as link:
        for row in await link.fetch(_UNCOUNTED):
            if not _has_its_holders(row):
                changed.add(row["id"])
                if await note_other_holders(link, row["id"]):
                    await _tell(row["key"], OTHER_HOLDERS)
            elif not is_sealing_proven(own, row, row["sealing_proof"]):
                changed.add(row["id"])
                if await note_alarm(link, row["id"]):
                    await _tell(row["key"], EXCHANGED)
    return changed


async def _tell(wave_key: str, action: str) -> None:
    log.warning("the wave %s: %s", wave_key, action)
    await record(Login.WORKER, now=the_time(), actor="system", action=action, subject=wave_key)


def _has_its_holders(row: Row) -> bool:
    """Tell whether ballots are sealed to the keys of those who were asked, if any were.

    Who exchanged them before opening has to put them back before these can open the urn.
    """
    sealed_to = [trustee.public_key for trustee in trustees_of(row["trustees"])]
    return not row["held"] or row["held"] == sealed_to
