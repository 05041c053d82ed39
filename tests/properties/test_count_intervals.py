"""How many numbers of answers a hidden count may have, beside every number that is possible."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.disclosure.suppression import count_intervals
from analytics.disclosure.suppression.count_intervals import CountTable, hide_more_counts

K = 3


@st.composite
def tables(draw):
    """Four or five units in two regions and two types, whose counts are told or not."""
    units = draw(st.integers(4, 5))
    most = draw(st.lists(st.integers(1, 5), min_size=units, max_size=units))
    answers = [draw(st.integers(0, top)) for top in most]
    region, kind = (draw(st.lists(st.booleans(), min_size=units, max_size=units)) for _ in "rt")
    above = [
        {i for i in range(units) if way[i] is side}
        for way in (region, kind)
        for side in (True, False)
    ]
    places = [set(range(units)), *(one for one in above if one), *({i} for i in range(units))]
    members = [frozenset(("cell", str(i)) for i in one) for one in places]
    n = np.array([sum(answers[i] for i in one) for one in places])
    least = np.array([draw(st.integers(0, top)) for top in n.tolist()])
    invited = {("cell", str(i)): top for i, top in enumerate(most)}
    fewest = {("cell", str(i)): draw(st.integers(0, n)) for i, n in enumerate(answers)}
    told = np.array([draw(st.booleans()) for _ in places])
    return CountTable.of(members, invited, n, least, fewest), told


def possible(table, told):
    """Every number of answers of each place beside what is told and known to be there."""
    ends = zip(table.fewest.astype(int), table.most.astype(int), strict=True)
    cells = product(*(range(low, high + 1) for low, high in ends))
    sums = np.array([table.inside @ np.array(one) for one in cells])
    fits = (sums >= table.least).all(axis=1) & (sums[:, told] == table.n[told]).all(axis=1)
    return [len(set(column)) for column in sums[fits].T.tolist()]


@given(tables())
def test_a_place_is_narrow_where_fewer_than_k_numbers_are_possible(drawn):
    table, told = drawn
    values = np.array(possible(table, told))
    found = table.narrow(told, ~told, np.full(len(told), K))
    assert found.places.tolist() == (~told & (values < K)).tolist()
    assert (table.values_at_least(told)[~told] <= values[~told]).all()


def test_where_k_numbers_were_found_already_no_programme_is_solved(monkeypatch):
    solved, of_two = [], count_intervals._solved
    monkeypatch.setattr(
        count_intervals, "_solved", lambda *one: solved.append(one[0]) or of_two(*one)
    )
    # one unit of each type in each region: what one has more, its two neighbours have less
    units = [frozenset({("cell", one)}) for one in "abcd"]
    pairs = [frozenset(("cell", one) for one in pair) for pair in ("ab", "cd", "ac", "bd")]
    invited = dict.fromkeys((("cell", one) for one in "abcd"), 9)
    n, least = np.array([10, 10, 10, 10, 5, 5, 5, 5]), np.zeros(8, dtype=int)
    table = CountTable.of([*pairs, *units], invited, n, least, {})
    told = np.arange(8) < 4
    assert table.values_at_least(told)[4:].tolist() == [1, 1, 1, 1]
    assert not table.narrow(told, ~told, np.full(len(told), K)).places.any()
    assert len(solved) == 2  # the least and the most of the first


@given(tables())
def test_hiding_a_place_leaves_those_that_it_does_not_bound_as_narrow_as_they_were(drawn):
    table, told = drawn
    before = table.narrow(told, ~told, np.full(len(told), K))
    values = np.array(possible(table, told))
    for place in np.flatnonzero(told).tolist():
        without = told.copy()
        without[place] = False
        now = np.array(possible(table, without))
        same = before.places & ~before.bound_by[:, place]
        assert (now[same] == values[same]).all()


@given(tables())
def test_what_is_known_of_a_place_already_says_the_same_of_hiding_one_more(drawn):
    table, told = drawn
    wanted, nothing = np.full(len(told), K), np.zeros(len(told), dtype=bool)
    found = table.narrow(told, ~told, wanted)
    for place in np.flatnonzero(found.bound_by.any(axis=0)).tolist():
        hidden = ~told
        hidden[place] = True
        narrow = np.array(possible(table, ~hidden)) < K
        bounded = found.bound_by[:, place]
        fewer = narrow[bounded].sum() + narrow[place] < bounded.sum()
        tried = count_intervals._leaves_fewer(table, found, place, hidden, nothing, wanted)
        assert tried == fewer


def test_a_trial_asks_for_the_end_alone_that_the_tried_count_bounds(monkeypatch):
    # of nine answers four are in c and two or more in a: so b has three at the most, or none
    units = [frozenset({("cell", one)}) for one in "abc"]
    invited = {("cell", "a"): 5, ("cell", "b"): 9, ("cell", "c"): 4}
    n, least = np.array([9, 2, 3, 4]), np.array([0, 2, 0, 0])
    table = CountTable.of([frozenset().union(*units), *units], invited, n, least, {})
    told = np.array([True, False, False, True])
    wanted = np.full(4, 9)
    found = table.narrow(told, ~told, wanted)
    solved, of_two = [], count_intervals._solved
    monkeypatch.setattr(
        count_intervals, "_solved", lambda *one: solved.append(one[0]) or of_two(*one)
    )
    assert found.bounds[:, 2, 3].tolist() == [False, True]
    nothing = np.zeros(4, dtype=bool)
    assert not count_intervals._leaves_fewer(table, found, 3, np.arange(4) > 0, nothing, wanted)
    assert len(solved) == 1  # up to seven without c, which are still too few


@given(tables())
def test_no_hidden_count_is_narrower_than_that_which_nothing_hides_leaves_it(drawn):
    table, told = drawn
    known = np.arange(len(told)) == 0
    hidden = hide_more_counts(table, ~told & ~known, known, K)
    assert hidden[~told & ~known].all()
    assert not hidden[0]
    left, alone = (np.array(possible(table, one)) for one in (~hidden | known, known))
    assert not (hidden & (left < np.minimum(K, alone))).any()


def test_a_count_of_which_the_whole_leaves_fewer_than_k_numbers_does_not_follow_from_others():
    # 23 answers under four codes of five or more: of each 5 to 8, whatever else is hidden
    codes = ("a", "b", "c1", "c2")
    places = [codes, *((one,) for one in codes)]
    cells = [frozenset(("cell", one) for one in place) for place in places]
    invited = {("cell", one): most for one, most in zip(codes, (20, 19, 10, 10), strict=True)}
    n, least = np.array([23, 5, 8, 5, 5]), np.zeros(5, dtype=int)
    table = CountTable.of(cells, invited, n, least, dict.fromkeys(invited, 5))
    known = np.arange(5) == 0
    # b has 8 and c2 has 5, so that 10 are left for a and c1: five of each
    hidden = hide_more_counts(table, np.array([False, True, False, True, False]), known, 5)
    assert possible(table, ~hidden)[1::2] == [4, 4]


@given(tables(), st.data())
def test_what_is_told_elsewhere_and_not_here_hides_nothing_else(drawn, data):
    table, told = drawn
    known = np.array([data.draw(st.booleans()) for _ in told]) | (np.arange(len(told)) == 0)
    hidden = hide_more_counts(table, ~told, known, K)
    without = hide_more_counts(table, ~told & ~known, known, K)
    assert (hidden & ~known).tolist() == without.tolist()
