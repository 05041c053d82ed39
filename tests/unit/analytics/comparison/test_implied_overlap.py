"""The error of a change where nobody may link people."""

import numpy as np
import pytest

from analytics.comparison.implied_overlap import Invitations, implied_error
from analytics.errors import DesignError
from analytics.waves import WaveMeta, answers_together

N = 300.0


def invitations(then, now, both, population=N):
    return Invitations(*(np.array([float(x)]) for x in (population, then, now, both)))


def error(invited, answered=(60, 60), model=(2.0, 2.0), correlation=(0.0, 1.0)):
    counts = tuple(np.array([float(n)]) for n in answered)
    return implied_error(invited, counts, tuple(np.array([se]) for se in model), correlation)


def corrected(n, se):
    return (1 - n / N) * se**2


def test_with_everybody_invited_twice_it_is_that_of_independent_waves_with_correction():
    found = error(invitations(N, N, N), answered=(210, 150))
    assert found.se[0] == pytest.approx(np.sqrt(corrected(210, 2) + corrected(150, 2)))
    assert found.shared_low[0] == pytest.approx(300 * 0.7 * 0.5)
    assert found.shared_high[0] == pytest.approx(150)
    assert found.se_low[0] < found.se[0]


def test_between_panels_kept_apart_it_is_that_of_independent_waves_without_correction():
    found = error(invitations(100, 100, 0))
    assert found.se[0] == pytest.approx(np.sqrt(8))
    assert found.shared_high[0] == 0


def test_between_a_panel_and_everybody_it_is_that_of_independent_waves_with_correction():
    found = error(invitations(100, N, 100), answered=(60, 210))
    assert found.se[0] == pytest.approx(np.sqrt(corrected(60, 2) + corrected(210, 2)))


def test_the_same_panel_twice_is_at_most_that_of_independent_waves_with_correction():
    found = error(invitations(100, 100, 100))
    assert found.se[0] == pytest.approx(np.sqrt(2 * corrected(60, 2)))
    surer = error(invitations(100, 100, 100), correlation=(0.4, 0.8))
    assert surer.se[0] < found.se[0]


def test_a_rotating_panel_lies_between_none_and_all():
    none, part, whole = (error(invitations(150, 150, both)).se[0] for both in (0, 75, 150))
    assert whole <= part < none


def test_a_public_sample_drawn_anew_is_independent():
    found = error(invitations(1000, 1000, 0, population=np.inf))
    assert found.se[0] == pytest.approx(np.sqrt(8))
    assert found.se_low[0] == pytest.approx(np.sqrt(8))


def test_nobody_s_answers_have_no_error():
    assert np.isnan(error(invitations(100, 100, 0), answered=(0, 60)).se[0])


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [((100, 100, 120), "than to either"), ((400, 100, 0), "than there are"),
     ((200, 200, 50), "must have been invited to both")],
)  # fmt: skip
def test_invitations_that_cannot_be_are_refused(counts, sentence):
    with pytest.raises(DesignError, match=sentence):
        invitations(*counts)


def test_a_correlation_beyond_one_is_refused():
    with pytest.raises(DesignError, match="range within -1 to 1"):
        error(invitations(100, 100, 0), correlation=(0.5, 1.5))


MAIN = WaveMeta("m", "main", "staff", invited_everybody=True)
PULSES = [WaveMeta(panel, "pulse", "staff", invited_everybody=False, panel=panel) for panel in "AB"]


@pytest.mark.parametrize(
    ("one", "other", "invited", "answered"),
    [
        (MAIN, MAIN, (N, N, N), (210, 150)),
        (MAIN, PULSES[0], (N, 100, 100), (210, 60)),
        (PULSES[0], MAIN, (100, N, 100), (60, 210)),
        (*PULSES, (100, 100, 0), (60, 60)),
    ],
)
def test_what_a_publication_takes_for_the_error_of_a_change_is_what_the_invitations_imply(
    one, other, invited, answered
):
    # answers of one spread: the errors of two waves differ by their numbers alone
    model = tuple(15.0 / np.sqrt(n) for n in answered)
    parts = [corrected(n, se) if answers_together(one, other) else se**2
             for n, se in zip(answered, model, strict=True)]  # fmt: skip
    assert error(invitations(*invited), answered, model).se[0] == pytest.approx(sum(parts) ** 0.5)
