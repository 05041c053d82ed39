"""Whether what a campaign says of itself is being told to people, or is about to be."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.asking.campaigns.acts import acts_of
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.states import State
from survey_app.shared.database import Login


async def wave_in_use(login: Login, waves: Sequence[WaveRow]) -> WaveRow | None:
    """Return a wave that is open, or approved to be opened; None where texts can be changed."""
    acts = await acts_of(login, [wave.id for wave in waves])
    for wave in waves:
        approved = any(
            one.act == "open" and one.state in {"confirmed", "running"} for one in acts[wave.id]
        )
        if wave.state == State.OPEN or (wave.state == State.DRAFT and approved):
            return wave
    return None
