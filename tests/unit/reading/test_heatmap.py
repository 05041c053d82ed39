"""The heatmap: what its colours compare with, and what its order may say."""

import copy
from collections import Counter

import pytest

from survey_app.reading.culture.heatmap import heatmap, units_shown
from survey_app.reading.published import Published
from tests.builders_publication import staff_series

EVERY = frozenset({"ost", "sor", "sorvest", "nord"})


@pytest.fixture(scope="module")
def shown():
    content = {**staff_series()[3], "agreement": [], "warnings": []}
    return Published(content)


def drawn(shown, **choices):
    places = tuple(d for d in shown.domains if d.level in {"agency", "region", "unit"})
    return heatmap(shown, places, "nb", opened=EVERY, **choices)


def units_of(table):
    return [row for region in table.regions for row in region.units if not row.hidden]


def test_a_unit_may_be_apart_from_its_region_and_not_from_the_agency(shown):
    found = {}
    for compare in ("agency", "parent"):
        for row in units_of(drawn(shown, compare=compare)):
            region = shown.estimate("APN", "region", row.place.parent).mean
            cell = next(one for one in row.cells if one.measure == "APN")
            found[compare, row.place.code] = cell.step
            if compare == "parent" and cell.step:
                assert (cell.mean > region) == (cell.step > 0)
                assert abs(cell.mean - region) >= 4.9
                assert cell.words.endswith("enn regionen")
    codes = {code for _, code in found}
    assert any(found["agency", code] != found["parent", code] for code in codes)


def test_own_history_is_coloured_by_the_published_verdict(shown):
    steps = {"up": 1, "down": -1}
    for row in units_of(drawn(shown, compare="own")):
        for cell in row.cells:
            change = shown.change(cell.measure, "unit", row.place.code, "previous")
            verdict = change.verdict if change and change.shown else ""
            assert (cell.step > 0) - (cell.step < 0) == steps.get(verdict, 0)


@pytest.mark.parametrize("order", ["APN", "-APN"])
def test_sorting_puts_apart_only_what_certainly_differs(shown, order):
    plain, table = drawn(shown), drawn(shown, order=order)
    column = table.sorted_by
    assert (column.code, column.next_order) == ("APN", {"APN": "-APN"}.get(order, "organisation"))
    at = [one.code for one in table.columns].index("APN")
    for before in plain.regions:
        after = next(one for one in table.regions if one.row.place == before.row.place)
        keys = [(bool(row.hidden), row.cells[at].step * (-1 if order[0] == "-" else 1))
                for row in after.units]  # fmt: skip
        assert keys == sorted(keys)
        for step in {row.cells[at].step for row in before.units}:
            same = [[row.name for row in region.units if row.cells[at].step == step]
                    for region in (before, after)]  # fmt: skip
            assert same[0] == same[1] or any(row.hidden for row in before.units)


def test_units_of_an_agency_without_regions_stand_in_one_list(shown):
    places = tuple(d for d in shown.domains if d.level in {"agency", "unit"})
    table = heatmap(shown, places, "nb")
    assert table.regions == ()
    assert [row.place.code for row in table.together] == [d.code for d in places[1:]]


def test_a_row_of_people_who_answered_alike_says_why_it_has_no_figures():
    content = copy.deepcopy(staff_series()[3])
    for cell in content["estimates"]:
        if cell["level"] == "agency":
            cell.update(dict.fromkeys(("se", "low", "high")))
    table = drawn(Published(content))
    assert table.agency.hidden == "Vises ikke: alle svarte likt, så usikkerheten er ukjent"


def test_a_level_without_number_and_interval_stands_in_its_cell_without_colour(shown):
    row = next(iter(units_of(drawn(shown))))
    content = copy.deepcopy(shown.content)
    for cell in content["estimates"]:
        if (cell["level"], cell["domain"]) == ("unit", row.place.code):
            cell.update(dict.fromkeys(("n", "se", "low", "high")))
    bare = Published(content)
    cells = next(one.cells for one in units_of(drawn(bare)) if one.place == row.place)
    assert not any(one.style or one.move or one.hidden for one in cells)
    assert {one.words for one in cells} == {"usikkerheten vises ikke"}
    told = [bare.estimate(one.measure, "unit", row.place.code).mean for one in cells]
    assert [one.mean for one in cells] == told
    assert units_shown(bare, "nb") == units_shown(shown, "nb")


def test_an_unknown_column_leaves_the_organisations_order(shown):
    assert drawn(shown, order="XYZ").order == "organisation"


def test_the_smoothed_mean_of_each_cell_is_looked_up_once(shown, monkeypatch):
    asked, look = Counter(), Published.pooled
    monkeypatch.setattr(
        Published, "pooled", lambda self, *cell: asked.update([cell]) or look(self, *cell)
    )
    drawn(shown, compare="agency")
    assert set(asked.values()) == {1}


def test_a_unit_with_any_figure_in_the_table_is_counted_among_those_with_figures(shown):
    table = drawn(shown)
    rows = [row for region in table.regions for row in region.units]
    told = f"{len(units_of(table))} av {len(rows)} enheter har egne tall;"
    assert units_shown(shown, "nb") == f"{told} resten er med i tallene for regionen."
    first, unit = table.columns[0].code, units_of(table)[0].place.code
    content = copy.deepcopy(shown.content)
    for cell in content["estimates"]:
        if (cell["measure"], cell["level"], cell["domain"]) == (first, "unit", unit):
            cell.update(mean=None, se=None, low=None, high=None, status="suppressed_secondary")
    assert units_shown(Published(content), "nb") == units_shown(shown, "nb")
    # of none hidden there is no rest, and without regions the rest is in no region
    hidden = {row.place.code for row in rows if row.hidden}
    whole = [d for d in shown.content["domains"] if d["code"] not in hidden]
    every = Published({**shown.content, "domains": whole})
    assert units_shown(every, "nb") == "Alle enhetene har egne tall."
    flat = [d for d in shown.content["domains"] if d["level"] != "region"]
    said = units_shown(Published({**shown.content, "domains": flat}), "nb")
    assert said == f"{told} resten er med i tallene for alle."


def test_a_column_is_named_in_a_sentence_as_sentences_name_it(shown):
    table = drawn(shown, order="KI")
    assert (table.sorted_by.name, table.sorted_by.phrase) == ("Kulturindeks", "kulturindeksen")
