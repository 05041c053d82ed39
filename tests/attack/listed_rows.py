"""What somebody sees who knows everybody on a list of candidates: age, gender, education and work.

Nobody wrote these into a file, but a list is of people or organisations that are known by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from questionnaires.model import NOT_ASKED
from tests.attack.public_rows import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from questionnaires.model import Questionnaire
    from tests.attack.public_rows import Codes

OF_ONESELF = ("d.alder", "d.kjonn", "d.utd", "d.arbeid")
ONLY_FOR_SOME = "ea.2"
"""Asked of those under 60 who are not retired: whoever was not asked is one of the others."""

_OLD, _RETIRED = (4, 5), 3


def old_or_retired(codes: Sequence[int]) -> bool:
    """Say whether somebody is not asked `ONLY_FOR_SOME`."""
    return codes[0] in _OLD or codes[3] == _RETIRED


def seen(form: Questionnaire, rows: Sequence[Sequence[int]]) -> list[Codes]:
    """Return what each stored row tells of whom it is from; last, whether it is old or retired."""
    at = [form.columns.index(item) for item in OF_ONESELF]
    some = form.columns.index(ONLY_FOR_SOME)
    found = []
    for row in rows:
        told = [BLANK if row[one] < 0 else row[one] for one in at]
        # a row that tells nothing may have lost this question with the rest
        not_asked = BLANK if set(told) == {BLANK} else True
        found.append((*told, not_asked if row[some] == NOT_ASKED else False))
    return found
