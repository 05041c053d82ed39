"""What others may know of those who were invited, and which answers follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from questionnaires.answers import CHOSEN, NOT_CHOSEN
from questionnaires.arms import without_arm
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from questionnaires.background import Background
    from questionnaires.model import Questionnaire
    from survey_app.counting.urn.ballot import Ballot
    from survey_app.publishing.closing.generalise import Told


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody may know of a person without having read an answer.

    Attributes
    ----------
    columns : tuple of str
        Of the answers, in the order in which they are kept: the last goes first.
    codes : tuple of frozenset of int
        For each coordinate of `known_codes`: what others may know. Any other code was withheld, or
        is nobody's.
    follows : tuple of str
        Columns that are asked or not because of ``columns``. Where others may know which of them a
        person was asked, that is the first coordinate; else they are blanked with their reason.
    dropped : tuple of str
        Columns that are stored of nobody, since ``columns`` may follow from them.
    """

    columns: tuple[str, ...]
    codes: tuple[Collection[int], ...]
    follows: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def known_of_sample(
    questionnaire: Questionnaire,
    sample: Iterable[tuple[str, str, str]],
    background: Background | None = None,
) -> Known | None:
    """Return what a sample file tells: county, age and gender.

    Parameters
    ----------
    sample : iterable of (county, age, gender)
        By option code; empty for a wave without such a file, of which nobody knows anything.
    background : Background, optional
        The groups that the wave kept when it opened: what is stored of people is what it was then.
        By default those of now.

    Notes
    -----
    Other background is dropped unless answers are weighted by it: whoever says that they are
    retired has told the age that is blank beside it.
    """
    cells = list(sample)
    if not cells:
        return None
    codes = []
    background = background or load_library().background
    sampled = background.sampled_items
    for at, item in enumerate(sampled):
        values = _values(questionnaire, item)
        codes.append(frozenset(values[cell[at]] for cell in cells if cell[at] in values))
    dropped = tuple(
        column
        for item in questionnaire.items
        if item.purpose == "background" and item.id not in background.kept_items
        for column in questionnaire.item_columns(item)
    )
    return Known(sampled, tuple(codes), dropped=dropped)


def known_of_list(questionnaire: Questionnaire) -> Known | None:
    """Return what is known of people who stand on a list by name: all background that is asked.

    Returns
    -------
    Known or None
        In the order of the form; None where it asks for no background.
    """
    items = [item for item in questionnaire.items if item.purpose == "background"]
    if not items:
        return None
    columns = tuple(column for item in items for column in questionnaire.item_columns(item))
    codes: list[Collection[int]] = [
        (NOT_CHOSEN, CHOSEN)
        if item.presentation == "checkbox"
        else frozenset(_values(questionnaire, item.id).values())
        for item in items
        for _ in questionnaire.item_columns(item)
    ]
    follows = questions_following(questionnaire, [item.id for item in items])
    if follows:
        codes.insert(0, range(1 << len(set(map(without_arm, follows)))))
    return Known(columns, tuple(codes), follows)


def known_codes(known: Known, questionnaire: Questionnaire) -> Callable[[Ballot], Told]:
    """Read of a ballot what others may know; first, where that counts, what was not asked."""
    at = [questionnaire.columns.index(column) for column in known.columns]
    following = _places_of(known.follows, questionnaire)

    def read(ballot: Ballot) -> Told:
        codes = tuple(ballot.answers[one] for one in at)
        unasked = sum(
            1 << at_place
            for at_place, columns in enumerate(following)
            if all(ballot.answers[one] == NOT_ASKED for one in columns)
        )
        return (unasked, *codes) if following else codes

    return read


def _places_of(columns: Iterable[str], questionnaire: Questionnaire) -> list[list[int]]:
    """Find what is asked of everybody, or of each half in its own words, which is one question."""
    found: dict[str, list[int]] = {}
    for column in columns:
        found.setdefault(without_arm(column), []).append(questionnaire.columns.index(column))
    return list(found.values())


def blanks(
    known: Known, questionnaire: Questionnaire, levels: Mapping[Told, int]
) -> dict[Told, dict[int, int]]:
    """Say for each combination what is written where: what is not kept, and what was asked for it.

    Parameters
    ----------
    levels : mapping of tuple of int to int
        How many of its codes are stored, for each combination that was told.

    Returns
    -------
    dict of tuple of int to dict of int to int
        Position in the answers, and the code there.
    """
    first = 1 if known.follows else 0
    found: dict[Told, dict[int, int]] = {}
    for one, level in levels.items():
        gone = known.columns[max(0, level - first) :]
        if not first:
            # for everybody alike: whether something was asked follows from what is not stored,
            # also from what was withheld
            untold = {*gone, *_withheld(known, one)}
            asked = questions_following(questionnaire, _items(questionnaire, untold))
        else:
            asked = () if level else known.follows
        found[one] = {
            questionnaire.columns.index(column): NOT_ASKED for column in (*asked, *known.dropped)
        } | {questionnaire.columns.index(column): NOT_ANSWERED for column in gone}
    return found


def _withheld(known: Known, one: Told) -> list[str]:
    return [
        column
        for column, code, codes in zip(known.columns, one, known.codes, strict=True)
        if code not in codes
    ]


def questions_following(questionnaire: Questionnaire, items: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that are asked or not because of ``items``, also at second hand."""
    given = frozenset(items)
    found = set(given)
    while more := {
        other.id
        for other in questionnaire.items
        if other.id not in found and any(condition.item in found for condition in other.filter)
    }:
        found |= more
    return tuple(
        column
        for other in questionnaire.items
        if other.id in found - given
        for column in questionnaire.item_columns(other)
    )


def _items(questionnaire: Questionnaire, columns: Collection[str]) -> list[str]:
    return [
        item.id
        for item in questionnaire.items
        if not set(questionnaire.item_columns(item)).isdisjoint(columns)
    ]


def _values(questionnaire: Questionnaire, item: str) -> dict[str, int]:
    options = questionnaire.option_set(item).options
    return {option.code: option.value for option in options if option.value is not None}
