"""In which words the waves of the demo ask: the old, both, or the new ones of the instrument."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from questionnaires.arms import arm_of, without_arm
from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from questionnaires.library import Library
    from questionnaires.model import Questionnaire
    from survey_app.simulation.calendar import SimulatedWave

    type Codes = npt.NDArray[np.int16]


def worded_questionnaire(wave: SimulatedWave, library: Library | None = None) -> Questionnaire:
    """Put together what a wave asks, in the words of its time."""
    library = library or load_library()
    if wave.version:
        return library.in_version(wave.form, wave.version).questionnaire(wave.form)
    return library.questionnaire(wave.form, overlap=wave.overlap)


def as_asked(
    wave: SimulatedWave, answers: Mapping[str, Codes], reworded: Mapping[str, Codes]
) -> dict[str, Codes]:
    """Lay out what everybody would answer by the columns of a wave.

    Parameters
    ----------
    wave : SimulatedWave
    answers : mapping of item id to int16 array, shape (n_people,)
        In the words of the first version.
    reworded : mapping of item id to int16 array, shape (n_people,)
        Of the items whose other words have a known effect. What other later words do, nobody made
        up: they are answered as those before.
    """
    found = dict(answers)
    for item in worded_questionnaire(wave).items:
        name = without_arm(item.id)
        said = reworded if item.version > 1 and name in reworded else answers
        if name in said:
            found[item.id] = said[name]
    return found


def of_own_half(answers: Mapping[str, Codes], half: npt.NDArray[np.int_]) -> dict[str, Codes]:
    """Leave out what somebody was not asked in the words of the other half.

    Parameters
    ----------
    answers : mapping of column to int16 array, shape (n_people,)
    half : int array, shape (n_people,)
        ``OLD`` or ``NEW`` of `questionnaires.arms`; 0 of those who were not invited.
    """
    return {
        column: codes
        if (number := arm_of(column)) is None
        else np.where(half == number, codes, NOT_ASKED).astype(np.int16)
        for column, codes in answers.items()
    }
