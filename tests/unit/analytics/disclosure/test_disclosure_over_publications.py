"""What several publications of the same responses give away together, worked out by hand."""

import numpy as np
import pytest

from analytics.disclosure.audit.audit import audit, cells_to_suppress
from analytics.disclosure.audit.candidate_release import CandidateRelease
from analytics.disclosure.audit.released_totals import ReleasedTotal, SensitiveTotal
from analytics.disclosure.audit.suppress_totals import suppress_totals
from analytics.disclosure.protect import protect
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, PriorRelease
from analytics.tables import ChangeTable
from tests.unit.analytics.disclosure.trees import a_wave, units

KI = ("KI", "mean", "")
AGENCY = ("agency", "")
OST, VEST = ("region", "ost"), ("region", "vest")
A, B, C, D, E = (("unit", code) for code in "abcde")

FRAME = units(
    ("a", "ost", "", 90), ("b", "ost", "", 90), ("c", "ost", "", 90), ("d", "vest", "", 90),
    ("e", "vest", "", 90),
)  # fmt: skip
SIZES = {"a": 9, "b": 14, "c": 40, "d": 40, "e": 40}


def counted(frame, sizes):
    """Respondents of every cell."""
    n = {("unit", code): sizes[code] for code in frame["unit"]}
    for row in frame.itertuples():
        for key in (("region", row.region), ("unit_type", row.unit_type), AGENCY):
            if key[1] or key == AGENCY:
                n[key] = n.get(key, 0) + sizes[row.unit]
    return n


def planned(shown, *told, frame=FRAME, sizes=SIZES, k=5):
    return CandidateRelease(
        DomainTree.staff(frame),
        {KI: frozenset(shown)},
        {KI: counted(frame, sizes)},
        minimum_group=k,
        remainder=10,
        prior_releases=told,
    )


def told(shown, label="version 1", frame=FRAME, sizes=SIZES):
    n = counted(frame, sizes)
    return PriorRelease(label, DomainTree.staff(frame), {KI: {key: n[key] for key in shown}})


def cells(found):
    return {(one.level, one.domain) for one in found if one.measure}


UPPER = {AGENCY, OST, VEST, D, E}


def test_a_correction_does_not_show_the_cell_that_covered_another_before():
    # version 1 hid a (9) behind b (14); version 2 would hide it behind c (40)
    first, second = UPPER | {C}, UPPER | {B}
    assert audit(planned(first)) == []
    assert audit(planned(second)) == []
    together = planned(second, told(first))
    # ost less b and c, and c was told
    assert cells(audit(together)) == {A, OST}
    assert cells(cells_to_suppress(together)) == {B}
    assert audit(planned(UPPER, told(first))) == []


def test_a_cell_that_was_hidden_may_be_shown_where_nothing_follows():
    # a has 20 now that the limit is lower: it hid only itself and b
    sizes = SIZES | {"a": 20}
    first = UPPER | {C}
    assert (
        cells_to_suppress(planned(UPPER | {A, B, C}, told(first, sizes=sizes), sizes=sizes)) == []
    )


def test_what_was_told_cannot_be_kept_any_more_and_stops_nothing():
    # version 1 showed everything; now a is hidden, with b
    first = UPPER | {A, B, C}
    assert audit(planned(UPPER | {C}, told(first))) == []
    # and a by itself, since nothing can be taken back
    assert audit(planned(UPPER | {B, C}, told(first))) == []


def test_a_total_that_moved_by_a_few_respondents_is_not_shown_again():
    # 40 in c, and 38 after a correction of the base: the two who went would follow
    first = UPPER | {C}
    moved = planned(first, told(first, sizes=SIZES | {"c": 40}), sizes=SIZES | {"c": 38})
    found = cells_to_suppress(moved)
    # c, and ost and the agency, which the two went from as well
    assert cells(found) >= {C}
    shown = set(first)
    while found:
        shown -= cells(found)
        found = cells_to_suppress(planned(shown, *moved.prior_releases, sizes=SIZES | {"c": 38}))
    assert shown == {VEST, D, E}
    # by ten it may move: ten may be told apart
    again = planned(first, told(first, sizes=SIZES | {"c": 50}), sizes=SIZES)
    assert cells_to_suppress(again) == []


def test_trees_before_and_after_a_reorganisation_stand_together():
    # b went from ost to vest: the same answers, published on both trees
    after = FRAME.assign(region=["ost", "vest", "ost", "vest", "vest"])
    sizes = SIZES | {"b": 4}
    old = {AGENCY, OST, VEST, D, E}
    assert audit(planned(old, sizes=sizes)) == []
    assert audit(planned({AGENCY, OST, VEST}, frame=after, sizes=sizes)) == []
    # the old ost less the new one is b, and both were on no tree by themselves
    together = planned({AGENCY, OST, VEST}, told(old, sizes=sizes), frame=after, sizes=sizes)
    assert B in cells(audit(together))
    shown = {AGENCY, OST, VEST}
    while found := cells_to_suppress(
        planned(shown, told(old, sizes=sizes), frame=after, sizes=sizes)
    ):
        shown -= cells(found)
    # one region would give the other away with the agency
    assert shown == {AGENCY}


def test_a_yearly_figure_does_not_give_the_hidden_wave_away():
    # u is shown in two pulses and hidden in the third: the year less the two is the third
    figure = "KI"
    pulses = [
        ReleasedTotal(figure, frozenset({(wave, "u")}), (wave, "unit", "u"))
        for wave in ("k1", "k2")
    ]
    year = ReleasedTotal(
        figure, frozenset((wave, "u") for wave in ("k1", "k2", "k3")), ("year", "unit", "u"), 2, 30
    )
    hidden = SensitiveTotal(figure, frozenset({("k3", "u")}), "it is hidden in the third")
    assert [one.total.label for one in suppress_totals(pulses, [year], [hidden])] == [year.label]
    # shown in one only, two stay together
    assert suppress_totals(pulses[:1], [year], [hidden]) == []


def test_numbers_of_respondents_are_told_by_every_figure_at_once():
    # KI hides a with b, TRY hides it with c: each keeps the mean of a, and both n together do not
    sizes = SIZES | {"a": 4}
    n = counted(FRAME, sizes)
    names = {"KI": UPPER | {C}, "TRY": UPPER | {B}}
    shown = {(measure, "mean", ""): frozenset(keys) for measure, keys in names.items()}

    def planned_now(shown):
        return CandidateRelease(
            DomainTree.staff(FRAME), shown, dict.fromkeys(shown, n), minimum_group=5, remainder=10
        )

    assert {(one.measure, one.domain) for one in audit(planned_now(shown))} == {("", "a")}
    found = cells_to_suppress(planned_now(shown))
    assert {(one.measure, one.domain) for one in found} == {("", "b")}
    assert audit(planned_now({name: keys - {B} for name, keys in shown.items()})) == []


def test_remainders_are_looked_for_below_a_hidden_parent():
    # ost is hidden; less vest and its own units b and c the agency leaves the 9 of a
    sizes = SIZES | {"d": 30, "e": 31}
    shown = {AGENCY, VEST, B, C, D, E}
    found = audit(planned(shown, sizes=sizes))
    assert {A, OST} <= cells(found)


def shown_units(protected, measure="KI"):
    frame = protected.estimates.frame
    rows = frame[(frame["measure"] == measure) & (frame["statistic"] == "mean")]
    return set(rows.loc[(rows["status"] == "published") & (rows["level"] == "unit"), "domain"])


@pytest.mark.parametrize("seed", range(3))
def test_a_corrected_publication_leaks_nothing_that_the_two_versions_would(seed):
    # the limit for means was 10 and is 12: another pattern of covers beside the old one
    frame = units(*((f"u{i}", f"r{i % 3}", f"t{i // 2 % 3}", 90) for i in range(12)))
    rng = np.random.default_rng(seed)
    sizes = {f"u{i}": int(n) for i, n in enumerate(rng.integers(8, 40, 12))}
    wave = a_wave(frame, sizes, rng)
    plans = [wave.plan_with(DisclosureRules(limits={"staff_mean": n})) for n in (16, 10)]
    exact = wave.estimates()
    first = protect(exact, ChangeTable.empty(), plan=plans[0])
    before = PriorRelease.of("version 1", plans[0].tree, first.estimates.frame)
    second = protect(exact, ChangeTable.empty(), plan=plans[1], prior_releases=[before])
    # nobody answered anew: what was told cannot be taken back, what was hidden stays so
    assert shown_units(second) == shown_units(first)
    n = counted(frame, sizes)
    seen = second.estimates.frame
    seen = seen[seen["status"] == "published"].groupby(["measure", "statistic", "category"])
    names = {
        name: frozenset(zip(rows["level"], rows["domain"], strict=True)) for name, rows in seen
    }
    both = CandidateRelease(
        plans[1].tree, names, dict.fromkeys(names, n), minimum_group=5, remainder=10,
        prior_releases=(before,),
    )  # fmt: skip
    assert audit(both) == []
    # the same plan again says the same again
    again = protect(exact, ChangeTable.empty(), plan=plans[0], prior_releases=[before])
    assert again.estimates.frame.equals(first.estimates.frame)


def test_a_figure_that_was_hidden_everywhere_stays_hidden():
    frame = units(*((f"u{i}", f"r{i % 2}", f"t{i % 2}", 90) for i in range(4)))
    wave = a_wave(frame, {f"u{i}": 30 for i in range(4)}, np.random.default_rng(1))
    all_hidden, plan = (
        wave.plan_with(DisclosureRules(limits={"staff_mean": n})) for n in (500, 10)
    )
    exact = wave.estimates()
    first = protect(exact, ChangeTable.empty(), plan=all_hidden)
    assert shown_units(first) == set()
    before = PriorRelease.of("version 1", plan.tree, first.estimates.frame)
    assert shown_units(protect(exact, ChangeTable.empty(), plan=plan)) == set(frame["unit"])
    assert (
        shown_units(protect(exact, ChangeTable.empty(), plan=plan, prior_releases=[before]))
        == set()
    )
