"""Figures over hidden groups whose people weigh differently stand on bases, errors and all.

A small unit of 3 of 8 people and one of 4 of 7 lie in the first region, behind one of 30; nothing
is hidden in the second.
"""

import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import analyse

ANSWERED = {"u0": 3, "u1": 4, "u2": 30, "u3": 40, "u4": 50, "v1": 25, "v2": 30, "v3": 35}
PERSONS = {"u0": 8, "u1": 7, "u2": 60, "u3": 70, "u4": 90, "v1": 50, "v2": 60, "v3": 90}
SPEC = {
    "poststratify": {"by": ["unit"], "counts": "persons"},
    "scales": {"s": {"items": ["q"], "minimum": 1, "maximum": 5}},
    "variables": {"shares": ["yes"], "totals": ["q"]},
    "domains": {"by": ["region", "unit"]},
    "disclosure": {"minimum": 5, "hierarchy": ["region", "unit"]},
}
# A share of one option spans ten answers of 217, of 127; a mean four answers moved by 25 points; a
# total four grades of 435 / 217 persons each.
BASES = {"": {"share": 0.05, "mean": 0.5, "total": 10.0}, "r1": {"share": 0.1, "mean": 1.0}}


def a_file(seed=1):
    rng = np.random.default_rng(seed)
    unit = np.repeat(list(ANSWERED), list(ANSWERED.values()))
    data = pd.DataFrame({"unit": unit, "region": [f"r{1 + (one[0] == 'v')}" for one in unit]})
    data["q"] = rng.integers(1, 6, len(data)).astype(float)
    data["yes"] = np.where(rng.random(len(data)) < 0.4, "yes", "no")
    return data


def result_of(data, **more):
    persons = pd.Series(PERSONS, name="count").rename_axis("unit").reset_index()
    spec = {key: value for key, value in (SPEC | more).items() if value is not None}
    return analyse(data, spec, {"persons": persons}).result


def rows_of(rows, region):
    domain = {"region": region} if region else {}
    return [row for row in rows if row["domain"] == domain]


def lies_on(value, base):
    return value / base == pytest.approx(round(value / base), abs=1e-6)


@pytest.mark.parametrize("region", BASES)
def test_means_shares_and_their_intervals_stand_on_bases(region):
    for row in rows_of(result_of(a_file())["estimates"], region):
        if region and row["statistic"] == "total":
            assert row["status"] != "published"  # nobody was told how many persons regions have
            continue
        base = BASES[region][row["statistic"]]
        assert all(lies_on(row[name], base) for name in ("mean", "low", "high"))
        assert row["low"] < row["mean"] < row["high"]
        assert row["se"] > 0
        assert lies_on(row["deff"], 0.5)


def test_a_figure_over_nothing_hidden_has_its_digits():
    told = rows_of(result_of(a_file())["estimates"], "r2")
    free = rows_of(result_of(a_file(), disclosure=None)["estimates"], "r2")
    for row, exact in zip(told, free, strict=True):
        if row["statistic"] == "total":
            continue
        digits = {"mean": 1, "share": 2}[row["statistic"]]
        assert row["mean"] == round(exact["mean"], digits)
        assert row["deff"] == round(exact["deff"], 2)


@pytest.mark.parametrize(
    "weighting",
    [
        {"poststratify": None},
        {"poststratify": None, "rake": {"kind": {"a": 200, "b": 200}, "age": {"x": 260, "y": 140}}},
    ],
    ids=["all alike", "from person to person"],
)
def test_where_no_weights_of_units_are_known_figures_have_their_digits(weighting):
    data = a_file().assign(kind=["a", "b", "b"] * 72 + ["a"], age=[*"xyy", *"xxxy"] * 31)
    told = rows_of(result_of(data, **weighting)["estimates"], "")
    free = rows_of(result_of(data, **weighting, disclosure=None)["estimates"], "")
    for row, exact in zip(told, free, strict=True):
        if row["status"] == "published" and row["statistic"] == "share":
            assert row["mean"] == round(exact["mean"], 3)


def test_a_change_is_what_the_shown_figures_differ_by():
    both = pd.concat([a_file(1).assign(wave="1"), a_file(2).assign(wave="2")])
    result = result_of(both, domains={"by": ["region", "unit"], "wave": "wave"})
    for region in BASES:
        then, now = (
            [row for row in rows_of(result["estimates"], region) if row["wave"] == wave]
            for wave in "12"
        )
        shown = {
            (old["index"], old.get("category")): new["mean"] - old["mean"]
            for old, new in zip(then, now, strict=True)
            if "mean" in old
        }
        for row in rows_of(result["changes"], region):
            assert row["difference"] == pytest.approx(shown[row["index"], row.get("category")])


def test_a_place_is_held_against_a_rest_as_coarse_as_what_is_hidden_in_it():
    """From the mean of a place and of its rest the whole would follow, to a tenth."""
    found = result_of(a_file(), comparison={"by": ["unit"], "pairs": True})["comparison"]
    rests = [row for row in found["rest"] if row["index"] == "s"]
    assert {row["domain"]["unit"] for row in rests} == {"u3", "u4", "v1", "v2", "v3"}
    for row in rests:
        # 167 to 192 others: 100 / 192 is above 0.5
        assert lies_on(row["rest"], 1.0)
        assert row["difference"] == pytest.approx(row["mean"] - row["rest"])
    regions = result_of(a_file(), comparison={"by": ["region"], "pairs": True})["comparison"]
    mean = {row["domain"]["region"]: row["mean"] for row in regions["rest"]}
    (pair,) = [row for row in regions["pairs"] if row["index"] == "s"]
    assert lies_on(mean["r1"], 1.0)
    assert pair["difference"] == pytest.approx(mean["r1"] - mean["r2"])


def test_a_share_that_is_told_as_none_has_no_deviation_to_plan_from():
    """With it, whoever asks how many must answer for a margin would get the share back."""
    data = a_file()
    # four of 217 people: below half of the step of 5 %
    data["yes"] = np.where(data.index.isin([50, 60, 90, 150]), "rare", "often")
    result = result_of(data, planning={"respondents": [500], "margin": 1})
    shares = [
        row for row in result["estimates"] if row["statistic"] == "share" and not row["domain"]
    ]
    assert {row["category"]: row["mean"] for row in shares} == {"rare": 0.0, "often": 1.0}
    planned = [row for row in result["planning"] if not row["domain"]]
    assert {row["statistic"] for row in planned} == {"mean"}


def test_a_file_raked_by_one_column_is_one_that_is_weighted_by_it():
    """The same weights, and so the same figures."""
    data = a_file().assign(kind=["a", "b", "b"] * 72 + ["a"])
    counts = pd.DataFrame({"kind": ["a", "b"], "count": [400, 200]})
    spec = {key: value for key, value in SPEC.items() if key != "poststratify"}
    raked = analyse(data, spec | {"rake": {"kind": {"a": 400, "b": 200}}}).result
    by_kind = {"poststratify": {"by": ["kind"], "counts": "kinds"}}
    weighted = analyse(data, spec | by_kind, {"kinds": counts}).result
    for one, other in zip(raked["estimates"], weighted["estimates"], strict=True):
        if one["status"] == "published" and one["statistic"] != "total":
            for name in ("mean", "se", "low", "high", "deff"):
                assert one[name] == pytest.approx(other[name])
    (share, *_) = [row for row in raked["estimates"] if row["statistic"] == "share"]
    assert lies_on(share["mean"], 0.05)


def test_a_file_raked_by_units_and_by_what_each_is_is_one_that_is_weighted_by_them():
    """The persons of units are the weights of poststratification, whatever margin stands beside."""
    kind = {unit: "ab"[at % 2] for at, unit in enumerate(PERSONS)}
    margin = {one: sum(PERSONS[unit] for unit in PERSONS if kind[unit] == one) for one in "ab"}
    data = a_file().assign(kind=lambda frame: frame["unit"].map(kind))
    raked = result_of(data, poststratify=None, rake={"unit": PERSONS, "kind": margin})
    weighted = result_of(data)
    for region in BASES:
        (one, *_), (other, *_) = (
            [row for row in rows_of(result["estimates"], region) if row["statistic"] == "share"]
            for result in (raked, weighted)
        )
        assert one["mean"] == other["mean"]
        assert lies_on(one["mean"], BASES[region]["share"])


def test_few_who_answered_a_question_are_few_though_others_weigh_the_same():
    """Two of six women, and all ten men, were asked the second question."""
    data = pd.DataFrame({"unit": ["a"] * 16 + ["b"] * 60})
    data["kind"] = [*"w" * 6, *"m" * 10, *"wm" * 30]
    data["q"] = np.random.default_rng(2).integers(1, 6, len(data)).astype(float)
    data["r"] = data["q"].mask(data.index.isin(range(4)))
    counts = pd.DataFrame({"kind": ["w", "m"], "count": [150, 300]})
    spec = {
        "poststratify": {"by": ["kind"], "counts": "kinds"},
        "variables": {"means": ["q", "r"], "ranges": {"q": [1, 5], "r": [1, 5]}},
        "domains": {"by": ["unit"]},
    }

    def means_of(asked):
        rows = analyse(data, asked, {"kinds": counts}).result["estimates"]
        return {row["index"]: row["mean"] for row in rows if row["domain"] == {"unit": "a"}}

    told, exact = means_of(spec | {"disclosure": {"minimum": 5}}), means_of(spec)
    assert told["q"] == round(exact["q"], 1)
    # four grades of 12 answers
    assert told["r"] == pytest.approx(0.5 * round(exact["r"] / 0.5))
    assert told["r"] != round(exact["r"], 1)


OF_TWO = {"s": {"items": ["q", "r"], "minimum": 1, "maximum": 5}}


def of_few(seed):
    """A region of 12 people, 3 and 4 of whom are hidden, beside one of 60."""
    rng = np.random.default_rng(seed)
    unit = [*"aaa", *"bbbb", *"ccccc", *"d" * 30, *"e" * 30]
    data = pd.DataFrame({"unit": unit, "region": ["r1"] * 12 + ["r2"] * 60})
    for name in ("q", "r"):
        data[name] = rng.integers(1, 6, len(data)).astype(float)
    data["likely"] = rng.integers(4, 11, len(data)).astype(float)
    counts = pd.DataFrame({"unit": list("abcde"), "count": [9, 8, 7, 60, 50]})
    return data, counts


@pytest.mark.parametrize("copies", [1, 3], ids=["one file", "imputed copies"])
@pytest.mark.parametrize("seed", [0, 1, 9])
def test_ends_stay_on_their_bases_where_an_error_of_few_is_rounded_up_twice(seed, copies):
    """The error of 12 answers to two questions is in steps of 2, and its base 5 points."""
    data, counts = of_few(seed)
    every = pd.concat([data.assign(copy=number) for number in range(copies)])
    asked = {
        "poststratify": {"by": ["unit"], "counts": "counts"},
        "scales": OF_TWO,
        "variables": {"balances": ["likely"]},
        "domains": {"by": ["region", "unit"]},
        "disclosure": {"minimum": 5, "hierarchy": ["region", "unit"]},
    } | ({"missing": {"imputation": "copy"}} if copies > 1 else {})
    rows = analyse(every, asked, {"counts": counts}).result["estimates"]
    mean, balance = rows_of(rows, "r1")
    assert (mean["n"], mean["status"], balance["status"]) == (12, "published", "published")
    for row, base, least, most in ((mean, 5.0, 0.0, 100.0), (balance, 0.2, -1.0, 1.0)):
        assert all(lies_on(row[name], base) for name in ("mean", "low", "high"))
        assert least <= row["low"] < row["mean"] < row["high"] <= most
        assert row["se"] >= base / 5


def test_no_pooled_mean_stands_beyond_its_scale():
    """Of five answers of 1 or 5 the base is 5: a mean below 2.5 would stand on 0."""
    data = pd.DataFrame({"unit": [*"aaabb", *"c" * 30, *"d" * 30]})
    data["region"] = ["r1"] * 5 + ["r2"] * 60
    data["x"] = [1.0, 5, 1, 1, 1, *[1.0, 5] * 30]
    counts = pd.DataFrame({"unit": list("abcd"), "count": [9, 8, 60, 50]})
    asked = {
        "poststratify": {"by": ["unit"], "counts": "counts"},
        "variables": {"means": ["x"], "ranges": {"x": [1, 5]}},
        "domains": {"by": ["region", "unit"]},
        "disclosure": {"minimum": 5, "hierarchy": ["region", "unit"]},
        "missing": {"imputation": "copy"},
    }
    every = pd.concat([data.assign(copy=number) for number in range(3)])
    (row,) = rows_of(analyse(every, asked, {"counts": counts}).result["estimates"], "r1")
    assert (row["status"], row["mean"]) == ("published", 1.0)


WEIGHTS = [1.0, 1.3, 2.0, 2.6, 4.0]


def weighed(small, weight):
    """Five who answer ``small`` beside a larger unit of other weights."""
    data = pd.DataFrame({"unit": ["a"] * 5 + ["b"] * 60, "w": [*weight, *WEIGHTS * 12]})
    rng = np.random.default_rng(3)
    return data.assign(q=[float(one) for one in (*small, *rng.integers(1, 6, 60))])


def design_effects(data, **more):
    spec = {"design": {"weight": "w"}, "variables": {"means": ["q"]}, "domains": {"by": ["unit"]}}
    result = analyse(data, spec | {"disclosure": {"minimum": 5}} | more).result
    rows = [row for row in result["estimates"] if row["domain"]]
    return result, [(row["deff"], row["n_eff"]) for row in rows]


def test_the_design_effect_of_few_who_weigh_differently_is_not_told():
    """Of 3,125 sheets of five such people it left 1,675 alone beside mean and shown error."""
    _, (few, many) = design_effects(weighed([1, 2, 2, 4, 5], WEIGHTS))
    assert few == (None, None)
    assert None not in many
    _, (even, _) = design_effects(weighed([1, 2, 2, 4, 5], [2.0] * 5))
    assert even == design_effects(weighed([5, 2, 1, 1, 3], [2.0] * 5))[1][0]
    assert None not in even


def test_a_plan_for_few_takes_the_design_effect_of_the_whole():
    result, _ = design_effects(weighed([1, 2, 2, 4, 5], WEIGHTS), planning={"respondents": [500]})
    plans = {str(row["domain"].get("unit")): row["deff"] for row in result["planning"]}
    whole = next(row["deff"] for row in result["estimates"] if not row["domain"])
    # beside a population without end, as is planned for: 65 of 141.7 persons answered
    assert plans["a"] == plans["None"] == pytest.approx(whole * (1 - 65 / 141.7), abs=0.006)
