"""How many letters came back, as far as everybody may know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

RETURNED: Final = ("letters_undelivered", "letters_outside")


def told_returned(record: Mapping[str, Any], minimum_group: int, *, most: int) -> dict[str, int]:
    """Return of each kind how many, from k up; nothing of fewer, and nothing of none.

    Rates are made of what is told alone: otherwise a rate would tell the rest.

    Parameters
    ----------
    record : mapping
        What was written down when the urn was emptied.
    minimum_group : int
        k.
    most : int
        Invited people who neither answered nor refused: more cannot have been missed.
    """
    told: dict[str, int] = {}
    for name in RETURNED:
        number = min(record.get(name, 0), most - sum(told.values()))
        if number >= max(minimum_group, 1):
            told[name] = number
    return told
