"""What a model of people gives whoever holds a wave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from survey_app.asking.invitations.sample import Drawn
    from survey_app.simulation.agency import SimulatedAgency
    from survey_app.simulation.calendar import SimulatedWave
    from survey_app.simulation.truth import TrueMean

    type Codes = npt.NDArray[np.int16]
    type Booleans = npt.NDArray[np.bool_]


class StaffModel(Protocol):
    """Staff who answer."""

    @property
    def agency(self) -> SimulatedAgency:
        """Units and people."""

    @property
    def comments(self) -> bool:
        """Whether some of them write comments."""

    def hold(
        self, wave: SimulatedWave, *, invited: Booleans, earlier: npt.NDArray[np.int_]
    ) -> tuple[Mapping[str, Codes], Booleans]:
        """Return what everybody would answer, by column, and who of those invited does.

        ``earlier`` counts the invitations that each person got before.
        """


@dataclass(frozen=True, slots=True)
class HeldPublic:
    """A sample, what all of it would answer by column, who does, and the truth behind."""

    sample: Sequence[Drawn]
    answers: Mapping[str, Codes]
    answered: Booleans
    truth: list[TrueMean]


class PublicModel(Protocol):
    """People outside who answer."""

    def hold(self, wave: SimulatedWave, *, gross: int | None = None) -> HeldPublic:
        """Draw a sample of the public, and let it answer."""

    def candidates(self, wave: SimulatedWave) -> tuple[Mapping[str, Codes], int]:
        """Return what candidates answer, by column, and how many they are."""
