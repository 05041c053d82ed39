"""How many have answered in each unit of an open wave, without telling how many of a few.

A unit's number is told as "at least", in whole steps of k, and no further than to k below those
invited. A region's is put together from what is told of its units, so it tells nothing more. The
whole is counted by itself (``nights.py``): what it has beyond its units must leave room for every
one of them to stand anywhere within its step, now and since the last night that was told
(docs/adr/0085). Else the units stand as they stood, with their day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DomainAnswers:
    """A domain with how many of its own invitations are marked.

    ``invited`` is of the domain with its children, ``answered`` of what is in none of them.
    """

    code: str
    parent: str
    level: str
    answered: int
    invited: int


@dataclass(frozen=True, slots=True)
class AnswerStep:
    """What is told of one group: it holds ``low`` to ``high`` answers."""

    low: int
    high: int


def answer_step(answered: int, invited: int, minimum_group: int) -> AnswerStep:
    """Return the step that a group's answers lie in.

    Examples
    --------
    >>> answer_step(4, 40, 5), answer_step(13, 40, 5)
    (AnswerStep(low=0, high=4), AnswerStep(low=10, high=14))

    All but a few of 18 have answered, or three less; a group below 2k tells nothing:

    >>> answer_step(18, 18, 5), answer_step(9, 9, 5)
    (AnswerStep(low=10, high=18), AnswerStep(low=0, high=9))
    """
    most = max(0, (invited - minimum_group) // minimum_group * minimum_group)
    low = min(answered // minimum_group * minimum_group, most)
    return AnswerStep(low, min(invited, low + minimum_group - 1) if low < most else invited)


def answer_steps(domains: Sequence[DomainAnswers], minimum_group: int) -> dict[str, AnswerStep]:
    """Return the step of each group of people that no other holds.

    Units, or counties, have theirs; of people who belong to a region or to the whole alone nothing
    is told.
    """
    own = {row.code: row.invited for row in domains}
    for row in domains:
        if row.code and (parent := row.parent if row.level == "unit" else "") in own:
            own[parent] -= row.invited
    parents = {row.parent for row in domains if row.level == "unit"}
    return {
        row.code: (
            AnswerStep(0, own[row.code])
            if not row.code or row.code in parents
            else answer_step(row.answered, own[row.code], minimum_group)
        )
        for row in domains
        if own[row.code] > 0
    }


def leaves_room(steps: Mapping[str, AnswerStep], whole: int, minimum_group: int) -> bool:
    """Tell whether a count of the whole lets each group stand anywhere within its step."""
    beyond = whole - sum(step.low for step in steps.values())
    return minimum_group <= beyond <= sum(s.high - s.low for s in steps.values()) - minimum_group


def leaves_room_since(
    before: Mapping[str, AnswerStep],
    steps: Mapping[str, AnswerStep],
    gained: int,
    minimum_group: int,
) -> bool:
    """Tell whether what the whole gained lets each group's gain stand open.

    Parameters
    ----------
    before, steps : mapping of str to AnswerStep
        What was told last, and what would be told now, of the same groups.
    gained : int
        Answers of the whole in between.
    minimum_group : int
        k.
    """
    fewest = sum(max(0, step.low - before[code].high) for code, step in steps.items())
    most = sum(step.high - before[code].low for code, step in steps.items())
    return fewest + minimum_group <= gained <= most - minimum_group


def told_counts(
    domains: Sequence[DomainAnswers], steps: Mapping[str, AnswerStep]
) -> dict[str, int | None]:
    """Return what pages tell: of a unit at least how many, of a region about how many.

    A region is put together from the middles of its units' steps. ``None`` where nothing is told,
    as of a region without a unit that is; the whole is not among them.
    """
    told: dict[str, int | None] = {}
    for row in domains:
        children = [one for one in domains if one.level == "unit" and one.parent == row.code]
        if row.code and not children:
            told[row.code] = (steps[row.code].low or None) if row.code in steps else None
        elif row.code:
            inside = [steps[one.code] for one in children if one.code in steps]
            about = sum(step.low + step.high for step in inside) / 2
            scale = row.invited / (sum(one.invited for one in children) or 1)
            told[row.code] = round(about * scale) if any(step.low for step in inside) else None
    return told
