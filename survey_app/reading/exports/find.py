"""Find what somebody named: a publication, and a place in it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from survey_app.publications import shelf
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.retractions import retractions
from survey_app.reading.exports.errors import UnknownPublication, UnknownUnit
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.waves import Wave, wave_of, waves

POPULATIONS: Final = ("staff", "public", "open", "candidates", "stakeholders")
_TOLD: Final = 6  # waves that an error names


async def find_released(name: str, at: datetime) -> Wave:
    """Find a released publication by id, wave, ``latest`` or ``latest:CAMPAIGN``.

    Raises
    ------
    UnknownPublication
        If there is none; the sentence names what there is.
    RetractedError
        If its figures were taken back.
    """
    try:
        return wave_of(await shelf.find_head(name, at=at))
    except NotOnShelfError:
        pass
    known = await list_released(at)
    for wave in known:
        if wave.key == name:
            return wave
    for back in await retractions(at=at):
        if back.wave_key == name:
            raise RetractedError(back)
    campaigns = sorted({wave.campaign for wave in known})
    raise UnknownPublication(name, campaigns, [wave.key for wave in known[:_TOLD]]) from None


async def list_released(at: datetime) -> list[Wave]:
    """Return every released publication, that of the newest wave first."""
    found = [wave for population in POPULATIONS for wave in await waves(population, at)]
    return sorted(found, key=lambda wave: (wave.closed_on, wave.key), reverse=True)


def find_unit(shown: Published, code: str) -> Domain:
    """Find a region or unit by code, or by the code of a unit that was merged into it.

    Raises
    ------
    UnknownUnit
        If there is none; the sentence names those that there are.
    """
    places = [d for d in shown.domains if d.level in {"region", "unit"}]
    for place in places:
        if code == place.code or code in place.members:
            return place
    raise UnknownUnit(code, [place.code for place in places])
