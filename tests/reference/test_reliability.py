"""Alpha, omega and keying by R's psych and semTools; see scale_quality/reliability.R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.scale_quality.omega import omega_total
from analytics.scale_quality.reliability import reliability_of_items
from analytics.workbench.methods.schmid_leiman import schmid_leiman

FOLDER = Path(__file__).parent / "scale_quality"
BFI = pd.read_csv(FOLDER / "bfi.csv")
REFERENCE = pd.read_csv(FOLDER / "reliability.csv", keep_default_na=False)
SCALES = {
    "agreeableness": ("A", ["A1"]),
    "conscientiousness": ("C", ["C4", "C5"]),
    "extraversion": ("E", ["E1", "E2"]),
    "neuroticism": ("N", []),
    "openness": ("O", ["O2", "O5"]),
    "unturned": ("A", []),
}


def known(case, statistic):
    rows = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["statistic"] == statistic)]
    return [value if statistic == "key" else float(value) for value in rows["value"]]


def scale(case):
    letter, reverse = SCALES[case]
    items = BFI[[f"{letter}{number}" for number in range(1, 6)]]
    return items.assign(**{item: 7 - items[item] for item in reverse})


@pytest.mark.parametrize("case", SCALES)
def test_alpha_and_its_parts_are_those_of_psych(case):
    found = reliability_of_items(scale(case))
    assert [found.alpha] == pytest.approx(known(case, "alpha"), abs=1e-10)
    assert [found.standardised_alpha] == pytest.approx(known(case, "standardised_alpha"), abs=1e-10)
    assert [found.alpha_low] == pytest.approx(known(case, "feldt_low"), abs=1e-10)
    assert [found.alpha_high] == pytest.approx(known(case, "feldt_high"), abs=1e-10)
    dropped = [item.alpha_if_dropped for item in found.items]
    assert dropped == pytest.approx(known(case, "dropped"), abs=1e-10)
    rest = [item.rest_correlation for item in found.items]
    assert rest == pytest.approx(known(case, "rest"), abs=1e-10)


@pytest.mark.parametrize("case", SCALES)
def test_pairwise_alpha_is_that_of_psych(case):
    found = reliability_of_items(scale(case), missing="pairwise")
    assert [found.alpha] == pytest.approx(known(case, "alpha_pairwise"), abs=1e-10)
    assert [found.standardised_alpha] == pytest.approx(
        known(case, "standardised_alpha_pairwise"), abs=1e-10
    )


@pytest.mark.parametrize("case", SCALES)
def test_the_items_named_as_mis_keyed_are_those_that_psych_turns(case):
    turned = tuple(key[1:] for key in known(case, "key") if key.startswith("-"))
    assert reliability_of_items(scale(case)).mis_keyed == turned


@pytest.mark.parametrize("case", [case for case in SCALES if case != "unturned"])
def test_omega_of_one_factor_is_that_of_semtools(case):
    # lavaan stops its search a little earlier than we do
    found = omega_total(scale(case).dropna().cov().to_numpy())
    assert [found] == pytest.approx(known(case, "omega"), abs=1e-6)


def matrix(case):
    if case.startswith("thurstone"):
        return pd.read_csv(FOLDER / "thurstone.csv", index_col=0).to_numpy(dtype=float)
    if case == "holzinger":
        return pd.read_csv(FOLDER / "holzinger.csv")[[f"x{n}" for n in range(1, 10)]].corr()
    three = pd.concat([scale(name) for name in list(SCALES)[:3]], axis=1).dropna()
    return (
        three if case == "bfi_ace" else three.drop(columns=[f"C{n}" for n in range(1, 6)])
    ).corr()


@pytest.mark.parametrize(
    ("case", "factors", "method"),
    [
        ("thurstone_minres", 3, "minres"),
        ("thurstone_ml", 3, "ml"),
        ("bfi_ace", 3, "minres"),
        ("holzinger", 3, "minres"),
        ("bfi_two", 2, "minres"),
    ],
)
def test_omega_hierarchical_is_that_of_psych(case, factors, method):
    # psych rotates until the slope is below 1e-5, and searches less long than we do
    found = schmid_leiman(np.asarray(matrix(case)), factors, method)
    assert [found.hierarchical] == pytest.approx(known(case, "omega_hierarchical"), abs=1e-5)
    assert [found.total] == pytest.approx(known(case, "omega_total"), abs=1e-5)
    assert found.general == pytest.approx(np.array(known(case, "general")), abs=1e-4)
