"""Every way we know to guess whose answer is whose: pure, from what the attacker took.

A linker lays two orders side by side, one of people and one of answers, or reads the answer of a
person outright. A guess of either kind is a mapping from person to what they answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

type Guess = dict[int, int]
"""From a person to the code that is taken for theirs."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the attacker knows of one wave.

    Parameters
    ----------
    people : mapping of str to sequence of int
        Names of orders in which the people of the wave stand somewhere.
    answers : mapping of str to sequence of int
        Names of orders in which the opened answers stand somewhere.
    read : mapping of str to Guess
        Answers that were read and belong to somebody outright.
    """

    people: Mapping[str, Sequence[int]]
    answers: Mapping[str, Sequence[int]]
    read: Mapping[str, Guess] = field(default_factory=dict)


WATCHED = "true order of answering"
DISK = "order on disk"


def guesses(evidence: Evidence) -> dict[str, Guess]:
    """Return what each linker says; an order that lacks somebody says nothing of them."""
    found: dict[str, Guess] = {}
    for name, people in evidence.people.items():
        found |= _both_ways(name, people, DISK, evidence.answers[DISK])
    for name, answers in evidence.answers.items():
        if name != DISK:
            found |= _both_ways(WATCHED, evidence.people[WATCHED], name, answers)
    return found | dict(evidence.read)


def _both_ways(
    who: str, people: Sequence[int], what: str, answers: Sequence[int]
) -> dict[str, Guess]:
    if len(people) != len(answers):
        return {f"{who} | {what}": {}, f"{who} | {what}, backwards": {}}
    return {
        f"{who} | {what}": dict(zip(people, answers, strict=True)),
        f"{who} | {what}, backwards": dict(zip(people, reversed(answers), strict=True)),
    }


def parted(
    evidence: Evidence, of_person: Mapping[int, int], of_code: Mapping[int, int]
) -> list[Evidence]:
    """Divide what is known of a wave where parts of it were asked otherwise, and rows tell it."""
    return [
        Evidence(
            {
                name: [one for one in order if of_person[one] == part]
                for name, order in evidence.people.items()
            },
            {
                name: [one for one in order if of_code[one] == part]
                for name, order in evidence.answers.items()
            },
        )
        for part in sorted(set(of_person.values()))
    ]


def right_links(guess: Guess, truth: Mapping[int, int]) -> int:
    """Count the people whose answer was found."""
    return sum(truth[person] == code for person, code in guess.items())


def score(waves: Sequence[Evidence], truths: Sequence[Mapping[int, int]]) -> dict[str, int]:
    """Count right links of each linker over all waves; a linker without a guess has 0.

    One more linker holds waves together: it learns how one wave was shuffled, which the people of
    that wave can tell by pooling their answers, and expects the same of the next.
    """
    total: dict[str, int] = {}
    for evidence, truth in zip(waves, truths, strict=True):
        for name, guess in guesses(evidence).items():
            total[name] = total.get(name, 0) + right_links(guess, truth)
    total["shuffle of the wave before"] = sum(
        right_links(_shuffled_alike(before, knows, now), truth)
        for before, knows, now, truth in zip(waves, truths, waves[1:], truths[1:], strict=False)
    )
    return total


def _shuffled_alike(before: Evidence, knows: Mapping[int, int], now: Evidence) -> Guess:
    stood = list(before.answers[DISK])
    if len(stood) != len(now.answers[DISK]) or set(stood) != set(knows.values()):
        return {}
    places = [stood.index(knows[person]) for person in before.people[WATCHED]]
    return {
        person: now.answers[DISK][place]
        for person, place in zip(now.people[WATCHED], places, strict=True)
    }
