"""Findings in agencies whose truth is known: the short form of ``tests.reference.findings``."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.reference.findings import kept
from tests.reference.findings.__main__ import row
from tests.reference.findings.agencies import YEARS, a_staff, draw, shown_of
from tests.reference.findings.joined import join
from tests.reference.findings.kept import ALL, TRUTHS
from tests.reference.findings.one_unit import found as found_in_one_unit
from tests.reference.findings.regimes import MOVING, STILL
from tests.reference.findings.rules import findings
from tests.reference.findings.tally import Called, Tally

SHORT = {"waves": YEARS[:5], "measures": 6}
# how many agencies of each, and what is left out to save time
AGENCIES = {
    "still": (1, SHORT),
    "still, a person's answers correlate .9": (1, SHORT),
    "still, main waves alone": (1, {"waves": YEARS[:1] * 4, "measures": 6}),
    "still, who answers depends on it": (1, SHORT),
    "one": (1, {}),
    "together": (4, SHORT),
    "many": (3, SHORT),
    "mixed": (3, SHORT),
}
STAYING = [name for name in AGENCIES if name in STILL]
GOING = [name for name in AGENCIES if name in MOVING]


@cache
def published(name):
    agencies, less = AGENCIES[name]
    found = []
    for seed in range(agencies):
        rng = np.random.default_rng(seed)
        regime = replace((STILL | MOVING)[name], **less)
        found.append(findings(draw(rng, a_staff(rng), regime)))
    return found


def tallied(name, truth="said"):
    tally = Tally(truth)
    for rows in published(name):
        tally.count(rows)
    return tally


def all_moving(truth="said"):
    tally = Tally(truth)
    for name in GOING:
        tally.add(tallied(name, truth))
    return tally


def by_chance(share, of):
    """Count what three standard errors more than a share of so many may be."""
    return share * of + 3 * np.sqrt(share * (1 - share) * of)


@pytest.mark.parametrize("name", STAYING)
def test_where_nothing_moves_nobody_meets_a_finding(name):
    tally = tallied(name)
    assert tally.any_call == 0
    assert tally.any_apart == 0
    # by the rule of before everybody did
    assert tally.any_call_before == tally.agencies
    assert tally.steady_right == tally.steady > 1000


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("name", GOING)
def test_where_something_moves_it_is_found_in_the_right_direction(name, truth):
    found = tallied(name, truth).over_all()
    assert found.called > 50
    assert found.wrong <= by_chance(0.01, found.called)


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("name", GOING)
def test_few_findings_are_truly_less_than_half_the_margin(name, truth):
    found = tallied(name, truth).over_all()
    assert found.under_half <= by_chance(0.05, found.called)


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("name", GOING)
def test_changes_are_not_shown_much_larger_than_they_are(name, truth):
    found = tallied(name, truth).over_all()
    assert 0.75 <= found.shown / found.true <= 1.25


@pytest.mark.parametrize("truth", TRUTHS)
@pytest.mark.parametrize("name", GOING)
def test_what_is_called_steady_is(name, truth):
    tally = tallied(name, truth)
    assert tally.steady > 200
    assert tally.steady - tally.steady_right <= by_chance(0.01, tally.steady)


def test_large_changes_of_single_units_are_found_at_least_as_often_as_by_the_rule_of_before():
    tally = tallied("one")
    now, before = tally.present["unit"], tally.before["unit"]
    assert now.large == before.large > 100
    assert now.found >= before.found
    assert now.under_half < before.under_half


@pytest.mark.parametrize("truth", TRUTHS)
def test_publications_expect_about_as_many_false_findings_as_there_are(truth):
    tally = all_moving(truth)
    found = tally.over_all()
    # what is expected is no more than 1 in 20, and the truth seldom more than twice of it
    assert tally.expected <= 0.05 * found.called
    assert found.under_half <= 2 * tally.expected + 3 * np.sqrt(tally.expected)
    # nor is it said for safety's sake alone
    assert tally.expected <= 10 * found.under_half


@pytest.mark.parametrize("truth", TRUTHS)
def test_intervals_hold_the_truth_about_as_often_as_they_say(truth):
    hits, of = np.sum([all_moving(truth).covered[level] for level in ("agency", "unit")], axis=0)
    assert hits / of >= 0.94


def test_a_run_that_was_stopped_goes_on_from_what_was_found(tmp_path):
    name, file = "still, main waves alone", tmp_path / "kept.jsonl"
    before = list(kept.keep(file, iter([kept.tallied(name, seed) for seed in range(2)])))
    with file.open("a") as end:
        end.write('{"regime": "still, main')
    found = kept.read(file, [name])
    assert found == {(name, seed): before[seed]["found"] for seed in range(2)}
    added, direct = Tally("said"), Tally("said")
    regime = STILL[name]
    for seed in range(2):
        rng = np.random.default_rng(seed)
        direct.count(findings(draw(rng, a_staff(rng), regime)))
        added.add(Tally.of_kept("said", found[name, seed][f"{ALL} said"]))
    assert added == direct


def test_what_another_rule_found_does_not_count(tmp_path, monkeypatch):
    name, file = "together", tmp_path / "kept.jsonl"
    line = {"regime": name, "seed": 0, "figures": kept.figures_of(name), "found": {}}
    list(kept.keep(file, iter([line])))
    assert kept.read(file, [name]) == {(name, 0): {}}
    monkeypatch.setattr("analytics.comparison.verdict.SURE", 0.7)
    monkeypatch.setattr("analytics.comparison.margins.MARGIN", 2.0)
    monkeypatch.setattr("tests.reference.findings.rules.MARGIN", 2.0)
    kept.figures_of.cache_clear()
    assert kept.read(file, [name]) == {}
    kept.figures_of.cache_clear()


def of_an_agency(rng):
    """Make up what was counted in an agency: as many intervals as findings, some of them right."""
    called, large = (int(n) for n in rng.integers(1, 20, 2))
    wrong, under_half, found = (int(rng.integers(0, most + 1)) for most in (called, called, large))
    true = float(round(rng.uniform(20, 90), 1))
    shown = float(round(true * rng.uniform(0.8, 1.3), 1))
    unit = Called(called, wrong, under_half, shown, true, large, found)
    covered = {"agency": [9, 10], "unit": [int(rng.integers(80, 101)), 100]}
    tally = Tally(
        "said", 1, any_call=1, steady=100, steady_right=99, expected=0.25, covered=covered,
        each=[unit], each_covered=[covered],
    )  # fmt: skip
    tally.present["unit"] = unit
    return tally


def laid_out(tallies):
    added = Tally("said")
    for one in tallies:
        added.add(one)
    return row("still", added, {"1": added})


def test_a_table_of_more_agencies_is_added_to_the_one_that_is_there():
    rng = np.random.default_rng(1)
    agencies = [of_an_agency(rng) for _ in range(400)]
    whole, joined = (
        laid_out(agencies),
        join([laid_out(agencies[:150])], [laid_out(agencies[150:])])[0],
    )
    errors = ("errors", "errors_of_coverage", "first")
    assert {name: joined[name] for name in joined if name not in errors} == {
        name: whole[name] for name in whole if name not in errors
    }
    assert joined["agencies"] == 400
    assert joined["first"]["1"]["present"] == whole["first"]["1"]["present"]
    # of the same agencies in two strata: the same error but for what the strata differ by
    for name in ("errors", "errors_of_coverage"):
        assert joined[name] == pytest.approx(whole[name], rel=0.03)
    assert joined["first"]["1"]["errors"] == joined["errors"]


def test_a_table_of_another_rule_is_not_added():
    rng = np.random.default_rng(1)
    one = laid_out([of_an_agency(rng) for _ in range(2)])
    with pytest.raises(ValueError, match="figures: other is there"):
        join([{**one, "figures": "other"}], [one])


def test_a_unit_of_45_that_moves_for_good_is_found_as_often_as_by_the_rule_of_before():
    each = [found_in_one_unit(seed, waves_before=3) for seed in range(2)]
    assert sum(one.now for one in each) >= sum(one.before for one in each) > 0


def test_a_region_whose_units_have_an_answer_each_shows_nothing_and_the_whole_is_the_others():
    staff = a_staff(np.random.default_rng(1), units=60)
    score = np.full((staff.member.size, 2), 50.0) + 10 * (staff.member[:, None] % 2)
    answers = staff.region[staff.member] != 2
    first = np.searchsorted(staff.member, np.flatnonzero(staff.region == 2))
    answers[first] = True  # one of each unit of the region
    with np.errstate(all="raise"):
        shown = shown_of(staff, score, answers)
    assert not shown.isna().any(axis=None)
    assert "r2" not in set(shown["domain"])
    of = shown[shown["measure"] == "m0"].set_index(["level", "domain"])["mean"]
    parts = np.delete(staff.parts, 2)
    regions = of["region"].to_numpy()
    assert of["agency"].iloc[0] == pytest.approx(parts @ regions / parts.sum(), abs=0.1)
