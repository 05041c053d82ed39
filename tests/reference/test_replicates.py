"""Replicate weights against R's survey package (design/replicates.R)."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.estimation.domains import whole
from analytics.estimation.means import domain_means, errors
from analytics.weighting.rake import margin_from_column
from analytics.workbench.analyse import analyse
from analytics.workbench.file.adjust import adjust
from analytics.workbench.file.design import sampling_design
from analytics.workbench.methods.estimation.replicate_weights import (
    Replicates,
    bootstrap,
    jackknife,
)
from analytics.workbench.methods.estimation.replicates import replicate_errors
from analytics.workbench.methods.weighting.recalibration import calibrated_again, raked_again
from analytics.workbench.specification.reader import read_specification

HERE = Path(__file__).parent / "design"
WIDE, AWARDS = {"No": 1072, "Yes": 5122}, {"No": 2000, "Yes": 4194}
EXPECTED = {  # mean, se, ratio, se, weighted mean of api00 by api99, se; printed by replicates.R
    "jackknife": (668.31991316, 9.97502796, 0.74532099, 0.03265331, 691.47409239, 10.05662380),
    "jackknife open": (
        668.31991316, 10.10986930, 0.74532099, 0.03336136, 691.47409239, 10.18910032,
    ),
    "jackknife around the estimate": (
        668.31991316, 10.10986964, 0.74532099, 0.03336138, 691.47409239, 10.18911003,
    ),
    "jackknife post-stratified": (
        668.00937678, 10.11484308, 0.74777943, 0.03616528, 691.17075421, 10.17245144,
    ),
    "jackknife raked": (
        668.53533707, 10.26276282, 0.74627322, 0.03636848, 691.77399127, 10.37295218,
    ),
    "jackknife calibrated": (
        668.53533706, 10.26276282, 0.74627322, 0.03636848, 691.77399126, 10.37295218,
    ),
    "bootstrap": (668.31991316, 11.78351204, 0.74532099, 0.04352698, 691.47409239, 11.54610738),
}  # fmt: skip


@cache
def sample(*fpc):
    data = pd.read_csv(HERE / "apistrat.csv")
    section = {"weight": "uneven", "strata": "stype", "fpc": list(fpc)}
    return data, sampling_design(data, read_specification({"design": section}).design).design


def figures(data):
    now, then = data["api00"].to_numpy(float), data["api99"].to_numpy(float)
    students = data["api.stu"].to_numpy(float)

    def of(weight):
        return np.array(
            [
                weight @ now / weight.sum(),
                weight @ students / (weight @ now),
                weight @ (now * then) / (weight @ then),
            ]
        )

    return of


def agrees(found, case):
    ours = np.column_stack([found.estimate, found.se]).ravel()
    assert ours == pytest.approx(EXPECTED[case], rel=1e-6)
    assert found.left_out == 0


def test_the_jackknife_is_that_of_the_survey_package_with_and_without_correction():
    for case, fpc in (("jackknife", ("fpc",)), ("jackknife open", ())):
        data, design = sample(*fpc)
        agrees(replicate_errors(design, jackknife(design), figures(data)), case)


def test_distances_may_be_taken_from_the_full_estimate():
    data, design = sample()
    found = replicate_errors(design, jackknife(design), figures(data), centre="estimate")
    agrees(found, "jackknife around the estimate")


def test_calibration_is_repeated_in_every_replicate():
    data, design = sample()
    wide = margin_from_column("sch.wide", data["sch.wide"].astype("str"), WIDE)
    awards = margin_from_column("awards", data["awards"].astype("str"), AWARDS)
    columns = np.column_stack(
        [np.ones(len(data)), data["sch.wide"] == "Yes", data["awards"] == "Yes"]
    ).astype(float)
    ways = {
        "jackknife post-stratified": raked_again([wide], 6194),
        "jackknife raked": raked_again([wide, awards], 6194, rounds=2000, tolerance=1e-12),
        "jackknife calibrated": calibrated_again(columns, np.array([6194.0, 5122.0, 4194.0])),
    }
    for case, reweigh in ways.items():
        found = replicate_errors(design, jackknife(design), figures(data), reweigh=reweigh)
        agrees(found, case)


CALIBRATED = {  # means of api00 and api.stu, then their errors
    "linear": (633.43234250, 518.53388168, 1.83835646, 21.58329086),
    "linear bounded": (633.39618520, 518.65277303, 1.89480653, 22.15712063),
    "raking": (633.25438445, 518.35904997, 1.82006157, 22.01128987),
    "logit": (633.40394584, 518.49914739, 1.85987807, 21.91829743),
}
WAYS = {
    "linear": {"method": "linear"},
    "linear bounded": {"method": "linear", "bounds": [0.6, 1.5]},
    "raking": {},
    "logit": {"method": "logit", "bounds": [0.5, 1.7]},
}


@pytest.mark.parametrize("case", sorted(WAYS))
def test_a_file_s_replicates_are_calibrated_as_its_weights_were(case):
    data, _ = sample("fpc")
    spec = {
        "design": {"weight": "uneven", "strata": "stype", "fpc": "fpc"},
        "rake": {"sch.wide": WIDE, "awards": AWARDS},
        "calibration": WAYS[case] | {"totals": {"api99": 3_700_000}},
        "variables": {"means": ["api00", "api.stu"]},
        "precision": {"replicates": "jackknife"},
    }
    (found,) = analyse(data, spec).result["precision"]
    ours = [row[name] for name in ("mean", "se") for row in found["replicates"]]
    for figure, expected in zip(ours, CALIBRATED[case], strict=True):
        assert figure == pytest.approx(expected, rel=1e-7)


def test_clusters_within_strata_are_left_out_whole():
    data = pd.read_csv(HERE / "nhanes.csv")
    section = {"weight": "weight", "strata": "SDMVSTRA", "cluster": "SDMVPSU"}
    design = sampling_design(data, read_specification({"design": section}).design).design
    value = data["HI_CHOL"].to_numpy(float)
    known = np.isfinite(value)

    def mean(weight):
        return np.array([weight[known] @ value[known] / weight[known].sum()])

    found = replicate_errors(design, jackknife(design), mean)
    assert (found.estimate[0], found.se[0]) == pytest.approx((0.10503627, 0.00655329), rel=1e-5)


def test_the_same_draws_give_the_bootstrap_of_the_survey_package():
    data, design = sample()
    drawn = pd.read_csv(HERE / "bootstrap_draws.csv").to_numpy(float)
    stage = design.stages[0]
    n = stage.size[stage.stratum].astype(float)
    made = Replicates(
        stage.cluster, lambda number: drawn[:, number] * n / (n - 1), np.full(25, 1 / 24)
    )
    agrees(replicate_errors(design, made, figures(data)), "bootstrap")


@pytest.mark.parametrize("fpc", [(), ("fpc",)])
def test_bootstrap_jackknife_and_linearisation_agree_on_raked_weights(fpc):
    data, base = sample(*fpc)
    spec = read_specification({"design": {}, "rake": {"sch.wide": WIDE, "awards": AWARDS}})
    design = adjust(data, base, spec, None).design
    everybody = whole(len(data), None)
    means = domain_means(design, data[["api00"]].to_numpy(float), everybody)
    taylor = errors(design, means, everybody).se[0, 0]
    margins = [
        margin_from_column(name, data[name].astype("str"), known)
        for name, known in (("sch.wide", WIDE), ("awards", AWARDS))
    ]
    again = raked_again(margins, 6194, tolerance=1e-6)

    def mean(weight):
        return np.array([weight @ data["api00"].to_numpy(float) / weight.sum()])

    left_out = replicate_errors(design, jackknife(design), mean, reweigh=again)
    drawn = replicate_errors(
        design, bootstrap(design, np.random.default_rng(1), 150), mean, reweigh=again
    )
    assert left_out.estimate == pytest.approx(means.mean[0, 0])
    assert left_out.se[0] == pytest.approx(taylor, rel=0.03)
    # 150 replicates: 1 / sqrt(300) is 6 %
    assert drawn.se[0] == pytest.approx(taylor, rel=0.18)
