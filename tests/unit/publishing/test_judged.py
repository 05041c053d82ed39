"""What a publication says of its changes, from what it and those before it showed."""

import copy
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analytics.waves import WaveMeta
from survey_app.publishing.computing.judged import RULE, as_frame, judged_changes, year_before
from survey_app.publishing.inputs.past import COLUMNS, Past

KEYS = ("w1", "w2", "w3", "w4")
DAYS = {
    key: date(2025, 3, 20) + timedelta(days=days)
    for key, days in zip(KEYS, (0, 120, 240, 372), strict=True)
}
UNITS = {f"u{region}{at}": f"r{region}" for region in range(2) for at in range(4)}
PLACES = {("agency", ""): ("", 400), ("region", "r0"): ("", 200), ("region", "r1"): ("", 200)} | {
    ("unit", code): (parent, 50) for code, parent in UNITS.items()
}
ERROR = {"agency": 0.6, "region": 0.85, "unit": 1.7}
MARGIN = {"agency": 3.0, "region": 3.0, "unit": 5.0}
MEASURES = ("A", "B")
KEY = ("measure", "level", "domain", "since", "role")
HIDDEN = {"u11", "u12"}
FIGURES = ("difference", "low", "high")
MODEL = ("model_difference", "model_low", "model_high")
POISON = 99999.0


def figures(wave, seed):
    """Show all places around 60; u00 is 18 points higher in the last wave."""
    rng = np.random.default_rng(seed)
    for (level, code), (_, people) in PLACES.items():
        for measure in MEASURES:
            mean = (
                60
                + ERROR[level] * float(rng.normal())
                + (18 if (code, wave) == ("u00", "w4") else 0)
            )
            reach = 1.96 * ERROR[level]
            low, high = round(mean - reach, 1), round(mean + reach, 1)
            yield (
                wave, measure, level, code, round(mean, 1), low, high, round(people * 0.7), people
            )  # fmt: skip


def past():
    shown = [row for at, wave in enumerate(KEYS[:-1]) for row in figures(wave, at)]
    return Past(
        tuple(map(meta, KEYS[:-1])), pd.DataFrame(shown, columns=list(COLUMNS)), closed_on=DAYS
    )


def meta(key):
    return WaveMeta(key, "main", "staff", invited_everybody=True)


def estimate(row, status="published"):
    _, measure, level, domain, mean, low, high, n, _ = row
    key = {"measure": measure, "statistic": "mean", "level": level, "domain": domain}
    if status != "published":
        return key | {"status": status}
    return key | {"n": n, "mean": mean, "low": low, "high": high, "se": 1.0, "status": status}


def change(row, then, since, role, status="published"):
    _, measure, level, domain, mean, *_ = row
    key = dict(zip(KEY, (measure, level, domain, since, role), strict=True)) | {"statistic": "mean"}
    if status != "published":
        return key | {"status": status}
    difference, reach = round(mean - then, 1), round(1.96 * 1.4 * ERROR[level], 1)
    return key | {
        "difference": difference, "low": round(difference - reach, 1),
        "high": round(difference + reach, 1), "se": 1.4 * ERROR[level], "p": 0.01,
        "p_adjusted": 0.02, "verdict": "up", "under_limit": True, "margin": MARGIN[level],
        "status": status,
    }  # fmt: skip


def content():
    """Publish the last wave; two units are hidden now."""
    now = list(figures("w4", 3))
    before = past().shown.set_index(["wave", "measure", "level", "domain"])["mean"]

    def status(row):
        return "suppressed_primary" if row[3] in HIDDEN else "published"

    return {
        "estimates": [estimate(row, status(row)) for row in now]
        + [{"measure": "A", "statistic": "share", "level": "agency", "domain": "", "mean": 0.5,
            "low": 0.4, "high": 0.6, "n": 280, "status": "published"}],
        "changes": [
            change(row, float(before[since, row[1], row[2], row[3]]), since, role, status(row))
            for role, since in (("previous", "w3"), ("first", "w1"))
            for row in now
        ],
        "domains": [
            {"level": level, "code": code, "parent": parent, "population": people}
            for (level, code), (parent, people) in PLACES.items()
        ],
    }  # fmt: skip


def judged(shown=None, before=None):
    return judged_changes(shown or content(), before or past(), meta("w4"), DAYS["w4"])[:2]


def test_the_rows_are_those_of_before_and_in_their_order():
    told, _ = judged()
    assert [[row[name] for name in KEY] for row in told] == [
        [row[name] for name in KEY] for row in content()["changes"]
    ]


def test_what_is_hidden_passes_through_untouched():
    told, _ = judged()
    pairs = [
        (before, after)
        for before, after in zip(content()["changes"], told, strict=True)
        if before["status"] != "published"
    ]
    assert len(pairs) == len(HIDDEN) * len(MEASURES) * 2
    for before, after in pairs:
        assert after == before


def test_what_two_waves_measured_stays_beside_what_is_known():
    told, _ = judged()
    for before, after in zip(content()["changes"], told, strict=True):
        if before["status"] != "published":
            continue
        for name in (*FIGURES, "se", "margin"):
            assert after[name] == before[name]
        assert after["model_low"] <= after["model_difference"] <= after["model_high"]


def test_a_unit_that_moved_is_called_and_no_other():
    told, findings = judged()
    called = [row for row in told if row.get("verdict") in {"up", "down"}]
    assert {(row["domain"], row["verdict"]) for row in called} == {("u00", "up")}
    assert len(called) == 4
    assert all(row["apart"] for row in called)
    assert findings["rule"] == RULE


def test_what_is_called_and_what_of_it_is_expected_to_be_false_add_up():
    told, findings = judged()
    called = [row["chance"] for row in told if row.get("verdict") in {"up", "down"}]
    assert findings["called"] == len(called)
    assert findings["expected_false"] == pytest.approx(sum(1 - one for one in called), abs=0.0501)
    assert findings["expected_false"] <= 0.05 * len(called)


def test_what_is_written_is_plain():
    told, findings = judged()
    for row in [*told, findings, findings.pop("two_answers")]:
        assert {type(value) for value in row.values()} <= {str, float, int, bool, type(None)}


def test_nothing_but_published_figures_enters():
    expected = judged()
    shown = content()
    for row in shown["estimates"]:
        if row["status"] != "published":
            row.update(dict.fromkeys(("mean", "low", "high", "n", "se"), POISON))
        elif row["statistic"] != "mean":
            row.update(mean=POISON, low=POISON, high=POISON)
    for row in shown["changes"]:
        if row["status"] != "published":
            row.update(dict.fromkeys((*FIGURES, "se", "margin", "p"), POISON), verdict="poison")
    told, findings = judged(shown)
    assert findings == expected[1]
    for before, after in zip(expected[0], told, strict=True):
        if before["status"] == "published":
            assert after == before


def test_neither_tests_nor_verdicts_of_two_waves_enter():
    shown = content()
    for row in shown["changes"]:
        if row["status"] == "published":
            row |= {"p": 1.0, "p_adjusted": 1.0, "verdict": "steady", "under_limit": False}
    names = (*KEY, *MODEL, "chance", "verdict", "under_limit", "apart", "status")
    (one, told), (other, again) = judged(shown), judged()
    assert told == again
    for row, same in zip(one, other, strict=True):
        assert [row.get(name) for name in names] == [same.get(name) for name in names]


def test_it_changes_nothing_that_it_was_given():
    shown, before = content(), past()
    kept = copy.deepcopy(shown), before.shown.copy()
    judged(shown, before)
    assert shown == kept[0]
    pd.testing.assert_frame_equal(before.shown, kept[1])


def test_where_too_little_is_shown_the_change_stands_and_is_uncertain():
    before = past()
    hidden = (before.shown["level"] == "region") & (before.shown["domain"] == "r0")
    shown = content()
    shown["estimates"] = [row for row in shown["estimates"] if row["domain"] != "r0"]
    shown["changes"] = [row for row in shown["changes"] if row["domain"] != "r0"]
    told, findings = judged(shown, Past(before.waves, before.shown[~hidden]))
    assert (findings["rule"], findings["called"], findings["expected_false"]) == (RULE, 0, 0)
    for plain, row in zip(shown["changes"], told, strict=True):
        if UNITS.get(row["domain"]) == "r0":
            assert (row["verdict"], row["under_limit"], row["apart"]) == ("uncertain", False, False)
            assert row["chance"] is None
            assert [row[name] for name in FIGURES] == [plain[name] for name in FIGURES]
            assert [row[name] for name in MODEL] == [None] * 3
        elif row["status"] == "published":
            assert row["chance"] is not None


@pytest.mark.parametrize("counted", [True, False])
def test_where_nobody_tells_how_many_there_are_changes_are_judged_all_the_same(counted):
    shown, before = content(), past()
    if not counted:
        for row in shown["estimates"]:
            row |= {"n": None}
        for row in shown["domains"]:
            row |= {"population": None}
        before = Past(before.waves, before.shown.assign(n=None, population=None))
    told, findings = judged(shown, before)
    assert all(row["chance"] is not None for row in told if row["status"] == "published")
    assert findings["called"] == 4


def test_a_first_wave_has_no_changes_and_no_findings():
    shown = content() | {"changes": []}
    assert judged_changes(shown, Past(), meta("w4"), DAYS["w4"]) == (
        [],
        {"rule": RULE, "called": 0, "expected_false": 0, "two_answers": None},
        [],
    )


def test_the_frame_has_a_row_for_each_and_nothing_for_what_is_hidden():
    told, _ = judged()
    frame = as_frame(told)
    assert len(frame) == len(told)
    # its difference is the one that verdicts go by
    assert frame["difference"].dropna().tolist() == [
        row["model_difference"] for row in told if row["status"] == "published"
    ]
    hidden = frame[frame["status"] != "published"]
    assert hidden[[*FIGURES, "chance", "verdict"]].isna().all(axis=None)
    assert as_frame([]).empty


def walked():
    return judged_changes(content(), past(), meta("w4"), DAYS["w4"]).path


def test_the_path_leads_from_every_earlier_wave_and_says_which_is_the_season_before():
    path = walked()
    assert {row["measure"] for row in path} == set(MEASURES)
    steps = [row for row in path if row["measure"] == "A" and row["until"] == "w4"]
    assert {row["since"]: row["role"] for row in steps} == {
        "w1": "year", "w2": "since", "w3": "since",
    }  # fmt: skip
    assert {type(value) for row in path for value in row.values()} <= {str, float, bool}


def test_the_path_says_the_same_as_the_changes_that_were_named_beforehand():
    told, _ = judged()
    steps = {(row["measure"], row["since"]): row for row in walked() if row["until"] == "w4"}
    compared = [row for row in told if row["level"] == "agency"]
    assert len(compared) == len(MEASURES) * 2
    for row in compared:
        step = steps[row["measure"], row["since"]]
        for name, model in zip(FIGURES, MODEL, strict=True):
            assert step[name] == row[model]
        for name in ("chance", "verdict", "under_limit", "margin"):
            assert step[name] == row[name]


def test_the_season_before_is_of_the_same_kind_and_about_a_year_ago():
    before = past()
    assert year_before(before, meta("w4"), DAYS["w4"]) == "w1"
    assert not year_before(before, meta("w4"), DAYS["w4"] + timedelta(days=60))
    pulse = WaveMeta("w4", "pulse", "staff", invited_everybody=False)
    assert not year_before(before, pulse, DAYS["w4"])
