"""Every stored combination that others could know occurs k times in the wave."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis.strategies import dictionaries, integers, lists, sampled_from, tuples
from pandas.testing import assert_frame_equal

from analytics.pipeline import estimate_wave
from questionnaires.as_opened import AsOpened
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_ASKED
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.closing.emptied import empty_outside, empty_staff
from survey_app.publishing.closing.generalise import generalise_told, generalise_units
from survey_app.publishing.closing.known import Known, known_of_sample
from survey_app.publishing.closing.wave_frame import regions_of_codes
from tests.simulated_waves import public_wave

SAMPLED = load_library().background.sampled_items
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


def test_a_small_unit_of_an_agency_without_regions_is_stored_with_the_whole():
    domains = [{"level": "agency", "code": "", "parent": ""}]
    domains += [{"level": "unit", "code": code, "parent": ""} for code in "abcd"]
    ballots = {"": 3, "a": 1, "b": 7, "c": 9}
    groups = regions_of_codes(ballots, domains)
    assert groups == {"": "", "a": "", "b": "", "c": ""}
    # three and one are too few, and the smallest joins them
    assert generalise_units(ballots, groups, minimum_group=5) == {
        "": "", "a": "", "b": "", "c": "c",
    }  # fmt: skip


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


CELLS = tuples(
    sampled_from([3, 11, 56, NOT_ANSWERED]),
    sampled_from([1, 2, 3, 4, 5, NOT_ANSWERED]),
    sampled_from([1, 2, 3]),
)
LISTED = ({3, 11, 56}, {1, 2, 3, 4, 5}, {1, 2})


@given(dictionaries(CELLS, integers(1, 12), min_size=1), integers(3, 12))
def test_every_combination_is_stored_of_at_least_k_ballots(told, k):
    levels = generalise_told(told, LISTED, minimum_group=k)
    people = Counter()
    for one, n in told.items():
        people[one[: levels[one]]] += n
    assert sum(people.values()) < k or min(people.values()) >= k


def test_gender_goes_for_both_so_that_a_blank_does_not_tell_which_was_rare():
    told = {(56, 5, 1): 8, (56, 5, 2): 3, (56, 4, 1): 9, (56, 4, 2): 9}
    levels = generalise_told(told, LISTED, minimum_group=5)
    assert levels == {(56, 5, 1): 2, (56, 5, 2): 2, (56, 4, 1): 3, (56, 4, 2): 3}


def test_a_small_age_group_takes_the_next_smallest_of_its_county_along_and_no_other():
    told = {(56, 5, 1): 2, (56, 4, 1): 7, (56, 3, 1): 9, (3, 5, 1): 9}
    levels = generalise_told(told, LISTED, minimum_group=5)
    assert levels == {(56, 5, 1): 1, (56, 4, 1): 1, (56, 3, 1): 3, (3, 5, 1): 3}


def test_who_tells_what_no_sample_file_has_goes_up_alone():
    told = {(3, 1, 1): 40, (3, 1, 2): 30, (3, 1, 3): 1, (NOT_ANSWERED, 1, 1): 2, (11, 2, 1): 9}
    levels = generalise_told(told, LISTED, minimum_group=5)
    # three alone are too few, so the smallest beside them is blank with them
    assert levels == {
        (3, 1, 1): 3, (3, 1, 2): 3, (3, 1, 3): 0, (NOT_ANSWERED, 1, 1): 0, (11, 2, 1): 0,
    }  # fmt: skip


@given(
    dictionaries(tuples(*[sampled_from([1, 2, 3, NOT_ANSWERED])] * 5), integers(1, 9), min_size=1),
    integers(1, 5),
    integers(3, 12),
)
def test_that_holds_however_much_others_may_know(told, parts, k):
    shorter = Counter()
    for one, n in told.items():
        shorter[one[:parts]] += n
    levels = generalise_told(shorter, [{1, 2, 3}] * parts, minimum_group=k)
    people = Counter()
    for one, n in shorter.items():
        people[one[: levels[one]]] += n
    assert sum(people.values()) < k or min(people.values()) >= k


def ballots_of(form, at, told):
    rows = []
    for one in told:
        answers = [5] * len(form.columns)
        for place, code in zip(at, one, strict=True):
            answers[place] = code
        rows.append(Ballot("", tuple(answers)))
    return rows


def test_a_question_that_only_the_young_are_asked_is_blanked_with_their_age():
    form = load_library().questionnaire("omdomme")
    at = [form.columns.index(item) for item in (*SAMPLED, "ea.2")]
    # of county 56 six have answered: too few of each age, enough for the county alone
    told = [(3, 1, 1, 4)] * 5 + [(56, 2, 1, 4)] * 3 + [(56, 5, 1, NOT_ASKED)] * 3
    emptied = empty_outside(
        ballots_of(form, at, told), form, Known(SAMPLED, LISTED), minimum_group=5
    )
    rows = [tuple(row[place] for place in at) for _, row in emptied.rows]
    assert rows == [told[0]] * 5 + [(56, NOT_ANSWERED, NOT_ANSWERED, NOT_ASKED)] * 6


def test_a_question_that_only_the_young_are_asked_tells_no_age_that_was_withheld():
    form = load_library().questionnaire("omdomme")
    at = [form.columns.index(item) for item in (*SAMPLED, "ea.2")]
    told = [(3, NOT_ANSWERED, 1, 4)] * 6 + [(3, NOT_ANSWERED, 1, NOT_ASKED)] + [(3, 1, 1, 4)] * 5
    emptied = empty_outside(
        ballots_of(form, at, told), form, Known(SAMPLED, LISTED), minimum_group=5
    )
    rows = [tuple(row[place] for place in at) for _, row in emptied.rows]
    assert rows == [(3, NOT_ANSWERED, 1, NOT_ASKED)] * 7 + [(3, 1, 1, 4)] * 5


def test_work_is_stored_of_nobody_in_a_sample_since_it_tells_age():
    form = load_library().questionnaire("omdomme")
    at = [form.columns.index(item) for item in (*SAMPLED, "d.utd", "d.arbeid")]
    told = [(3, 1, 1, 2, 2)] * 5 + [(56, 5, 1, 1, 3)] * 3 + [(56, 2, 1, 4, 1)] * 3
    known = known_of_sample(form, [("03", "1", "1"), ("56", "5", "1"), ("56", "2", "1")])
    rows = empty_outside(ballots_of(form, at, told), form, known, minimum_group=5).rows
    assert [tuple(row[place] for place in at[3:]) for _, row in rows] == [
        (education, NOT_ASKED) for *_, education, _ in told
    ]


def test_whatever_background_figures_are_made_of_is_stored():
    data = public_wave(gross=400)
    known = known_of_sample(data.questionnaire, [("03", "1", "1")])
    assert known.dropped == ("d.arbeid",)
    without = data.answers.assign(**dict.fromkeys(known.dropped, NOT_ASKED))
    figures = [estimate_wave(replace(data, answers=rows)) for rows in (data.answers, without)]
    assert_frame_equal(*(one.estimates.frame for one in figures))


def test_what_is_stored_of_people_follows_from_the_groups_that_their_wave_kept():
    library, sample = load_library(), [("03", "1", "1")]
    form, today = library.questionnaire("omdomme"), library.background
    kept = AsOpened.of(library, form).background(today)
    work = replace(today.variables["education"], name="work", item="d.arbeid")
    weighting = replace(today, variables={**today.variables, "work": work})
    assert known_of_sample(form, sample, weighting).dropped == ()
    assert known_of_sample(form, sample, kept) == known_of_sample(form, sample)
    assert known_of_sample(form, sample, kept).dropped == ("d.arbeid",)


def test_an_open_link_has_no_file_to_compare_with_and_keeps_what_was_told():
    form = load_library().questionnaire("omdomme.open")
    at = [form.columns.index(item) for item in SAMPLED]
    told = [(3, 1, 1), (56, 5, 2), (11, 2, 3), (15, 4, 1), (3, 3, 2)]
    emptied = empty_outside(ballots_of(form, at, told), form, None, minimum_group=5)
    assert [tuple(row[place] for place in at) for _, row in emptied.rows] == told


def test_screened_out_ballots_are_counted_and_not_stored():
    form = load_library().questionnaire("omdomme.open")
    answers = (NOT_ASKED,) * len(form.columns)
    ballots = [Ballot("", answers)] * 6 + [Ballot("", (), screened_out=True)] * 2
    emptied = empty_outside(ballots, form, None, minimum_group=5)
    assert (len(emptied.rows), emptied.screened_out, emptied.too_few) == (6, 2, False)


def test_who_was_screened_out_under_a_code_of_nobody_else_holds_no_wave_up():
    form = load_library().questionnaire("verdipuls.k1")
    answers = (4,) * len(form.columns)
    stray = Ballot("south0", (), screened_out=True)
    groups = {"north0": "north", "north": "north"}
    emptied = empty_staff([Ballot("north0", answers)] * 6 + [stray], form, groups, minimum_group=5)
    assert (len(emptied.rows), emptied.screened_out) == (6, 1)


def test_units_whose_answers_moved_are_told_to_whoever_counts_participation():
    form = load_library().questionnaire("verdipuls.k1")
    answers = (4,) * len(form.columns)
    ballots = [Ballot("north0", answers)] * 3 + [Ballot("north1", answers)] * 7
    groups = {"north0": "north", "north1": "north", "north": "north"}
    emptied = empty_staff(ballots, form, groups, minimum_group=5)
    assert emptied.moved["north0"] == emptied.moved["north1"] == "north"
    assert {domain for domain, _ in emptied.rows} == {"north"}
