"""How many people a code stands for that a ballot shows to whoever takes it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from survey_app.asking.campaigns.key_groups import Invited, key_groups_of
from survey_app.asking.invitations.may_open import few_in_a_group

K = 5
UNITS = st.lists(
    st.builds(Invited, st.text("abcdef", min_size=3), st.sampled_from("RST"), st.integers(0, 40)),
    unique_by=lambda one: one.unit,
    max_size=12,
)


def carried(units):
    """How many invitations carry each code."""
    codes = key_groups_of(units, K)
    found = Counter()
    for one in units:
        found[codes[one.unit]] += one.invited
    return +found


def test_one_person_of_a_small_unit_is_no_group_of_one():
    units = [Invited("a", "r", 1), Invited("b", "r", 12), Invited("c", "r", 30)]
    assert carried(units) == {"r": 13, "c": 30}


def test_the_next_smallest_units_join_until_they_are_enough():
    units = [Invited("a", "r", 1), Invited("b", "r", 30), Invited("c", "r", 12)]
    assert carried(units) == {"r": 13, "b": 30}


def test_units_that_are_large_enough_keep_their_own_codes():
    units = [Invited("a", "r", 10), Invited("b", "r", 12)]
    assert carried(units) == {"a": 10, "b": 12}


def test_a_unit_that_invites_nobody_takes_no_other_with_it():
    units = [Invited("a", "r", 0), Invited("b", "r", 12)]
    assert carried(units) == {"b": 12}


def test_a_region_of_hardly_anybody_is_told():
    assert few_in_a_group({"r": 4, "s": 5}, K)[0].startswith("only 4 are invited")
    assert few_in_a_group({"r": 5}, K) == []


@given(UNITS)
def test_every_code_stands_for_two_k_people_or_for_a_whole_region(units):
    whole = Counter()
    for one in units:
        whole[one.region] += one.invited
    for code, people in carried(units).items():
        assert people >= 2 * K or people == whole[code]


@given(UNITS)
def test_a_code_is_the_units_own_or_its_regions(units):
    codes = key_groups_of(units, K)
    assert all(codes[one.unit] in {one.unit, one.region} for one in units)
