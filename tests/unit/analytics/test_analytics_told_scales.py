"""In a protected file who alone left an item out has no score in any figure (ADR 0156, 0173)."""

import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import analyse
from analytics.workbench.file.told_scales import told_by_others
from analytics.workbench.specification.reader import read_specification

ITEMS = ["a", "b", "c"]
ENDS = {"minimum": 1, "maximum": 5}
TRUST = {"items": ITEMS, **ENDS}
PROTECTED = {"disclosure": {"minimum": 5}, "scales": {"trust": TRUST}}


def a_file(blanks=1, seed=3):
    """Sixty people in two regions and of two kinds; some of the first region left «c» out."""
    rng = np.random.default_rng(seed)
    data = pd.DataFrame(rng.uniform(2.5, 3.5, (60, 4)), columns=[*ITEMS, "d"])
    data["region"] = ["r"] * 30 + ["s"] * 30
    data["kind"] = ["x", "y"] * 30
    data["weight"] = rng.uniform(0.5, 3, 60)
    data.loc[: blanks - 1, "c"] = np.nan
    return data


def saying(data, moved, spec):
    """Analyse the file in which the first person said more, and another of the same cell less."""
    found = data.copy()
    back = moved * (data.loc[0, "weight"] / data.loc[10, "weight"] if "design" in spec else 1)
    found.loc[0, ["a", "b"]] += moved
    found.loc[10, ["a", "b"]] -= back
    return analyse(found, spec).result


def means(result, *keys, figure="mean"):
    rows = result
    for key in keys:
        rows = rows[key]
    return [row.get(figure) for row in rows]


def asked(**more):
    return PROTECTED | {
        "variables": {"means": ITEMS},
        "domains": {"by": [["region"], ["kind"], ["region", "kind"]]},
        "disclosure": {"minimum": 5, "hierarchy": ["region", "kind"]},
    } | more  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"design": {"weight": "weight"}},
        {"variables": {"totals": ITEMS}},
        {"variables": {}, "scales": {"trust": TRUST}
         | {name: {"items": [name], **ENDS} for name in ITEMS}},
        {"scales": {"trust": TRUST | {"reversed": ["a", "b"]}}},
        {"scales": {"trust": TRUST, "calm": {"items": ["d"], **ENDS}},
         "indices": {"i": {"parts": {"trust": 0.5, "calm": 0.5}}}},
    ],
    ids=["means", "weights", "totals", "scales of one item", "reversed", "an index"],
)  # fmt: skip
def test_whatever_the_one_said_the_scale_beside_its_items_is_the_same(more):
    data, spec = a_file(), asked(**more)
    one, other = (saying(data, moved, spec) for moved in (-0.7, 0.7))
    found = means(one, "estimates")
    assert sum(value is not None for value in found) > 10
    assert found == means(other, "estimates")


def test_nor_does_any_comparison_of_domains_or_shrunken_mean_tell_it():
    spec = asked(
        comparison={"by": ["region"], "pairs": True}, small_areas={"by": ["region", "kind"]}
    )
    one, other = (saying(a_file(), moved, spec) for moved in (-0.7, 0.7))
    for figure in ("mean", "rest", "difference"):
        found = means(one, "comparison", "rest", figure=figure)
        assert None not in found
        assert found == means(other, "comparison", "rest", figure=figure)
    assert means(one, "small_areas", figure="direct") == means(
        other, "small_areas", figure="direct"
    )


def test_nor_does_a_change_since_the_wave_before():
    then = a_file(blanks=0, seed=4).assign(wave=1)
    spec = asked(domains={"wave": "wave", "by": ["region"]}, change={"rule": "differences"})
    data = pd.concat([a_file().assign(wave=2), then], ignore_index=True)
    one, other = (saying(data, moved, spec) for moved in (-0.7, 0.7))
    found = means(one, "changes", figure="difference")
    assert len(found) == 12
    assert found == means(other, "changes", figure="difference")


def test_nor_does_the_mean_beside_what_hangs_on_dont_know():
    data = pd.concat([a_file(), a_file(blanks=0, seed=5)], ignore_index=True)
    data.loc[50:57, "a"] = 9
    scales = {"trust": TRUST | {"dont_know": 9}}
    scales |= {name: {"items": [name], **ENDS, "dont_know": 9} for name in ITEMS}
    spec = asked(variables={}, scales=scales)
    one, other = (saying(data, moved, spec) for moved in (-1.4, 1.4))
    found = means(one, "dont_know")
    assert found == means(other, "dont_know")
    # it is the one that stands among the estimates
    assert found[0] == means(one, "estimates")[0]


def test_the_scale_is_the_weighted_mean_of_its_items_where_gaps_are_as_the_others():
    # 1: (3, 4, -) and 2-5: (2, 2, 5) with weight 3; 6-14: (2, 2, 5) with weight 1; on 0-100
    # their points are (50, 75) and (25, 25, 100)
    data = pd.DataFrame({"a": [3.0] + [2] * 13, "b": [4.0] + [2] * 13, "c": [np.nan] + [5] * 13})
    data["w"] = [3.0] * 5 + [1] * 9
    # make no item alike: two of the four change places by a point, which leaves the means
    data.loc[1, ITEMS], data.loc[2, ITEMS] = [1.0, 1, 4], [3.0, 3, 5]
    data.loc[3, "c"] = 4
    # a (3*50 + 21*25) / 24 = 28.125, b (3*75 + 21*25) / 24 = 31.25,
    # c (21*100 - 3*50) / 21 = 92.857; the three of the first count with 29.6875 on c:
    # (24 * 28.125 + 24 * 31.25 + 21 * 92.857 + 3 * 29.6875) / 72 = 48.1
    spec = asked(design={"weight": "w"}, domains={}, disclosure={"minimum": 5})
    row = analyse(data, spec).result["estimates"][0]
    assert (row["index"], row["mean"]) == ("trust", 48.1)
    # of the scores: (3 * (62.5 + 25 + 200 / 3 + 125 / 3 + 50) + 9 * 50) / 24 = 49.5
    plain = {key: value for key, value in spec.items() if key != "disclosure"}
    assert analyse(data, plain).result["estimates"][0]["mean"] == pytest.approx(49.5, abs=0.05)


@pytest.mark.parametrize("blanks", [0, 20])
def test_where_nobody_or_many_left_an_item_out_scores_stand_as_they_are(blanks):
    spec = asked(domains={"by": ["region"]})
    plain = {key: value for key, value in spec.items() if key != "disclosure"}
    data = a_file(blanks)
    found, exact = (means(analyse(data, one).result, "estimates") for one in (spec, plain))
    assert found[0] == round(exact[0], 1)


def test_a_scale_without_an_item_beside_it_stands_as_it_is():
    for spec in (PROTECTED, PROTECTED | {"variables": {"means": ["a", "b"]}}):
        plain = {key: value for key, value in spec.items() if key != "disclosure"}
        found, exact = (analyse(a_file(), one).result["estimates"][0] for one in (spec, plain))
        assert found["mean"] == round(exact["mean"], 1)


def test_a_scale_that_follows_from_others_of_the_same_items_is_hidden_with_its_indices():
    parts = {"few": {"items": ["a", "b"], **ENDS}, "more": {"items": ["c", "d"], **ENDS}}
    whole = {"all": {"items": [*ITEMS, "d"], **ENDS}}
    spec = PROTECTED | {
        "scales": parts | whole,
        "indices": {"i": {"parts": {"all": 0.5, "few": 0.5}}},
        "domains": {"by": ["region"]},
    }
    result = analyse(a_file(), spec).result
    hidden = {row["index"] for row in result["estimates"] if row["status"] != "published"}
    shown = {row["index"] for row in result["estimates"] if row["status"] == "published"}
    assert (hidden, shown) == ({"all", "i"}, {"few", "more"})
    assert sum("'all' is hidden: beside" in text for text in result["warnings"]) == 1
    # where everybody answered everything it tells of nobody
    result = analyse(a_file(blanks=0), spec).result
    assert {row["status"] for row in result["estimates"]} == {"published"}


def test_a_scale_that_follows_from_a_chain_of_others_is_hidden_where_any_of_these_was_left_out():
    # a + f = (a + b) - (b + c) + (c + d) - (d + e) + (e + f), but for who left c out
    pairs = {pair: {"items": list(pair), **ENDS} for pair in ("ab", "bc", "cd", "de", "ef", "af")}
    data = a_file().assign(e=3.0, f=np.linspace(2, 4, 60))
    result = analyse(data, PROTECTED | {"scales": pairs}).result
    status = {row["index"]: row["status"] for row in result["estimates"]}
    assert {name for name in pairs if status[name] != "published"} == {"af"}


def test_scales_that_share_items_without_following_from_one_another_are_not_told():
    scales = {"one": {"items": ["a", "b"], **ENDS}, "two": {"items": ["b", "c"], **ENDS}}
    assert told_by_others(read_specification({"scales": scales})) == ([], [])
    both = read_specification({"scales": scales, "variables": {"means": ["a", "c"]}})
    assert told_by_others(both) == ([], ["two"])
    turned = {"three": {"items": ["a", "b"], "reversed": ["b"], **ENDS}}
    again = read_specification({"scales": scales | turned, "variables": {"means": ["a"]}})
    assert told_by_others(again) == ([], ["three"])
