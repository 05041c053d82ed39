"""A publication held as columns is the same publication, and takes a part of the memory."""

import json

from hypothesis import given
from hypothesis import strategies as st

from survey_app.publications.formats import read_content
from survey_app.publications.packed import KeyIndex, PackedRows, bytes_of, packed, shared
from tests.builders_publication import staff_series

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 300),
    st.sampled_from([0.0, -0.0, 1.0, 2.5, 67.2]),
    st.sampled_from(["", "TRY", "nord", "zero"]),
    st.fixed_dictionaries({"nb": st.sampled_from(["mars", "mai"])}),
)
ROWS = st.lists(st.dictionaries(st.sampled_from("abcd"), VALUES), max_size=8)
CELL = ("measure", "statistic", "category", "level", "domain")
TABLES = ("estimates", "changes", "pooled")


def as_read(content):
    return read_content(json.dumps(content).encode())


@given(ROWS)
def test_rows_held_as_columns_are_the_same_rows_to_the_byte(rows):
    assert json.dumps(list(PackedRows(rows))) == json.dumps(rows)
    assert json.dumps(PackedRows(rows)[1:3]) == json.dumps(rows[1:3])
    assert PackedRows(rows) == rows
    assert PackedRows(rows) != [*rows, {}]


@given(st.lists(st.tuples(*[st.sampled_from(["", "a", "b", "c"])] * 3), max_size=30))
def test_a_row_is_found_by_its_key_as_in_a_dictionary(keys):
    rows = [dict(zip("xyz", key, strict=True), n=n) for n, key in enumerate(keys)]
    index = KeyIndex(PackedRows(rows), "xyz")
    known = dict(zip(keys, rows, strict=True))
    for key in [*keys, ("d", "", ""), ("a", "b", "c")]:
        assert index.get(*key) == known.get(key)


def test_among_some_rows_no_other_is_found():
    rows = PackedRows([{"x": "a", "n": 1}, {"x": "b", "n": 2}, {"x": "a", "n": 3}])
    index = KeyIndex(rows, ["x"], [0, 1])
    assert (index.get("a"), index.get("b")) == ({"x": "a", "n": 1}, {"x": "b", "n": 2})
    assert KeyIndex(rows, ["x"], [1]).get("a") is None


def test_a_publication_as_columns_reads_as_before_and_takes_less_than_a_third_of_the_memory():
    read = as_read(staff_series()[3])
    held = packed(read)
    for table in TABLES:
        assert list(held[table]) == read[table]
        assert bytes_of(held[table]) < bytes_of(read[table]) / 3
    index = KeyIndex(held["estimates"], CELL)
    for row in read["estimates"]:
        assert index.get(*(row[name] for name in CELL)) == row


def test_what_a_hidden_cell_held_is_not_in_its_columns():
    content = staff_series()[3]
    planted = 12.345678
    row = content["estimates"][0]
    content["estimates"][0] = row | {"status": "suppressed_primary", "mean": planted}
    held = packed(as_read(content))["estimates"]
    assert held[0]["mean"] is None
    assert planted not in held.column("mean").values


def test_heads_of_waves_that_asked_the_same_hold_its_words_once():
    content = json.dumps(staff_series()[3])
    first, second = shared(json.loads(content)), shared(json.loads(content))
    assert first == second == json.loads(content)
    assert all(
        one is other for one, other in zip(first["measures"], second["measures"], strict=True)
    )
    changed = json.loads(content)
    changed["measures"][0]["title"]["nb"] = "Et annet navn"
    assert shared(changed) == changed
