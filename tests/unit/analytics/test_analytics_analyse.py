import json

import numpy as np
import pandas as pd
import pytest

from analytics.errors import AnalyticsError, UnsupportedError
from analytics.workbench.analyse import UNPROTECTED, analyse, files_named
from analytics.workbench.protection.cleared import BY_ITSELF

SCALE = {"items": ["x", "y"], "minimum": 1, "maximum": 5}


def a_file(n=40, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": rng.integers(1, 6, n),
            "y": rng.integers(1, 6, n),
            "gender": rng.choice([1.0, 2.0], n),
            "region": np.repeat(["n", "s"], n // 2),
            "unit": np.arange(n) // (n // 8),
            "w": rng.uniform(1, 3, n),
        }
    )


def run(data, **spec):
    return analyse(data, {"scales": {"s": SCALE}} | spec).result


def test_the_result_is_plain_json_and_has_the_promised_keys():
    result = run(a_file(), domains={"by": ["gender", ["region", "unit"]]})
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    assert list(result) == [
        "respondents", "weights", "scales", "estimates", "changes", "drivers", "warnings",
    ]  # fmt: skip
    promised = {
        "index", "statistic", "wave", "domain", "n", "mean", "se", "low", "high", "deff", "n_eff",
        "df", "status",
    }  # fmt: skip
    assert all(set(row) == promised for row in result["estimates"])
    assert [text for text in result["warnings"] if "[scales.s]" not in text] == [UNPROTECTED]


def test_domain_values_are_written_as_in_the_file():
    result = run(a_file(), domains={"by": ["gender", ["region", "unit"]]})
    domains = [row["domain"] for row in result["estimates"]]
    assert domains[:3] == [{}, {"gender": "1"}, {"gender": "2"}]
    assert domains[3] == {"region": "n", "unit": "0"}
    assert len(domains) == 3 + 8


def test_a_simple_random_sample_gives_the_textbook_error():
    data = a_file()
    result = run(data, design={"population": 400}, variables={"means": ["x"]})
    row = next(row for row in result["estimates"] if row["index"] == "x")
    assert row["mean"] == pytest.approx(data["x"].mean())
    assert row["se"] == pytest.approx(data["x"].std() / np.sqrt(40) * np.sqrt(0.9))
    assert row["deff"] == pytest.approx(1)
    assert result["weights"]["sum"] == pytest.approx(400)


def test_final_weights_come_in_file_order():
    data = a_file().sample(frac=1, random_state=3)
    found = analyse(data, {"scales": {"s": SCALE}, "design": {"weight": "w"}})
    assert found.weight.tolist() == data["w"].tolist()
    assert found.weight.name == "weight"


def test_index_weights_are_shares_of_their_sum():
    scales = {"a": SCALE | {"items": ["x"]}, "b": SCALE | {"items": ["y"]}}
    result = run(a_file(), scales=scales, indices={"i": {"parts": {"a": 3, "b": 1}}})
    mean = {row["index"]: row["mean"] for row in result["estimates"]}
    assert mean["i"] == pytest.approx(0.75 * mean["a"] + 0.25 * mean["b"])


def test_raking_to_shares_keeps_the_sum_and_meets_them():
    data = a_file()
    found = analyse(
        data,
        {
            "scales": {"s": SCALE},
            "design": {"weight": "w"},
            "rake": {"gender": {"1": 0.3, "2": 0.7}},
        },
    )
    assert found.weight.sum() == pytest.approx(data["w"].sum())
    assert found.weight[data["gender"] == 1].sum() == pytest.approx(0.3 * data["w"].sum())


def two_waves(shift=10, people=60, person=None):
    rng = np.random.default_rng(2)
    true = rng.normal(50, 15, people)
    frames = []
    for wave in (1, 2):
        value = true + rng.normal(0, 4, people) + (wave - 1) * shift
        frames.append(pd.DataFrame({"wave": wave, "id": np.arange(people), "value": value}))
    return pd.concat(frames, ignore_index=True)


def test_change_between_waves_is_independent_without_persons_and_paired_with_them():
    data = two_waves()
    spec = {"variables": {"means": ["value"]}, "domains": {"wave": "wave"}}
    apart = analyse(data, spec).result["changes"][0]
    spec["domains"]["person"] = "id"
    linked = analyse(data, spec).result["changes"][0]
    wide = data.pivot_table(index="id", columns="wave", values="value")
    assert (apart["from"], apart["to"]) == ("1", "2")
    assert apart["difference"] == pytest.approx(linked["difference"])
    expected = np.sqrt(wide[1].var() / 60 + wide[2].var() / 60)
    assert apart["se"] == pytest.approx(expected)
    # everybody answered twice: the error of the mean of paired differences
    assert linked["se"] == pytest.approx((wide[2] - wide[1]).std() / np.sqrt(60))
    assert linked["verdict"] == "up"


def test_persons_in_one_wave_only_share_nothing():
    data = two_waves()
    data.loc[data["wave"] == 2, "id"] += 1000
    spec = {"variables": {"means": ["value"]}, "domains": {"wave": "wave", "person": "id"}}
    linked = analyse(data, spec).result["changes"][0]
    del spec["domains"]["person"]
    assert linked["se"] == analyse(data, spec).result["changes"][0]["se"]


def test_a_complete_count_twice_changes_without_error():
    data = two_waves().assign(N=60)
    spec = {
        "design": {"fpc": "N"},
        "variables": {"means": ["value"]},
        "domains": {"wave": "wave", "person": "id"},
    }
    assert analyse(data, spec).result["changes"][0]["se"] == pytest.approx(0, abs=1e-9)


def test_many_units_are_judged_together():
    rng = np.random.default_rng(4)
    data = pd.DataFrame(
        {
            "wave": np.repeat([1, 2], 400),
            "unit": np.tile(np.arange(20), 40),
            "value": rng.normal(50, 10, 800),
        }
    )
    spec = {"variables": {"means": ["value"]}, "domains": {"by": ["unit"], "wave": "wave"}}
    changes = [row for row in analyse(data, spec).result["changes"] if row["domain"]]
    assert len(changes) == 20
    assert all(row["p_adjusted"] >= row["p"] for row in changes)
    assert {row["verdict"] for row in changes} <= {"steady", "uncertain"}


def units_of(*sizes):
    rng = np.random.default_rng(6)
    rows = [
        {"region": region, "unit": unit, "x": rng.integers(1, 6), "y": rng.integers(1, 6)}
        for region, unit, size in sizes
        for _ in range(size)
    ]
    return pd.DataFrame(rows)


def test_a_small_unit_is_hidden_with_a_sibling_and_says_nothing():
    data = units_of(("n", "a", 3), ("n", "b", 12), ("n", "c", 40), ("s", "d", 30), ("s", "e", 30))
    result = run(
        data,
        domains={"by": ["region", ["region", "unit"]]},
        disclosure={"minimum": 5, "hierarchy": ["region", "unit"]},
    )
    status = {row["domain"].get("unit", ""): row["status"] for row in result["estimates"]}
    assert status["a"] == "suppressed_primary"
    assert status["b"] == "suppressed_primary"
    assert [status[unit] for unit in "cde"] == ["published"] * 3
    hidden = next(row for row in result["estimates"] if row["domain"].get("unit") == "a")
    assert set(hidden) == {"index", "statistic", "wave", "domain", "status"}
    shown = next(row for row in result["estimates"] if row["domain"].get("unit") == "c")
    assert shown["mean"] == round(shown["mean"], 1)
    assert [text for text in result["warnings"] if "[scales.s]" not in text] == [BY_ITSELF]


def test_a_protected_result_says_that_another_of_the_same_people_may_tell_what_it_hides():
    data = units_of(("n", "a", 3), ("n", "b", 12), ("n", "c", 40), ("s", "d", 30), ("s", "e", 30))
    data = data.assign(area=data["unit"].replace({"a": "a+c", "c": "a+c"}))

    def means(*by):
        result = run(data, domains={"by": list(by)}, disclosure={"minimum": 5})
        assert result["warnings"].count(BY_ITSELF) == (by != ("area",))
        return {
            next(iter(row["domain"].values()), ""): row["mean"]
            for row in result["estimates"]
            if row["status"] == "published"
        }

    units, areas = means("unit"), means("area")
    # 43 times the mean of both less 40 times that of one: 3 times that of three people, to a point
    of_three = (43 * areas["a+c"] - 40 * units["c"]) / 3
    exact = run(data, domains={"by": ["unit"]})["estimates"]
    (true,) = [row["mean"] for row in exact if row["domain"].get("unit") == "a"]
    assert "a" not in units
    assert of_three == pytest.approx(true, abs=83 * 0.05 / 3 + 1e-6)
    # asked for in one specification, one of the two divisions gives way
    both = means("unit", "area")
    assert not {"c", "a+c"} <= both.keys()


def test_a_cover_so_large_that_the_small_unit_hardly_moves_it_is_not_enough():
    # a (3) lets b (30) move by 3/30 of the scale, 10 points: below 20 another must go
    for b, c in ((12, "published"), (30, "suppressed_primary")):
        result = run(
            units_of(("n", "a", 3), ("n", "b", b), ("n", "c", 40)),
            domains={"by": [["region", "unit"]]},
            disclosure={"minimum": 5, "hierarchy": ["region", "unit"]},
        )
        status = {row["domain"].get("unit"): row["status"] for row in result["estimates"]}
        assert (status["b"], status["c"]) == ("suppressed_primary", c)


def test_a_change_is_shown_only_between_two_shown_cells():
    first = units_of(("n", "a", 30), ("n", "b", 30), ("n", "c", 30)).assign(wave=1)
    # b (12) covers a (3); with 30 its own mean would be free by 3/30 of the scale only
    second = units_of(("n", "a", 3), ("n", "b", 12), ("n", "c", 40)).assign(wave=2)
    result = run(
        pd.concat([first, second], ignore_index=True),
        domains={"by": [["region", "unit"]], "wave": "wave"},
        disclosure={"minimum": 5, "hierarchy": ["region", "unit"]},
    )
    assert [row["domain"].get("unit") for row in result["changes"]] == [None, "c"]


def test_protected_changes_show_p_with_four_decimals():
    waves = [units_of(("n", "a", 30), ("s", "b", 30)).assign(wave=wave) for wave in (1, 2)]
    waves[1]["x"] = waves[1]["x"].clip(lower=3)
    spec = {"domains": {"by": ["region"], "wave": "wave"}}
    data = pd.concat(waves, ignore_index=True)
    exact = run(data, **spec)["changes"]
    shown = run(data, **spec, disclosure={"minimum": 5, "hierarchy": ["region"]})["changes"]
    for name in ("p", "p_adjusted"):
        assert [row[name] for row in shown] == [round(row[name], 4) for row in exact]


def test_a_crossing_outside_the_hierarchy_is_refused_where_figures_are_protected():
    with pytest.raises(UnsupportedError, match="gender x region is not part of hierarchy"):
        run(
            a_file(),
            domains={"by": [["gender", "region"]]},
            disclosure={"minimum": 5, "hierarchy": ["region", "unit"]},
        )


def test_the_drivers_share_what_they_explain_and_their_intervals_follow_the_design():
    rng = np.random.default_rng(9)
    x, y = rng.normal(size=(2, 400))
    data = pd.DataFrame({"out": 2 * x + y + rng.normal(size=400), "x": x, "y": y, "c": 0})
    spec = {
        "variables": {"means": ["out"]},
        "drivers": {"outcome": "out", "predictors": ["x", "y"]},
    }
    first, second = analyse(data, spec).result["drivers"]
    assert first["weight"] + second["weight"] == pytest.approx(1)
    assert first["low"] < 0.8 < first["high"]  # 4 of the 5 parts of variance explained
    assert 0 < second["low"] < second["weight"] < second["high"]
    # each row four times over in one cluster tells no more than once
    again = pd.concat([data] * 4, ignore_index=True).assign(c=np.tile(np.arange(400), 4))
    clustered = analyse(again, spec | {"design": {"cluster": "c"}}).result["drivers"][0]
    # but for the correction for what fitting used up, which counts rows: 397 and 1,597 of them
    assert clustered["low"] == pytest.approx(first["low"], abs=2e-4)


def test_the_files_that_a_specification_names_are_listed():
    spec = {"poststratify": {"by": "unit", "counts": "units.csv"}}
    assert files_named(spec) == ("units.csv",)
    assert files_named({}) == ()


COUNTS = pd.DataFrame({"region": ["n", "s"], "count": [100, 200]})


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"design": {"weight": "pw"}}, "names the column 'pw', which the data does not have"),
        ({"design": {"weights": "w"}}, "does not know 'weights'"),
        ({"design": {"lonely": "guess"}}, "lonely must be one of"),
        ({"design": {"fpc": "gender"}}, "differs between rows of one stratum"),
        (
            {"design": {"population": 0}},
            r"^\[design\] population must be a number of persons",
        ),
        ({"design": {"fpc": "none"}}, r"^\[design\] fpc: every 'none' must be a population size"),
        ({"design": {"cluster": "same"}}, "^only one cluster: no error can be estimated"),
        ({"design": {"population": 10, "strata": "region"}}, "give fpc instead"),
        ({"design": {"confidence": 95}}, "between 0 and 1"),
        ({"design": {"strata": "id"}}, "'id'"),
        ({"surprise": {}}, "does not know 'surprise'"),
        ({"scales": {"s": {"items": ["x"]}}}, "needs minimum and maximum"),
        ({"scales": {"s": SCALE | {"maximum": 4}}}, "outside 1 to 4"),
        ({"scales": {"s": SCALE | {"items": ["x", "q"]}}}, "'q'"),
        ({"scales": {"s": SCALE | {"reversed": ["q"]}}}, "none of its items"),
        ({"scales": {"s": SCALE | {"items": ["x", "region"]}}}, "no number"),
        ({"scales": {}}, "names nothing to estimate"),
        ({"indices": {"i": {"parts": {"t": 1}}}}, "names the scale t"),
        ({"indices": {"s": {"parts": {"s": 1}}}}, "both a scale and an index"),
        ({"rake": {"gender": {"1": 0.4, "2": 0.4}}}, "add up to 0.8"),
        ({"rake": {"gender": {"1": 1.0}}}, "no share for the category '2'"),
        ({"rake": {"gender": {"1": 0.3, "2": 0.3, "3": 0.4}}}, "'3', which no row has"),
        (
            {"rake": {"gender": {"1": 30, "2": 70}, "region": {"n": 10, "s": 20}}},
            "different totals",
        ),
        (
            {"rake": {"gender": {"1": 300, "2": 700}, "region": {"n": 400, "s": 601}}},
            r"\[rake.gender\] to 1000 and \[rake.region\] to 1001: give both of one population",
        ),
        ({"rake": {"gender": {"1": 1.0}}, "poststratify": {}}, "not both"),
        ({"poststratify": {"by": "region", "counts": "none.csv"}}, "missing or empty"),
        ({"poststratify": {"by": "unit", "counts": "regions.csv"}}, "'unit'"),
        ({"domains": {"by": ["nowhere"]}}, "'nowhere'"),
        ({"domains": {"person": "id"}}, "name wave as well"),
        ({"drivers": {"outcome": "s", "predictors": ["q"]}}, "'q'"),
        ({"drivers": {"outcome": "x", "predictors": ["x"]}}, "more than once"),
        ({"drivers": {"outcome": "x", "predictors": ["y", "twice"]}}, "y and twice follow from"),
        ({"drivers": {"outcome": "x", "predictors": ["same"]}}, "the same for everybody"),
        ({"drivers": {"outcome": "x"}}, "needs an outcome and predictors"),
        ({"disclosure": {"minimum": 2}}, "at least 3"),
        ({"disclosure": {"hierarchy": ["nowhere"]}}, "'nowhere'"),
        ({"variables": {"ratios": ["x"]}}, "must be pairs"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(spec, sentence):
    data = a_file().assign(same=1, none=0, twice=lambda frame: 2 * frame["y"])
    with pytest.raises(AnalyticsError, match=sentence) as caught:
        analyse(data, {"scales": {"s": SCALE}} | spec, {"regions.csv": COUNTS})
    assert "\n" not in str(caught.value)


def test_a_file_without_rows_is_refused():
    with pytest.raises(AnalyticsError, match="no rows"):
        run(a_file().iloc[:0])
