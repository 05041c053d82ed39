"""Panels: at random within unit, of equal size, and one step on each year (instruments.md 1.3)."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from survey_app.asking.people.panels import PANELS, called_panel, draw_panels


@given(st.lists(st.sampled_from(PANELS), max_size=30), st.integers(0, 40), st.integers(0, 99))
def test_newcomers_even_out_the_panels_of_their_unit(present, newcomers, seed):
    drawn = draw_panels(present, newcomers, np.random.default_rng(seed))
    sizes = Counter([*present, *drawn])
    before = Counter(present)
    spread = max(sizes[p] for p in PANELS) - min(sizes[p] for p in PANELS)
    assert spread <= max(1, max(before[p] for p in PANELS) - min(before[p] for p in PANELS))
    assert len(drawn) == newcomers


def test_who_comes_first_in_the_file_has_no_panel_of_its_own():
    first = Counter(draw_panels([], 3, np.random.default_rng(seed))[0] for seed in range(300))
    assert all(70 <= first[panel] <= 130 for panel in PANELS)


def test_nobody_is_called_by_the_same_letter_two_years_running():
    for panel in PANELS:
        letters = [
            letter
            for year in (2025, 2026, 2027)
            for letter in PANELS
            if called_panel(letter, year) == panel
        ]
        assert sorted(letters) == list(PANELS)
        # A, then B, then C
        assert [PANELS.index(letter) for letter in letters][1] == (PANELS.index(letters[0]) + 1) % 3
