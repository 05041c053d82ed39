"""Changes by hand: shown only where both waves are."""

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.releases import PublishedCells
from analytics.tables import CHANGE_COLUMNS, ChangeTable
from tests.unit.analytics.disclosure.by_hand import TWO_REGIONS
from tests.unit.analytics.disclosure.trees import a_wave


def a_change(domain, since="w0", **values):
    row = {
        "measure": "KI", "statistic": "mean", "level": "unit", "domain": domain, "since": since,
        "role": "previous", "difference": 6.04, "se": 1.0, "low": 4.08, "high": 8.0, "p": 0.001,
        "p_adjusted": 0.5, "verdict": "uncertain", "under_limit": False, "margin": 5.0,
    }  # fmt: skip
    return row | values


def changes_of(*rows):
    return ChangeTable(pd.DataFrame(list(rows), columns=list(CHANGE_COLUMNS)))


def test_a_change_is_shown_only_where_both_waves_are():
    counts = {"a": 9, "b": 14, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(7))
    earlier = PublishedCells(
        "w0",
        frozenset({("KI", "mean", "", "unit", code) for code in ("a", "b", "c")}),
        frozenset({("unit", "d")}),
    )
    changes = changes_of(
        *(a_change(code) for code in "abcd"), a_change("e", since="a wave nobody published")
    )
    table = wave.protected(earlier=[earlier], changes=changes).changes.frame
    assert table["status"].tolist() == [
        "suppressed_primary",
        "suppressed_secondary",
        "published",
        "suppressed_primary",
        "suppressed_primary",
    ]
    gone = table[table["status"] != "published"]
    assert gone[["difference", "se", "low", "high", "p", "p_adjusted"]].isna().all(axis=None)
    assert (gone["verdict"] == "").all()


def test_the_adjustment_for_many_units_knows_only_the_published_ones():
    counts = {"a": 9, "b": 14, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(7))
    shown_before = frozenset({("KI", "mean", "", "unit", code) for code in "abcde"})
    earlier = PublishedCells("w0", shown_before, frozenset())
    p = {"a": 0.9, "b": 0.9, "c": 0.01, "d": 0.04, "e": 0.03}
    changes = changes_of(*(a_change(code, p=value) for code, value in p.items()))
    table = wave.protected(earlier=[earlier], changes=changes).changes.frame.set_index("domain")
    # Benjamini-Hochberg by hand over c, d, e: 0.01 * 3, then min(0.03 * 3 / 2, 0.04) twice
    assert table.loc[["c", "d", "e"], "p_adjusted"].tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert table.loc["c", "verdict"] == "up"
