"""Nobody is found behind a stored row by whoever knows unit and words of those who answered.

Where halves are asked in different words, a stored row tells its half by what was not asked. The
attack of `tests.attack.public_rows`: who answered is known, and of whom which half.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answers import encode_answers
from questionnaires.arms import in_arm
from questionnaires.loader import load_library
from questionnaires.model import NOT_ASKED
from questionnaires.overlap import both_wordings
from questionnaires.parts import part_places, parts_asked
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.closing.emptied import empty_outside, empty_staff
from survey_app.publishing.closing.known import known_of_list, known_of_sample
from tests.attack.public_rows import BLANK, suspects, told_of
from tests.reworded_version import in_other_words
from tests.simulated_waves import public_wave

K = 5
LIBRARY = load_library()
STAFF = LIBRARY.questionnaire("verdipuls.k1")
BOTH = both_wordings(STAFF, in_other_words(STAFF, "vp.try.1"))
UNITS = {f"{region}{at}": region for region in ("north", "south") for at in range(4)}
GROUPS = {**UNITS, "north": "north", "south": "south"}
ONE_OF_EACH = {
    number: encode_answers(
        BOTH, {one.id: ["4"] for one in BOTH.items if "@" not in one.id}, arm=number
    )
    for number in (1, 2)
}


def ballots_of(people):
    return [Ballot(unit, ONE_OF_EACH[number]) for unit, number in people]


def stored(people, k=K):
    return empty_staff(ballots_of(people), BOTH, GROUPS, minimum_group=k)


def half_of(form, row):
    [number] = parts_asked(part_places(form), row)
    return number


def seen(rows):
    """What each stored row tells: region, unit and half."""
    return [
        (GROUPS.get(code) or BLANK, code if code in UNITS else BLANK, half_of(BOTH, row))
        for code, row in rows
    ]


PEOPLE = st.lists(st.tuples(st.sampled_from(sorted(UNITS)), st.sampled_from([1, 2])), max_size=160)


@given(PEOPLE, st.integers(3, 8))
def test_every_stored_unit_has_k_ballots_of_each_half(people, k):
    emptied = stored(people, k)
    halves = Counter(number for _, number in people)
    assert emptied.too_few == (min(halves[1], halves[2]) < k)
    kept = Counter((code, half_of(BOTH, row)) for code, row in emptied.rows)
    assert all(kept[code, number] >= k for code, _ in kept for number in (1, 2))
    assert sum(kept.values()) == (0 if emptied.too_few else len(people))


@given(PEOPLE)
def test_whoever_knows_everybodys_unit_and_words_finds_nobody(people):
    emptied = stored(people)
    if emptied.too_few:
        return
    found = suspects([(UNITS[unit], unit, number) for unit, number in people], seen(emptied.rows))
    assert found.below(K) == 0


def test_the_same_attack_names_people_where_the_half_counts_for_nothing():
    people = [("north0", 1)] * 9 + [("north0", 2)] + [("south1", 1)] * 6 + [("south1", 2)] * 4
    rows = [(ballot.domain, ballot.answers) for ballot in ballots_of(people)]
    known = [(UNITS[unit], unit, number) for unit, number in people]
    found = suspects(known, seen(rows))
    assert (found.found, found.below(K)) == (1, 5)


def test_a_unit_in_which_one_half_is_silent_is_stored_like_one_where_few_of_it_answered():
    others = [("north1", at % 2 + 1) for at in range(24)] + [("north2", 1), ("north2", 2)] * 7
    silent = stored([("north0", 1)] * 12 + others)
    for few in range(1, 5):
        assert stored([("north0", 1)] * 12 + [("north0", 2)] * few + others).moved == silent.moved
    assert silent.moved["north0"] == "north"
    assert "north0" in silent.joined  # enough answered for figures of their own


def halved(form, rows):
    """Lay rows of a form out as halves answer it: every other one in the old words."""
    both = both_wordings(form, in_other_words(form, "om.til.1"))
    found = []
    for at, row in enumerate(rows):
        values = dict(zip(form.columns, row, strict=True))
        values[f"om.til.1@{at % 2 + 1}"] = values.pop("om.til.1")
        found.append(tuple(values.get(column, NOT_ASKED) for column in both.columns))
    return both, found


def with_half(both, rows):
    """What the sample file tells of each row, and its half."""
    told = told_of(both, rows)
    return [(*one, half_of(both, row)) for one, row in zip(told, rows, strict=True)]


@pytest.mark.parametrize(("wave", "gross"), [(0, 400), (1, 1500)])
def test_of_a_sample_every_combination_that_is_kept_has_k_ballots_of_each_half(wave, gross):
    data = public_wave(wave, gross=gross)
    both, rows = halved(data.questionnaire, data.answers.to_numpy().tolist())
    theirs = with_half(both, rows)
    sample = {(f"{county:02d}", str(age), str(gender)) for county, age, gender, _ in theirs}
    emptied = empty_outside(
        [Ballot("", row) for row in rows], both, known_of_sample(both, sample), minimum_group=K
    )
    kept = [row for _, row in emptied.rows]
    told = with_half(both, kept)
    assert min(Counter(told).values()) >= K
    assert len({one[:3] for one in told}) * 2 == len(set(told))
    found = suspects(theirs, told)
    print(f"\n{len(rows)} answers of {gross}, in halves: {found.found} found")
    assert found.below(K) == 0


def test_a_question_put_in_two_ways_follows_from_background_as_one():
    form = LIBRARY.questionnaire("kandidat")
    both = both_wordings(form, in_other_words(form, "ea.2"))
    follows = known_of_list(both).follows
    assert {"ea.2@1", "ea.2@2"} <= set(follows)
    assert max(known_of_list(both).codes[0]) == max(known_of_list(form).codes[0])
    asked = {one.id: [both.option_set(one).options[0].code] for one in both.items}
    own = {half: in_arm(asked, half) for half in (1, 2)}
    rows = [
        Ballot("", encode_answers(both, {name: asked[name] for name in own[half]}, arm=half))
        for half in (1, 2)
        for _ in range(K)
    ]
    emptied = empty_outside(rows, both, known_of_list(both), minimum_group=K)
    assert [row for _, row in emptied.rows] == [one.answers for one in rows]
