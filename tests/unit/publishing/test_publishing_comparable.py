"""What a publication says of whether its groups may be compared."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from analytics.comparability import Scores
from survey_app.publishing.computing.comparable import agreement, shifts

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
    ).assign(low=50.0)
    # of u05 too few answered for more than a mean
    shown.loc[shown["domain"] == "u05", "low"] = np.nan
    inputs = SimpleNamespace(data=SimpleNamespace(domains=pd.Series(UNITS).repeat(10)))
    (row,) = agreement(inputs, SimpleNamespace(scores=scores), shown)
    assert (row["measure"], row["units"], row["comparable"]) == ("A", 10, True)
    assert row["icc2"] == round(row["icc2"], 2)


def test_a_wave_of_the_public_has_no_units_to_tell_apart():
    inputs = SimpleNamespace(data=SimpleNamespace(domains=None))
    assert agreement(inputs, None, pd.DataFrame()) == []


def a_main_wave(hidden=()):
    """Two types of unit, the second with an item that it reads otherwise."""
    rng = np.random.default_rng(3)
    kind = np.repeat(["prison", "probation"], 200)
    trait = rng.normal(60, 12, 400)
    items = pd.DataFrame({f"a.{n}": trait + rng.normal(0, 12, 400) for n in (1, 2, 3)})
    items.loc[kind == "probation", "a.2"] += 15
    scores = Scores(items, pd.DataFrame(index=items.index), {}, np.ones(400))
    shown = pd.DataFrame(
        [
            (code, "scale" if code == "A" else "item", "mean", "unit_type", one,
             "suppressed_primary" if (code, one) in hidden else "published")
            for code in ("A", "a.1", "a.2", "a.3") for one in ("prison", "probation")
        ],
        columns=["measure", "kind", "statistic", "level", "domain", "status"],
    ).assign(low=50.0, n=200)  # fmt: skip
    form = SimpleNamespace(scales=[SimpleNamespace(code="A", items=("a.1", "a.2", "a.3"))])
    data = SimpleNamespace(
        kind="main", population="staff", questionnaire=form, domains=pd.Series(kind).str[:3],
        frame=pd.DataFrame({"unit": ["pri", "pro"], "unit_type": ["prison", "probation"]}),
    )  # fmt: skip
    return SimpleNamespace(data=data), SimpleNamespace(scores=scores), shown


def test_a_main_wave_warns_of_the_item_that_a_type_of_unit_reads_otherwise():
    found = shifts(*a_main_wave())
    assert {"code": "item_shifts", "item": "a.2", "level": "unit_type", "group": "probation"} in [
        {name: value for name, value in one.items() if name != "points"} for one in found
    ]
    assert all(isinstance(one["points"], int) for one in found)


def test_a_type_of_unit_that_is_hidden_on_the_scale_or_an_item_is_not_screened():
    for cell in (("A", "probation"), ("a.1", "probation")):
        assert shifts(*a_main_wave(hidden=(cell,))) == []


def test_a_type_of_unit_that_is_not_counted_is_not_screened():
    inputs, estimated, shown = a_main_wave()
    uncounted = shown["n"].where(shown["domain"] != "probation").astype("Int64")
    assert shifts(inputs, estimated, shown.assign(n=uncounted)) == []


def test_a_pulse_is_not_screened():
    inputs, estimated, shown = a_main_wave()
    inputs.data.kind = "pulse"
    assert shifts(inputs, estimated, shown) == []
