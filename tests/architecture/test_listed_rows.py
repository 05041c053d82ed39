"""Nobody who stands on a list is found behind a stored row, by whoever knows everybody on it.

The attack of `tests.attack.public_rows`, with all that a form asks people about themselves.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_ASKED, PREFER_NOT
from survey_app.counting.urn.ballot import Ballot
from survey_app.publishing.closing.emptied import empty_outside
from survey_app.publishing.closing.known import known_of_list
from survey_app.simulation.ballots import answer_rows
from survey_app.simulation.candidate_model import simulate_candidates
from tests.attack.listed_rows import OF_ONESELF, ONLY_FOR_SOME, old_or_retired, seen
from tests.attack.public_rows import suspects

K = 5
FORM = load_library().questionnaire("kandidat")
SOME = FORM.columns.index(ONLY_FOR_SOME)
AT = [FORM.columns.index(item) for item in OF_ONESELF]


def as_sent(row, codes):
    """A row with these answers about oneself: a question for the young is dropped for others."""
    answers = list(row)
    for at, code in zip(AT, codes, strict=True):
        answers[at] = code
    if old_or_retired(codes):
        answers[SOME] = NOT_ASKED
    return tuple(answers)


def simulated(people):
    theirs = simulate_candidates(0, seed=7)
    told = list(zip(*(theirs[item][:people].tolist() for item in OF_ONESELF), strict=True))
    rows = answer_rows(FORM.columns, theirs, np.arange(people)).tolist()
    return told, [as_sent(row, codes) for row, codes in zip(rows, told, strict=True)]


def stored(rows, k=K):
    ballots = [Ballot("", row) for row in rows]
    return [
        row for _, row in empty_outside(ballots, FORM, known_of_list(FORM), minimum_group=k).rows
    ]


def attacked(told, rows):
    return suspects([(*codes, old_or_retired(codes)) for codes in told], seen(FORM, rows))


@pytest.mark.parametrize("people", [20, 60, 400])
def test_whoever_knows_everybody_on_the_list_finds_nobody(people):
    told, rows = simulated(people)
    found = attacked(told, stored(rows))
    print(f"\n{people} answers: {found.found} found, {min(found.rows.values())} rows at least")
    assert found.below(K) == 0


def test_the_same_attack_names_people_behind_rows_as_they_were_told():
    found = attacked(*simulated(60))
    print(f"\n60 answers as told: {found.found} found, {found.below(K)} among fewer than {K}")
    assert found.found > 10
    assert found.below(K) > 20


THEIRS = st.tuples(
    st.sampled_from([1, 2, 3, 4, 5, NOT_ANSWERED]),
    st.sampled_from([1, 2, 3, NOT_ANSWERED]),
    st.sampled_from([1, 2, 3, 4, PREFER_NOT, NOT_ANSWERED]),
    st.sampled_from([1, 2, 3, 4, PREFER_NOT, NOT_ANSWERED]),
)


@settings(deadline=None)
@given(st.lists(THEIRS, min_size=12, max_size=120), st.integers(3, 12))
def test_every_combination_that_is_kept_has_k_ballots(told, k):
    rows = stored([as_sent([4] * len(FORM.columns), codes) for codes in told], k)
    kept = Counter((*(row[at] for at in AT), row[SOME] == NOT_ASKED) for row in rows)
    assert min(kept.values()) >= k
    assert sum(kept.values()) == len(told)


def test_a_form_with_one_such_question_keeps_what_k_share():
    form = load_library().questionnaire("interessent.off")
    at = form.columns.index("in.off.rolle")
    roles = [1] * 9 + [2] * 6 + [3] * 2
    ballots = [
        Ballot("", tuple(code if one == at else 4 for one in range(len(form.columns))))
        for code in roles
    ]
    rows = empty_outside(ballots, form, known_of_list(form), minimum_group=K).rows
    # two alone are too few, so the next smallest role is blank with them
    assert [row[at] for _, row in rows] == [1] * 9 + [NOT_ANSWERED] * 8


def test_a_form_that_asks_nothing_of_the_sort_is_stored_as_it_was_answered():
    form = load_library().questionnaire("interessent.sam")
    assert known_of_list(form) is None
