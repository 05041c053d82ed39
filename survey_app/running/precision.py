"""Before anything is sent: how exact a planned wave will be, and how many units it will show.

What is known comes from published figures alone, and from head counts of the register.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.disclosure.rules.display_limits import DISPLAY_LIMITS, REMAINDER
from analytics.planning.ahead import PlaceAhead, PlannedUnit, WaveAhead, sample_ahead, staff_ahead
from questionnaires.loader import load_library
from survey_app.asking.campaigns.acts import WaveAct, sample_file
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.errors import FrameTooSmall
from survey_app.asking.people.staff_frame import StaffFrame, read_staff_frame
from survey_app.asking.people.staff_sample import allotted, design_of, reason_against
from survey_app.reading.outlook import Bases, bases, spreads
from survey_app.running.plan import CARDS, staff_asked
from survey_app.running.whom import people_of
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login, connection
from survey_app.shared.i18n import Language

# the same plan says the same each time it is looked at
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a planned wave is expected to show, and what its places are called.

    ``like`` is the wave whose spread and response it is reckoned from, ``last`` the one that
    changes are measured from; both empty where there is none.
    """

    wave: WaveAhead
    names: Mapping[tuple[str, str], str]
    like: str
    last: str

    def name(self, place: PlaceAhead) -> str:
        """Return what a place is called."""
        return self.names.get((place.level, place.code), place.code)

    @property
    def unsure(self) -> PlaceAhead | None:
        """The part of the whole with the widest interval."""
        return max(self.wave.parts, key=lambda part: part.margin, default=None)


async def look_ahead(
    wave: WaveRow, said: Mapping[str, str], lang: Language, *, waiting: WaveAct | None = None
) -> Ahead | None:
    """Look ahead to a wave of staff, or of a drawn sample of the public; else ``None``.

    Parameters
    ----------
    wave : WaveRow
        The wave, or the one that it is planned like.
    said : mapping of str to str
        What the plan says; ``form``, ``invite``, ``opens_on`` and ``cards`` are read.
    lang : str
    waiting : WaveAct, optional
        An opening that waits with its sample; without it as many are invited as last time.
    """
    form = load_library().forms.get(said.get("form", ""))
    found = await bases(wave.population, form.kind if form else wave.kind, now(), lang)
    if wave.population == "public" and found:
        letters = await _letters(waiting, wave) if waiting else None
        ahead = sample_ahead(found.like.known, found.last.known, letters)
        return _named(ahead, found.like.names, found)
    invite = staff_asked(wave, said)
    if not invite:
        return None
    by_card = said.get("cards") == CARDS
    year = said.get("opens_on", "")[:4]
    opening = int(year) if year.isdecimal() else today().year
    async with connection(Login.WEB) as link:
        try:
            frame = await read_staff_frame(link, today=today(), year=opening)
        except FrameTooSmall:
            return None
    if frame is None:
        return None
    design = design_of(invite)
    if design is None:
        everybody = frame.asked(invite, opening)
        # whether cards are answered as often as mails, nobody knows: the page says so
        asked = Counter(one.unit for one in everybody if one.reachable or by_card)
    elif reason_against(frame, design) is None:
        known = await spreads(wave.population, form.kind if form else wave.kind, now())
        sizes = allotted(frame, design, known)
        asked = Counter(sizes) if by_card else _reached(frame, sizes)
    else:
        return None
    return _staff(frame, found, asked, everybody=invite == "everybody")


def _reached(frame: StaffFrame, sizes: Mapping[str, int]) -> Counter[str]:
    """Expect of a sample as many with an address of their own as the unit has."""
    own = Counter(one.unit for one in frame.people if one.reachable)
    return Counter(
        {
            unit.code: round(sizes[unit.code] * own[unit.code] / unit.population)
            for unit in frame.reporting
        }
    )


async def _letters(waiting: WaveAct, wave: WaveRow) -> int | None:
    content = await sample_file(waiting.id)
    return len(people_of(content, wave.invite, wave.form)) or None


def _staff(
    frame: StaffFrame, found: Bases | None, asked: Counter[str], *, everybody: bool
) -> Ahead | None:
    units = [
        PlannedUnit(unit.code, unit.region, unit.kind, asked[unit.code], unit.population)
        for unit in frame.reporting
    ]
    ahead = staff_ahead(
        units,
        found.like.known if found else None,
        found.last.known if found else None,
        np.random.default_rng(_SEED),
        everybody=everybody,
        fewest=DISPLAY_LIMITS["staff_mean"],
        remainder=REMAINDER,
    )
    names = {("unit", unit.code): unit.name for unit in frame.reporting}
    regions = {unit.region for unit in frame.reporting} - {""}
    return _named(ahead, names | {("region", one): frame.units[one].name for one in regions}, found)


def _named(
    ahead: WaveAhead | None, names: Mapping[tuple[str, str], str], found: Bases | None
) -> Ahead | None:
    if ahead is None:
        return None
    like, last = (found.like.wave, found.last.wave) if found else ("", "")
    return Ahead(ahead, names, like, last)
