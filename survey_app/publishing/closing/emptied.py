"""From opened ballots to what may be stored: pure, so that every rule can be tried alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analytics.disclosure.rules import DisclosureRules
from questionnaires.model import NOT_ASKED
from questionnaires.parts import part_places, parts_asked
from survey_app.publishing.closing.generalise import generalise_told, generalise_units
from survey_app.publishing.closing.known import blanks, told
from survey_app.publishing.inputs.counted import RECORD_FORMAT, WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from questionnaires.model import Questionnaire
    from survey_app.counting.urn.ballot import Ballot
    from survey_app.publishing.closing.known import Known

_COUNTS = frozenset({"credentials", "accepted"})
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
        Fewer than k answered, or fewer of one half or module: nothing is stored.
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

    Where not everybody is asked the same, each half or module reaches k in what is stored of a
    unit.

    Parameters
    ----------
    groups : mapping of str to str
        Every code that a ballot of this wave could carry, with its region: its own for a region's.
    """
    kept = [ballot for ballot in ballots if not ballot.screened_out]
    out = len(ballots) - len(kept)
    carried = Counter(dict.fromkeys(groups, 0))
    carried.update(ballot.domain for ballot in kept)
    parts = _by_part(kept, [ballot.domain for ballot in kept], questionnaire)
    stored = generalise_units(carried, groups, minimum_group=minimum_group, parts=parts)
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


def empty_outside(
    ballots: Sequence[Ballot],
    questionnaire: Questionnaire,
    known: Known | None,
    *,
    minimum_group: int,
) -> Emptied:
    """Generalise what others may know of people outside the agency to what k ballots share.

    Parameters
    ----------
    known : Known or None
        What the sample file tells, or what is known of people on a list; None where nobody knows
        who was invited, as with an open link.
    """
    kept = [ballot for ballot in ballots if not ballot.screened_out]
    out = len(ballots) - len(kept)
    in_parts = _by_part(kept, [WHOLE] * len(kept), questionnaire)
    if min([len(kept), *(part[WHOLE] for part in in_parts)]) < minimum_group:
        return Emptied([], screened_out=out, too_few=True)
    if known is None:
        return Emptied([(WHOLE, ballot.answers) for ballot in kept], screened_out=out)
    theirs = told(known, questionnaire, kept)
    levels = generalise_told(
        Counter(theirs),
        known.codes,
        minimum_group=minimum_group,
        parts=_by_part(kept, theirs, questionnaire),
    )
    blank = blanks(known, questionnaire, levels)
    rows = [
        (WHOLE, _without(ballot.answers, blank[one]))
        for ballot, one in zip(kept, theirs, strict=True)
    ]
    return Emptied(rows, screened_out=out)


def _by_part[Key](
    ballots: Sequence[Ballot], keys: Sequence[Key], questionnaire: Questionnaire
) -> list[Counter[Key]]:
    """Count the ballots of each half or module by what is stored of them.

    Nothing where all are asked alike. One whose answers left out all that halves are asked in
    different words is of neither: whoever knows the half of its sender finds it among those, not as
    one of them.
    """
    places = part_places(questionnaire)
    of = [parts_asked(places, ballot.answers) for ballot in ballots]
    return [
        Counter(key for key, asked in zip(keys, of, strict=True) if number in asked)
        for number in places
    ]


def _without(answers: tuple[int, ...], blank: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(blank.get(at, code) for at, code in enumerate(answers))


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
