"""What stands over the two sides of how answers fall, in the words that people chose among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from survey_app.shared.i18n import N_, Language, translator

_FIVE: Final = 5
_NEITHER: Final = N_("Verken eller")


@dataclass(frozen=True, slots=True)
class Sides:
    """The words of the two lowest of five answers, of the middle one and of the two highest."""

    low: str
    middle: str
    high: str


def sides_of(labels: Sequence[str], lang: Language) -> Sides | None:
    """Name the sides of five answers by what they have in common; ``None`` of another number.

    Parameters
    ----------
    labels : sequence of str
        The answers in ``lang``, from the lowest up.
    lang : str
    """
    if len(labels) != _FIVE:
        return None
    low, high = _shared(labels[0], labels[1]), _shared(labels[3], labels[4])
    between = labels[2].casefold().split()
    neither = low and high and {low.split()[-1], high.split()[-1]} <= set(between)
    return Sides(
        _capital(low) or f"{labels[0]} / {labels[1]}",
        translator(lang).gettext(_NEITHER) if neither else labels[2],
        _capital(high) or f"{labels[3]} / {labels[4]}",
    )


def _shared(one: str, other: str) -> str:
    """Return the last words that two answers share, in small letters."""
    pairs = zip(one.casefold().split()[::-1], other.casefold().split()[::-1], strict=False)
    return " ".join([word for word, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)][::-1])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
