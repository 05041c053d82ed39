"""Nobody of a drawn sample is found behind a stored row, by whoever knows who answered.

The attack of `tests.attack.public_rows` over waves of the demo's public, small and large.
"""

from __future__ import annotations

import numpy as np
import pytest

from questionnaires.model import NOT_ANSWERED
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.emptied import empty_outside
from survey_app.publishing.known import SAMPLED, known_of_sample
from tests.attack.public_rows import BLANK, suspects
from tests.simulated_waves import public_wave

K = 5


def told_of(form, rows):
    at = [form.columns.index(item) for item in SAMPLED]
    return [tuple(BLANK if row[one] < 0 else row[one] for one in at) for row in rows]


def emptied(data, k=K):
    form = data.questionnaire
    ballots = [Ballot("", tuple(row)) for row in data.answers.to_numpy().tolist()]
    sample = {
        (f"{county:02d}", str(age), str(gender))
        for county, age, gender in told_of(form, (one.answers for one in ballots))
    }
    return empty_outside(ballots, form, known_of_sample(form, sample), minimum_group=k).rows


def attacked(data, rows):
    answered = told_of(data.questionnaire, data.answers.to_numpy().tolist())
    return suspects(answered, told_of(data.questionnaire, rows))


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
    found = attacked(data, [row for _, row in emptied(data)])
    least = min(found.rows.values())
    print(f"\n{len(data.answers)} answers of {gross}: {found.found} found, {least} rows at least")
    assert found.below(K) == 0


def test_the_same_attack_names_people_behind_rows_as_they_were_told():
    data = public_wave(1, gross=1500)
    found = attacked(data, data.answers.to_numpy().tolist())
    assert found.found > 20
    assert found.below(K) > 150


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
