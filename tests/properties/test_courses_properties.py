"""What is true of every course, whatever the figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analytics.comparison.margins import SURE
from analytics.comparison.verdict import Judged, verdicts_of_courses, verdicts_of_intervals
from analytics.courses.alike import ASSUMED
from analytics.courses.course import courses
from analytics.courses.findings import Place, judge_by_series
from analytics.courses.priors import AGENCY, REGION, UNIT
from analytics.courses.series import Series
from tests.examples import examples

WAVES = ("w1", "w2", "w3")
KEY = ["measure", "level", "domain", "since", "role"]
DOMAINS = {"agency": ("",), "region": ("r0", "r1"), "unit": ("u0", "u1", "u2", "u3")}
PEOPLE = {"": 400.0, "r0": 250.0, "r1": 150.0, "u0": 150.0, "u1": 100.0, "u2": 90.0, "u3": 60.0}
PLACES = {
    (level, code): Place(f"r{int(code[1]) // 2}" if level == "unit" else "", PEOPLE[code])
    for level, codes in DOMAINS.items()
    for code in codes
}
CELLS = pd.MultiIndex.from_tuples(
    [
        (wave, measure, level, code)
        for level, codes in DOMAINS.items()
        for code in codes
        for measure in ("A", "B")
        for wave in WAVES
    ],
    names=["wave", "measure", "level", "domain"],
).to_frame(index=False)
WIDTH = {"agency": 1.5, "region": 2.5, "unit": 6.0}
tenths = st.integers(-250, 250).map(lambda at: at / 10)


@st.composite
def agencies(draw):
    """Figures of two measures in four units of two regions: anything, in tenths, some hidden."""
    away = draw(arrays(float, len(CELLS), elements=tenths)) * draw(st.sampled_from([0.1, 0.4, 1.0]))
    mean = 50 + np.round(away, 1)
    reach = (
        CELLS["level"].map(WIDTH).to_numpy()
        + draw(arrays(np.int64, len(CELLS), elements=st.integers(0, 30))) / 10
    )
    people = CELLS["domain"].map(PEOPLE)
    shown = CELLS.assign(
        mean=mean, low=mean - reach, high=mean + reach, n=(people * 0.7).round(), population=people
    )
    hidden = draw(arrays(bool, len(CELLS), elements=st.sampled_from([False] * 9 + [True])))
    return shown[~hidden | (CELLS["level"] == "agency")].reset_index(drop=True)


def asked(shown):
    cells = shown.pivot_table(index=KEY[:3], columns="wave", values="mean").reindex(columns=WAVES)
    parts = [
        cells[cells[since].notna() & cells["w3"].notna()]
        .index.to_frame(index=False)
        .assign(since=since, role=role)
        for role, since in (("previous", "w2"), ("first", "w1"))
    ]
    return pd.concat(parts, ignore_index=True)


def judged(shown, wanted=None, places=PLACES):
    wanted = asked(shown) if wanted is None else wanted
    margins = np.where(wanted["level"] == "unit", 5.0, 3.0)
    return judge_by_series(
        shown, WAVES, wanted, places, linked=np.ones((3, 3)), margins=margins
    ).rows


def same(one, other):
    assert one[KEY].to_numpy().tolist() == other[KEY].to_numpy().tolist()
    for name in ("difference", "low", "high", "chance", "inside", "verdict", "under_limit"):
        assert one[name].tolist() == other[name].tolist(), name


def moved(shown, by):
    return shown.assign(**{name: shown[name] + by for name in ("mean", "low", "high")})


@examples(4, audit=25)
@given(agencies(), st.integers(-400, 400))
def test_where_on_the_scale_levels_lie_does_not_matter(shown, tenth):
    same(judged(moved(shown, tenth / 10)), judged(shown))


@examples(4, audit=25)
@given(agencies())
def test_a_mirrored_agency_has_mirrored_findings(shown):
    mirrored = shown.assign(
        mean=100 - shown["mean"], low=100 - shown["high"], high=100 - shown["low"]
    )
    found = judged(mirrored)
    turned = found.assign(
        difference=-found["difference"],
        low=-found["high"],
        high=-found["low"],
        verdict=found["verdict"].replace({"up": "down", "down": "up"}),
    )
    expected = judged(shown)
    # a difference of nothing has a direction that only dust decides
    flat = expected["difference"].abs() < 0.05
    turned.loc[flat, "chance"] = expected.loc[flat, "chance"]
    same(turned, expected)


@examples(4, audit=25)
@given(agencies(), st.randoms(use_true_random=False))
def test_places_and_measures_have_no_order(shown, random):
    measures = {"A": "B", "B": "A"} if random.random() < 0.5 else {"A": "A", "B": "B"}
    codes = list(DOMAINS["unit"])
    random.shuffle(codes)
    renamed = dict(zip(DOMAINS["unit"], codes, strict=True))
    again = shown.assign(
        measure=shown["measure"].map(measures), domain=shown["domain"].replace(renamed)
    ).sample(frac=1, random_state=random.randrange(2**31))
    places = {(level, renamed.get(code, code)): one for (level, code), one in PLACES.items()}
    wanted = asked(shown)
    renaming = wanted.assign(
        measure=wanted["measure"].map(measures), domain=wanted["domain"].replace(renamed)
    )
    back = {new: old for old, new in renamed.items()}
    found = judged(again, renaming, places)
    unmeasured = {new: old for old, new in measures.items()}
    same(
        found.assign(
            measure=found["measure"].map(unmeasured), domain=found["domain"].replace(back)
        ),
        judged(shown),
    )


@examples(6, audit=40)
@given(agencies())
def test_figures_of_a_finding_agree_with_each_other(shown):
    found = judged(shown)
    assert found["chance"].between(0, 1).all()
    assert found["inside"].between(0, 1).all()
    assert (found["low"] <= found["high"]).all()
    up, down = (found[found["verdict"] == verdict] for verdict in ("up", "down"))
    assert (up["low"] > 0).all()
    assert (down["high"] < 0).all()
    named = pd.concat([up, down])
    assert (named["difference"].abs() >= named["margin"] - 1e-9).all()
    assert (named["chance"] >= SURE).all()
    steady = found[found["verdict"] == "steady"]
    assert (steady["low"] >= -steady["margin"] - 1e-9).all()
    assert (steady["high"] <= steady["margin"] + 1e-9).all()
    assert not found.loc[found["level"] == "agency", "apart"].any()


@st.composite
def one_series(draw):
    waves = draw(st.integers(2, 6))
    value = 50 + draw(arrays(float, waves, elements=tenths))
    deviation = draw(arrays(float, waves, elements=st.floats(0.3, 6)))
    return value, deviation, draw(st.sampled_from([AGENCY, REGION, UNIT]))


def known(value, deviation, prior):
    waves = len(value)
    series = Series(
        value[None],
        np.diag(deviation**2)[None],
        *np.zeros((2, 1, waves, waves)),
        np.zeros(1, np.int64),
    )
    (change,) = courses(series, prior, [(0, waves - 1)], ASSUMED).lasting
    return change


@given(one_series())
@examples(20, audit=60)
def test_an_interval_contains_the_difference(given_series):
    change = known(*given_series)
    (low,), (high,) = change.quantiles(0.025, 0.975)
    assert low < change.middle()[0] < high


@st.composite
def steps(draw):
    """One step; of figures that go up and down, larger errors may well leave one way alone."""
    waves = draw(st.integers(2, 6))
    at = draw(st.integers(1, waves - 1))
    value = np.where(np.arange(waves) < at, 50.0, 50.0 + draw(tenths))
    deviation = np.full(waves, draw(st.floats(0.3, 6)))
    return value, deviation, draw(st.sampled_from([AGENCY, REGION, UNIT]))


@given(steps(), st.floats(1.05, 10))
@examples(25, audit=100)
def test_larger_errors_make_no_finding_surer(step, factor):
    value, deviation, prior = step
    small, large = known(value, deviation, prior), known(value, factor * deviation, prior)
    margin = np.array([3.0])
    named = []
    for change in (small, large):
        size = change.middle()
        sure = change.above(margin / 2) if size > 0 else 1 - change.above(-margin / 2)
        inside = change.above(-margin) - change.above(margin)
        low, high = change.quantiles(0.025, 0.975)
        figures = Judged(size, low, high, sure, inside, (low > 0) | (high < 0))
        named.append(str(verdicts_of_courses(figures, margin)[0][0]))
    if named[1] in {"up", "down"}:
        assert named[0] == named[1]


@given(one_series())
@examples(20, audit=60)
def test_where_errors_are_huge_nothing_is_named(given_series):
    value, deviation, prior = given_series
    change = known(value, 100 * deviation + 100, prior)
    limit = np.array([1.5])
    assert change.above(limit)[0] < 0.5
    assert 1 - change.above(-limit)[0] < 0.5
    assert change.middle()[0] == pytest.approx(0, abs=0.5)


@given(
    st.floats(-30, 30), st.floats(0.05, 20), st.floats(1, 8), st.floats(1.01, 5),
)  # fmt: skip
def test_a_wider_interval_alone_names_no_change_that_the_narrower_did_not(
    difference, reach, margin, factor
):
    def named(width):
        figures = (np.array([x]) for x in (difference, difference - width, difference + width))
        return str(verdicts_of_intervals(*figures, np.array([margin]))[0][0])

    if named(reach * factor) != "uncertain":
        assert named(reach) == named(reach * factor)
