"""Who wrote which comment, and what they answered: the linkage attack on waves that ask for one.

The same attacker as in `test_linkage_battery`. Everybody writes a comment that nobody else writes.
"""

from __future__ import annotations

import numpy as np
import pytest

from survey_app.publishing.closing import count_urn, keep_comments
from tests.attack.attacked import LONG, SHORT, attacked, by_luck, one_unit, spoils_of, told
from tests.attack.comments import orders_of_comments, take_comments, to_answers, to_people
from tests.attack.held_wave import PEOPLE, close, hold
from tests.attack.host import data_dir, log_file, postgres, redis, settings, sink
from tests.attack.linkers import score
from tests.attack.spoils import evidence
from tests.attack.ways_to_answer import GRADES

__all__ = ["attacked", "data_dir", "log_file", "one_unit", "postgres", "redis", "settings", "sink"]


async def commented_waves(attacked, grade, number, *, killed_once=True):
    waves = []
    for at in range(number):
        one = await hold(attacked.web, attacked.settings, at, GRADES[grade], comments=True)
        await close(one, attacked.settings, killed_once=killed_once and at == 0)
        waves.append(one)
    return waves


async def every_link(attacked, waves):
    """Count right links from people to answers, from people to comments, from these to answers."""
    spoils = await spoils_of(attacked, waves)
    taken = await take_comments(attacked.postgres, attacked.database)
    answers = score([evidence(one, spoils) for one in waves], [one.truth for one in waves])
    comments = score([to_people(one, spoils, taken) for one in waves], [one.tags for one in waves])
    both = score(
        [to_answers(one, spoils, taken) for one in waves],
        [{one.tags[person]: code for person, code in one.truth.items()} for one in waves],
    )
    return {"answers": answers, "comments": comments, "comments to answers": both}


@pytest.mark.parametrize(
    ("grade", "number"),
    [
        ("A and B", SHORT),
        *(pytest.param(grade, LONG, marks=pytest.mark.slow) for grade in GRADES),
    ],
)
async def test_no_comment_is_linked_to_anybody_or_to_answers(attacked, grade, number):
    waves = await commented_waves(attacked, grade, number)
    limit = by_luck(number)
    for kind, found in (await every_link(attacked, waves)).items():
        text = told(f"grade {grade}, {kind}", found, number * PEOPLE, limit)
        print("\n" + text)
        assert max(found.values()) <= limit, text
    # the attack is not idle: all comments are there, and a killed emptying left its rows
    taken = await take_comments(attacked.postgres, attacked.database)
    # the planner samples no comment: what it kept would outlive those that are removed
    assert taken.statistics == []
    orders = [orders_of_comments(one, taken) for one in waves]
    assert all(
        sorted(some["dump"]) == sorted(one.tags.values())
        for some, one in zip(orders, waves, strict=True)
    )
    if number < LONG:
        assert len(orders[0]["dead rows on disk"]) == PEOPLE


class Idle:
    """A generator that leaves everything in its place."""

    def shuffle(self, rows):
        """Do nothing."""


async def test_comments_that_are_stored_as_they_came_are_found(attacked, monkeypatch):
    monkeypatch.setattr(keep_comments.secrets, "SystemRandom", Idle)
    monkeypatch.setattr(count_urn, "order_by_chance", np.arange)
    waves = await commented_waves(attacked, "B", 2, killed_once=False)
    found = await every_link(attacked, waves)
    links = PEOPLE * len(waves)
    print("\n".join(told(kind, some, links, 0.95 * links) for kind, some in found.items()))
    assert found["comments to answers"]["order on disk | order on disk"] >= 0.95 * links
    assert found["comments"]["true order of answering | order on disk"] >= 0.95 * links
