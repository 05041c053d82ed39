"""What somebody writes about the questions of a pilot, as the words of a ballot.

They stand where a wave's ballots have their comment, so that a ballot is laid out in one way only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

LONGEST: Final = 200
"""Most characters about one question, counted as browsers do: in units of UTF-16."""
LONGEST_IN_ALL: Final = 2000
"""And about all of them. A sealed ballot with these still lies in its row of 8 KB."""
_AFTER: Final = "\x1f"
_BETWEEN: Final = "\x1e"
_ABOUT: Final = 5  # bytes: the place of a question, and what parts it from the words


def remarks_room(questions: int) -> int:
    """Return the bytes that the remarks of one person take at most."""
    return 3 * LONGEST_IN_ALL + _ABOUT * questions


def length_of(words: str) -> int:
    """Count characters as browsers do."""
    return len(words.encode("utf-16-le")) // 2


def packed_remarks(remarks: Mapping[str, str], items: Sequence[str]) -> str:
    """Write remarks by item as one text; without any, it is empty."""
    return "".join(
        f"{at}{_BETWEEN}{said}{_AFTER}"
        for at, item in enumerate(items)
        if (said := remarks.get(item, "").replace(_AFTER, "").replace(_BETWEEN, ""))
    )


def unpacked_remarks(words: str, items: Sequence[str]) -> dict[str, str]:
    """Read what `packed_remarks` wrote; what is none of that is left out."""
    item_of = {str(at): item for at, item in enumerate(items)}
    found = {}
    for one in words.split(_AFTER):
        place, _sep, said = one.partition(_BETWEEN)
        if said and place in item_of:
            found[item_of[place]] = said
    return found
