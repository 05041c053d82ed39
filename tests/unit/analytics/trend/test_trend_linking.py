"""Splices and the chain: instruments.md 4.9, with its worked number 9.8."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analytics.errors import FrameError, SpecificationError
from analytics.trend.chain import link_series
from analytics.trend.overlap import Arm, paired, paired_summary, unpaired
from analytics.trend.series import wave_series
from analytics.trend.slope import slope
from analytics.trend.splice import decide_link

OLD, NEW = Arm(640, 52.4, 22.0), Arm(655, 58.1, 21.5)


def days(n):
    return [date(2020 + at, 3, 1) for at in range(n)]


def a_splice(overlap=None, *, at=2, case="A", name="s1", **changed):
    return decide_link(
        overlap or unpaired(OLD, NEW),
        id=name,
        index="KI",
        wave=days(10)[at],
        case=case,
        decided_by="the board",
        decided=date(2022, 5, 1),
        **changed,
    )


def paired_arms(old_sd=20.0, new_sd=20.0, n=900, difference=5.0):
    return paired_summary(Arm(n, 50.0, old_sd), Arm(n, 50.0 + difference, new_sd), 0.8)


def test_the_worked_splice_has_its_delta_and_its_error():
    splice = a_splice()
    assert splice.method == "additive"
    assert (round(splice.applied, 1), round(splice.se, 3)) == (5.7, 1.209)


def test_the_next_wave_is_linked_with_the_error_carried_on():
    found = link_series(wave_series(days(3), [52, 53, 57.0], [0.6, 0.6, 0.62]), [a_splice()])
    assert round(found.linked.estimate[2], 1) == 51.3
    assert round(found.linked.total_se[2], 3) == 1.359
    assert found.unlinked.estimate[2] == 57.0
    assert list(found.linked.estimate[:2]) == [52, 53]


def test_several_splices_add_up_and_so_do_their_variances():
    second = a_splice(unpaired(Arm(900, 60, 20), Arm(900, 57, 20)), at=4, name="s2")
    found = link_series(wave_series(days(6), [50.0] * 6, [1.0] * 6), [second, a_splice()])
    assert found.linked.estimate == pytest.approx([50, 50, 44.3, 44.3, 47.3, 47.3])
    apart = 1.0 + a_splice().se ** 2 + second.se**2
    assert found.linked.total_se[5] ** 2 == pytest.approx(apart)


def test_a_splice_drops_out_of_the_slope_of_waves_that_share_it():
    plain = wave_series(days(6), [50, 51, 57.0, 58, 57.5, 59], [1.0] * 6)
    linked = link_series(plain, [a_splice()]).linked
    assert slope(linked).line_se == pytest.approx(slope(plain).line_se)
    assert slope(linked).per_year == pytest.approx(slope(plain).per_year)
    unshared = replace(linked, shared=np.zeros((6, 0)))
    assert slope(linked, waves=6).line_se > slope(unshared, waves=6).line_se


def test_a_small_difference_is_subtracted_though_it_may_be_chance():
    splice = a_splice(unpaired(Arm(900, 60.0, 20), Arm(900, 60.9, 20)))
    assert (splice.method, splice.applied) == ("additive", splice.delta)
    found = link_series(wave_series(days(3), [60, 60, 61], [1, 1, 1]), [splice])
    assert found.linked.estimate[2] == pytest.approx(60.1)
    assert found.linked.total_se[2] > 1


def test_too_large_an_error_breaks_the_series():
    splice = a_splice(unpaired(Arm(100, 52, 22), Arm(100, 58, 22)))
    assert splice.method == "none"
    assert "one more overlap wave" in splice.note
    found = link_series(wave_series(days(4), [50, 51, 57, 58], [1] * 4), [splice])
    assert found.breaks == (days(4)[2],)
    assert found.segment == (0, 0, 1, 1)
    assert list(found.comparable().estimate) == [57, 58]


def test_a_splice_after_a_break_links_to_the_break_alone():
    broken = a_splice(unpaired(Arm(100, 52, 22), Arm(100, 58, 22)), at=2, name="broken")
    found = link_series(wave_series(days(6), [50.0] * 6, [1.0] * 6), [broken, a_splice(at=4)])
    assert found.linked.estimate == pytest.approx([50, 50, 50, 50, 44.3, 44.3])
    before = a_splice(at=1, name="before")
    found = link_series(wave_series(days(6), [50.0] * 6, [1.0] * 6), [before, broken])
    assert found.linked.estimate == pytest.approx([50, 44.3, 50, 50, 50, 50])


def test_a_changed_strategy_needs_two_thirds_of_the_weight_and_invariance():
    assert a_splice(paired_arms(), case="D", unchanged_weight=2 / 3).method == "additive"
    assert a_splice(paired_arms(), case="D", unchanged_weight=0.6).method == "none"
    assert a_splice(paired_arms(), case="D", invariant=False).method == "none"


def test_a_different_spread_is_equated_and_not_only_moved():
    # r = 20/25; linked = 50 + 0.8 (65 - 55) = 58; by hand, 4.9 and Kolen and Brennan
    splice = a_splice(unpaired(Arm(1000, 50.0, 20.0), Arm(1000, 55.0, 25.0)))
    assert splice.method == "linear"
    found = link_series(wave_series(days(3), [50, 50, 65.0], [1, 1, 1.0]), [splice])
    assert found.linked.estimate[2] == pytest.approx(58.0)
    by_hand = 0.8**2 + 400 / 1000 * 2 + 20**2 * (10 / 25) ** 2 * (0.5 / 999 + 0.5 / 999)
    assert found.linked.total_se[2] ** 2 == pytest.approx(by_hand)


def test_equating_errors_are_those_of_repeated_overlaps():
    rng = np.random.default_rng(4)
    linked = []
    for _ in range(2000):
        old, new = rng.normal(50, 20, 400), rng.normal(55, 25, 400)
        linked.append(old.mean() + old.std(ddof=1) / new.std(ddof=1) * (75 - new.mean()))
    splice = a_splice(unpaired(Arm(1500, 50, 20.0), Arm(1500, 55, 25.0)))
    found = link_series(wave_series(days(3), [50, 50, 75.0], [0, 0, 0.0]), [splice])
    # 400 against 1500 persons: the error is sqrt(1500 / 400) times as large
    assert found.linked.total_se[2] * np.sqrt(1500 / 400) == pytest.approx(np.std(linked), rel=0.05)


def test_pairs_are_surer_than_halves_and_say_so_either_way():
    rng = np.random.default_rng(2)
    old = rng.normal(60, 15, 300)
    new = 0.9 * old + rng.normal(8, 6, 300)
    full = paired(old, new)
    summary = paired_summary(full.old, full.new, full.correlation)
    assert summary.difference_se == pytest.approx(full.difference_se)
    assert full.difference_se < unpaired(full.old, full.new).difference_se / 2


def test_who_lacks_a_score_is_left_out_of_the_pairs():
    assert paired([50, 60, np.nan, 70], [55, 61, 80, np.nan]).old.n == 2


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: unpaired(Arm(1, 50, 20), NEW), "the old half"),
        (lambda: unpaired(OLD, Arm(600, float("nan"), 20)), "the new half"),
        (lambda: unpaired(Arm(0, 60.0, 15.0), Arm(9, 60.0, 15.0)), "at least 2 persons"),
        (lambda: paired([1.0], [2.0]), "at least 2 persons"),
        (lambda: paired([1.0, 2], [2.0, 3], [1, 0]), "above zero"),
        (lambda: paired([1.0, 2], [2.0]), "per person"),
        (lambda: paired_summary(Arm(9, 1, 1), Arm(8, 1, 1), 0), "not 9 and 8"),
        (lambda: paired_summary(Arm(9, 1, 1), Arm(9, 1, 1), 2), "between -1 and 1"),
    ],
)
def test_an_overlap_that_cannot_be_used_says_why(make, sentence):
    with pytest.raises(FrameError, match=sentence):
        make()


def test_cases_and_designs_go_together():
    with pytest.raises(SpecificationError, match="case B needs both versions"):
        a_splice(case="B")
    with pytest.raises(SpecificationError, match="case A needs a split sample"):
        a_splice(paired_arms())


def test_two_splices_cannot_begin_at_one_wave():
    with pytest.raises(SpecificationError, match="the same wave"):
        link_series(wave_series(days(4), [50] * 4, [1] * 4), [a_splice(), a_splice(name="s2")])


def test_a_version_that_everybody_answers_alike_cannot_be_linked():
    assert a_splice(unpaired(Arm(900, 100, 0.0), Arm(900, 90, 10))).method == "none"
