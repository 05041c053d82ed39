"""A wave of the public in passes over some respondents at a time: the figures of all at once."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists

from analytics import in_cells, pipeline, rows
from analytics.estimation import assemble
from analytics.estimation.design import Design, Stage
from analytics.estimation.domains import Partition
from analytics.estimation.means import domain_means, errors
from analytics.estimation.pooled import CellSums, CodeCounts, PooledColumns
from analytics.frames import check_answers
from analytics.groups import public_categories, told_category
from tests.examples import examples
from tests.simulated_waves import public_wave

EXACT = {"rtol": 1e-10, "atol": 1e-10, "check_exact": False}


@pytest.fixture(scope="module")
def wave():
    return public_wave(gross=1_600)


@pytest.fixture(scope="module")
def estimated(wave):
    return pipeline.estimate_wave(wave)


def row_by_row(data):
    """Compute the same wave with a row, a weight and residuals of its own for every respondent."""
    answers = check_answers(data.answers, data.questionnaire.columns)
    sample = pipeline._sample(data, answers).of_each()
    return pipeline._row_by_row(data, answers, sample, None)


def assert_same(cells, rows):
    pd.testing.assert_frame_equal(cells.estimates.frame, rows.estimates.frame, **EXACT)
    pd.testing.assert_frame_equal(cells.dont_know, rows.dont_know, **EXACT)
    for kind in ("items", "scales"):
        mine, theirs = getattr(cells.scores, kind), getattr(rows.scores, kind)
        assert list(mine.columns) == list(theirs.columns)
        pd.testing.assert_frame_equal(mine[list(mine.columns)], theirs)
    np.testing.assert_allclose(cells.scores.weight, rows.scores.weight, rtol=1e-10)


def test_a_wave_in_cells_has_the_figures_of_every_respondent_by_themselves(wave, estimated):
    assert_same(estimated, row_by_row(wave))


def test_so_has_one_whose_county_has_a_single_respondent(wave):
    answers = wave.answers.copy()
    county = answers["d.fylke"]
    smallest = county.value_counts().idxmin()
    few = np.flatnonzero(county == smallest)
    alone = answers.drop(index=answers.index[few[1:]])
    assert (alone["d.fylke"] == smallest).sum() == 1
    data = replace(wave, answers=alone)
    assert_same(pipeline.estimate_wave(data), row_by_row(data))


def test_so_has_one_by_an_open_link_that_is_weighted_to_nothing(wave):
    data = replace(wave, population="open", margins={}, answers=wave.answers.head(200))
    assert_same(pipeline.estimate_wave(data), row_by_row(data))


def test_how_many_respondents_are_taken_at_a_time_does_not_matter(wave, estimated, monkeypatch):
    monkeypatch.setattr(rows, "BLOCK", 150)
    parts = pipeline.estimate_wave(wave).estimates.frame
    pd.testing.assert_frame_equal(parts, estimated.estimates.frame, **EXACT)


@examples(10, audit=30)
@given(lists(integers(1, 60), min_size=1, max_size=12), integers(0, 2**32 - 1))
def test_sums_of_cells_are_the_same_however_respondents_are_divided(parts, seed):
    rng = np.random.default_rng(seed)
    n, cells = sum(parts), 7
    code = rng.integers(0, cells, n)
    values = rng.choice([0.0, 100 / 3, 50.0, 75.0, np.nan], (n, 40))
    divided, begin = CellSums(cells, 40), 0
    for size in parts:
        divided.add(code[begin : begin + size], values[begin : begin + size])
        begin += size
    found = divided.pooled()
    for cell in range(cells):
        own = pd.DataFrame(values[code == cell])
        np.testing.assert_array_equal(found.n[cell], own.count())
        mean = own.mean().fillna(0.0)
        np.testing.assert_allclose(found.mean[cell], mean, rtol=1e-10)
        np.testing.assert_allclose(found.within[cell], ((own - mean) ** 2).sum(), 1e-10, 1e-10)
        np.testing.assert_array_equal(found.lowest[cell], own.min())
        np.testing.assert_array_equal(found.highest[cell], own.max())


@examples(10, audit=30)
@given(integers(1, 300), integers(1, 300), integers(0, 2**32 - 1))
def test_what_follows_from_one_answer_is_told_by_how_many_gave_which(n, block, seed):
    rng = np.random.default_rng(seed)
    cells, names = 5, ["a", "b", "c"]
    answers = pd.DataFrame(
        rng.integers([-3, 0, -1], [6, 11, 2], (n, 3)), columns=names, dtype="int8"
    )
    code, other = rng.integers(0, cells, n), rng.choice([0.0, 1.0, np.nan], n)
    value = {name: rng.choice([0.0, 100 / 3, 75.0, np.nan], 20) for name in names}
    told, whole, several = CodeCounts(cells, answers, names), CellSums(cells, 4), CellSums(cells, 1)
    for first in range(0, n, block):
        some = slice(first, first + block)
        told.add(code[some], answers.iloc[some])
        several.add(code[some], other[some, None])
    book = told.book()
    # in another order, and the one that several answers decide between them
    sources = [told.source(name, value[name][book[name] + 5]) for name in ("c", "a", "b")]
    found = PooledColumns(several.pooled(), told.counts, (*sources[:2], 0, sources[2]))
    own = [value[name][answers[name] + 5] for name in ("c", "a", "b")]
    whole.add(code, np.column_stack([*own[:2], other, own[2]]))
    for part in (slice(0, 4), slice(1, 3)):
        mine, theirs = found[part], whole.pooled(part)
        for one in ("n", "mean", "within", "lowest", "highest"):
            np.testing.assert_allclose(getattr(mine, one), getattr(theirs, one), 1e-10, 1e-10)


def test_how_many_columns_are_estimated_at_a_time_does_not_matter(wave, estimated, monkeypatch):
    monkeypatch.setattr(assemble, "COLUMNS", 7)
    parts = pipeline.estimate_wave(wave).estimates.frame
    pd.testing.assert_frame_equal(parts, estimated.estimates.frame, **EXACT)


@pytest.mark.parametrize("lonely", ["merge", "centre", "certainty"])
@pytest.mark.parametrize("calibrated", [False, True])
def test_a_row_that_stands_for_several_has_the_error_of_its_respondents(lonely, calibrated):
    rng = np.random.default_rng(5)
    count = np.array([1.0, 4.0, 9.0, 6.0, 3.0, 7.0])
    stratum = np.array([0, 1, 1, 2, 2, 2])
    code = np.repeat(np.arange(6), count.astype(int))
    x = np.array([[1, 0], [1, 0], [0, 1], [1, 0], [0, 1], [0, 1]], dtype=float)
    weight, base = rng.uniform(1, 4, 6), rng.uniform(1, 4, 6)
    taken, ones = np.array([0.1, 0.2, 0.3]), np.ones(3)
    values = rng.choice([0.0, 25.0, 75.0, np.nan], (len(code), 5))
    values[:, 4] = 25.0

    def made(of, repeated):
        rows = len(of)
        stage = Stage(np.arange(rows), stratum[of], taken, ones, repeated)
        return Design(
            weight[of], (stage,), lonely, x[of] if calibrated else None,
            base[of] if calibrated else None,
        )  # fmt: skip

    def level(of):
        domain = np.array([0, 0, 1, 1, 1, -1])[of]
        return Partition("unit", ("a", "b", "c"), ("",) * 3, (None,) * 3, domain)

    every = np.arange(6)
    sums = CellSums(6, 5)
    sums.add(code, values)
    together, apart = made(every, count), made(code, None)
    mine = domain_means(together, sums.pooled(), level(every))
    theirs = domain_means(apart, values, level(code))
    for name in ("n", "mean", "all_equal"):
        np.testing.assert_allclose(getattr(mine, name), getattr(theirs, name), rtol=1e-12)
    found, expected = errors(together, mine, level(every)), errors(apart, theirs, level(code))
    for name in ("se", "se_model", "deff", "n_eff", "weight", "deviation", "drawn", "n_drawn"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-10)


def test_answers_are_kept_as_the_small_integers_they_are(wave, estimated):
    small = wave.answers.astype("int8")
    assert check_answers(small, wave.questionnaire.columns) is small
    found = pipeline.estimate_wave(replace(wave, answers=small)).estimates.frame
    pd.testing.assert_frame_equal(found, estimated.estimates.frame)


def test_cells_are_numbered_as_they_first_occur(wave):
    cells = in_cells.cells_of(wave.background, wave.questionnaire, wave.answers)
    assert cells.count.sum() == len(wave.answers)
    assert (np.diff(cells.first) > 0).all()
    np.testing.assert_array_equal(cells.code[cells.first], np.arange(len(cells.count)))


def test_groups_read_some_at_a_time_are_those_of_all_at_once(wave, monkeypatch):
    given = wave.background, wave.questionnaire, wave.answers
    whole = public_categories(*given)
    monkeypatch.setattr(rows, "BLOCK", 150)
    for name in ("age", "gender", "contact"):
        found = told_category(*given, name)
        assert found.cat.codes.dtype == np.int8
        pd.testing.assert_series_equal(found.astype("str"), whole[name], check_names=False)
    assert told_category(*given, "shoes") is None


def test_where_nobody_differs_weights_cost_nothing_that_could_be_told(wave):
    answers = wave.answers.head(300).copy()
    measured = [item.id for item in wave.questionnaire.items if item.purpose == "measure"]
    same = [name for name in measured if name in answers.columns]
    answers[same] = answers[same].iloc[0].to_numpy()
    data = replace(wave, answers=answers)
    cells, rows = pipeline.estimate_wave(data), row_by_row(data)
    means = cells.estimates.frame.query("statistic == 'mean' and all_equal")
    assert len(means) > 100
    # it would be nothing by nothing, or the rounding of sums by that of others
    assert means["deff"].isna().all()
    assert_same(cells, rows)


def test_estimates_are_handed_from_one_process_to_another(wave):
    made = pipeline.estimate_wave(wave)
    told = pickle.loads(pickle.dumps(made))
    pd.testing.assert_frame_equal(told.estimates.frame, made.estimates.frame)
    name = made.scores.items.columns[0]
    pd.testing.assert_series_equal(told.scores.items[name], made.scores.items[name])
