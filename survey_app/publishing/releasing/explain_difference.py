"""Why a publication comes out otherwise when it is made again, if nobody has changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from survey_app.asking.writing import writing
from survey_app.counting.responses.store import has_responses
from survey_app.publications.series import was_corrected
from survey_app.publishing.releasing.made_by import Maker
from survey_app.publishing.releasing.made_from import CONTENT, WAVE, made_from
from survey_app.waves.stored import stored_wave

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.publishing.inputs.wave_inputs import WaveInputs


def other(maker: Maker) -> str:
    """Say that another programme than this made a publication, and which."""
    here = Maker.here()
    if maker.code_version != here.code_version:
        return (
            f"another version of this programme made it ({maker.code_version}; this is"
            f" {here.code_version})"
        )
    return "this version made it with other versions of numpy, pandas, scipy or statsmodels"


async def explanation(before: Mapping[str, Any], inputs: WaveInputs) -> tuple[str, bool]:
    """Say what is not as it was when a publication was made by this very programme.

    Parameters
    ----------
    before : mapping
        As `made_from` named it then.
    inputs : WaveInputs
        What there is now.

    Returns
    -------
    reason : str
        In words; empty where everything is as it was.
    harmless : bool
        Whether it is what an installation does in its life: a correction, a promised deletion,
        content that was written anew, a campaign that was imported anew.
    """
    now = made_from(inputs)
    keys = before["earlier"].keys() | now["earlier"].keys()
    for key in sorted(keys):
        if before["earlier"].get(key) == now["earlier"].get(key):
            continue
        if await _corrected_or_forgotten(key):
            told = f"«{key}», which it is compared with, was corrected, taken back or deleted since"
            return told, True
        reason = f"what is kept of «{key}» is not what it was compared with: it was changed"
        return reason, False
    if before.get(CONTENT, now[CONTENT]) != now[CONTENT]:
        told = "what the agency's content says in drivers.toml or weak_links.toml is another since"
        return told, True
    if before[WAVE] != now[WAVE]:
        return "names, days or units of the wave were changed since", True
    return "", False


async def _corrected_or_forgotten(wave_key: str) -> bool:
    async with writing() as link:
        if await was_corrected(link, wave_key):
            return True
        wave = await stored_wave(link, wave_key)
        return wave is None or not await has_responses(link, wave.id)
