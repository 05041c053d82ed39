"""Checks of what goes with an outcome: a slip here would leave a figure out without a word."""

from collections import Counter
from collections.abc import Callable, Iterator

from questionnaires.errors import Problem
from questionnaires.model import DriverSet
from questionnaires.parsing.draft import Draft

_DRIVERS = "drivers.toml"
_FEWEST = 2


def check_drivers(draft: Draft) -> Iterator[Problem]:
    """Explain outcomes by measures that exist, each once, and by nothing that they are made of.

    Also by an item that was taken out since: waves that asked it are explained by it. What is asked
    of others leaves the outcome without a figure in every wave.
    """
    known, inside = _made_of(draft), answers_behind(draft)
    named = Counter(place.value.id for place in draft.drivers)
    for place in draft.drivers:
        found = place.value
        told = list(_of_predictors(found, known, inside))
        told += _of_others(found, draft, inside)
        if not found.id.strip() or named[found.id] > 1:
            told.append(("id", "each outcome has an id of its own; write another"))
        yield from (Problem(_DRIVERS, f"{place.key} {name}", sentence) for name, sentence in told)
    for name in draft.item_names:
        if name not in known:
            sentence = "there is no such item; correct the id or take it out"
            yield Problem(_DRIVERS, f"item_names {name}", sentence)


def _of_predictors(
    found: DriverSet, known: dict[str, set[str]], inside: Callable[[str], set[str]]
) -> Iterator[tuple[str, str]]:
    counts = Counter(found.predictors)
    for name in (found.measure, *counts):
        if name not in known:
            yield name, "this is no index, scale or item; correct the code"
    for name, count in counts.items():
        if count > 1:
            yield name, f"the predictor stands {count} times; keep one"
        if inside(name) & inside(found.measure):
            yield name, "the outcome shares answers with it; leave it out"
    if len(counts) < _FEWEST:
        sentence = "one alone is all of what is explained; name two, or take the outcome out"
        yield "predictors", sentence


def _of_others(
    found: DriverSet, draft: Draft, inside: Callable[[str], set[str]]
) -> Iterator[tuple[str, str]]:
    """Tell of measures that nobody of the outcome's people is asked, and that others are."""
    asked: dict[bool, set[str]] = {True: set(), False: set()}
    for form in (one.value.form for one in draft.forms):
        asked[form.population == found.population].update(form.items)
    for name in dict.fromkeys((found.measure, *found.predictors)):
        if inside(name) & asked[False] - asked[True]:
            yield name, f"no form for {found.population} asks it; leave it out"


def _made_of(draft: Draft) -> dict[str, set[str]]:
    """Give the parts of each measure; those of an item are none."""
    items = draft.retired.union(one.value.id for one in draft.items)
    made_of: dict[str, set[str]] = {name: set() for name in items}
    made_of |= {one.value.code: set(one.value.items) for one in draft.scales}
    for one in draft.indices:
        made_of.setdefault(one.value.index.code, set()).update(one.value.parts)
    return made_of


def answers_behind(draft: Draft) -> Callable[[str], set[str]]:
    """Give, for the code of a measure, all that it is made of, itself included."""
    made_of = _made_of(draft)

    def inside(code: str, above: frozenset[str] = frozenset()) -> set[str]:
        # what is made of itself is told elsewhere
        parts = made_of.get(code, set()) - above - {code}
        return {code}.union(*(inside(part, above | {code}) for part in parts))

    return inside
