"""The documented model of the public, as whoever holds a wave asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.asking.invitations.sample import Drawn
from survey_app.shared.i18n import first_language
from survey_app.simulation.candidate_model import simulate_candidates
from survey_app.simulation.held import HeldPublic
from survey_app.simulation.public_model import draw_public, simulate_public_wave
from survey_app.simulation.truth_file import public_truth
from survey_app.simulation.wordings import as_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey_app.simulation.calendar import SimulatedWave
    from survey_app.simulation.held import Codes
    from survey_app.simulation.public_model import PublicSample


@dataclass(frozen=True, slots=True)
class DocumentedPublic:
    """The public and candidates of instruments.md 7.6 and 7.7."""

    seed: int

    def hold(self, wave: SimulatedWave, *, gross: int | None = None) -> HeldPublic:
        """Draw a sample of the public, and let it answer."""
        sample = draw_public(wave.t, seed=self.seed, gross=gross)
        simulated = simulate_public_wave(sample, wave.t, seed=self.seed)
        answers = as_asked(wave, simulated.answers, simulated.reworded)
        return HeldPublic(
            sample=_sample_file(sample),
            answers=answers,
            answered=simulated.answered,
            truth=public_truth(sample, wave, answers),
        )

    def candidates(self, wave: SimulatedWave) -> tuple[Mapping[str, Codes], int]:
        """Return what candidates answer, by column, and how many they are."""
        answers = simulate_candidates(wave.t, seed=self.seed)
        return answers, len(next(iter(answers.values())))


def _sample_file(sample: PublicSample) -> list[Drawn]:
    people = zip(sample.county.tolist(), sample.age.tolist(), sample.gender.tolist(), strict=True)
    return [
        Drawn(f"{county:02d}", str(age), str(gender), first_language(), line)
        for line, (county, age, gender) in enumerate(people, start=2)
    ]
