"""Comparisons against R; the scripts that made the numbers are in comparison/."""

import json
from pathlib import Path

import numpy as np
import pytest

from analytics.comparison.multiplicity import benjamini_hochberg, hochberg, holm

HERE = Path(__file__).parent / "comparison"


def kept(name):
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("data", ["paper", "ozone"])
@pytest.mark.parametrize(
    ("name", "method"), [("holm", holm), ("hochberg", hochberg), ("BH", benjamini_hochberg)]
)
def test_p_values_are_adjusted_as_by_p_adjust(data, name, method):
    expected = kept("multiplicity")[data]
    p = np.array(expected["p"], dtype=np.float64)
    assert method(p) == pytest.approx(
        np.array(expected[name], dtype=np.float64), rel=1e-12, nan_ok=True
    )
