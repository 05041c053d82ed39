"""Tables of one file that share more than the whole give no small group away together."""

import numpy as np
import pandas as pd
import pytest

from analytics.analyse import analyse
from analytics.analysis.crossed_tables import chain

VARIABLES = {"variables": {"means": ["x"]}}


def a_file(**columns):
    data = pd.DataFrame(columns)
    return data.assign(x=np.random.default_rng(4).integers(1, 6, len(data)))


def protected(data, by, **rule):
    spec = VARIABLES | {"domains": {"by": by}, "disclosure": {"minimum": 5, **rule}}
    result = analyse(data, spec).result
    shown = {tuple(row["domain"].values()): row["status"] for row in result["estimates"]}
    return shown, [text for text in result["warnings"] if text.startswith("[disclosure]")]


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
