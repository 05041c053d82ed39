"""Which groups may be compared on a scale, from published groups alone."""

import numpy as np
import pandas as pd
import pytest

from analytics.comparability import Scores, shifted_items, unit_agreement
from analytics.comparison.agreement import icc

NAMES = [f"u{number:02d}" for number in range(12)]


def a_wave(seed=1, size=15, between=8.0):
    """Twelve units of fifteen, with two scales and an index of both."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(NAMES)), size)
    levels = rng.normal(60, between, len(NAMES))
    scales = pd.DataFrame(
        {code: levels[unit] + rng.normal(0, 15, len(unit)) for code in ("A", "B")}
    )
    items = pd.DataFrame(index=scales.index)
    scores = Scores(items, scales, {"I": {"A": 1.0, "B": 1.0}}, np.ones(len(unit)))
    return scores, pd.Series(NAMES)[unit].reset_index(drop=True)


def everywhere(units=NAMES):
    return dict.fromkeys(("A", "B", "I"), units)


def test_each_scale_and_index_has_the_correlations_of_its_units_with_two_decimals():
    scores, unit = a_wave()
    found = unit_agreement(scores, unit, everywhere()).set_index("measure")
    codes = np.repeat(np.arange(12), 15)
    for measure, value in (("A", scores.scales["A"]), ("I", scores.scales.mean(axis=1))):
        exact = icc(value.to_numpy(), codes)
        assert found.loc[measure, "icc1"] == round(exact.icc1, 2)
        assert found.loc[measure, "icc2"] == round(exact.icc2, 2)
        assert found.loc[measure, "comparable"] == exact.comparable
    assert list(found["units"]) == [12, 12, 12]


def test_units_without_differences_cannot_be_compared():
    scores, unit = a_wave(between=0.0)
    assert not unit_agreement(scores, unit, everywhere())["comparable"].any()


def test_nine_units_are_too_few_to_judge():
    scores, unit = a_wave()
    assert unit_agreement(scores, unit, everywhere(NAMES[:9])).empty
    assert len(unit_agreement(scores, unit, everywhere(NAMES[:10]))) == 3


def test_no_answer_of_a_hidden_unit_enters():
    scores, unit = a_wave()
    hidden = unit.isin(NAMES[10:]).to_numpy()
    other = Scores(
        scores.items,
        scores.scales.assign(A=scores.scales["A"].mask(hidden, 0.0)),
        scores.composed,
        scores.weight,
    )
    shown = everywhere(NAMES[:10])
    pd.testing.assert_frame_equal(
        unit_agreement(scores, unit, shown), unit_agreement(other, unit, shown)
    )


def test_an_index_counts_those_who_have_a_score_on_every_part():
    scores, _ = a_wave()
    scores.scales.loc[::2, "B"] = np.nan
    both = scores.scales.dropna().index
    assert np.isfinite(scores.of("I")).sum() == len(both)
    assert scores.of("I")[1] == pytest.approx(scores.scales.loc[1].mean())


def test_units_that_all_have_one_mean_are_not_comparable_and_have_no_reliability():
    scales = pd.DataFrame({"A": np.tile([40.0, 60.0], 24)})
    scores = Scores(pd.DataFrame(index=scales.index), scales, {}, np.ones(48))
    unit = pd.Series(NAMES).repeat(4).reset_index(drop=True)
    found = unit_agreement(scores, unit, everywhere()).loc[0]
    assert np.isnan(found["icc2"])
    assert not found["comparable"]


SCALES = {"A": ("a.1", "a.2", "a.3", "a.4"), "two": ("a.1", "a.2")}


def three_groups(shift=12.0, seed=5, size=150):
    """Three groups of one level; the last reads one item otherwise."""
    rng = np.random.default_rng(seed)
    group = pd.Series(np.repeat(["north", "south", "west"], size))
    trait = rng.normal(60, 12, len(group))
    items = pd.DataFrame({item: trait + rng.normal(0, 12, len(group)) for item in SCALES["A"]})
    items.loc[group == "west", "a.3"] += shift
    scores = Scores(items, pd.DataFrame(index=items.index), {}, np.ones(len(group)))
    return scores, group


def answered(items, group):
    """Count who answered each item in each group."""
    counts = items.notna().groupby(group.to_numpy()).sum()
    return {(item, one): int(n) for item in items for one, n in counts[item].items()}


def screened(scores, group, shown, scales=SCALES):
    return shifted_items(scores, scales, group, shown, answered(scores.items, group))


def test_an_item_that_one_group_reads_otherwise_is_named_with_its_shift_in_whole_points():
    scores, group = three_groups()
    shown = {"A": {"north", "south", "west"}, "two": {"north", "south", "west"}}
    found = screened(scores, group, shown)
    (row,) = found[found["group"] == "west"].query("points > 0").to_dict("records")
    assert (row["item"], row["group"]) == ("a.3", "west")
    assert row["points"] == pytest.approx(12, abs=3)


def test_nothing_is_named_where_groups_read_alike_or_a_scale_has_two_items():
    scores, group = three_groups(shift=0.0)
    shown = {scale: {"north", "south", "west"} for scale in SCALES}
    assert screened(scores, group, shown).empty
    shifted, group = three_groups(shift=30.0)
    assert screened(shifted, group, shown, {"two": ("a.2", "a.3")}).empty


def test_no_answer_of_a_hidden_group_enters_the_screening():
    scores, group = three_groups()
    other, _ = three_groups(shift=40.0)
    shown = {"A": {"north", "south"}}
    pd.testing.assert_frame_equal(screened(scores, group, shown), screened(other, group, shown))
    assert screened(scores, group, {}).empty


def test_false_alarms_stay_rare_over_many_items_and_groups_of_every_size():
    rng = np.random.default_rng(11)
    names = np.array([f"g{number}" for number in range(8)])
    alarms = 0
    for _ in range(30):
        group = pd.Series(rng.choice(names, 800, p=[0.5, 0.2, 0.1, 0.08, 0.06, 0.02, 0.02, 0.02]))
        trait = rng.normal(60, 12, 800)
        items = pd.DataFrame({f"i{n}": trait + rng.normal(0, 15, 800) for n in range(10)})
        scores = Scores(items, pd.DataFrame(index=items.index), {}, np.ones(800))
        found = screened(scores, group, {"S": set(names)}, {"S": tuple(items)})
        alarms += not found.empty
    # at one in a hundred for the whole family, two of thirty have a chance of 3 %
    assert alarms <= 2


def test_a_group_of_fewer_than_fifty_is_not_judged():
    scores, group = three_groups(shift=30.0, size=49)
    shown = {"A": {"north", "south", "west"}}
    assert screened(scores, group, shown).empty


def test_whether_a_group_is_large_enough_is_read_from_what_is_told_of_it():
    scores, group = three_groups(shift=30.0)
    shown = {"A": {"north", "south", "west"}}
    told = answered(scores.items, group)
    few = {key: 49 if key[1] == "west" else n for key, n in told.items()}
    assert "west" in set(shifted_items(scores, SCALES, group, shown, told)["group"])
    assert "west" not in set(shifted_items(scores, SCALES, group, shown, few)["group"])
