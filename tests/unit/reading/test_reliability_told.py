"""How well scales measure, as the page of a publication's own checks tells it."""

from types import SimpleNamespace

from survey_app.reading.checks.overview import _reliability


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
