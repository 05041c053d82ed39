"""Nobody is found behind a stored row by whoever knows unit and module of those who answered.

A stored row tells its module by what was not asked, and whoever sat beside somebody knows which one
they got. The attack is that of `test_rows_of_halves`, with modules in the place of halves.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answers import encode_answers
from questionnaires.model import NOT_ASKED
from questionnaires.parts import part, part_numbers, part_places, parts_asked
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.closing.emptied import empty_outside, empty_staff
from survey_app.publishing.closing.known import known_of_sample
from tests.attack.public_rows import BLANK, suspects, told_of
from tests.simulated_waves import public_wave
from tests.split_form import split_questionnaire

K = 5
UNITS = {f"{region}{at}": region for region in ("north", "south") for at in range(4)}
GROUPS = {**UNITS, "north": "north", "south": "south"}


def in_three(form):
    """The second module in two: three in all."""
    *core, last = form.form.blocks
    blocks = (
        *core,
        replace(last, items=last.items[:4]),
        replace(last, items=last.items[4:], module="third"),
    )
    return replace(form, form=replace(form.form, blocks=blocks))


FORMS = {2: split_questionnaire(), 3: in_three(split_questionnaire())}


def ballots_of(form, people):
    each = {
        number: encode_answers(
            form, {one.id: ["3"] for one in part(form, number).items}, arm=number
        )
        for number in part_numbers(form)
    }
    return [Ballot(unit, each[number]) for unit, number in people]


def module_of(form, row):
    [number] = parts_asked(part_places(form), row)
    return number


def seen(form, rows):
    """What each stored row tells: region, unit and module."""
    return [
        (GROUPS.get(code) or BLANK, code if code in UNITS else BLANK, module_of(form, row))
        for code, row in rows
    ]


PEOPLE = st.lists(
    st.tuples(st.sampled_from(sorted(UNITS)), st.sampled_from([1, 2, 3])), max_size=200
)


@given(PEOPLE, st.integers(3, 8))
def test_every_stored_unit_has_k_ballots_of_each_module(people, k):
    form = FORMS[3]
    emptied = empty_staff(ballots_of(form, people), form, GROUPS, minimum_group=k)
    counts = Counter(number for _, number in people)
    assert emptied.too_few == (min(counts[number] for number in part_numbers(form)) < k)
    kept = Counter((code, module_of(form, row)) for code, row in emptied.rows)
    assert all(kept[code, number] >= k for code, _ in kept for number in part_numbers(form))
    assert sum(kept.values()) == (0 if emptied.too_few else len(people))


@given(PEOPLE)
def test_whoever_knows_everybodys_unit_and_module_finds_nobody(people):
    form = FORMS[3]
    emptied = empty_staff(ballots_of(form, people), form, GROUPS, minimum_group=K)
    if not emptied.too_few:
        known = [(UNITS[unit], unit, number) for unit, number in people]
        assert suspects(known, seen(form, emptied.rows)).below(K) == 0


def test_the_same_attack_names_people_where_the_module_counts_for_nothing():
    form = FORMS[2]
    people = [("north0", 1)] * 9 + [("north0", 2)] + [("south1", 1)] * 6 + [("south1", 2)] * 4
    rows = [(one.domain, one.answers) for one in ballots_of(form, people)]
    known = [(UNITS[unit], unit, number) for unit, number in people]
    found = suspects(known, seen(form, rows))
    assert (found.found, found.below(K)) == (1, 5)


def test_of_a_sample_every_combination_that_is_kept_has_k_ballots_of_each_module():
    data = public_wave(1, gross=1500)
    plain = data.questionnaire
    last = plain.form.blocks[-1]
    measured = [one.id for one in plain.items if one.purpose == "measure" and not one.filter]
    halves = {"first": measured[-8:-4], "second": measured[-4:]}
    moved = {name for own in halves.values() for name in own}
    blocks = (
        *(
            replace(block, items=kept)
            for block in plain.form.blocks
            if (kept := tuple(name for name in block.items if name not in moved))
        ),
        *(replace(last, items=tuple(own), module=name) for name, own in halves.items()),
    )
    form = replace(plain, form=replace(plain.form, blocks=blocks))
    places = part_places(form)
    rows = [
        tuple(NOT_ASKED if at in places[index % 2 + 1] else code for at, code in enumerate(row))
        for index, row in enumerate(data.answers.to_numpy().tolist())
    ]
    theirs = [
        (*one, module_of(form, row)) for one, row in zip(told_of(form, rows), rows, strict=True)
    ]
    sample = {(f"{county:02d}", str(age), str(gender)) for county, age, gender, _ in theirs}
    emptied = empty_outside(
        [Ballot("", row) for row in rows], form, known_of_sample(form, sample), minimum_group=K
    )
    kept = [row for _, row in emptied.rows]
    told = [
        (*one, module_of(form, row)) for one, row in zip(told_of(form, kept), kept, strict=True)
    ]
    assert min(Counter(told).values()) >= K
    assert len({one[:3] for one in told}) * 2 == len(set(told))
    found = suspects(theirs, told)
    print(f"\n{len(rows)} answers, in two modules: {found.found} found")
    assert found.below(K) == 0
