"""Exposure by hand: a band instead of a number, and none where it would tell of everybody."""

import pytest

from analytics.disclosure.protect import protect
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree, TableDomain, plan_crossed_tables
from tests.unit.analytics.disclosure.by_hand import a_figure, a_plan, a_table, no_changes, shown

CARE = {"sensitivity": {"vp.hen.1": "exposure"}}


@pytest.mark.parametrize(
    ("share", "band"),
    [(0.049, "under_5"), (0.05, "5_14"), (0.149, "5_14"), (0.15, "15_29"), (0.3, "30_49"),
     (0.5, "50_plus"), (0.99, "50_plus")],
)  # fmt: skip
def test_exposure_is_a_band_without_any_number(share, band):
    tree = DomainTree((TableDomain("region", "ost"),))
    plan = plan_crossed_tables(
        tree, rules=DisclosureRules(**CARE), scales={}, indices={}, population="staff"
    )
    object.__setattr__(plan, "items", {"vp.hen.1": ("prevalence", "share")})
    row = a_figure(
        measure="vp.hen.1", kind="item", statistic="prevalence", n=200, population=300, mean=share,
        low=share, high=share,
    )  # fmt: skip
    option = row | {"statistic": "share", "category": "2"}
    frame = protect(a_table(row, option), no_changes(), plan=plan).estimates.frame
    exposed = frame[frame["statistic"] == "prevalence"].iloc[0]
    assert exposed["band"] == band
    assert exposed[["mean", "se", "low", "high", "se_model", "deff", "n_eff"]].isna().all()
    # the share of one option would undo the band
    assert frame.loc[frame["statistic"] == "share", "status"].tolist() == ["suppressed_primary"]


@pytest.mark.parametrize(("n", "bands"), [(20, ["", ""]), (21, ["under_5", "under_5"])])
def test_the_lowest_band_of_exposure_does_not_tell_one_person_from_nobody(n, bands):
    plan = a_plan(DomainTree(()), population="staff", **CARE)
    object.__setattr__(plan, "items", {"vp.hen.1": ("prevalence",)})
    found = []
    for exposed in (0, 1):
        row = a_figure(
            measure="vp.hen.1", kind="item", statistic="prevalence", n=n, population=60,
            mean=exposed / 21, all_equal=exposed == 0,
        )  # fmt: skip
        cell = protect(a_table(row), no_changes(), plan=plan).estimates.frame.iloc[0]
        found.append(cell["band"] or "")
    assert found == bands


def test_bands_do_not_tell_that_everybody_in_small_units_was_exposed():
    # n, exposed and people; at 15 % of the agency and below 5 % of "a" it could be nothing else
    sizes = {"a": (260, 12, 260), "b": (8, 8, 16), "c": (8, 8, 16)}

    def a_row(level, domain, names, parent=""):
        people = float(sum(sizes[one][2] for one in names))
        exposed = sum(sizes[one][1] * sizes[one][2] / sizes[one][0] for one in names)
        return a_figure(
            level, domain, parent=parent, measure="vp.hen.1", kind="item", statistic="prevalence",
            n=sum(sizes[one][0] for one in names), population=int(people), weight=people,
            mean=exposed / people,
        )  # fmt: skip

    table = a_table(
        a_row("agency", "", "abc"),
        a_row("region", "ost", "abc"),
        *(a_row("unit", one, one, "ost") for one in sizes),
    )
    units = (TableDomain("unit", one, "ost") for one in sizes)
    tree = DomainTree((TableDomain("region", "ost"), *units))
    plan = a_plan(tree, population="staff", **CARE)
    object.__setattr__(plan, "items", {"vp.hen.1": ("prevalence",)})
    protected = protect(table, no_changes(), plan=plan)
    told = shown(protected, "vp.hen.1", "prevalence")
    assert "" in told
    assert not told & {"a", "b", "c"}
