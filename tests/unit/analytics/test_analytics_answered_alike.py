"""Who answered alike as one row: the figures of every respondent by themselves."""

import tracemalloc
from collections import Counter
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.strategies import booleans, integers

from analytics import answered_alike, rows
from analytics.answered_alike import answer_kinds, distinct_answers
from analytics.comparability import shifted_items
from analytics.errors import SpecificationError
from analytics.on_demand import item_rows, items_on_demand
from analytics.quality import item_statistics, judge_scales, scale_reliability
from analytics.scale_quality.invariance import invariance
from analytics.scale_quality.kept_moments import moments_of
from analytics.scale_quality.reliability import reliability_of_items
from analytics.scale_quality.screening import screen_items
from analytics.scoring import item_scores
from tests.examples import examples
from tests.simulated_waves import public_wave

ITEMS = ["om.sam.1", "om.sam.2", "om.sam.3", "om.sam.4"]


@pytest.fixture(scope="module")
def wave():
    return public_wave(gross=6_000)


@pytest.fixture(scope="module")
def both(wave):
    """Give the items of a wave as a table, and on demand."""
    form, answers = wave.questionnaire, wave.answers
    return item_scores(form, answers), items_on_demand(form, answers)


@pytest.fixture(scope="module")
def told(wave):
    """Give each respondent a weight of a few and an age, of which one answers otherwise."""
    rng = np.random.default_rng(3)
    answers = wave.answers
    older = np.where(answers["om.sam.1"] >= 4, 5, answers["d.alder"])
    age = pd.Series(np.where(rng.random(len(answers)) < 0.3, older, answers["d.alder"]))
    age = age.map("age {}".format).set_axis(answers.index)
    age = age.mask(rng.random(len(age)) < 0.05)
    weight = rng.choice([0.5, 1.0, 2.5, 4.0], len(age))
    return age, weight


def same(found, expected, close=1e-10):
    for name, value in asdict(expected).items():
        mine = asdict(found)[name]
        if isinstance(value, float):
            assert mine == pytest.approx(value, rel=close, abs=close, nan_ok=True), name
        elif name != "items":
            assert mine == value, name


@examples(10, audit=40)
@given(integers(1, 400), integers(1, 24), booleans(), integers(0, 2**32 - 1))
def test_different_answers_are_counted_however_many_are_taken_at_a_time(n, columns, apart, seed):
    rng = np.random.default_rng(seed)
    codes = rng.integers(-3, rng.integers(-2, 11), (n, columns)).astype(np.int8)
    answers = pd.DataFrame(codes, columns=[f"q{at}" for at in range(columns)])
    group = pd.Series(rng.choice(["a", "b", None], n))
    weight = rng.choice([0.5, 2.0], n)
    kinds = answer_kinds(group, weight) if apart else None
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(rows, "BLOCK", int(rng.integers(1, n + 1)))
        changed.setattr(answered_alike, "WAITING", int(rng.integers(1, 60)))
        found = distinct_answers(answers, list(answers.columns), kinds)
    of = [("", 1.0)] * n if kinds is None else list(zip(group.fillna(""), weight, strict=True))
    expected = Counter(zip(map(tuple, codes.tolist()), of, strict=True))
    told = map(tuple, found.codes.to_numpy().tolist())
    if kinds is None:
        own = [("", 1.0)] * len(found.each)
    else:
        groups = kinds.group.astype("object").where(kinds.group.notna(), "")
        own = [(groups[kind], kinds.weight[kind]) for kind in found.kind]
    pairs = zip(told, own, strict=True)
    assert dict(zip(pairs, found.each.astype(int).tolist(), strict=True)) == expected


def test_how_well_scales_hang_together_is_that_of_every_respondent(wave, both):
    form, least = wave.questionnaire, wave.minimum_group
    judged = [judge_scales(form, items, least) for items in both]
    assert judged[1].keys() == judged[0].keys()
    for code, expected in judged[0].items():
        same(judged[1][code], expected)
        for mine, theirs in zip(judged[1][code].items, expected.items, strict=True):
            same(mine, theirs)
    exact = {"rtol": 1e-10, "atol": 1e-10, "check_exact": False}
    tables = [scale_reliability(one, items) for one, items in zip(judged, both, strict=True)]
    pd.testing.assert_frame_equal(tables[1], tables[0], **exact)
    assert tables[0]["omega_low"].notna().any()
    described = [
        item_statistics(wave.answers, items, one) for one, items in zip(judged, both, strict=True)
    ]
    pd.testing.assert_frame_equal(described[1], described[0], **exact)


def test_so_it_is_where_few_answered_everything_and_pairs_are_taken(both):
    scores, _ = both
    rng = np.random.default_rng(1)
    gaps = scores[ITEMS].head(400).mask(rng.random((400, 4)) < 0.6)
    alike = gaps.groupby(ITEMS, dropna=False).size().rename("each").reset_index()
    found = reliability_of_items(
        alike[ITEMS], missing="pairwise", each=alike["each"].to_numpy(float)
    )
    expected = reliability_of_items(gaps, missing="pairwise")
    same(found, expected)
    for mine, theirs in zip(found.items, expected.items, strict=True):
        same(mine, theirs)


def test_so_are_the_moments_that_later_waves_are_held_against(both):
    mine, theirs = moments_of(both[1], ITEMS), moments_of(both[0], ITEMS)
    assert mine.n == theirs.n
    np.testing.assert_allclose(mine.mean, theirs.mean, rtol=1e-12)
    np.testing.assert_allclose(mine.covariance, theirs.covariance, rtol=1e-12)


def test_so_is_the_test_of_whether_groups_may_be_compared(both, told):
    kinds = answer_kinds(told[0])
    own = item_rows(both[1], ITEMS, kinds)
    assert len(own.scores) < len(both[0])
    group = kinds.group_of(own.kind, own.scores.index)
    found = invariance(own.scores, {"SAM": ITEMS}, group, each=own.each)
    expected = invariance(both[0][ITEMS], {"SAM": ITEMS}, told[0])
    assert (found.reached, found.groups) == (expected.reached, expected.groups)
    for mine, theirs in zip(found.steps, expected.steps, strict=True):
        assert mine.freed == theirs.freed
        same(mine.fit, theirs.fit, 1e-7)
        assert mine.p == pytest.approx(theirs.p, rel=1e-6, nan_ok=True)


def test_so_are_items_that_a_group_reads_otherwise(both, told):
    kinds = answer_kinds(*told)
    own = item_rows(both[1], ITEMS, kinds)
    group = kinds.group_of(own.kind, own.scores.index)
    found = screen_items(own.scores, group, kinds.weight[own.kind], own.each)
    expected = screen_items(both[0][ITEMS], *told)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-10, atol=1e-10, check_exact=False)
    assert (expected["p"] < 0.01).any()  # some were tested with care


def test_whoever_asks_for_shifts_of_a_large_wave_gets_those_of_a_table(wave, both, told):
    scores = [type("Scores", (), {"items": items, "weight": told[1]})() for items in both]
    groups = set(told[0].dropna())
    counts = {(item, group): 100 for item in ITEMS for group in groups}
    asked = {"SAM": ITEMS}, told[0], {"SAM": groups}, counts
    mine, theirs = (shifted_items(one, *asked) for one in reversed(scores))
    assert len(theirs)
    pd.testing.assert_frame_equal(mine, theirs)


def test_rows_of_several_respondents_take_no_weights_and_no_gaps_where_these_would_be_lost(both):
    items = both[0][ITEMS].head(50)
    each = np.ones(50)
    with pytest.raises(SpecificationError, match="one respondent each"):
        reliability_of_items(items, weight=each, each=each)
    group = pd.Series(["a", "b"] * 25, items.index)
    with pytest.raises(SpecificationError, match="estimator mlm"):
        invariance(items, {"SAM": ITEMS}, group, each=each, missing="fiml")


def test_ten_times_the_respondents_take_no_more_memory(wave, monkeypatch):
    monkeypatch.setattr(answered_alike, "WAITING", 2_000)

    def most(times):
        answers = pd.DataFrame(
            np.tile(wave.answers[ITEMS].to_numpy(dtype=np.int8), (times, 1)), columns=ITEMS
        )
        group = pd.Series(pd.Categorical.from_codes(answers[ITEMS[0]] % 3, ["a", "b", "c"]))
        kinds = answer_kinds(group, np.tile([1.0, 2.0], len(answers) // 2))
        items = items_on_demand(wave.questionnaire, answers)
        tracemalloc.start()
        item_rows(items, ITEMS)
        item_rows(items, ITEMS, kinds)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert most(600) < 1.1 * most(60)
