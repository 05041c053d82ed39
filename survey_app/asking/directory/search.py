"""Whom a directory asks for: by a name of theirs, by a filter, or all."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from scim2_models import InvalidFilterException, ScimFilter

from survey_app.asking.directory.resource import SomebodyModel, as_resource
from survey_app.asking.directory.store import ToldPerson, count_told, list_told, looked_up

LONGEST: Final = 500  # signs of a filter that is held against everybody
_BY_ONE: Final = re.compile(
    r'\s*(userName|externalId|id)\s+eq\s+("(?:[^"\\]|\\.)*")\s*', re.IGNORECASE
)


async def sought(written: str | None, first: int, most: int) -> tuple[Sequence[ToldPerson], int]:
    """Return people whom a filter names, or all, in pages.

    Parameters
    ----------
    written : str or None
        A filter of RFC 7644, 3.4.2.2.
    first : int
        From which on, counted from 0.
    most : int
        People of a page.

    Returns
    -------
    sequence of ToldPerson
        Of this page.
    int
        How many there are in all.

    Raises
    ------
    InvalidFilterException
        If the filter is none, or longer than any directory writes one.
    """
    if not written:
        return await list_told(first=first, most=most), await count_told()
    if (by_one := _BY_ONE.fullmatch(written)) and (value := _text_in(by_one[2])) is not None:
        found: Sequence[ToldPerson] = await looked_up(by_one[1].lower(), value)
    else:
        # nobody asks so, but may; one pass over all
        if len(written) > LONGEST:
            raise InvalidFilterException(detail=f"Send a filter of at most {LONGEST} characters")
        wanted = ScimFilter[SomebodyModel](written)
        everybody = await list_told()
        found = [one for one in everybody if wanted.match(as_resource(one, ""))]
    return found[first : first + most], len(found)


def _text_in(quoted: str) -> str | None:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return None  # the filter's own reader says what is wrong
