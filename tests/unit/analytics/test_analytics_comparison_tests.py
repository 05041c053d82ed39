"""The tests that [comparison] can be asked for."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import SpecificationError, UnsupportedError
from analytics.workbench.analyse import analyse
from analytics.workbench.specification.comparison import read_comparison

ALL = {
    "pairs": True,
    "adjust": "tukey",
    "equality": True,
    "rank_tests": ["wilcoxon", "normal", "median"],
    "contrasts": {"ends": {"a": 1, "c": -1}, "middle": {"a": -0.5, "b": 1, "c": -0.5}},
}


def a_file(sizes=(60, 50, 70), spread=(1,) * 6, apart=2.0, seed=7):
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(len(sizes)), sizes)
    y = rng.normal(20 + apart * g, 5 * np.array(spread)[g])
    return pd.DataFrame(
        {"g": np.array(list("abcdefghij"))[g], "y": y, "w": 1.0 + np.arange(len(g)) % 3}
    )


def ask(data, comparison=ALL, **sections):
    spec = {
        "variables": {"means": ["y"]},
        "domains": {"by": ["g"]},
        "comparison": {"by": "g"} | comparison,
    }
    result = analyse(data, spec | sections).result
    return result["comparison"], result["warnings"]


def samples(data):
    return [part["y"].to_numpy() for _, part in data.groupby("g")]


def test_what_is_not_asked_for_is_not_there():
    found, _ = ask(a_file(), {})
    assert found.keys() == {"rest", "ranks", "pairs", "agreement"}


def test_groups_that_are_strata_are_compared_in_pairs_as_by_games_and_howell():
    data = a_file(spread=(1, 2, 3))
    found, _ = ask(data, ALL | {"model_based": True}, design={"strata": "g"})
    howell = found["model_based"][0]["pairs"]
    for row, other in zip(found["pairs"], howell, strict=True):
        own = other["games_howell"]
        assert row["se"] == pytest.approx(own["se"])
        assert row["p_adjusted"] == pytest.approx(own["p"], rel=1e-6)
        ends = [row["simultaneous"][end] for end in ("low", "high")]
        assert ends == pytest.approx([own["low"], own["high"]])
        assert row["simultaneous"]["low"] < row["low"] < row["high"] < row["simultaneous"]["high"]


def test_two_groups_are_tested_by_ranks_nearly_as_by_mann_and_whitney():
    data = a_file(sizes=(80, 90), apart=1.0)
    found, _ = ask(data, {"rank_tests": ["wilcoxon", "median"]})
    wilcoxon, median = found["rank_tests"]
    assert wilcoxon["p"] == pytest.approx(stats.mannwhitneyu(*samples(data)).pvalue, rel=0.1)
    assert median["p"] == pytest.approx(
        stats.median_test(*samples(data), correction=False).pvalue, rel=0.15
    )
    first, second = (one["mean_rank"] for one in wilcoxon["domains"])
    assert 80 / 170 * first + 90 / 170 * second == pytest.approx(0.5)
    # Mean ranks are apart by the chance that one of b lies above one of a, less a half.
    above = stats.mannwhitneyu(*reversed(samples(data))).statistic / (80 * 90)
    assert second - first == pytest.approx(above - 0.5)


def test_more_groups_are_tested_nearly_as_by_kruskal_and_wallis():
    data = a_file(apart=0.7)
    row = ask(data, {"rank_tests": "wilcoxon"})[0]["rank_tests"][0]
    assert row["p"] == pytest.approx(stats.kruskal(*samples(data)).pvalue, rel=0.1)
    assert (row["df1"], row["unadjusted"]["df2"]) == (2, 177)
    assert row["df2"] < 177


def test_one_contrast_is_the_pair_and_all_contrasts_are_the_test_of_equality():
    found, _ = ask(a_file(), design={"weight": "w"})
    ends, pair = found["contrasts"][0], found["pairs"][1]
    assert (pair["first"], pair["second"]) == ({"g": "a"}, {"g": "c"})
    keys = ("difference", "se", "low", "high", "p")
    assert [ends[key] for key in keys] == pytest.approx([pair[key] for key in keys])
    whole, together = found["equality"][0], found["contrasts_together"][0]
    assert together["contrasts"] == ["ends", "middle"]
    assert [whole[key] for key in ("wald", "f", "p")] == pytest.approx(
        [together[key] for key in ("wald", "f", "p")]
    )


def test_two_groups_are_equal_together_as_they_are_in_a_pair():
    found, _ = ask(a_file(sizes=(60, 9)), {"equality": True, "pairs": True})
    (same,), (pair,) = found["equality"], found["pairs"]
    assert [same["f"], same["p"]] == pytest.approx(
        [(pair["difference"] / pair["se"]) ** 2, pair["p"]]
    )
    assert same["df2"] < 20  # nine answers tell little of their spread, whatever the others tell


def test_a_contrast_that_follows_from_others_changes_nothing():
    twice = ALL["contrasts"] | {"again": {"a": 3, "c": -3}}
    one, other = (ask(a_file(), {"contrasts": c})[0] for c in (ALL["contrasts"], twice))
    same = [found["contrasts_together"][0]["p"] for found in (one, other)]
    assert same[0] == pytest.approx(same[1])


def test_half_of_a_staff_stands_beside_the_groups_as_such_in_every_table():
    data = a_file()
    found, _ = ask(data, design={"population": 360})
    for row in found["pairs"] + found["contrasts"]:
        today = row["current_staff"]
        assert today["se"] == pytest.approx(row["se"] * np.sqrt(0.5))
        assert row["low"] < today["low"] < row["difference"] < today["high"] < row["high"]
        assert today["p"] < row["p"]
    for row in found["pairs"]:
        today = row["current_staff"]
        assert row["simultaneous"]["low"] < today["simultaneous"]["low"] < today["low"]
        assert today["p"] < today["p_adjusted"] < row["p_adjusted"]
    for row in found["equality"] + found["contrasts_together"] + found["rank_tests"]:
        assert row["current_staff"]["wald"] == pytest.approx(2 * row["wald"])
        assert row["current_staff"]["p"] < row["p"]
    assert all(row["current_staff"]["best"] >= row["best"] for row in found["ranks"])
    complete, told = ask(data, design={"population": 180})
    assert complete["equality"][0]["current_staff"]["p"] is None
    assert complete["equality"][0]["p"] is not None
    assert not any("no test of" in text for text in told)
    # Of a complete count every place is known.
    assert [row["current_staff"]["best"] for row in complete["ranks"]] == [3, 2, 1]


def test_rows_that_count_once_are_analysed_and_said_to_be_so():
    data = a_file(spread=(1, 2, 3), apart=4.0)
    found, told = ask(data, {"model_based": True}, design={"weight": "w", "strata": "g"})
    row = found["model_based"][0]
    assert row["basis"] == "unweighted rows, as if drawn one by one"
    assert row["anova"]["p"] == pytest.approx(stats.f_oneway(*samples(data)).pvalue)
    welch = stats.f_oneway(*samples(data), equal_var=False)
    assert row["welch"]["p"] == pytest.approx(welch.pvalue)
    assert row["low"] < row["omega_squared"] < row["eta_squared"] < row["high"]
    assert [one["n"] for one in row["domains"]] == [60, 50, 70]
    pair = row["pairs"][0]["hedges_g"]
    assert pair["low"] < pair["g"] < pair["high"] < 0
    (text,) = (text for text in told if "model_based" in text)
    assert "every row counts once and as if drawn by itself, without weights, strata:" in text
    assert not any("model_based" in text for text in ask(data, {"model_based": True})[1])


def test_a_group_of_one_row_is_left_out_and_named():
    data = a_file(sizes=(60, 50, 70, 1))
    found, told = ask(data, ALL | {"model_based": True})
    expected = [{"g": name} for name in "abc"]
    assert found["equality"][0]["domains"] == expected
    assert [one["domain"] for one in found["rank_tests"][0]["domains"]] == expected
    assert [one["domain"] for one in found["model_based"][0]["domains"]] == expected
    assert "[comparison] y: tested without d, which have fewer than two answers" in told
    alone, told = ask(a_file(sizes=(60, 1)), {"equality": True})
    assert alone["equality"] == []
    assert "[comparison] y: fewer than two domains are left to test" in told
    named, told = ask(a_file(sizes=(60, 50, 1)))
    assert [row["contrast"] for row in named["contrasts"]] == []
    assert "[comparison] y: no contrast ends, since one of its domains is left out" in told


def test_groups_without_spread_are_no_proof():
    data = a_file()
    data["y"] = (data["g"] == "a").astype(np.float64)
    found, told = ask(data, ALL | {"model_based": True})
    for row in found["equality"] + found["rank_tests"]:
        assert row["p"] is None
    assert any("no test of equality" in text for text in told)
    row = found["model_based"][0]
    assert {row["anova"]["p"], row["welch"]["p"], row["eta_squared"]} == {None}
    assert set(row["pairs"][0]["games_howell"].values()) == {None}
    assert set(row["pairs"][0]["hedges_g"].values()) == {None}
    data.loc[0, "y"] = 0.0
    once = ask(data, ALL | {"model_based": True})[0]
    # b and c answered alike, and borrow the spread of a.
    assert once["equality"][0]["p"] < 0.001
    assert once["model_based"][0]["welch"]["p"] is None


def test_groups_as_far_apart_as_may_be_have_bounds_of_what_lies_between_them():
    data = a_file(sizes=(20, 20, 20))
    away = np.random.default_rng(1).standard_normal(60)
    data["y"] = np.repeat([1.0, 2.0, 3.0], 20) + 1e-4 * away
    row = ask(data, {"model_based": True})[0]["model_based"][0]
    # beside so large a noncentrality the numerator is no chance: it is F df1 times chi2 / df2
    f, df2 = row["anova"]["f"], 57
    for end, share in (("low", 0.975), ("high", 0.025)):
        most = f * 2 * stats.chi2.isf(share, df2) / df2
        assert 1 - row[end] == pytest.approx(60 / most, rel=1e-3)


def test_what_two_equal_numbers_differ_by_in_their_last_digit_is_no_spread():
    data = a_file()
    data["y"] = np.where(data.index % 2 == 0, 0.3, 0.1 + 0.2)
    row = ask(data, {"model_based": True})[0]["model_based"][0]
    assert {row["anova"]["f"], row["anova"]["p"], row["low"]} == {None}


def test_more_domains_than_clusters_have_no_joint_test():
    data = a_file(sizes=(40, 40, 40, 40)).assign(c=np.arange(160) % 3)
    found, told = ask(data, {"equality": True}, design={"cluster": "c"})
    assert found["equality"][0]["p"] is None
    assert any("with fewer clusters than domains" in text for text in told)


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"equality": "yes"}, "equality must be true or false"),
        ({"model_based": 1}, "model_based must be true or false"),
        ({"rank_tests": ["savage"]}, "rank_tests does not know 'savage': choose wilcoxon, normal"),
        ({"rank_tests": True}, "rank_tests must list some of wilcoxon, normal, median"),
        ({"contrasts": [1]}, "must be a table"),
        ({"contrasts": {"one": {"a": 1}}}, r"contrasts.one\] must weight at least two domains"),
        ({"contrasts": {"one": {"a": 1, "b": 1}}}, "add up to 0"),
        ({"contrasts": {"one": {"a": "x", "b": 1}}}, "a must be a number"),
    ],
)
def test_a_wrong_key_is_told(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_comparison({"by": "g"} | section)


def test_a_domain_that_is_not_there_is_told():
    with pytest.raises(
        SpecificationError, match="names 'north', which is none of the domains of g: a, b, c"
    ):
        ask(a_file(), {"contrasts": {"one": {"north": 1, "a": -1}}})


def test_a_name_that_two_crossed_domains_have_weights_neither():
    named = {"a": ("a x b", "c"), "b": ("a", "b x c"), "c": ("d", "e")}
    data = a_file()
    data[["g", "h"]] = [named[name] for name in data["g"]]
    with pytest.raises(SpecificationError, match="'a x b x c', as two of the domains of g x h"):
        ask(
            data,
            {"by": ["g", "h"], "contrasts": {"one": {"a x b x c": 1, "d x e": -1}}},
            domains={"by": [["g", "h"]]},
        )


def test_a_column_of_text_is_told():
    with pytest.raises(Exception, match="'y' holds something that is no number in 180 rows"):
        ask(a_file().assign(y="high"))


PROTECTED = {"disclosure": {"minimum": 5}}


def test_protected_tests_are_made_of_shown_domains_of_twenty_answers():
    data = a_file(sizes=(60, 50, 70, 12, 9, 3))
    found, told = ask(data, **PROTECTED)
    other = data.assign(y=data["y"].where(data["g"] != "f", 0.0))
    again, _ = ask(other, **PROTECTED)
    for key in ("equality", "contrasts", "contrasts_together", "rank_tests", "pairs", "agreement"):
        assert again[key] == found[key]
    shown = [{"g": name} for name in "abc"]
    assert found["equality"][0]["domains"] == shown
    assert [one["domain"] for one in found["rank_tests"][0]["domains"]] == shown
    assert any("tested without d, e, f, which are hidden or have fewer than 20" in t for t in told)
    for row in found["equality"] + found["rank_tests"]:
        assert (row["f"], row["p"]) == (round(row["f"], 2), round(row["p"], 4))
    rows = [row for rows in found.values() for row in rows]
    assert not any("current_staff" in row for row in rows)
    left, told = ask(data, ALL | {"contrasts": {"one": {"a": 1, "f": -1}}}, **PROTECTED)
    assert left["contrasts"] == []
    assert any("no contrast one" in text for text in told)


def test_few_who_have_all_parts_of_an_index_have_no_ranks_in_a_protected_file():
    """Of c each scale has 22 answers and the index the ranks of 4 people."""
    rng = np.random.default_rng(5)
    data = pd.DataFrame(rng.integers(1, 6, (120, 2)), columns=["p", "q"]).astype(float)
    data["g"] = np.repeat(list("abc"), 40)
    data.loc[102:, "p"], data.loc[80:97, "q"] = np.nan, np.nan
    ends = {"minimum": 1, "maximum": 5}
    spec = {
        "scales": {"s": ends | {"items": ["p"]}, "t": ends | {"items": ["q"]}},
        "indices": {"i": {"parts": {"s": 1, "t": 1}}},
        "domains": {"by": ["g"]},
        "comparison": {"by": "g", "rank_tests": ["wilcoxon"]},
    }
    result = analyse(data, spec | PROTECTED).result
    shown = {(row["index"], row["domain"].get("g")): row for row in result["estimates"]}
    assert (shown["i", "c"]["status"], shown["i", "c"]["n"]) == ("published", 22)
    ranks = {row["index"]: row for row in result["comparison"]["rank_tests"]}
    assert [one["domain"]["g"] for one in ranks["i"]["domains"]] == ["a", "b"]
    assert [one["domain"]["g"] for one in ranks["s"]["domains"]] == ["a", "b", "c"]


def test_rows_that_count_once_are_not_for_a_protected_file():
    with pytest.raises(
        UnsupportedError, match=r"model_based is not for a file with \[disclosure\]"
    ):
        ask(a_file(), {"model_based": True}, **PROTECTED)
