"""Modification indices and score tests of equality by R's lavaan; see scale_quality/modification.R.

Indices are squares of small slopes: where the search of lavaan stops shows in their fourth digit.
"""

from pathlib import Path

import pandas as pd
import pytest

from analytics.scale_quality.engines import normal_engine
from analytics.scale_quality.equality import Equality, assign
from analytics.scale_quality.fitting import fit, prepare_fit
from analytics.scale_quality.modification import modification_indices
from analytics.scale_quality.moments import samples
from analytics.scale_quality.structure import structure

FOLDER = Path(__file__).parent / "scale_quality"
BFI = pd.read_csv(FOLDER / "bfi.csv")
BFI = BFI.assign(**{i: 7 - BFI[i] for i in ("A1", "C4", "C5")})
HOLZINGER = pd.read_csv(FOLDER / "holzinger.csv")
HOLES = pd.read_csv(FOLDER / "holes.csv")
REFERENCE = pd.read_csv(FOLDER / "modification.csv")
THREE = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
TWO = {f: [f"{f}{n}" for n in range(1, 6)] for f in "AC"}
KINDS = {"=~": "loading", "~~": "covariance", "~1": "intercept"}


def as_met(data, column):
    """Number groups as lavaan does, by their first row."""
    return pd.Series(pd.factorize(data[column])[0] + 1, index=data.index)


@pytest.mark.parametrize(
    ("case", "data", "model", "group", "missing"),
    [
        ("holzinger", HOLZINGER, THREE, None, "listwise"),
        ("bfi", BFI, TWO, None, "listwise"),
        ("holes_fiml", HOLES, THREE, None, "fiml"),
        ("holzinger_school", HOLZINGER, THREE, "school", "listwise"),
    ],
)
def test_modification_indices_and_expected_changes_are_those_of_lavaan(
    case, data, model, group, missing
):
    whole = structure(model)
    groups = as_met(data, group) if group else None
    asked = prepare_fit(whole, samples(data, whole.items, groups, missing=missing))
    assignment = assign(whole, len(asked.data.groups), Equality())
    ours = modification_indices(asked, assignment, fit(asked, assignment))
    theirs = REFERENCE[REFERENCE["case"] == case]
    theirs = theirs.assign(
        kind=theirs["op"].map(KINDS), first=theirs["lhs"], second=theirs["rhs"],
        group=theirs["group"].astype(str) if group else "all",
    )  # fmt: skip
    assert ours["mi"].is_monotonic_decreasing
    both = ours.merge(theirs, on=["group", "kind", "first", "second"], validate="one_to_one")
    assert len(both) == len(ours) == len(theirs)
    for field in ("mi", "epc", "standardised"):
        one = both["standardised_epc" if field == "standardised" else f"{field}_x"]
        other = both["standardised" if field == "standardised" else f"{field}_y"]
        assert one.to_numpy() == pytest.approx(other.to_numpy(), rel=1e-3, abs=2e-4), field


@pytest.mark.parametrize("step", ["metric", "scalar"])
@pytest.mark.parametrize(
    ("case", "data", "model", "group", "missing"),
    [
        ("holzinger_school", HOLZINGER, THREE, "school", "listwise"),
        ("bfi_education", BFI[BFI["education"].notna()], TWO, "education", "listwise"),
        ("holes_fiml_school", HOLES, THREE, "school", "fiml"),
    ],
)
def test_what_freeing_one_equality_brings_is_that_of_lavtestscore(
    case, data, model, group, missing, step
):
    engine = normal_engine(structure(model), data, as_met(data, group), None, missing=missing)
    found = engine.releases(engine.fit(Equality(step)))
    assert [one.mi for one in found] == sorted((one.mi for one in found), reverse=True)
    ours = {(one.group, one.part, one.item): one for one in found}
    theirs = REFERENCE[REFERENCE["case"] == f"{case}_{step}"]
    assert len(theirs) <= len(ours)  # of several groups the first may go, too
    for row in theirs.itertuples():
        item = row.rhs if row.op == "=~" else row.lhs
        one = ours[str(row.group), KINDS[row.op], item]
        assert one.mi == pytest.approx(row.mi, rel=1e-3, abs=1e-3)
        assert one.epc == pytest.approx(row.epc, rel=1e-3, abs=1e-4)
