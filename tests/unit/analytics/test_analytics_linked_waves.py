"""Change in a file that links people, through `analyse`."""

import numpy as np
import pandas as pd
import pytest

from analytics.errors import FrameError
from analytics.workbench.analyse import analyse

DESIGNS = {
    "plain": {},
    "weights": {"weight": "w"},
    "strata": {"weight": "w", "strata": "h"},
    "finite strata": {"strata": "h", "fpc": "P"},
    "clusters": {"weight": "w", "strata": "h", "cluster": "c"},
    "finite clusters": {"weight": "w", "strata": "h", "cluster": "c", "fpc": "H"},
    "two stages": {"strata": "h", "cluster": ["c", "p"], "fpc": ["H", "M"]},
}


def people(seed=3):
    """Twelve clusters of eight in three strata; the same cluster names in each stratum."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame({"h": np.repeat([2, 10, 1], 32), "c": np.tile(np.arange(4).repeat(8), 3)})
    data = data.assign(p=np.arange(96), w=rng.uniform(1, 3, 96), before=rng.normal(50, 10, 96))
    data["after"] = data["before"] * 0.7 + rng.normal(17, 6, 96)
    return data.assign(H=9, M=20, P=60, sex=np.arange(96) % 2)


def waves(data):
    one, two = (
        data.assign(wave=number, value=data[column])
        for number, column in ((1, "before"), (2, "after"))
    )
    return pd.concat([one, two.iloc[::-1]], ignore_index=True)


def change(data, design, by=(), **sections):
    spec = {
        "design": DESIGNS[design],
        "variables": {"means": ["value"]},
        "domains": {"wave": "wave", "person": "p", "by": list(by)},
    }
    return analyse(data, spec | sections).result["changes"]


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_a_panel_asked_twice_has_the_error_of_its_paired_differences(design):
    data = people()
    (row,) = change(waves(data), design)
    data["moved"] = data["after"] - data["before"]
    spec = {"design": DESIGNS[design], "variables": {"means": ["moved"]}}
    (paired,) = analyse(data, spec).result["estimates"]
    assert row["difference"] == pytest.approx(paired["mean"])
    assert row["se"] == pytest.approx(paired["se"])
    # so has the interval: no more degrees of freedom than those who were asked give
    assert (row["low"], row["high"]) == pytest.approx((paired["low"], paired["high"]))


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_so_has_each_domain(design):
    data = people()
    data["moved"] = data["after"] - data["before"]
    spec = {
        "design": DESIGNS[design],
        "variables": {"means": ["moved"]},
        "domains": {"by": ["sex"]},
    }
    paired = analyse(data, spec).result["estimates"]
    found = change(waves(data), design, by=["sex"])
    assert [row["se"] for row in found] == pytest.approx([row["se"] for row in paired])


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_a_stratum_or_cluster_that_one_wave_lacks_does_not_shift_the_others(design):
    data = waves(people())
    # stratum 1 answers in the later wave only: strata have other places in the two waves
    data = data[~((data["wave"] == 1) & (data["h"] == 1))]
    one = change(data, design)
    names = {1: 30, 2: 20, 10: 10}
    other = change(data.assign(h=data["h"].map(names)), design)
    assert one[0]["se"] == pytest.approx(other[0]["se"])


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_rows_in_another_order_give_the_same_change(design):
    data = waves(people()).drop(index=[3, 40, 100, 150])
    shuffled = data.sample(frac=1, random_state=2)
    assert change(shuffled, design, by=["sex"]) == [
        approx_row(row) for row in change(data, design, by=["sex"])
    ]


def approx_row(row):
    return {
        name: pytest.approx(value) if isinstance(value, float) else value
        for name, value in row.items()
    }


def test_a_person_twice_in_a_wave_is_told_with_how_to_mend_it():
    data = waves(people())
    with pytest.raises(FrameError, match="in 1 row: keep one row per person and wave"):
        change(pd.concat([data, data.iloc[[0]]], ignore_index=True), "plain")


def test_rows_without_a_person_are_nobody_s():
    data = waves(people())
    everybody = change(data, "plain")[0]["se"]
    data.loc[data.index[::3], "p"] = np.nan
    unnamed = change(data.assign(p=data["p"].astype("Int64")), "plain")[0]["se"]
    none = change(data.assign(p=np.arange(192)), "plain")[0]["se"]
    assert everybody < unnamed < none


def test_one_person_in_both_waves_is_enough_and_none_is_allowed():
    data = people().iloc[:3]
    for shift, linked in ((0, True), (2, True), (9, False)):
        then = pd.DataFrame({"wave": 1, "p": data["p"], "value": data["before"]})
        now = pd.DataFrame({"wave": 2, "p": data["p"] + shift, "value": data["after"]})
        (row,) = change(pd.concat([then, now], ignore_index=True), "plain")
        apart = np.hypot(data["before"].std(), data["after"].std()) / np.sqrt(3)
        assert (row["se"] != pytest.approx(apart)) is linked


def test_nobody_answers_a_measure_in_one_wave():
    data = waves(people())
    data.loc[data["wave"] == 2, "value"] = np.nan
    assert change(data, "plain") == []


def test_raked_waves_are_linked_through_their_residuals():
    data = waves(people())
    rake = {"sex": {"0": 0.3, "1": 0.7}}
    (row,) = change(data, "weights", rake=rake)
    spec = {"design": {"weight": "w"}, "variables": {"means": ["moved"]}, "rake": rake}
    wide = people()
    wide["moved"] = wide["after"] - wide["before"]
    (paired,) = analyse(wide, spec).result["estimates"]
    assert (row["difference"], row["se"]) == pytest.approx((paired["mean"], paired["se"]))
