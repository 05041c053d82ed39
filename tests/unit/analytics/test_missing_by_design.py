"""Rotating modules: what is not asked is not missing."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.errors import FrameError, SpecificationError
from analytics.missing.coverage import (
    coverage,
    form_warnings,
    index_coverage,
)
from analytics.missing.forms import asked_by_form, forms
from analytics.missing.rubin import pool
from analytics.workbench.analyse import analyse
from analytics.workbench.sections.imputed import pool_estimates
from analytics.workbench.sections.missing import form_rows, without_not_asked
from analytics.workbench.specification.missing import read_missing
from analytics.workbench.specification.model import DisclosureSpec, Specification
from analytics.workbench.specification.reader import read_specification

SCALES = {"safety": ["s1", "s2"], "openness": ["o1", "o2"], "innovation": ["n1", "n2"]}
INDICES = {"culture": {"safety": 1 / 3, "openness": 1 / 3, "innovation": 1 / 3}}
ITEMS = [item for items in SCALES.values() for item in items]


def asked(*patterns):
    """Make rows of who was asked what: ("s1 s2 o1 o2", 3) is three respondents."""
    rows = [[item in names.split() for item in ITEMS] for names, n in patterns for _ in range(n)]
    return pd.DataFrame(rows, columns=ITEMS)


THREE = asked(("s1 s2 o1 o2", 3), ("o1 o2 n1 n2", 2), ("s1 s2 n1 n2", 4))


def test_forms_are_the_patterns_that_occur_from_the_most_frequent():
    found = forms(THREE)
    assert [(form.name, form.n) for form in found] == [("A", 4), ("B", 3), ("C", 2)]
    assert found[0].items == {"s1", "s2", "n1", "n2"}


def test_a_scale_counts_those_who_were_asked_it():
    row = coverage(forms(THREE), SCALES)[0]
    assert (row.scale, row.whole, row.part, row.not_asked) == ("safety", 7, 0, 2)
    assert row.forms_whole == ("A", "B")


def test_an_index_is_composed_over_forms_though_nobody_got_all_its_scales():
    row = index_coverage(forms(THREE), SCALES, INDICES)[0]
    assert (row.n, row.complete, row.forms, row.lacking) == (5, 0, (), ())
    assert any(
        "composed over forms" in text for text in form_warnings(forms(THREE), SCALES, INDICES)
    )


def test_a_form_that_asks_everything_can_estimate_the_index_alone():
    found = forms(asked((" ".join(ITEMS), 5), ("s1 s2", 3)))
    row = index_coverage(found, SCALES, INDICES)[0]
    assert (row.n, row.complete, row.forms) == (5, 5, ("A",))


def test_an_index_with_a_scale_that_no_form_asks_cannot_be_estimated():
    found = forms(asked(("s1 s2 o1 o2", 3), ("o1 o2", 2)))
    assert index_coverage(found, SCALES, INDICES)[0].lacking == ("innovation",)
    assert any("cannot be estimated" in text for text in form_warnings(found, SCALES, INDICES))


def test_a_scale_asked_in_part_is_warned_of_since_it_is_another_measure():
    found = forms(asked(("s1 s2 o1 o2 n1 n2", 3), ("s1 o1 o2 n1 n2", 2)))
    assert coverage(found, SCALES)[0].part == 2
    texts = form_warnings(found, SCALES, INDICES)
    assert texts[0].startswith("'safety' was asked only in part of 2 of 5 respondents (form B)")


def test_what_everybody_is_asked_needs_no_warning():
    assert form_warnings(forms(asked((" ".join(ITEMS), 4))), SCALES, INDICES) == []


def test_the_form_alone_tells_what_was_asked():
    form = pd.Series(["x", "x", "y"])
    answered = pd.DataFrame({"s1": [True, False, False], "o1": [False, False, True]})
    found = asked_by_form(form, answered)
    assert found["s1"].tolist() == [True, True, False]
    assert found["o1"].tolist() == [False, False, True]
    assert [one.name for one in forms(found, form)] == ["x", "y"]


def test_a_respondent_without_a_form_is_refused():
    with pytest.raises(FrameError, match="1 respondents have no form"):
        asked_by_form(pd.Series(["x", None]), pd.DataFrame({"s1": [True, True]}))


def test_two_versions_of_a_form_need_two_names():
    with pytest.raises(FrameError, match="'x' asks 's1' of some"):
        forms(pd.DataFrame({"s1": [True, False]}), pd.Series(["x", "x"]))


def test_nobody_asked_is_no_form():
    with pytest.raises(FrameError, match="nobody was asked"):
        forms(pd.DataFrame({"s1": []}, dtype=bool))


def test_more_forms_than_letters_have_names_of_their_own():
    many = pd.DataFrame(list(itertools.product([False, True], repeat=5)), columns=list("abcde"))
    names = [form.name for form in forms(many)]
    assert len(set(names)) == 32
    assert names[26] == "A2"


def test_imputations_that_agree_add_no_error():
    found = pool(np.array([60.1, 60.1, 60.1]), np.array([4.0, 4.0, 4.0]), 50)
    assert float(found.se) == 2
    assert float(found.between) == 0
    assert float(found.share_missing) == 0
    # Barnard and Rubin: nu (nu + 1) / (nu + 3) where nothing is missing
    assert float(found.df) == pytest.approx(50 * 51 / 53)


def test_estimates_without_an_own_error_have_that_of_imputation_alone():
    found = pool(np.array([1.0, 2.0]), np.zeros(2), 50)
    assert float(found.share_missing) == 1
    assert float(found.fmi) == 1
    assert np.isinf(found.increase)


def test_an_estimate_missing_in_one_imputation_is_missing():
    found = pool(np.array([[1.0, 2], [np.nan, 3]]), np.ones((2, 2)), 9)
    assert np.isnan(found.estimate).tolist() == [True, False]
    assert np.isnan(found.fmi).tolist() == [True, False]


def test_without_degrees_of_freedom_there_is_no_interval():
    found = pool(np.array([1.0, 2.0]), np.ones(2), 0)
    assert np.isnan(found.df)
    assert np.isnan(found.low)


@pytest.mark.parametrize(
    ("estimates", "variances", "sentence"),
    [
        ([1.0], [1.0], "at least two"),
        ([1.0, 2.0], [1.0], "differ in shape"),
        ([1.0, 2.0], [1.0, -1.0], "negative"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, variances, sentence):
    with pytest.raises(FrameError, match=sentence):
        pool(np.array(estimates), np.array(variances))


FILE = pd.DataFrame(
    {
        "form": ["x", "x", "x", "y", "y"],
        "s1": [4.0, 5, 3, np.nan, np.nan],
        "s2": [4.0, np.nan, 3, np.nan, np.nan],
        "o1": [2.0, 3, 4, 5, 1],
        "o2": [2.0, 3, 4, 5, 2],
    }
)
SPEC = read_specification(
    {
        "scales": {
            "safety": {"items": ["s1", "s2"], "minimum": 1, "maximum": 5},
            "openness": {"items": ["o1", "o2"], "minimum": 1, "maximum": 5},
        },
        "indices": {"culture": {"parts": {"safety": 1, "openness": 1}}},
    }
)


def test_a_file_with_a_column_of_forms_is_described_form_by_form():
    rows, warnings = form_rows(FILE, SPEC, read_missing({"form": "form"}))
    assert rows[0] == {
        "form": "x",
        "n": 3,
        "scales": ["safety", "openness"],
        "indices": ["culture"],
    }
    assert rows[1]["scales"] == ["openness"]
    assert rows[2] == {
        "scale": "safety",
        "asked": 3,
        "asked_in_part": 0,
        "not_asked": 2,
        "forms": ["x"],
    }
    assert rows[4] == {"index": "culture", "n": 3, "complete": 3, "lacking": []}
    assert len(warnings) == 1
    assert warnings[0].startswith("[missing] 'safety' was asked of 3 of 5")


def test_a_protected_file_does_not_count_its_forms():
    spec = replace(SPEC, disclosure=DisclosureSpec(minimum=3))
    rows, [warning] = form_rows(FILE, spec, read_missing({"form": "form"}))
    assert rows[0]["scales"] == ["safety", "openness"]
    numbers = [value for row in rows for value in row.values() if isinstance(value, int)]
    assert numbers == []
    assert not any(sign.isdigit() for sign in warning)


def test_a_code_for_not_asked_tells_the_same_and_becomes_missing():
    coded = FILE.assign(
        **{item: FILE[item].where(FILE["form"] == "x", -4) for item in ("s1", "s2")}
    )
    missing = read_missing({"not_asked": -4})
    rows, _ = form_rows(coded, SPEC, missing)
    assert rows[2]["asked"] == 3
    clean = without_not_asked(coded, SPEC, missing)
    pd.testing.assert_frame_equal(clean, FILE)
    assert without_not_asked(FILE, SPEC, read_missing({})) is FILE


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ({"forms": "x"}, "does not know 'forms'"),
        ({"form": 3}, "form must name a column"),
        ({"not_asked": "x"}, "not_asked must be the code"),
        ({"form": "f", "not_asked": -4}, "not both"),
    ],
)
def test_a_section_that_cannot_be_read_is_refused(section, sentence):
    with pytest.raises(SpecificationError, match=sentence):
        read_missing(section)


def test_estimates_of_imputed_copies_are_pooled_row_by_row():
    rng = np.random.default_rng(2)
    spec = {"variables": {"means": ["o1"], "shares": ["form"]}, "domains": {"by": ["form"]}}
    copies = [
        analyse(FILE.assign(o1=FILE["o1"] + rng.normal(0, 1, 5)), spec).result["estimates"]
        for _ in range(4)
    ]
    found = pool_estimates(copies, Specification().ends_of, confidence=0.95)
    means = np.array([rows[0]["mean"] for rows in copies])
    own = np.array([rows[0]["se"] for rows in copies])
    assert found[0]["mean"] == pytest.approx(means.mean())
    assert found[0]["se"] ** 2 == pytest.approx((own**2).mean() + 1.25 * means.var(ddof=1))
    assert found[0]["deff"] is None
    assert 0 < found[0]["fmi"] < 1
    share = next(row for row in found if row["statistic"] == "share" and not row["domain"])
    assert 0 < share["low"] < share["mean"] < share["high"] < 1


def test_copies_with_different_figures_are_refused():
    row = {"index": "a", "statistic": "mean", "domain": {}, "status": "published"}
    with pytest.raises(FrameError, match="the same figures"):
        pool_estimates([[row], []], Specification().ends_of, confidence=0.95)


def test_a_row_that_one_copy_hides_stays_hidden():
    shown = {"index": "a", "statistic": "mean", "domain": {}, "status": "published", "mean": 3.0}
    hidden = {"index": "a", "statistic": "mean", "domain": {}, "status": "suppressed_primary"}
    found = pool_estimates([[shown], [hidden]], Specification().ends_of, confidence=0.95)
    assert found == [hidden]


@pytest.mark.parametrize("confidence", [0.8, 0.99])
def test_pooled_intervals_have_the_confidence_that_is_asked_for(confidence):
    """Half of an interval is t of the pooled degrees of freedom times the pooled error."""
    open_file = {key: value for key, value in POOLED.items() if key != "disclosure"}
    design = {"design": {"confidence": confidence}}

    def of_whole(asked, statistic, times=1.0):
        data = imputed([1, 2, 2, 3])
        rows = analyse(data.assign(q=times * data["q"]), asked | design).result["estimates"]
        row = next(one for one in rows if one["statistic"] == statistic and not one["domain"])
        return row, stats.t.ppf(0.5 + confidence / 2, row["df"])

    row, t = of_whole(open_file, "mean")
    assert (row["high"] - row["low"]) / 2 == pytest.approx(t * row["se"])
    row, t = of_whole(open_file, "share")
    low, high = (np.log(row[end] / (1 - row[end])) for end in ("low", "high"))
    # on the log odds
    error = row["se"] / (row["mean"] * (1 - row["mean"]))
    assert (high - low) / 2 == pytest.approx(t * error)
    row, t = of_whole(POOLED, "mean", times=100.0)
    # error and ends to a tenth, degrees of freedom whole
    assert (row["high"] - row["low"]) / 2 == pytest.approx(t * row["se"], abs=0.5)


def imputed(small, *, large=60, noise=3):
    """Five copies of a file; of the small unit's five the last has an answer that is made up."""
    rng = np.random.default_rng(noise)
    rest = rng.integers(1, 6, large)
    return pd.concat([
        pd.DataFrame({
            "unit": ["a"] * 5 + ["b"] * large,
            "q": [*small[:4], int(rng.integers(1, 6)), *rest[:-6], *rng.integers(1, 6, 6)],
        }).assign(copy=number)
        for number in range(5)
    ]).astype({"q": float})  # fmt: skip


POOLED = {
    "variables": {"means": ["q"], "shares": ["q"]},
    "domains": {"by": ["unit"]},
    "disclosure": {"minimum": 5},
    "missing": {"imputation": "copy"},
}


def test_pooled_figures_of_a_protected_file_are_as_coarse_as_those_of_a_copy():
    """A mean over five roundings has more digits than one, and tells what each of them hides."""
    data = imputed([1, 2, 2, 3])
    rows = analyse(data, POOLED).result["estimates"]
    whole, of_a = (
        next(row for row in rows if row["statistic"] == "mean" and row["domain"] == domain)
        for domain in ({}, {"unit": "a"})
    )
    # of five on grades the error is in steps of 0.5
    assert of_a["se"] in {0.5, 1.0, 1.5}
    assert of_a["fmi"] is None
    assert whole["fmi"] == round(whole["fmi"], 1)
    for row in rows:
        digits = 1 if row["statistic"] == "mean" else 2
        for name in ("mean", "se", "low", "high"):
            assert row[name] == pytest.approx(round(row[name], digits), abs=1e-12)
        assert row["df"] == int(row["df"])
        assert row["low"] <= row["mean"] <= row["high"]


def test_pooled_figures_over_hidden_groups_stand_on_the_base_of_each_copy():
    """Roundings that go up in one copy and down in another add up to the digits between."""
    one = pd.DataFrame({"unit": ["a"] * 3 + ["b"] * 4 + ["c"] * 60 + ["d"] * 60})
    rng = np.random.default_rng(8)
    counts = pd.DataFrame({"unit": list("abcd"), "count": [9, 8, 90, 80]})
    data = pd.concat([
        one.assign(q=np.where(rng.random(127) < 0.45, "yes", "no"), copy=number)
        for number in range(5)
    ])  # fmt: skip
    asked = POOLED | {
        "variables": {"shares": ["q"]},
        "poststratify": {"by": ["unit"], "counts": "n"},
    }
    rows = analyse(data, asked, {"n": counts}).result["estimates"]
    assert {row["status"] for row in rows if row["domain"].get("unit") in {"a", "b"}} == {
        "suppressed_primary"
    }
    whole = [row for row in rows if not row["domain"]]
    # ten answers of 127
    for row in whole:
        assert row["mean"] / 0.1 == pytest.approx(round(row["mean"] / 0.1))
