"""Tables of one file that share more than the whole give no small group away together."""

import numpy as np
import pandas as pd
import pytest

from analytics.workbench.analyse import analyse
from analytics.workbench.protection.cleared import BY_ITSELF
from analytics.workbench.protection.crossed_tables import chain

VARIABLES = {"variables": {"means": ["x"]}}


def a_file(**columns):
    data = pd.DataFrame(columns)
    return data.assign(x=np.random.default_rng(4).integers(1, 6, len(data)))


def protected(data, by, **rule):
    spec = VARIABLES | {"domains": {"by": by}, "disclosure": {"minimum": 5, **rule}}
    result = analyse(data, spec).result
    shown = {tuple(row["domain"].values()): row["status"] for row in result["estimates"]}
    told = [text for text in result["warnings"] if text.startswith("[disclosure]")]
    return shown, [text for text in told if text != BY_ITSELF]


def units(region="n" * 20 + "s" * 20, unit="a" * 17 + "b" * 3 + "c" * 12 + "d" * 8):
    return a_file(region=list(region), unit=list(unit))


def test_units_within_regions_are_protected_as_such_though_nobody_said_so():
    shown, told = protected(units(), ["region", "unit"])
    assert shown["b",] == "suppressed_primary"
    assert not shown["n",] == shown["a",] == "published"  # 20 less 17 would be b
    assert told[0].startswith("[disclosure] the categories of region > unit nest")


def test_a_unit_may_be_asked_for_by_its_name_alone_where_no_other_region_has_it():
    by_path, _ = protected(units(), ["region", ["region", "unit"]], hierarchy=["region", "unit"])
    by_name, told = protected(units(), ["region", "unit"], hierarchy=["region", "unit"])
    assert {key[-1:]: status for key, status in by_path.items()} == by_name
    assert told == []


def test_a_column_that_says_the_same_by_other_names_hides_nothing_less():
    other = {"a": "z", "b": "y", "c": "x", "d": "w"}
    data = units().assign(name=lambda frame: frame["unit"].map(other))
    shown, _ = protected(data, ["unit", "name"])
    assert shown["b",] == shown["y",] == "suppressed_primary"
    # With one unit alone unknown by both its names, the whole would give it.
    unknown = [u for u, name in other.items() if "published" not in {shown[u,], shown[name,]}]
    assert len(unknown) >= 2


def test_a_category_that_holds_all_of_another_but_two_people_is_not_shown_beside_it():
    data = a_file(gender=list("f" * 22 + "m" * 30), degree=list("p" * 20 + "q" * 17 + "r" * 15))
    shown, told = protected(data, ["gender", "degree"])
    assert "published" not in {shown[name,] for name in "pqr"}
    assert shown["f",] == "published"
    assert told[0].startswith("[disclosure] 'degree' is hidden")


def a_table(**rows):
    """A file of so many people in each region of each type."""
    cells = [
        (region, f"t{at}")
        for region, row in rows.items()
        for at, n in enumerate(row)
        for _ in range(n)
    ]
    return a_file(region=[region for region, _ in cells], type=[kind for _, kind in cells])


def test_a_crossing_stands_with_the_totals_of_both_columns():
    data = a_table(n=[30, 25, 20], s=[4, 15, 25], w=[14, 16, 30])
    by = ["region", "type", ["region", "type"]]
    shown, told = protected(data, by, hierarchy=["region", "type"])
    assert told == []
    assert all(shown[name,] == "published" for name in ("n", "s", "w", "t0", "t1", "t2"))
    # the 4, one beside it, one below it, and the one that closes the ring
    hidden = [key for key, status in shown.items() if status != "published"]
    assert ("s", "t0") in hidden
    assert len(hidden) == 4


def test_types_of_units_are_protected_cell_by_cell():
    data = units().assign(type=lambda frame: np.where(frame["unit"].isin(["b", "c"]), "y", "x"))
    shown, told = protected(data, ["region", "unit", "type"], hierarchy=["region", "unit"])
    assert shown["b",] == "suppressed_primary"
    assert told == []  # no division is hidden as a whole
    assert sum(status == "published" for status in shown.values()) >= 2


def test_a_row_stands_by_its_own_limit_where_nothing_inside_it_is_shown():
    # 6 people of the north are enough of three: with 2 and 4 of them hidden nothing is left of them
    data = a_table(n=[2, 4, 0, 0], s=[29, 10, 4, 13], w=[8, 3, 6, 7])
    # in the middle of the scale, where a mean of the two has room (docs/adr/0054)
    data = data.assign(x=np.resize([1, 5], len(data)))
    by = ["region", "type", ["region", "type"]]
    shown, _ = protected(data, by, minimum=3, hierarchy=["region", "type"])
    assert shown["n",] == "published"
    assert sum(status != "published" for status in shown.values()) == 6


def test_divisions_that_share_the_whole_alone_lose_nothing():
    data = a_file(gender=list("fm" * 30), age=list("yyoo" * 15))
    shown, told = protected(data, ["gender", "age"])
    assert set(shown.values()) == {"published"}
    assert told == []


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"u": [0, 1, 2, 3], "r": [0, 0, 1, 1]}, ("r", "u")),
        ({"u": [0, 1, 0, 1], "r": [0, 0, 1, 1]}, ()),
        ({"u": [0, 1, 2, 3], "r": [0, 0, 1, -1]}, ()),
        ({"u": [0, 1, 2, 2], "v": [2, 1, 0, 0]}, ()),
    ],
    ids=["nested", "crossed", "without a parent", "the same"],
)
def test_a_chain_is_found_where_each_category_lies_in_one_other(columns, found):
    assert chain({name: np.array(code) for name, code in columns.items()}) == found
