"""What stands over the two sides of how answers fall, in the words that people chose among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from survey_app.shared.i18n import N_, Language, translator

_FIVE: Final = 5
_NEITHER: Final = N_("Verken eller")
AGREE: Final = N_("Enig")
_TURNED: Final = N_("Snudd: et høyt tall betyr at få er enige.")
_TURNED_OTHERWISE: Final = N_("Snudd: et høyt tall betyr at få svarer «%(side)s».")


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

    Notes
    -----
    What every answer ends in («Litt viktig», «Svært viktig») tells no side from the other.
    """
    if len(labels) != _FIVE:
        return None
    low, high = _side(labels[:2], labels[3:]), _side(labels[3:], labels[:2])
    neither = translator(lang).gettext(_NEITHER)
    short = low and high and set(_words(neither)) <= set(_words(labels[2]))
    return Sides(
        _capital(low) or " / ".join(labels[:2]),
        neither if short else labels[2],
        _capital(high) or " / ".join(labels[3:]),
    )


def turned(labels: Sequence[str], lang: Language) -> str:
    """Say which way the level of a question goes whose high answers give a low figure.

    ``labels`` are the answers in ``lang``, from the lowest up.
    """
    sides, gettext = sides_of(labels, lang), translator(lang).gettext
    high = sides.high if sides else labels[-1]
    return gettext(_TURNED if high == gettext(AGREE) else _TURNED_OTHERWISE) % {"side": high}


def _side(own: Sequence[str], others: Sequence[str]) -> str:
    """Return the last words that the answers of a side share, and those of the other lack."""
    pairs = zip(*(reversed(_words(label)) for label in own), strict=False)
    shared = [word for word, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)][::-1]
    foreign = any(_words(label)[-len(shared) :] == shared for label in others)
    return "" if foreign else " ".join(shared)


def _words(label: str) -> list[str]:
    return label.casefold().split()


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
