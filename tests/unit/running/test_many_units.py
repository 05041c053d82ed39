"""An open wave's page of an agency of many units: regions at sight, units at a click."""

from types import SimpleNamespace

import pytest
from lxml import html

from survey_app.running.field.units import FieldUnit, UnitLines
from survey_app.shared.pages import environment
from tests.shown import text_of


def tables(units, order="organisation"):
    lines = [FieldUnit("Nord", True, 100 * units, 0, 10 * units, 0.1)] if units > 1 else []
    lines += [FieldUnit(f"Enhet {n}", False, 100, 0, 10, 0.1) for n in range(units)]
    if order != "organisation":
        lines = [line for line in lines if not line.is_region]
    page = environment().get_template("running/_field_units.html").render(
        campaign=SimpleNamespace(population="staff"), live=SimpleNamespace(by_mail=True),
        wave=SimpleNamespace(key="two"), units=UnitLines(tuple(lines), order, None), lang="nb",
    )  # fmt: skip
    return [
        (bool(table.xpath("ancestor::details")), [text_of(row) for row in table.xpath("tbody//th")])
        for table in html.fromstring(page).xpath("//table")
    ]


def test_regions_of_many_units_stand_open_and_all_units_are_folded_below():
    (folded, regions), (also, units) = tables(20)
    assert (folded, regions) == (False, ["Nord"])
    assert (also, len(units)) == (True, 21)


@pytest.mark.parametrize(("units", "order"), [(5, "organisation"), (40, "share")])
def test_few_units_and_units_that_somebody_sorted_stand_open(units, order):
    [(folded, shown)] = tables(units, order)
    assert not folded
    assert shown[-1] == f"Enhet {units - 1}"
