"""Words that point at somebody because few share them: names of units, and rare roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analytics.comments.spans import MaskKind, Span
from analytics.comments.words import Vocabulary, words

SHORTEST = 3


def short_forms(name: str, generic: frozenset[str]) -> frozenset[str]:
    """Return what people call a unit: its name, the proper nouns in it, its initials.

    Parameters
    ----------
    name : str
        As in the register: «Ravneberget skole, avdeling sør».
    generic : frozenset of str
        Words in small letters that name a kind of unit, or a direction: alone they name none.

    Examples
    --------
    >>> sorted(short_forms("Ravneberget skole", frozenset({"skole"})))
    ['ravneberget', 'ravneberget skole']
    """
    written = [one[0] for one in words(name)]
    own = [
        word.lower()
        for word in written
        if word[0].isupper() and word.lower() not in generic and len(word) >= SHORTEST
    ]
    initials = "".join(word[0].lower() for word in written)
    plain = re.sub(r"\([^)]*\)", " ", name)
    forms = {" ".join(form.lower().split()) for form in (name, plain)} | set(own)
    if len(own) > 1:
        forms.add(" ".join(own))
    if len(initials) >= SHORTEST:
        forms.add(initials)
    return frozenset(forms)


def unit_pattern(forms: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of these forms, the longest first, with a genitive; None for none."""
    known = sorted(
        {form for form in forms if len(form) >= SHORTEST}, key=lambda one: (-len(one), one)
    )
    if not known:
        return None
    joined = "|".join(r"\s+".join(re.escape(word) for word in form.split()) for form in known)
    return re.compile(rf"(?<![\w@])(?:{joined})(?:['’]?s)?(?!\w)", re.IGNORECASE)


def find_units(text: str, pattern: re.Pattern[str] | None) -> Iterator[Span]:
    """Find names of units and their short forms, in capitals or small letters."""
    if pattern is None:
        return
    for found in pattern.finditer(text):
        yield Span(found.start(), found.end(), MaskKind.UNIT)


def find_roles(text: str, roles: Vocabulary) -> Iterator[Span]:
    """Find roles that few or one have, however the word is bent."""
    for word in words(text):
        if roles.has(word[0]):
            yield Span(word.start(), word.end(), MaskKind.ROLE)
