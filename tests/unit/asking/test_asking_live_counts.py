"""Live counts: nothing under k is shown, and nothing under k follows by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from survey_app.asking.campaigns.live_counts import Counted, visible_counts


def tree(regions):
    rows = [Counted("", "", "agency", 0)]
    for at, (own, units) in enumerate(regions):
        rows.append(Counted(f"r{at}", "", "region", own))
        rows += [Counted(f"r{at}u{n}", f"r{at}", "unit", count) for n, count in enumerate(units)]
    return rows


def test_a_small_unit_is_never_hidden_alone():
    shown = visible_counts(tree([(0, [3, 8, 20]), (0, [30, 40])]), 5)
    # 3 alone would follow from the region's 31; with the 8 it is one of two that hold 11
    assert shown == {
        "": 101, "r0": 31, "r0u0": None, "r0u1": None, "r0u2": 20, "r1": 70, "r1u0": 30, "r1u1": 40,
    }  # fmt: skip


def test_answers_that_carry_the_region_s_code_count_as_one_hidden_part():
    shown = visible_counts(tree([(3, [8, 20])]), 5)
    assert shown["r0u0"] is None
    assert shown["r0u1"] == 20


def test_an_open_link_shows_its_count_from_k():
    assert visible_counts([Counted("", "", "agency", 4)], 5) == {"": None}
    assert visible_counts([Counted("", "", "agency", 5)], 5) == {"": 5}


def test_a_unit_where_all_but_a_few_have_answered_is_hidden_and_not_alone():
    units = [("u0", 11, 12), ("u1", 20, 20), ("u2", 9, 30), ("u3", 10, 40)]
    rows = [Counted("", "", "agency", 0, 202), Counted("r", "", "region", 0, 102)]
    rows += [Counted(code, "r", "unit", done, asked) for code, done, asked in units]
    shown = visible_counts([*rows, Counted("s", "", "region", 60, 100)], 5)
    # of u0 and u1 together one has not answered: u2 goes with them
    assert shown == {"": 110, "r": 50, "s": 60, "u0": None, "u1": None, "u2": None, "u3": 10}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 40), max_size=6)), max_size=5),
    st.integers(3, 7),
)
def test_what_is_left_of_a_parent_holds_k_in_two_parts(regions, k):
    rows = tree(regions)
    shown = visible_counts(rows, k)
    assert all(count is None or count >= k for count in shown.values())
    totals = {row.code: row.answered for row in rows}
    for row in rows:
        if row.level == "unit":
            totals[row.parent] += row.answered
    totals[""] = sum(row.answered for row in rows)
    for parent in [row for row in rows if shown[row.code] is not None]:
        children = [row for row in rows if row.code and row.parent == parent.code]
        if not any(shown[row.code] is not None for row in children):
            continue
        own = totals[parent.code] - sum(totals[row.code] for row in children)
        parts = [totals[row.code] for row in children if shown[row.code] is None] + (
            [own] if own else []
        )
        assert not parts or (sum(parts) >= k and sum(1 for part in parts if part) >= 2)


@given(st.lists(st.tuples(st.integers(0, 9), st.lists(st.integers(0, 40), max_size=6)), max_size=5))
def test_no_unit_is_shown_below_a_hidden_parent(regions):
    rows = tree(regions)
    shown = visible_counts(rows, 5)
    assert not [
        row.code
        for row in rows
        if row.code and shown[row.code] is not None and shown[row.parent] is None
    ]
