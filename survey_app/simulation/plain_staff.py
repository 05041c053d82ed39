"""Staff of any agency: units of its register or of its types of units, and their answers."""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from questionnaires.arms import without_arm
from questionnaires.content import content_folder
from questionnaires.loader import load_library
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, first_language, languages, translator
from survey_app.simulation.agency import PANELS_FROM, SimulatedAgency, SimulatedUnit
from survey_app.simulation.documented import REGISTER
from survey_app.simulation.parameters import stream
from survey_app.simulation.plain_answers import draw_answers
from survey_app.simulation.wordings import worded_questionnaire

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from questionnaires.library import Library
    from questionnaires.model import Item
    from survey_app.simulation.calendar import SimulatedWave
    from survey_app.simulation.plain_answers import Booleans, Codes, Floats

AREAS: Final = 3
UNITS_OF_A_TYPE: Final = 2
SMALLEST_UNIT: Final = 15
GENERAL, SPECIFIC, OF_UNIT = 0.7, 0.6, 0.35
NOISE, SLOPE = 0.03, 0.05  # of a wave, and per year
ANSWERS_MAIN, ANSWERS_PULSE = 0.68, 0.6


@dataclass(frozen=True, slots=True)
class PlainStaff:
    """People with a general trait, one per scale and one of their unit, that stay over time."""

    agency: SimulatedAgency
    library: Library
    seed: int

    @property
    def comments(self) -> bool:
        """Nobody writes any: sentences of one agency would not be another's."""
        return False

    def hold(
        self, wave: SimulatedWave, *, invited: Booleans, earlier: npt.NDArray[np.int_]
    ) -> tuple[Mapping[str, Codes], Booleans]:
        """Return what everybody would answer, and who does; who was asked before plays no part."""
        del earlier
        questionnaire = worded_questionnaire(wave, self.library)
        answers = draw_answers(
            self.library,
            questionnaire,
            lambda item: self._trait(item, wave),
            {},
            stream(self.seed, "plain answers", wave.t),
        )
        share = ANSWERS_MAIN if wave.main else ANSWERS_PULSE
        chance = stream(self.seed, "plain response", wave.t).random(self.agency.people)
        return answers, invited & (chance < share)

    def _trait(self, item: Item, wave: SimulatedWave) -> Floats:
        subject = item.scale or without_arm(item.id)
        person = stream(self.seed, "plain person", subject).standard_normal(self.agency.people)
        general = stream(self.seed, "plain general").standard_normal(self.agency.people)
        unit = stream(self.seed, "plain unit", subject).standard_normal(len(self.agency.units))
        moved = stream(self.seed, "plain wave", wave.t, subject).normal(0, NOISE)
        lean = SLOPE * wave.t / 4 * (1 if zlib.crc32(subject.encode()) % 2 else -1)
        return (
            GENERAL * general + SPECIFIC * person + OF_UNIT * unit[self.agency.unit] + moved + lean
        )


def make_plain_staff(people: int, *, seed: int) -> PlainStaff:
    """Make units and people; the same seed makes the same.

    Parameters
    ----------
    people : int
        People in the register, shared out over the units as evenly as their order allows.
    seed : int
    """
    library = load_library()
    registered = _from_register()
    named = registered or _from_types(library)
    units = _sized(named[: max(1, people // SMALLEST_UNIT)], people)
    rng = stream(seed, "plain agency", people)
    unit = np.repeat(np.arange(len(units)), [one.size for one in units])
    panel = rng.choice(["A", "B", "C"], len(unit)) if people >= PANELS_FROM else "A"
    nobody = np.zeros(len(unit), dtype=bool)
    agency = SimulatedAgency(
        units=units,
        unit=unit,
        woman=nobody,
        older=nobody,
        shift=nobody,
        panel=np.broadcast_to(np.asarray(panel, dtype="<U1"), len(unit)),
        language=rng.choice(np.array(languages()), len(unit)),
        region_names=_region_names()
        if registered
        else {f"o{at}": f"{_in_our_words(N_('Område'))} {at}" for at in range(1, AREAS + 1)},
    )
    return PlainStaff(agency, library, seed)


def _rows() -> list[dict[str, str]]:
    path = content_folder() / REGISTER
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "unit"]


def _region_names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows() if row["type"] == "region"}


def _from_register() -> list[SimulatedUnit]:
    regions = _region_names()
    top = {row["code"] for row in _rows() if row["type"] == "agency"}
    above = set(regions) or top  # an agency without regions has units directly under it
    return [
        SimulatedUnit(
            row["code"],
            row["name"],
            row["type"],
            "" if row["parent"] in top else row["parent"],
            0,
        )
        for row in _rows()
        if row["parent"] in above
    ]


def _from_types(library: Library) -> list[SimulatedUnit]:
    no_type = {first_language(): _in_our_words(N_("Enhet"))}
    types = list(library.unit_types.items()) or [("enhet", no_type)]
    return [
        SimulatedUnit(
            f"o{area}-{kind}-{at}",
            f"{in_language(name, first_language())} {area}.{at}",
            kind,
            f"o{area}",
            0,
        )
        for area in range(1, AREAS + 1)
        for kind, name in types
        for at in range(1, UNITS_OF_A_TYPE + 1)
    ]


def _in_our_words(text: str) -> str:
    return translator(first_language()).gettext(text)


def _sized(named: list[SimulatedUnit], people: int) -> tuple[SimulatedUnit, ...]:
    shares = np.array([1 + at % 4 for at in range(len(named))], dtype=float)
    spare = max(0, people - SMALLEST_UNIT * len(named))
    sizes = SMALLEST_UNIT + np.floor(spare * shares / shares.sum()).astype(int)
    sizes[-1] += people - sizes.sum()
    return tuple(
        SimulatedUnit(one.code, one.name, one.kind, one.region, int(size))
        for one, size in zip(named, sizes, strict=True)
    )
