"""Where the people of each unit are counted, in waves whose record is older than format 3.

There the few answers of a small unit were stored under a sibling, and the record does not name the
units where nobody answered. Such waves are only computed again, to verify or to correct them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def homes_of(
    carried: Iterable[str],
    regions: Mapping[str, str],
    stored: Iterable[str],
    moved: Mapping[str, str],
) -> dict[str, str]:
    """Say under which code each code that ballots carry is counted.

    Parameters
    ----------
    carried : iterable of str
        Codes that ballots could carry.
    regions : mapping of str to str
        Region of each unit.
    stored : iterable of str
        The code of every stored answer.
    moved : mapping of str to str
        Codes with 1 to k - 1 answers, and where these are stored.

    Returns
    -------
    dict of str to str
        A code without any answer is counted with a sibling, just as one with a few: left by itself,
        it would say that nobody there has answered.

    Examples
    --------
    >>> homes_of(["a", "b", "c"], dict.fromkeys("abc", "r"), ["c"] * 7 + ["b"] * 9, {})
    {'a': 'c', 'b': 'b', 'c': 'c'}
    """
    count = Counter(stored)
    smallest = sorted(count, key=lambda code: (count[code], code))
    found = {}
    for code in carried:
        region = regions.get(code, code)
        # small siblings chain into one another, so its home is that of another small one
        chain = {home for small, home in moved.items() if regions.get(small) == region}
        beside = [one for one in smallest if regions.get(one) == region]
        silent = code not in count and code not in moved
        likely = [one for one in beside if one in chain] or beside or [region]
        found[code] = likely[0] if silent else moved.get(code, code)
    return found
