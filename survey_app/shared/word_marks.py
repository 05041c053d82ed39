"""What was taken out of a sentence and what was put in, word by word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, Literal

type Mark = Literal["kept", "out", "in"]
# what words that come again and again would cost; the longest text of ours takes a sixth of it
_MOST_STEPS: Final = 300_000


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
        ``in`` in its place. Of texts that are very long, or say the same words over and over, all
        of the one is out and all of the other in.
    """
    old, new = (before or "").split(), (after or "").split()
    if old == new:
        return (("kept", " ".join(old)),) if old else ()
    if _steps(old, new) > _MOST_STEPS:
        return ("out", " ".join(old)), ("in", " ".join(new))
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


def _steps(old: Sequence[str], new: Sequence[str]) -> int:
    """Return at most how often a word of one is held against the same word of the other."""
    times = Counter(new)
    return sum(times[word] for word in old) * min(len(old), len(new))
