"""From opened ballots to what may be stored: pure, so that every rule can be tried alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.disclosure.rules import DisclosureRules
from questionnaires.model import NOT_ASKED
from questionnaires.parts import part_places, parts_asked
from survey_app.counting.responses.rows import AnswerRows
from survey_app.counting.urn.opened import Ballots
from survey_app.publishing.closing.generalise import generalise_told, generalise_units
from survey_app.publishing.closing.known import blanks, known_codes
from survey_app.publishing.inputs.counted import RECORD_FORMAT, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt

    from questionnaires.model import Questionnaire
    from survey_app.counting.urn.ballot import Ballot
    from survey_app.publishing.closing.known import Known

_COUNTS = frozenset({"credentials", "accepted"})


@dataclass(frozen=True, slots=True)
class Emptied:
    """What an urn leaves behind.

    Parameters
    ----------
    rows : AnswerRows
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

    rows: AnswerRows
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
    ballots: Iterable[Ballot],
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
    kept, out = _answered(ballots, questionnaire)
    carried = Counter(dict.fromkeys(groups, 0))
    carried.update(kept.by_domain())
    parts = _by_part(kept, kept.domains, kept.domain, questionnaire)
    stored = generalise_units(carried, groups, minimum_group=minimum_group, parts=parts)
    if stored is None:
        return Emptied(_nothing(questionnaire), screened_out=out, too_few=True)
    codes = kept.codes.copy()
    codes[:, _at(questionnaire, background_columns(questionnaire))] = NOT_ASKED
    homes = sorted({stored[code] for code in kept.by_domain()})
    # codes that only those carried who were screened out are stored nowhere
    at_home = [stored.get(code) for code in kept.domains]
    place = np.array(
        [homes.index(home) if home in homes else 0 for home in at_home], dtype=np.int32
    )
    rows = AnswerRows(tuple(homes), place[kept.domain], codes)
    moved = {code: home for code, home in sorted(stored.items()) if code != home}
    enough = DisclosureRules(minimum_group=minimum_group).limit("staff_mean")
    joined = tuple(code for code in moved if enough and carried[code] >= enough)
    return Emptied(rows, moved, out, joined=joined)


def empty_outside(
    ballots: Iterable[Ballot],
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
    kept, out = _answered(ballots, questionnaire)
    nowhere = np.zeros(len(kept), dtype=np.int32)
    in_parts = _by_part(kept, [WHOLE], nowhere, questionnaire)
    if min([len(kept), *(part[WHOLE] for part in in_parts)]) < minimum_group:
        return Emptied(_nothing(questionnaire), screened_out=out, too_few=True)
    if known is None:
        return Emptied(AnswerRows((WHOLE,), nowhere, kept.codes), screened_out=out)
    theirs, which = kept.numbered(known_codes(known, questionnaire))
    levels = generalise_told(
        Counter(dict(zip(theirs, np.bincount(which).tolist(), strict=True))),
        known.codes,
        minimum_group=minimum_group,
        parts=_by_part(kept, theirs, which, questionnaire),
    )
    blank = blanks(known, questionnaire, levels)
    codes = _blanked(kept.codes, which, [blank[one] for one in theirs])
    return Emptied(AnswerRows((WHOLE,), nowhere, codes), screened_out=out)


def _answered(ballots: Iterable[Ballot], questionnaire: Questionnaire) -> tuple[Ballots, int]:
    """Keep those who were not screened out, and count the others."""
    if not isinstance(ballots, Ballots):
        ballots = Ballots.of(ballots, len(questionnaire.columns))
    kept = ballots.only(~ballots.screened_out)
    return kept, len(ballots) - len(kept)


def _nothing(questionnaire: Questionnaire) -> AnswerRows:
    return AnswerRows.of([], len(questionnaire.columns))


def _at(questionnaire: Questionnaire, columns: Iterable[str]) -> list[int]:
    place = {name: at for at, name in enumerate(questionnaire.columns)}
    return [place[name] for name in columns]


def _by_part[Key](
    ballots: Ballots,
    keys: Sequence[Key],
    which: npt.NDArray[np.int32],
    questionnaire: Questionnaire,
) -> list[Counter[Key]]:
    """Count the ballots of each half or module by what is stored of them.

    ``which`` gives the place of each ballot's among ``keys``. Nothing where all are asked alike.
    One whose answers left out all that halves are asked in different words is of neither: whoever
    knows the half of its sender finds it among those, not as one of them.
    """
    places = part_places(questionnaire)
    if not places:
        return []
    parts, of = ballots.numbered(lambda one: parts_asked(places, one.answers))
    counts = []
    for number in places:
        inside = np.array([number in asked for asked in parts], dtype=np.bool_)[of]
        found = np.bincount(which[inside], minlength=len(keys)).tolist()
        counts.append(Counter({key: n for key, n in zip(keys, found, strict=True) if n}))
    return counts


def _blanked(
    codes: npt.NDArray[Any], which: npt.NDArray[np.int32], blank: Sequence[Mapping[int, int]]
) -> npt.NDArray[Any]:
    """Write over what is not stored of each combination that was told."""
    found, order = codes.copy(), np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=len(blank)))
    for rows, over in zip(np.split(order, ends[:-1]), blank, strict=True):
        for at, code in over.items():
            found[rows, at] = code
    return found


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
