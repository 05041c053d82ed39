"""A large file, estimated in cells of rows that its design does not tell apart."""

import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError, UnsupportedError
from analytics.workbench.analyse import analyse
from analytics.workbench.file import in_cells
from analytics.workbench.file.items import item_values
from analytics.workbench.sections import scales
from analytics.workbench.specification.calibration import CalibrationSpec
from analytics.workbench.specification.reader import read_specification

ROWS = 3_000
SCALES = {
    "a": {"items": ["i0", "i1", "i2"], "minimum": 1, "maximum": 5, "reversed": ["i1"]},
    "b": {"items": ["i3", "i4"], "minimum": 1, "maximum": 5, "favourable": True},
    "c": {"items": ["i0", "i4"], "minimum": 1, "maximum": 5, "min_answered": 1.0},
}
INDICES = {"x": {"parts": {"a": 2, "b": 1}}, "y": {"parts": {"c": 1, "b": 1, "a": 1}}}
RAKE = {"gender": {"f": 0.48, "m": 0.52}, "age": {"1": 0.2, "2": 0.5, "3": 0.3}}
DATES = {year: f"{year}-03-15" for year in ("2024", "2025", "2026")}
COUNTS = pd.DataFrame({"gender": ["f", "m"], "count": [52_000, 49_000]})


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(18)
    trait = rng.normal(size=ROWS)
    rows = pd.DataFrame({
        f"i{at}": np.clip(np.rint(3 + trait + rng.normal(size=ROWS)), 1, 5) for at in range(5)
    })  # fmt: skip
    rows = rows.mask(rng.random(rows.shape) < 0.1)
    rows["wave"] = rng.choice(["2024", "2025", "2026"], ROWS)
    rows["unit"] = rng.choice(["u1", "u2", "u3", "u4", None], ROWS)
    rows["kind"] = rows["unit"].map({"u1": "k1", "u2": "k1", "u3": "k2", "u4": "k2"})
    rows["gender"] = rng.choice(["f", "m"], ROWS)
    rows["age"] = rng.choice([1.0, 2.0, 3.0, np.nan], ROWS, p=[0.3, 0.4, 0.28, 0.02])
    rows["nps"] = rng.integers(0, 11, ROWS)
    rows["weight"] = rng.choice([20.0, 30.0, 55.5], ROWS)
    rows["stratum"] = rng.choice(["s1", "s2"], ROWS)
    rows["size"] = rows["stratum"].map({"s1": 9_000, "s2": 1_500})
    # one unit of one wave answers alike, and nobody a question there
    alone = (rows["wave"] == "2025") & (rows["unit"] == "u4")
    rows.loc[alone, ["i0", "i1", "i2"]] = [5.0, 1.0, 5.0]
    rows.loc[rows["wave"] == "2026", "i3"] = np.nan
    return rows


def both_ways(monkeypatch, data, spec, files=None):
    found = []
    for large in (ROWS + 1, 1):
        monkeypatch.setattr(in_cells, "LARGE", large)
        monkeypatch.setattr(scales, "LARGE", large)
        found.append(analyse(data, spec, files))
    return found


def assert_same(one, other, where=""):
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        for key in one:
            assert_same(one[key], other[key], f"{where} {key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for at, (mine, theirs) in enumerate(zip(one, other, strict=True)):
            assert_same(mine, theirs, f"{where} {at}")
    elif isinstance(one, float):
        assert other == pytest.approx(one, rel=1e-10, abs=1e-10), where
    else:
        assert one == other, where


SPECIFICATIONS = {
    "plain": {},
    "raked": {"rake": RAKE},
    "raked to persons": {
        "rake": {name: {key: 50_000 * share for key, share in own.items()}
                 for name, own in RAKE.items()}
    },
    "percentages": {
        "rake": {"gender": {"f": 48, "m": 52}, "age": {"1": 20, "2": 50, "3": 30}}
    },
    "weights": {"design": {"weight": "weight"}, "rake": {"gender": RAKE["gender"]}},
    "strata": {"design": {"strata": "stratum", "fpc": "size"}, "change": {"invited": "everybody"}},
    "population": {"design": {"population": 1_100}, "change": {"rule": "differences"}},
    "poststratified": {"poststratify": {"by": ["gender"], "counts": "counts.csv"}},
    "trend": {"trend": {"measure": "x", "dates": DATES}, "change": {"questions": True}},
}  # fmt: skip


@pytest.mark.parametrize("name", SPECIFICATIONS)
def test_a_large_file_has_the_figures_of_its_rows(monkeypatch, data, name):
    spec = {
        "scales": SCALES, "indices": INDICES,
        "variables": {"means": ["nps"], "shares": ["gender", "age"], "balances": ["nps"]},
        "domains": {"by": ["unit", "kind", ["kind", "gender"]], "wave": "wave"},
        **SPECIFICATIONS[name],
    }  # fmt: skip
    rows, cells = both_ways(monkeypatch, data, spec, {"counts.csv": COUNTS})
    assert_same(rows.result, cells.result)
    np.testing.assert_allclose(cells.weight, rows.weight, rtol=1e-10)
    json.dumps(cells.result, allow_nan=False)


def test_it_is_estimated_in_cells(monkeypatch, data):
    raw = {"scales": SCALES, "domains": {"by": ["unit"]}, "rake": RAKE}
    spec, plain = read_specification(raw), CalibrationSpec()
    assert in_cells.without_residuals(spec, raw)
    cells = in_cells.cells_of_rows(data, spec, plain)
    keys = data[["unit", "gender", "age"]].drop_duplicates()
    assert len(cells.count) == len(keys)
    assert cells.first.tolist() == keys.index.tolist()
    assert cells.count.sum() == ROWS
    text = data.assign(i0=data["i0"].map(str, na_action="ignore"))
    assert in_cells.cells_of_rows(text, spec, plain) is None
    many = data.assign(unit=np.arange(ROWS) // 2)
    assert in_cells.cells_of_rows(many, spec, plain) is None


@pytest.mark.parametrize("section", ["disclosure", "quality", "nonresponse", "missing"])
def test_what_asks_for_rows_has_them(section):
    raw = {"scales": SCALES, section: {}}
    assert not in_cells.without_residuals(read_specification(raw), raw)


@pytest.mark.parametrize(
    ("spec", "change"),
    [
        ({"scales": SCALES}, {"i4": 7.0}),
        ({"scales": SCALES, "rake": {"gender": {"f": 1.0}}}, {}),
        ({"scales": SCALES, "design": {"weight": "weight"}}, {"weight": -1.0}),
        ({"scales": SCALES, "domains": {"by": ["nowhere"]}}, {}),
        ({"scales": SCALES, "rake": {**RAKE, "gender": {"f": 700, "m": 700}}}, {}),
        ({"variables": {"balances": ["nps"]}}, {"nps": 11.0}),
    ],
    ids=["beyond", "margin", "weight", "column", "total", "balance"],
)
def test_it_is_refused_in_the_sentence_of_its_rows(monkeypatch, data, spec, change):
    wrong = data.assign(**{
        name: data[name].astype("float64").where(data.index % 100 != 99, value)
        for name, value in change.items()
    })  # fmt: skip
    told = []
    for large in (ROWS + 1, 1):
        monkeypatch.setattr(in_cells, "LARGE", large)
        with pytest.raises(AnalyticsError) as caught:
            analyse(wrong, spec)
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_how_many_rows_are_taken_at_a_time_does_not_matter(monkeypatch, data):
    spec = {"scales": SCALES, "indices": INDICES, "domains": {"by": ["unit"]}, "rake": RAKE}
    monkeypatch.setattr(in_cells, "LARGE", 1)
    once = analyse(data, spec)
    monkeypatch.setattr("analytics.rows.BLOCK", 700)
    assert_same(analyse(data, spec).result, once.result)


@pytest.mark.parametrize("fraction", [0.0, 0.5])
def test_different_answers_to_a_scale_are_those_of_its_rows(data, fraction):
    scale = {"items": ["i0", "i3", "i4"], "minimum": 0, "maximum": 10}
    rows = data.assign(i0=data["i0"] + fraction)
    spec = read_specification({"scales": {"a": scale}}).scales["a"]
    values, each = scales._given_alike(rows, "a", spec)
    if fraction:
        assert values is None
        return
    plain = pd.DataFrame(item_values(rows, "a", spec)).fillna(-1.0).value_counts()
    told = dict(zip(map(tuple, np.nan_to_num(values, nan=-1.0).tolist()), each, strict=True))
    assert told == plain.to_dict()


def test_a_file_that_cannot_fit_is_refused_before_the_machine_is_full(monkeypatch, data):
    spec = {"scales": SCALES, "domains": {"by": ["unit"]}}
    protected = spec | {"disclosure": {}}
    residuals = ROWS * len(SCALES) * 2 * 9
    analyse(data, protected, memory=residuals)
    monkeypatch.setattr(in_cells, "LARGE", 1)
    analyse(data, spec, memory=residuals - 1)
    with pytest.raises(UnsupportedError, match="3000 rows are estimated one by one"):
        analyse(data, protected, memory=residuals - 1)
