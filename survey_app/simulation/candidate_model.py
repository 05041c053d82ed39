"""What simulated candidates answer (instruments.md 7.7): made to fill pages, and not calibrated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from questionnaires.model import NOT_APPLICABLE
from survey_app.simulation.parameters import public_parameters, stream
from survey_app.simulation.public_model import dimension_of, doubts
from survey_app.simulation.staff_model import graded_agreement

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    type Codes = npt.NDArray[np.int16]

_ASKED_ALIKE = ("ea.1", "ea.2", "ea.3")


def simulate_candidates(w: int, *, seed: int) -> Mapping[str, Codes]:
    """Simulate the answers of those who followed the open link.

    Parameters
    ----------
    w : int
        Half-year of the public's model, whose drift they share.
    seed : int
        The same seed gives the same answers.

    Returns
    -------
    mapping of column to int16 array, shape (n_candidates,)
    """
    figures = public_parameters()
    theirs = figures["candidates"]
    rng = stream(seed, "candidates", w)
    people = theirs["people"]
    knowledge = 3 + (rng.random(people) < theirs["knows_well"])
    general = rng.standard_normal(people) + theirs["general"]
    theta = dimension_of(general, figures["dimensions"]["ea"], w, rng)
    unsure = (
        figures["dont_know"]["constant"]
        + np.array(figures["dont_know"]["knowledge"])[knowledge - 1]
    )
    thresholds = np.array(figures["thresholds"])
    items = {code: figures["items"][code] for code in _ASKED_ALIKE} | theirs["items"]
    answers: dict[str, Codes] = {"om.fil.1": knowledge.astype(np.int16)}
    for item, (_, loading, shift, dont_know) in items.items():
        code = graded_agreement(theta, loading, shift, thresholds, rng)
        code[doubts(unsure + dont_know, rng)] = NOT_APPLICABLE
        answers[item] = code
    return answers | _background(theirs, people, rng)


def _background(
    theirs: Mapping[str, Any], people: int, rng: np.random.Generator
) -> dict[str, Codes]:
    def drawn(shares: list[float]) -> Codes:
        return (1 + rng.choice(len(shares), people, p=shares)).astype(np.int16)

    return {
        "d.alder": drawn(theirs["age"]),
        "d.kjonn": drawn([theirs["woman"], 1 - theirs["woman"]]),
        "d.utd": drawn(theirs["education"]),
        "d.arbeid": drawn(theirs["work"]),
    }
