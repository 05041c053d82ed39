"""Factor models of graded answers by lavaan's WLSMV; see scale_quality/ordinal.R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.scale_quality.equality import Equality
from analytics.scale_quality.invariance import invariance
from analytics.scale_quality.ordinal_cfa import confirm_ordinal
from analytics.scale_quality.ordinal_moments import ordinal_samples

FOLDER = Path(__file__).parent / "scale_quality"
BFI = pd.read_csv(FOLDER / "bfi.csv")
BFI = BFI.assign(**{item: 7 - BFI[item] for item in ("A1", "C4", "C5", "E1", "E2")})
REFERENCE = pd.read_csv(FOLDER / "ordinal.csv", keep_default_na=False)
ACE = {f: [f"{f}{n}" for n in range(1, 6)] for f in "ACE"}
UNADJUSTED = {
    "chisq": "chi2",
    "df": "df",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "srmr": "srmr",
}
ADJUSTED = {
    "chisq.scaled": "chi2", "cfi.scaled": "cfi", "tli.scaled": "tli", "rmsea.scaled": "rmsea",
    "rmsea.ci.lower.scaled": "rmsea_low", "rmsea.ci.upper.scaled": "rmsea_high",
}  # fmt: skip


def known(case, statistic):
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["statistic"] == statistic)]
    assert len(rows), (case, statistic)
    return rows["value"].astype(float).to_numpy()


@pytest.mark.parametrize("case", ["single", "configural", "metric", "scalar"])
def test_fit_and_loadings_are_those_of_lavaan(case):
    # lavaan's search stops a little earlier: chi-square to 1e-5, estimates to 1e-4
    if case == "single":
        found = confirm_ordinal(BFI, ACE)
    else:
        found = confirm_ordinal(BFI, ACE, group=BFI["gender"], equality=Equality(case))
    for names, measures in ((UNADJUSTED, found.fit), (ADJUSTED, found.robust)):
        for name, field in names.items():
            ours = [getattr(measures, field)]
            assert ours == pytest.approx(list(known(case, name)), rel=1e-4, abs=1e-6), name
    # lavaan's groups stand as met in the data: men (1) first, as sorted
    loadings = found.loadings
    assert loadings["standardised"].to_numpy() == pytest.approx(
        known(case, "standardised"), abs=1e-4
    )
    assert loadings["standardised_se"].to_numpy() == pytest.approx(
        known(case, "standardised_se"), abs=1e-4
    )
    if case == "scalar":
        means = found.means[found.means["group"] == "2"]
        assert means["mean"].to_numpy() == pytest.approx(known(case, "mean"), abs=1e-4)
        assert means["se"].to_numpy() == pytest.approx(known(case, "mean_se"), abs=1e-4)


def test_the_variance_of_thresholds_and_correlations_is_that_of_lavaan():
    found = ordinal_samples(BFI, [item for own in ACE.values() for item in own])
    variance = np.diag(found.groups[0].variance)
    # thresholds 1 and 30 of 75, and the first pair: the same place in both orders of pairs
    assert variance[[0, 29, 75]] == pytest.approx(known("single", "gamma")[:3], rel=1e-6)


def test_ordinal_invariance_of_bfi_over_gender_is_walked_step_by_step():
    found = invariance(BFI, ACE, BFI["gender"], ordinal=True)
    assert found.steps[0].step == "configural"
    assert [found.steps[0].fit.chi2] == pytest.approx(known("configural", "chisq.scaled"), rel=1e-4)


def test_a_category_that_a_group_never_chose_is_named():
    data = BFI.assign(A1=BFI["A1"].where((BFI["gender"] == 1) | (BFI["A1"] < 6), 5))
    with pytest.raises(FrameError, match="group '2': nobody chose one of the 6 categories of 'A1'"):
        confirm_ordinal(data, ACE, group=data["gender"])
