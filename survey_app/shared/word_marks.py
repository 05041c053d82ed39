"""What was taken out of a sentence and what was put in, word by word."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

type Mark = Literal["kept", "out", "in"]


def word_marks(before: str | None, after: str | None) -> tuple[tuple[Mark, str], ...]:
    """Write two sentences as one, with marks.

    Parameters
    ----------
    before, after : str or None
        None where there was, or is, no such sentence.

    Returns
    -------
    tuple of (mark, words)
        What both have is ``kept``; what only the first has is ``out`` and stands before what came
        ``in`` in its place.
    """
    old, new = (before or "").split(), (after or "").split()
    found: list[tuple[Mark, str]] = []
    for kind, at, until, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            found.extend(("kept", word) for word in old[at:until])
        else:
            found.extend(("out", word) for word in old[at:until])
            found.extend(("in", word) for word in new[start:end])
    return tuple(
        (mark, " ".join(word for _, word in words))
        for mark, words in groupby(found, lambda piece: piece[0])
    )
