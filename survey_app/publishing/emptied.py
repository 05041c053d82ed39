"""From opened ballots to what may be stored: pure, so that every rule can be tried alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from analytics.disclosure.rules import DisclosureRules
from questionnaires.model import NOT_ANSWERED, NOT_ASKED
from survey_app.publishing.generalise import ANY, Cell, generalise_sample, generalise_units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from questionnaires.model import Questionnaire
    from survey_app.counting.urn.ballot import Ballot

COUNTY, AGE, GENDER = "d.fylke", "d.alder", "d.kjonn"
_COUNTS = frozenset({"credentials", "accepted"})
RECORD_FORMAT: Final = 3
"""From 3 on no answer is stored under another unit, and ``moved`` names silent units too."""
type Row = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Emptied:
    """What an urn leaves behind.

    Parameters
    ----------
    rows : list of (domain, answers)
        In the order of the ballots: the caller shuffles.
    moved : dict of str to str
        Codes that ballots could carry, and where their answers are stored instead: always above.
    screened_out : int
        Ballots that are counted and not stored.
    too_few : bool
        Fewer than k answered: nothing is stored.
    joined : tuple of str
        Those of ``moved`` with enough answers to be shown: they cover a small one beside them.
    """

    rows: list[Row]
    moved: dict[str, str] = field(default_factory=dict)
    screened_out: int = 0
    too_few: bool = False
    joined: tuple[str, ...] = ()


def background_columns(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Return the columns that no row of a staff wave may hold."""
    return tuple(
        column
        for item in questionnaire.items
        if item.purpose == "background"
        for column in questionnaire.item_columns(item)
    )


def empty_staff(
    ballots: Sequence[Ballot],
    questionnaire: Questionnaire,
    groups: Mapping[str, str],
    *,
    minimum_group: int,
) -> Emptied:
    """Generalise units to k, and drop role and tenure: nothing that follows from them is kept.

    Parameters
    ----------
    groups : mapping of str to str
        Every code that a ballot of this wave could carry, with its region: its own for a region's.
    """
    kept = [ballot for ballot in ballots if not ballot.screened_out]
    out = len(ballots) - len(kept)
    carried = Counter(dict.fromkeys(groups, 0))
    carried.update(ballot.domain for ballot in kept)
    stored = generalise_units(carried, groups, minimum_group=minimum_group)
    if stored is None:
        return Emptied([], screened_out=out, too_few=True)
    hidden = {questionnaire.columns.index(name) for name in background_columns(questionnaire)}
    rows = [
        (
            stored[ballot.domain],
            tuple(NOT_ASKED if at in hidden else code for at, code in enumerate(ballot.answers)),
        )
        for ballot in kept
    ]
    moved = {code: home for code, home in sorted(stored.items()) if code != home}
    enough = DisclosureRules(minimum_group=minimum_group).limit("staff_mean")
    joined = tuple(code for code in moved if enough and carried[code] >= enough)
    return Emptied(rows, moved, out, joined=joined)


def empty_public(
    ballots: Sequence[Ballot],
    questionnaire: Questionnaire,
    invited: Mapping[Cell, int],
    *,
    minimum_group: int,
) -> Emptied:
    """Generalise county, age and gender to at least k of those invited.

    Parameters
    ----------
    invited : mapping of (county, age, gender) to int
        The sample file's counts; empty for an open link, where there is no frame to compare with.
    """
    kept = [ballot for ballot in ballots if not ballot.screened_out]
    out = len(ballots) - len(kept)
    if len(kept) < minimum_group:
        return Emptied([], screened_out=out, too_few=True)
    if not invited:
        return Emptied([(ANY, ballot.answers) for ballot in kept], screened_out=out)
    home = _Home(questionnaire, invited, minimum_group)
    return Emptied([(ANY, home.stored(ballot.answers)) for ballot in kept], screened_out=out)


class _Home:
    """Where each combination of county, age and gender is stored."""

    def __init__(
        self, questionnaire: Questionnaire, invited: Mapping[Cell, int], minimum_group: int
    ) -> None:
        columns = questionnaire.columns
        self._at = tuple(columns.index(item) for item in (COUNTY, AGE, GENDER))
        self._codes: list[dict[int, str]] = [
            {
                option.value: option.code
                for option in questionnaire.option_set(item).options
                if option.value is not None
            }
            for item in (COUNTY, AGE, GENDER)
        ]
        self._cells = generalise_sample(invited, minimum_group=minimum_group)
        self._invited = invited
        self._minimum = minimum_group
        self._known: dict[tuple[int, ...], tuple[bool, ...]] = {}
        self._telling = tuple(_reading(questionnaire, item) for item in (COUNTY, AGE, GENDER))

    def stored(self, answers: tuple[int, ...]) -> tuple[int, ...]:
        """Blank what the row may not hold."""
        told = tuple(answers[at] for at in self._at)
        if told not in self._known:
            self._known[told] = self._keeps(told)
        row = list(answers)
        for at, keep, telling in zip(self._at, self._known[told], self._telling, strict=True):
            if not keep:
                row[at] = NOT_ANSWERED
                # for everybody alike: whether it was asked follows from what was blanked
                for column in telling:
                    row[column] = NOT_ASKED
        return tuple(row)

    def _keeps(self, told: tuple[int, ...]) -> tuple[bool, ...]:
        """Say which of the three codes stay.

        A code that the sample file does not hold (county withheld, gender other or withheld) fits
        everybody who has the rest: any of them may have chosen it.
        """
        named = [codes.get(code) for codes, code in zip(self._codes, told, strict=True)]
        sample = [{cell[at] for cell in self._invited} for at in range(len(named))]
        wanted = [name if name in sample[at] else None for at, name in enumerate(named)]
        cell = self._cell_of(wanted)
        fits = sum(
            people
            for other, people in self._invited.items()
            if all(part in (None, ANY, own) for part, own in zip(cell, other, strict=True))
        )
        if fits < self._minimum:
            return (False, False, False)
        return tuple(part != ANY for part in cell)

    def _cell_of(self, wanted: list[str | None]) -> tuple[str | None, ...]:
        """Generalise what was told the way that the matching cells of the sample file are."""
        matching = [
            stored
            for cell, stored in self._cells.items()
            if all(part in (None, own) for part, own in zip(wanted, cell, strict=True))
        ]
        # nobody invited has this combination: what was told here differs from the sample file
        if not matching:
            return (ANY, ANY, ANY)
        return tuple(
            ANY if any(stored[at] == ANY for stored in matching) else wanted[at]
            for at in range(len(wanted))
        )


def _reading(questionnaire: Questionnaire, item: str) -> tuple[int, ...]:
    """Return the columns that are asked or not because of ``item``, also at second hand."""
    found = {item}
    while more := {
        other.id
        for other in questionnaire.items
        if other.id not in found and any(condition.item in found for condition in other.filter)
    }:
        found |= more
    return tuple(
        questionnaire.columns.index(column)
        for other in questionnaire.items
        if other.id in found - {item}
        for column in questionnaire.item_columns(other)
    )


def accepted_by_domain(rows: Sequence[Row]) -> dict[str, int]:
    """Count stored rows per code; every count is at least k or the whole."""
    return dict(sorted(Counter(domain for domain, _ in rows).items()))


def record_content(
    *,
    wave: str,
    questionnaire: str,
    minimum_group: int,
    counts: Mapping[str, Any],
    domains: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Write what the urn held, for the worker: the published record is made from it."""
    return {
        "format": RECORD_FORMAT,
        "wave": wave,
        "questionnaire": questionnaire,
        "minimum_group": minimum_group,
        **counts,
        "domains": [
            {
                name: None if name in _COUNTS and value < minimum_group else value
                for name, value in domain.items()
            }
            for domain in domains
        ],
    }
