"""Every stored combination that others could know occurs k times in the wave."""

from collections import Counter

from hypothesis import given
from hypothesis.strategies import dictionaries, integers, lists, sampled_from, tuples

from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_ASKED
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.emptied import empty_public, empty_staff
from survey_app.publishing.generalise import generalise_sample, generalise_units

PARENTS = {f"{region}{n}": region for region in ("north", "south", "east") for n in range(4)}
CODES = [*PARENTS, "north", "south", "east"]


def stored(units, k=5):
    homes = generalise_units(Counter(units), PARENTS, minimum_group=k)
    return None if homes is None else Counter(homes[unit] for unit in units)


def test_a_unit_below_k_takes_the_code_of_its_region_with_the_smallest_beside_it():
    assert stored(["north0"] * 3 + ["north1"] * 9 + ["north2"] * 7 + ["south0"] * 6) == {
        "north": 10, "north1": 9, "south0": 6,
    }  # fmt: skip


def test_a_rest_that_is_large_enough_takes_nobody_along():
    assert stored(["north0"] * 3 + ["north"] * 6 + ["north1"] * 8) == {"north": 9, "north1": 8}


def test_two_small_units_may_be_enough_together():
    assert stored(["north0"] * 3 + ["north1"] * 4 + ["north2"] * 6) == {"north": 7, "north2": 6}


def test_a_region_that_is_too_small_as_a_whole_is_stored_with_no_region():
    assert stored(["north0"] * 3 + ["south0"] * 6 + ["south1"] * 9) == {"": 9, "south1": 9}
    assert stored(["north0"] * 3 + ["east0"] * 4 + ["south0"] * 6) == {"": 7, "south0": 6}


def test_a_unit_where_nobody_answered_is_stored_like_one_where_few_did():
    others = {"north1": 9, "north2": 7, "south0": 6}
    silent = generalise_units({"north0": 0, **others}, PARENTS, minimum_group=5)
    for few in range(1, 5):
        assert generalise_units({"north0": few, **others}, PARENTS, minimum_group=5) == silent
    assert silent == {"north0": "north", "north1": "north1", "north2": "north", "south0": "south0"}


def test_fewer_than_k_in_all_store_nothing():
    assert generalise_units({"north0": 4}, PARENTS, minimum_group=5) is None
    assert generalise_units({}, PARENTS, minimum_group=5) is None


@given(lists(sampled_from(CODES), min_size=5, max_size=120), integers(3, 12))
def test_every_stored_unit_code_occurs_k_times(units, k):
    counts = stored(units, k)
    if counts is None:
        assert len(units) < k
    else:
        assert min(counts.values()) >= k
        assert sum(counts.values()) == len(units)


@given(dictionaries(sampled_from(CODES), integers(0, 20)), integers(3, 12))
def test_no_answer_is_stored_where_it_is_not_true(ballots, k):
    homes = generalise_units(ballots, PARENTS, minimum_group=k) or {}
    for code, home in homes.items():
        assert home in {code, PARENTS.get(code, code), ""}
        # and so whatever carries a unit's code is all that its people answered
        assert home != code or code not in PARENTS or ballots[code] >= k


CELLS = tuples(sampled_from(["03", "11", "56"]), sampled_from("12345"), sampled_from("12"))


@given(dictionaries(CELLS, integers(1, 30), min_size=1), integers(3, 12))
def test_every_cell_of_the_sample_file_is_stored_with_at_least_k_others(invited, k):
    homes = generalise_sample(invited, minimum_group=k)
    people = Counter()
    for cell, home in homes.items():
        people[home] += invited[cell]
        # a generalised cell is the same one or a wider one
        assert all(part in ("", own) for part, own in zip(home, cell, strict=True))
    if sum(invited.values()) >= k:
        assert min(people.values()) >= k


def test_gender_goes_for_both_so_that_a_blank_does_not_tell_which_was_rare():
    invited = {("56", "5", "1"): 8, ("56", "5", "2"): 3, ("56", "4", "1"): 9, ("56", "4", "2"): 9}
    homes = generalise_sample(invited, minimum_group=5)
    assert homes["56", "5", "1"] == homes["56", "5", "2"] == ("56", "5", "")
    assert homes["56", "4", "1"] == ("56", "4", "1")


def test_what_a_respondent_withholds_may_be_withheld_by_anybody_and_stays():
    form = load_library().questionnaire("omdomme")
    at = {item: form.columns.index(item) for item in ("d.fylke", "d.alder", "d.kjonn")}

    def ballot(county, age, gender):
        answers = [NOT_ASKED] * len(form.columns)
        answers[at["d.fylke"]], answers[at["d.alder"]], answers[at["d.kjonn"]] = county, age, gender
        return Ballot("", tuple(answers))

    invited = {("03", "1", "1"): 8, ("03", "1", "2"): 8, ("56", "5", "1"): 2, ("11", "5", "1"): 9}
    told = [(3, 1, 1), (3, 1, 3), (-3, 1, 1), (56, 5, 1), (56, 1, 1)]
    emptied = empty_public([ballot(*one) for one in told], form, invited, minimum_group=5)
    found = [tuple(row[place] for place in at.values()) for _, row in emptied.rows]
    assert found[:3] == told[:3]
    # one alone in a county, and somebody whom no sample file has: neither code is kept
    blank = (NOT_ANSWERED,) * 3
    assert found[3:] == [blank, blank]


def test_a_question_that_only_the_young_are_asked_is_blanked_with_their_age():
    form = load_library().questionnaire("omdomme")
    at = {item: form.columns.index(item) for item in ("d.fylke", "d.alder", "d.kjonn", "ea.2")}

    def ballot(county, age, gender, ambassador):
        answers = [5] * len(form.columns)
        for place, code in zip(at.values(), (county, age, gender, ambassador), strict=True):
            answers[place] = code
        return Ballot("", tuple(answers))

    # county 56 holds six people: too few of each age, enough for the county alone
    invited = {("03", "1", "1"): 9, ("56", "2", "1"): 3, ("56", "5", "1"): 3}
    told = [(3, 1, 1, 4), (56, 2, 1, 4), (56, 2, 1, 2), (56, 5, 1, NOT_ASKED), (3, 1, 1, 1)]
    emptied = empty_public([ballot(*one) for one in told], form, invited, minimum_group=5)
    rows = [tuple(row[place] for place in at.values()) for _, row in emptied.rows]
    blank = (56, NOT_ANSWERED, NOT_ANSWERED, NOT_ASKED)
    assert rows == [told[0], blank, blank, blank, told[4]]


def test_screened_out_ballots_are_counted_and_not_stored():
    form = load_library().questionnaire("omdomme.open")
    answers = (NOT_ASKED,) * len(form.columns)
    ballots = [Ballot("", answers)] * 6 + [Ballot("", (), screened_out=True)] * 2
    emptied = empty_public(ballots, form, {}, minimum_group=5)
    assert (len(emptied.rows), emptied.screened_out, emptied.too_few) == (6, 2, False)


def test_units_whose_answers_moved_are_told_to_whoever_counts_participation():
    form = load_library().questionnaire("verdipuls.k1")
    answers = (4,) * len(form.columns)
    ballots = [Ballot("north0", answers)] * 3 + [Ballot("north1", answers)] * 7
    groups = {"north0": "north", "north1": "north", "north": "north"}
    emptied = empty_staff(ballots, form, groups, minimum_group=5)
    assert emptied.moved["north0"] == emptied.moved["north1"] == "north"
    assert {domain for domain, _ in emptied.rows} == {"north"}
