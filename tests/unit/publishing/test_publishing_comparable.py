"""What a publication says of whether its groups may be compared."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from analytics.comparability import Scores
from survey_app.publishing.comparable import agreement

UNITS = [f"u{number:02d}" for number in range(12)]


def test_units_that_are_hidden_are_left_out_and_items_have_no_row():
    rng = np.random.default_rng(3)
    scales = pd.DataFrame({"A": rng.normal(60, 10, 120) + np.repeat(np.arange(12) * 4, 10)})
    scores = Scores(scales.rename(columns={"A": "a.1"}), scales, {}, np.ones(120))
    shown = pd.DataFrame(
        [
            (
                "A",
                kind,
                "mean",
                "unit",
                code,
                "published" if code != "u03" else "suppressed_primary",
            )
            for kind in ("scale", "item")
            for code in UNITS
        ],
        columns=["measure", "kind", "statistic", "level", "domain", "status"],
    )
    inputs = SimpleNamespace(data=SimpleNamespace(domains=pd.Series(UNITS).repeat(10)))
    (row,) = agreement(inputs, SimpleNamespace(scores=scores), shown)
    assert (row["measure"], row["units"], row["comparable"]) == ("A", 11, True)
    assert row["icc2"] == round(row["icc2"], 2)


def test_a_wave_of_the_public_has_no_units_to_tell_apart():
    inputs = SimpleNamespace(data=SimpleNamespace(domains=None))
    assert agreement(inputs, None, pd.DataFrame()) == []
