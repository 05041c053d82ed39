"""How well scales measure, as the page of a publication's own checks tells it."""

from types import SimpleNamespace

from survey_app.reading.checks.overview import _moved, _reliability
from survey_app.reading.published import Published
from tests.builders_publication import staff_series


def test_an_interval_of_omega_that_tells_nothing_is_left_out():
    row = {"alpha": 0.1, "alpha_low": -0.1, "alpha_high": 0.2, "omega": 0.02, "omega_high": 0.9}
    scales = [
        # answers that have nothing to do with each other, and thirty digits that no page can write
        {**row, "scale": "A", "omega_low": -3.1e30},
        {**row, "scale": "B", "omega_low": -0.4},
    ]
    shown = SimpleNamespace(content={"reliability": scales}, measure=lambda _code: None)
    told = _reliability(shown, (), "nb")
    assert [one.omega_range for one in told] == [(None, None), (-0.4, 0.9)]


def test_a_change_since_a_wave_that_is_the_last_and_the_first_is_told_once():
    row = {"measure": "KI-kjerne", "since": "2025-h", "points": 0.2, "low": 0.1, "high": 0.3}
    check = {"rows": [row | {"role": "previous"}, row | {"role": "first"}], "why": None}
    told = _moved(check, Published(staff_series()[-1]), {"2025-h": "siden september"}, "nb")
    assert [(one.name, one.since) for one in told.rows] == [
        ("Kulturindeks (6 spørsmål)", "siden september")
    ]
