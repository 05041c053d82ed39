"""Trees small enough to work out on paper (instruments.md 7.8, anonymity-design.md 7)."""

import numpy as np
import pytest

from analytics.disclosure.protect import protect
from analytics.disclosure.releases import PublishedCells
from analytics.disclosure.rules import DisclosureError
from analytics.disclosure.table import DomainTree
from analytics.tables import EstimateTable
from tests.unit.analytics.disclosure.by_hand import (
    TWO_REGIONS,
    a_figure,
    a_plan,
    a_table,
    no_changes,
    shown,
)
from tests.unit.analytics.disclosure.trees import a_wave, units


def test_a_unit_with_9_answers_takes_its_sibling_with_14_along():
    counts = {"a": 9, "b": 14, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(1))
    table = wave.protected().estimates.frame
    ki = table[(table["measure"] == "KI") & (table["level"] == "unit")].set_index("domain")
    assert ki["status"].to_dict() == {
        "a": "suppressed_primary",
        "b": "suppressed_secondary",
        "c": "published",
        "d": "published",
        "e": "published",
    }
    assert shown(wave.protected(), "KI", level="region") == {"ost", "vest"}


def test_a_suppressed_cell_has_a_status_and_nothing_else():
    counts = {"a": 9, "b": 14, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(1))
    table = wave.protected().estimates.frame
    gone = table[table["status"] != "published"]
    figures = ["n", "population", "mean", "se", "low", "high", "se_model", "df", "deff", "n_eff"]
    assert len(gone)
    assert gone[figures].isna().all(axis=None)
    assert not gone["all_equal"].any()
    assert (gone["band"] == "").all()


def test_two_small_units_of_4_and_5_are_still_too_few_to_hide_behind_each_other():
    counts = {"a": 4, "b": 5, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(1))
    # 4 + 5 = 9 is below 10: the next sibling goes too
    assert shown(wave.protected(), "KI", level="unit") == {"d", "e"}


def test_a_unit_hidden_in_its_region_is_not_found_through_its_unit_type():
    frame = units(
        ("a", "ost", "hoy", 40), ("b", "ost", "lav", 40), ("c", "vest", "hoy", 90),
        ("d", "vest", "lav", 90), ("e", "vest", "lav", 90),
    )  # fmt: skip
    wave = a_wave(frame, {"a": 9, "b": 30, "c": 30, "d": 20, "e": 40}, np.random.default_rng(2))
    # by hand: a is hidden, so b goes (region ost); a is alone in type hoy, so c goes; c is then
    # alone in vest, so the smaller d goes; b and d are together in lav
    assert shown(wave.protected(), "KI", level="unit") == {"e"}
    assert shown(wave.protected(), "KI", level="unit_type") == {"hoy", "lav"}


def test_an_item_where_all_12_answer_5_is_hidden():
    counts = {"a": 12, "b": 30, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(3))
    wave.answers.loc[wave.unit == "a", "apn.2"] = 5.0
    protected = wave.protected()
    assert "a" not in shown(protected, "apn.2", level="unit")
    assert "a" in shown(protected, "APN", level="unit")
    assert "a" in shown(protected, "try.1", level="unit")
    # the scale and the other item would give it back
    assert "a" not in shown(protected, "apn.1", level="unit")


def test_an_item_under_20_answers_has_a_mean_but_no_spread_and_no_distribution():
    counts = {"a": 12, "b": 30, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(4))
    table = wave.protected().estimates.frame
    row = table[(table["measure"] == "try.1") & (table["domain"] == "a")]
    mean = row[row["statistic"] == "mean"].iloc[0]
    assert mean["status"] == "published"
    assert mean[["se", "low", "high", "se_model", "deff", "n_eff"]].isna().all()
    assert set(row.loc[row["statistic"] == "share", "status"]) == {"suppressed_primary"}


def test_an_index_is_hidden_where_one_of_its_parts_is_and_no_weights_are_moved():
    # PLA has 49 answers in the age group: OI is not shown for it, the other parts are
    tree = DomainTree.groups({"age": ("young", "middle", "old")})
    plan = a_plan(
        tree,
        scales={"PLA": ("pla.1",), "SAM": ("sam.1",)},
        indices={"OI": ("PLA", "SAM")},
    )
    sizes = {"PLA": (49, 400, 400), "SAM": (120, 500, 500), "OI": (49, 400, 400)}
    rows = [
        a_figure(
            level, domain, measure=measure, n=n, n_eff=float(n),
            kind="index" if measure == "OI" else "scale",
        )
        for measure, n_of in sizes.items()
        for (level, domain), n in zip(
            (("agency", ""), ("group", "age:young"), ("group", "age:middle"), ("group", "age:old")),
            (sum(n_of), *n_of),
            strict=True,
        )
    ]  # fmt: skip
    protected = protect(a_table(*rows), no_changes(), plan=plan)
    assert shown(protected, "SAM", level="group") == {"age:young", "age:middle", "age:old"}
    # 49 would follow from the whole and the other two: the next smallest goes along
    assert len(shown(protected, "PLA", level="group")) == 1
    assert shown(protected, "OI", level="group") == shown(protected, "PLA", level="group")


def test_a_hidden_part_of_an_index_takes_the_index_and_its_other_parts_along():
    counts = {"a": 12, "b": 30, "c": 40, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(5))
    wave.answers.loc[np.flatnonzero(wave.unit == "a")[:3], ["apn.1", "apn.2"]] = np.nan
    protected = wave.protected()
    assert "a" not in shown(protected, "APN", level="unit")  # 9 have a score
    assert "a" not in shown(protected, "KI", level="unit")
    # with it shown, the index would have half the room of the other part
    assert "a" not in shown(protected, "TRY", level="unit")


def test_a_distribution_that_is_mostly_that_of_one_small_unit_is_hidden():
    # 8 of 48 answers stand for two in three of the region's people, or for half of them
    frame = units(("a", "ost", "hoy", 80), ("b", "ost", "lav", 40), ("c", "vest", "lav", 200))
    for weight, expected in ((10.0, set()), (5.0, {"ost"})):
        wave = a_wave(frame, {"a": 8, "b": 40, "c": 60}, np.random.default_rng(6))
        table = wave.estimates().frame
        heavy = table["n"] + (weight - 1) * table["domain"].map(
            {"a": 8, "ost": 8, "hoy": 8}
        ).fillna(8 * (table["level"] == "agency"))
        protected = protect(EstimateTable(table.assign(weight=heavy)), no_changes(), plan=wave.plan)
        found = protected.estimates.frame
        rows = found[(found["level"] == "region") & (found["status"] == "published")]
        told = rows[(rows["statistic"] == "share") & (rows["domain"] == "ost")]
        assert set(told["domain"]) == expected


def test_nine_who_would_not_say_are_not_found_by_subtraction_from_the_whole():
    tree = DomainTree.groups({"gender": ("woman", "man")})
    for silent, expected in ((9, {"gender:man"}), (10, {"gender:woman", "gender:man"})):
        rows = [
            a_figure(n=1200 + silent, n_eff=1100.0),
            a_figure("group", "gender:woman", n=500, n_eff=450.0),
            a_figure("group", "gender:man", n=700, n_eff=650.0),
        ]
        protected = protect(a_table(*rows), no_changes(), plan=a_plan(tree))
        assert shown(protected, level="group") == expected


def test_a_hidden_public_category_is_never_found_by_subtraction():
    # 45 is too few to be shown and would follow from the total and the others
    tree = DomainTree.groups({"county": ("03", "11", "56")})
    rows = [
        a_figure(n=1245, n_eff=1100.0),
        a_figure("group", "county:03", n=700, n_eff=650.0),
        a_figure("group", "county:11", n=500, n_eff=450.0),
        a_figure("group", "county:56", n=45, n_eff=44.0),
    ]
    protected = protect(a_table(*rows), no_changes(), plan=a_plan(tree))
    assert shown(protected, level="group") == {"county:03"}


def test_a_channel_and_its_complement_are_both_large():
    tree = DomainTree.groups({"channel": ("web", "video")}, overlapping=["channel"])
    rows = [
        a_figure(n=1000, n_eff=900.0),
        a_figure("group", "channel:web", n=996, n_eff=890.0),  # 4 without it: hidden
        a_figure("group", "channel:video", n=700, n_eff=650.0),
    ]
    protected = protect(a_table(*rows), no_changes(), plan=a_plan(tree))
    assert shown(protected, level="group") == {"channel:video"}


@pytest.mark.parametrize(("n_eff", "whole"), [(499.0, set()), (500.0, {""})])
def test_a_public_wave_needs_500_effective_respondents(n_eff, whole):
    rows = [
        a_figure(n=900, n_eff=n_eff),
        a_figure("group", "age:old", n=400, n_eff=380.0),
        a_figure("group", "age:young", n=500, n_eff=380.0),
    ]
    plan = a_plan(DomainTree.groups({"age": ("old", "young")}))
    protected = protect(a_table(*rows), no_changes(), plan=plan)
    assert shown(protected, level="agency") == whole
    assert bool(shown(protected, level="group")) == bool(whole)


def test_a_scale_with_a_filtered_base_meets_the_subgroups_limit_not_the_headlines():
    # some 30 % have used a channel: their figure is a subgroup's, in a wave that is large enough
    sizes = {"TI": (1700, 1500.0), "PLA": (560, 470.0)}
    rows = [a_figure(measure=code, n=n, n_eff=n_eff) for code, (n, n_eff) in sizes.items()]
    plan = a_plan(DomainTree(()), scales={code: (code.lower(),) for code in sizes})
    published = protect(a_table(*rows), no_changes(), plan=plan).estimates.frame
    assert set(published.loc[published["status"] == "published", "measure"]) == set(sizes)


def test_an_open_link_is_shown_from_50_answers():
    for n, expected in ((49, set()), (50, {""})):
        table = a_table(a_figure(n=n, n_eff=45.0))
        plan = a_plan(DomainTree(()), population="open")
        assert shown(protect(table, no_changes(), plan=plan)) == expected


def test_a_mean_of_exactly_100_is_hidden_below_50():
    for n, expected in ((49, set()), (50, {""})):
        table = a_table(a_figure(n=n, mean=100.0, population=90))
        plan = a_plan(DomainTree(()), population="staff")
        assert shown(protect(table, no_changes(), plan=plan)) == expected


def test_a_staff_group_of_14_people_is_not_shown_however_many_answer():
    for people, expected in ((14, set()), (15, {""}), (None, set())):
        table = a_table(a_figure(n=14, population=people))
        plan = a_plan(DomainTree(()), population="staff")
        assert shown(protect(table, no_changes(), plan=plan)) == expected


def test_what_is_not_in_the_plan_is_not_shown():
    plan = a_plan(DomainTree(()), population="staff")
    for strange in (
        {"measure": "Y"},
        {"statistic": "balance", "mean": 0.1},
        {"level": "region", "domain": "atlantis"},
    ):
        table = a_table(a_figure(population=400) | strange)
        frame = protect(table, no_changes(), plan=plan).estimates.frame
        assert frame["status"].tolist() == ["suppressed_primary"]


def test_a_domain_hidden_in_the_wave_before_is_hidden_first():
    counts = {"a": 9, "b": 30, "c": 14, "d": 40, "e": 40}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(6))
    assert "b" in shown(wave.protected(), "KI", level="unit")
    before = PublishedCells("w0", frozenset(), frozenset({("unit", "b")}))
    after = wave.protected(earlier=[before])
    assert shown(after, "KI", level="unit") == {"c", "d", "e"}


def test_people_with_a_regions_own_code_are_not_found_by_subtraction():
    counts = {"a": 30, "b": 35, "c": 40, "d": 40, "e": 40, "vest": 7}
    wave = a_wave(TWO_REGIONS, counts, np.random.default_rng(8))
    # vest minus d minus e would be the 7: one of d and e is hidden with them
    assert len(shown(wave.protected(), "KI", level="unit") & {"d", "e"}) == 1


def without_covers(monkeypatch):
    """Leave out all that hides one cell for another's sake, but the audit."""
    monkeypatch.setattr(
        "analytics.disclosure.suppression.patterns.suppress_secondary",
        lambda _n, _c, hidden, **_: hidden,
    )
    monkeypatch.setattr(
        "analytics.disclosure.solve_suppression.lacks_protection", lambda *_, **__: False
    )
    return a_wave(
        TWO_REGIONS, {"a": 9, "b": 14, "c": 40, "d": 40, "e": 40}, np.random.default_rng(9)
    )


def test_the_audit_mends_what_the_networks_leave_open(monkeypatch):
    protected = without_covers(monkeypatch).protected()
    # a is ost without b and c: the smaller of them goes, as the network would have it
    assert shown(protected, "KI", level="unit") == {"c", "d", "e"}
    assert shown(protected, "KI", level="region") == {"ost", "vest"}


def test_a_leak_that_nothing_mends_stops_the_publication(monkeypatch):
    wave = without_covers(monkeypatch)
    monkeypatch.setattr(
        "analytics.disclosure.solve_suppression.cells_to_suppress", lambda _publication: []
    )
    with pytest.raises(DisclosureError, match="nothing is published"):
        wave.protected()
