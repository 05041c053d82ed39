"""The public and candidates of any agency: a sample as its population is, and their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from questionnaires.arms import without_arm
from questionnaires.background import AGE, COUNTY, GENDER
from questionnaires.population import read_population
from survey_app.asking.invitations.sample import Drawn
from survey_app.shared.i18n import first_language
from survey_app.simulation.held import HeldPublic
from survey_app.simulation.parameters import stream
from survey_app.simulation.plain_answers import draw_answers
from survey_app.simulation.truth import true_means
from survey_app.simulation.wordings import worded_questionnaire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from questionnaires.library import Library
    from questionnaires.model import Item, Questionnaire
    from survey_app.simulation.calendar import SimulatedWave
    from survey_app.simulation.plain_answers import Codes, Floats

GROSS: Final = 2400
ANSWERS: Final = 0.5
CANDIDATES: Final = 240
SLOPE: Final = 0.02  # per half-year


@dataclass(frozen=True, slots=True)
class PlainPublic:
    """Draws from the population of the content, by area, age and gender."""

    library: Library
    seed: int

    def hold(self, wave: SimulatedWave, *, gross: int | None = None) -> HeldPublic:
        """Draw a sample, and let it answer."""
        people = gross or GROSS
        rng = stream(self.seed, "plain public", wave.t)
        population = read_population()
        counties = rng.choice(
            list(population.county), people, p=list(population.county.values())
        ).tolist()
        cells = rng.choice(
            list(population.age_gender), people, p=list(population.age_gender.values())
        ).tolist()
        drawn = [
            Drawn(county, cell.partition(":")[0], cell.partition(":")[2], first_language(), line)
            for line, (county, cell) in enumerate(zip(counties, cells, strict=True), start=2)
        ]
        questionnaire = worded_questionnaire(wave, self.library)
        answers = self._answers(questionnaire, wave, people, self._known(questionnaire, drawn), rng)
        everybody = [("agency", "", np.ones(people, dtype=bool))]
        return HeldPublic(
            sample=drawn,
            answers=answers,
            answered=rng.random(people) < ANSWERS,
            truth=true_means(wave.key, questionnaire, answers, everybody),
        )

    def candidates(self, wave: SimulatedWave) -> tuple[Mapping[str, Codes], int]:
        """Return what those who followed the open link answer, and how many they are."""
        rng = stream(self.seed, "plain candidates", wave.t)
        questionnaire = self.library.questionnaire(wave.form)
        return self._answers(questionnaire, wave, CANDIDATES, {}, rng), CANDIDATES

    def _answers(
        self,
        questionnaire: Questionnaire,
        wave: SimulatedWave,
        people: int,
        known: Mapping[str, Codes],
        rng: np.random.Generator,
    ) -> Mapping[str, Codes]:
        general = rng.standard_normal(people) + SLOPE * wave.t
        specific: dict[str, Floats] = {}

        def trait(item: Item) -> Floats:
            subject = item.scale or without_arm(item.id)
            if subject not in specific:
                specific[subject] = rng.standard_normal(people)
            return 0.7 * general + 0.6 * specific[subject]

        return draw_answers(self.library, questionnaire, trait, known, rng)

    def _known(self, questionnaire: Questionnaire, drawn: list[Drawn]) -> dict[str, Codes]:
        """Give the answers that the sample tells as well."""
        told = {
            COUNTY: [one.county for one in drawn],
            AGE: [one.age for one in drawn],
            GENDER: [one.gender for one in drawn],
        }
        asked = {item.id for item in questionnaire.items}
        items = {name: self.library.background.item(name) for name in told}
        found: dict[str, Codes] = {}
        for name, item in ((name, item) for name, item in items.items() if item in asked):
            options = questionnaire.option_set(item).options
            stored = {one.code: one.stored for one in options}
            found[item] = np.array([stored[code] for code in told[name]], dtype=np.int16)
        return found
