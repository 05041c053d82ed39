"""Two waves in a week tell little of the one person whom the second did not ask (security.md).

No rule hides it: the means of two waves are about two sets of answers. What stands between them and
the person is that the others do not say the same again.
"""

import numpy as np
import pytest

from questionnaires.loader import load_library
from survey_app.simulation.agency import make_agency
from survey_app.simulation.staff_model import make_staff, simulate_staff_wave
from survey_app.simulation.truth import person_scores
from tests.attack.one_apart import one_apart

SIZES = (6, 8, 12, 20)


@pytest.fixture(scope="module")
def waves():
    """Return everybody's scores in a wave and again in one a week later, and their units."""
    agency = make_agency(5600, seed=1)
    staff, form = make_staff(agency, seed=1), load_library().questionnaire("verdipuls.main")
    both = [simulate_staff_wave(staff, 8, draw=draw) for draw in (0, 1)]
    return *(person_scores(form, one.answers) for one in both), agency.unit


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", ["TRY", "SIK"])
def test_two_waves_leave_the_one_person_between_them_most_of_the_room(waves, scale, size):
    first, second, unit = waves
    found = one_apart(first[scale], second[scale], unit, size)
    print(f"{scale}, units of {size}, {found.persons} persons: {found.alone:.1f} points are not "
          f"known beside one wave, {found.both:.1f} beside both")  # fmt: skip
    assert found.persons > 200
    assert found.both > 0.85 * found.alone


@pytest.mark.parametrize("size", SIZES)
def test_the_same_reader_knows_the_person_where_everybody_says_the_same_again(waves, size):
    first, _, unit = waves
    found = one_apart(first["TRY"], first["TRY"], unit, size)
    # what is left is the rounding of two means to a tenth
    assert found.both < 0.1 * found.alone
    assert np.isclose(found.both, 0.1 / 12**0.5 * np.hypot(size, size - 1), rtol=0.25)
