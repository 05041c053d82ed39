"""Where a statement of the strategy stands, from its items."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis.strategies import floats, lists, tuples

from questionnaires.loader import load_library
from survey_app.publishing.computing.statements import statement_rows
from tests.reworded_version import a_second_version
from tests.second_version import change

FORM = load_library().questionnaire("verdipuls.main")
ITEMS = ["vp.apn.4", "vp.apn.5"]  # both measure «Vi har åpne og synlige beslutningsprosesser»
WEAK = load_library().weak_links
STATEMENT = next(iter(FORM.item("vp.apn.4").statements))


def frames(levels, moves, since=("w1", "w1")):
    whole = {"level": "agency", "statistic": "mean", "status": "published", "margin": 3.0}
    estimates = pd.DataFrame(
        [
            {**whole, "measure": item, "n": 900 + at, "mean": mean, "low": low, "high": high}
            for at, (item, (mean, low, high)) in enumerate(zip(ITEMS, levels, strict=True))
        ]
    )
    changes = pd.DataFrame(
        [
            {**whole, "measure": item, "role": "first", "since": wave, "difference": difference,
             "low": low, "high": high, "verdict": "uncertain", "under_limit": False}
            for item, wave, (difference, low, high) in zip(ITEMS, since, moves, strict=True)
        ]
    )  # fmt: skip
    return estimates, changes


def row(*arguments, **more):
    found = statement_rows(FORM, WEAK, *frames(*arguments, **more))
    return next(one for one in found if one["statement"] == STATEMENT)


def test_a_statement_is_the_mean_of_its_items_and_its_interval_of_theirs():
    found = row([(60.0, 58.0, 62.0), (55.2, 53.0, 57.1)], [(4.0, 2.0, 6.0), (5.0, 3.1, 7.0)])
    assert (found["items"], found["n"]) == (ITEMS, 900)
    assert (found["mean"], found["low"], found["high"]) == (57.6, 55.5, 59.6)
    (change,) = found["changes"]
    assert (change["difference"], change["low"], change["high"]) == (4.5, 2.5, 6.5)
    assert (change["verdict"], change["under_limit"]) == ("up", False)


def test_a_tie_that_a_later_version_mended_is_none_of_a_wave_that_asked_the_earlier(tmp_path):
    root = a_second_version(tmp_path / "content", "aa.8", instrument="arbeidsplass")
    mended = root / "instruments/arbeidsplass/v2/instrument.toml"
    item = 'id = "aa.7"\nversion = 1\nscale = "AAT"\noptions = "enig5"\nstatements = '
    change(mended, f'{item}["omdomme.arbeidsplass.1"]', f'{item}["omdomme.arbeidsplass"]')
    assert FORM.item("aa.7").statements == ("omdomme.arbeidsplass.1",)
    whole = {"level": "agency", "statistic": "mean", "status": "published"}
    figures = {"n": 900, "mean": 60.0, "low": 58.0, "high": 62.0}
    estimates = pd.DataFrame([{**whole, **figures, "measure": one} for one in ("aa.7", "aa.8")])
    none = pd.DataFrame({name: [] for name in (*whole, "measure", "role", "since", "low")})
    rows = statement_rows(FORM, load_library(root).weak_links, estimates, none)
    [about] = [one for one in rows if one["statement"] == "omdomme.arbeidsplass.1"]
    assert about["items"] == ["aa.8"]


def test_items_that_changed_since_different_waves_have_no_change_together():
    levels, moves = [(60.0, 58.0, 62.0)] * 2, [(4.0, 2.0, 6.0)] * 2
    assert row(levels, moves, since=("w1", "w2"))["changes"] == []


def test_what_one_item_did_has_the_verdict_of_the_item():
    estimates, changes = frames([(60.0, 58.0, 62.0)] * 2, [(1.0, -0.6, 2.7), (-2.4, -3.5, -1.3)])
    # inside the margin as far as the interval tells; the item is judged by more
    for at, told in enumerate([("uncertain", False), ("uncertain", True)]):
        changes.loc[at, ["verdict", "under_limit"]] = told
        alone = (frame.iloc[[at]] for frame in (estimates, changes))
        found = next(
            one for one in statement_rows(FORM, WEAK, *alone) if one["statement"] == STATEMENT
        )
        (change,) = found["changes"]
        assert (change["verdict"], change["under_limit"]) == told
        assert change["difference"] == changes.loc[at, "difference"]


def test_a_hidden_item_is_no_part_of_its_statement():
    estimates, changes = frames([(60.0, 58.0, 62.0)] * 2, [(4.0, 2.0, 6.0)] * 2)
    estimates.loc[1, "status"] = "suppressed_primary"
    found = next(
        one
        for one in statement_rows(FORM, WEAK, estimates, changes)
        if one["statement"] == STATEMENT
    )
    assert (found["items"], found["mean"]) == (["vp.apn.4"], 60.0)


@given(lists(tuples(floats(20, 80), floats(0.3, 5)), min_size=2, max_size=2))
def test_the_interval_is_never_narrower_than_independent_or_equal_errors_allow(pairs):
    levels = [(round(m, 1), round(m - w, 1), round(m + w, 1)) for m, w in pairs]
    found = row(levels, [(0.0, -1.0, 1.0)] * 2)
    equal = sum(high - low for _, low, high in levels) / 4
    assert (found["high"] - found["low"]) / 2 >= equal - 1e-9
    assert found["mean"] == pytest.approx(sum(level[0] for level in levels) / 2, abs=0.0501)


def test_an_item_that_measures_something_else_is_no_part_of_a_statement_s_level():
    estimates, changes = frames([(60.0, 58.0, 62.0)] * 2, [(4.0, 2.0, 6.0)] * 2)
    whole = dict(estimates.iloc[0])
    attract = {"aa.6": 75.0, "aa.7": 70.0, "aa.8": 48.0}
    rows = [
        {**whole, "measure": item, "mean": mean, "low": mean - 1, "high": mean + 1}
        for item, mean in attract.items()
    ]
    found = statement_rows(FORM, WEAK, pd.DataFrame(rows), changes)
    (attracting,) = (one for one in found if "aa.8" in one["items"])
    assert (attracting["items"], attracting["mean"]) == (["aa.8"], 48.0)
    assert not any({"aa.6", "aa.7"} & set(one["items"]) for one in found)
