"""Nobody of a drawn sample is found behind a stored row, by whoever knows who answered.

The attack of `tests.attack.public_rows` over waves of the demo's public, small and large; once with
the sample file alone, once with work, which tells the age of students and of the retired.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.closing.emptied import empty_outside
from survey_app.publishing.closing.known import known_of_sample
from tests.attack.public_rows import narrowed, suspects, told_of
from tests.simulated_waves import public_wave

SAMPLED = load_library().background.sampled_items
K = 5


def emptied(data, k=K, **otherwise):
    form = data.questionnaire
    ballots = [Ballot("", tuple(row)) for row in data.answers.to_numpy().tolist()]
    sample = {
        (f"{county:02d}", str(age), str(gender))
        for county, age, gender in told_of(form, [one.answers for one in ballots])
    }
    known = replace(known_of_sample(form, sample), **otherwise)
    return [row for _, row in empty_outside(ballots, form, known, minimum_group=k).rows]


def attacked(data, rows, reading=told_of):
    answered = told_of(data.questionnaire, data.answers.to_numpy().tolist())
    return suspects(answered, reading(data.questionnaire, rows))


@pytest.mark.parametrize(
    ("at", "gross"),
    [
        (0, 400),
        (1, 1500),
        (2, 7400),
        *(pytest.param(n, 7400, marks=pytest.mark.slow) for n in range(3, 8)),
    ],
)
def test_whoever_knows_who_answered_finds_nobody(at, gross):
    data = public_wave(at, gross=gross)
    found = attacked(data, emptied(data))
    least = min(found.rows.values())
    print(f"\n{len(data.answers)} answers of {gross}: {found.found} found, {least} rows at least")
    assert found.below(K) == 0


def test_the_same_attack_names_people_behind_rows_as_they_were_told():
    data = public_wave(1, gross=1500)
    found = attacked(data, data.answers.to_numpy().tolist())
    assert found.found > 20
    assert found.below(K) > 150


SMALL = [(101, 400), (105, 400), (103, 1000), (104, 1000), (102, 2000), (105, 2000)]


@pytest.mark.parametrize(("seed", "gross"), SMALL)
def test_work_tells_nobody_the_age_that_is_blank(seed, gross):
    data = public_wave(seed % 8, gross=gross, seed=seed)
    found = attacked(data, emptied(data), narrowed)
    assert (found.found, found.below(K)) == (0, 0)


def test_the_same_rule_names_people_where_work_is_stored():
    named = hidden_too_little = 0
    for seed, gross in SMALL:
        data = public_wave(seed % 8, gross=gross, seed=seed)
        found = attacked(data, emptied(data, dropped=()), narrowed)
        print(f"\n{len(data.answers)} answers: {found.found} found, {found.below(K)} below {K}")
        named += found.found
        hidden_too_little += found.below(K)
    assert named > 5
    assert hidden_too_little > 50


def test_what_a_person_told_otherwise_than_the_file_has_it_hides_them_no_less():
    data = public_wave(1, gross=1500)
    form = data.questionnaire
    at = [form.columns.index(item) for item in SAMPLED]
    rng = np.random.default_rng(3)
    answers = data.answers.copy()
    column = answers.columns[at[2]]
    answers.loc[rng.random(len(answers)) < 0.02, column] = 3  # other, or would not say
    answers.loc[rng.random(len(answers)) < 0.02, answers.columns[at[0]]] = NOT_ANSWERED
    ballots = [Ballot("", tuple(row)) for row in answers.to_numpy().tolist()]
    sample = {
        (f"{c:02d}", str(a), str(g)) for c, a, g in told_of(form, data.answers.to_numpy().tolist())
    }
    rows = empty_outside(ballots, form, known_of_sample(form, sample), minimum_group=K).rows
    stored = [tuple(row[one] for one in at) for _, row in rows]
    assert min(stored.count(one) for one in set(stored)) >= K
