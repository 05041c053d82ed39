"""Trying all whole numbers bounds no hidden mean more closely than a linear programme (ADR 0011).

The attack of `tests.attack.whole_numbers` is granted much, and must find what stands unrounded.
"""

import numpy as np
import pytest

from analytics.disclosure import protect
from tests.attack.waves import History
from tests.attack.whole_numbers import Reader, attack

MEASURES = 25  # items first, then scales; ``python -m tests.benchmarks.whole_numbers`` tries all


def history(people, waves):
    return History(people, 1, waves=waves, reorganised_at=4).run()


def unrounded(monkeypatch, people, waves):
    """Publish as before figures over hidden units were rounded to steps."""
    monkeypatch.setattr(
        protect, "includes_suppressed_units", lambda grid, *_: np.zeros(len(grid.cell), bool)
    )
    monkeypatch.setattr(protect, "rounding_bases", lambda frame, *_: np.zeros(len(frame)))
    monkeypatch.setattr(protect, "rows_in", lambda frame, _: np.zeros(len(frame), bool))
    return history(people, waves)


def told(one, **limits):
    outcome = attack(Reader(one, one.content), **limits)
    print(f"{one.key}: {dict(outcome.looked)}, {outcome.left} measures left, {outcome.near}")
    return outcome


def test_the_newest_pulse_gives_no_hidden_mean_away():
    outcome = told(history(900, 1)[-1], measures=5)
    assert outcome.looked["found"] == outcome.looked["linear"] == 0
    assert outcome.looked["free"] > 20


def test_the_same_attack_finds_hidden_means_behind_unrounded_figures(monkeypatch):
    one = unrounded(monkeypatch, 900, 1)[-1]
    outcome = attack(Reader(one, one.content, blurred=False), measures=2)
    assert outcome.looked["found"] > 3


@pytest.mark.slow
def test_a_main_wave_and_pulses_give_no_hidden_mean_away():
    waves = history(900, 6)
    assert waves[2].inputs.data.kind == "main"
    for one in (waves[1], waves[2], waves[5]):
        outcome = told(one, measures=MEASURES)
        assert outcome.looked["found"] == outcome.looked["linear"] == 0
        assert outcome.looked["free"] > 100


@pytest.mark.slow
def test_a_larger_agency_gives_no_hidden_mean_away():
    outcome = told(history(2500, 1)[-1], measures=MEASURES)
    assert outcome.looked["found"] == outcome.looked["linear"] == 0
    assert outcome.looked["free"] > 100
