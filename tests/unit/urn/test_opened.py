"""Opened ballots as small integers, some at a time, and what is stored of them."""

import tracemalloc
from collections import Counter
from random import Random
from uuid import UUID

import numpy as np
import pytest

from survey_app.counting.urn import opened as module
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.opened import Ballots
from survey_app.publishing.closing.count_urn import _ids

COLUMNS = 50


def some_ballots(n, seed=1, *, wide=False):
    """Draw ballots of three groups; some wrote a comment, some were screened out."""
    rng = Random(seed)
    found = []
    for _ in range(n):
        if rng.random() < 0.1:
            found.append(Ballot(rng.choice("abc"), (), screened_out=True))
            continue
        top = 700 if wide else 11
        answers = tuple(rng.randrange(-3, top) for _ in range(COLUMNS))
        comment = f"comment {rng.randrange(99)}" if rng.random() < 0.2 else ""
        found.append(Ballot(rng.choice("abc"), answers, comment=comment))
    return found


@pytest.mark.parametrize("wide", [False, True])
def test_ballots_are_what_was_handed_in_however_many_are_taken_at_a_time(wide, monkeypatch):
    ballots = some_ballots(300, wide=wide)
    monkeypatch.setattr(module, "BATCH", 64)
    found = Ballots.of(ballots, COLUMNS)
    assert found == tuple(ballots)
    assert list(found) == ballots
    assert (found[7], found[-1], found[3:5]) == (ballots[7], ballots[-1], tuple(ballots[3:5]))
    assert found.codes.dtype == (np.int16 if wide else np.int8)
    parts = [Ballots.of(ballots[:90], COLUMNS), found.only(~found.screened_out)]
    joined = Ballots.joined(parts, COLUMNS)
    assert list(joined) == [*ballots[:90], *(one for one in ballots if not one.screened_out)]
    assert found.by_domain() == Counter(one.domain for one in ballots)
    assert Ballots.of([], COLUMNS) == ()


def test_ballots_are_numbered_by_what_they_have_in_common():
    ballots = some_ballots(200)
    known, which = Ballots.of(ballots, COLUMNS).numbered(lambda one: one.answers[:1])
    assert [known[at] for at in which] == [one.answers[:1] for one in ballots]


def test_comments_stay_where_answers_have_become_rows():
    ballots = some_ballots(200)
    left = Ballots.of(ballots, COLUMNS).without_answers()
    assert [one.comment for one in left] == [one.comment for one in ballots]
    assert [one.screened_out for one in left] == [one.screened_out for one in ballots]
    assert not any(one.answers for one in left)


def test_an_opened_ballot_takes_little_more_than_a_byte_an_answer():
    n = 30_000
    ballot = Ballot("", tuple(range(COLUMNS)))
    tracemalloc.start()
    found = Ballots.of((ballot for _ in range(n)), COLUMNS)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == n
    assert kept < n * (COLUMNS + 12)
    # while they are put together, twice that, and what a part of them takes
    assert peak < n * 2 * (COLUMNS + 12) + 8192 * 400


def test_responses_get_random_ids_in_order_as_the_standard_wants_them():
    ids = list(_ids(500))
    assert ids == sorted(ids)
    assert len(set(ids)) == 500
    assert {(one.version, one.variant) for one in ids} == {(4, UUID(int=0x80 << 56).variant)}
    assert set(_ids(500)).isdisjoint(ids)
