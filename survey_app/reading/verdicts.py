"""What a change or a level is called: a sign and a word, decided by figures alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from analytics.comparison.margins import SURE, SURE_OF_STEADY
from analytics.disclosure.rules import PRIMARY
from analytics.disclosure.rules.display_limits import EQUAL_ANSWERS
from questionnaires.margins import Margins
from survey_app.publications.formats import FIRST_COURSES, SECOND_COURSES
from survey_app.shared.agency import agency
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal


class Interval(Protocol):
    """Anything with a 95 % interval."""

    @property
    def low(self) -> float | None: ...  # noqa: D102 - the interval's lower bound

    @property
    def high(self) -> float | None: ...  # noqa: D102 - the interval's upper bound


class Changed(Interval, Protocol):
    """A published change."""

    @property
    def verdict(self) -> str: ...  # noqa: D102 - up, down, steady or uncertain

    @property
    def under_limit(self) -> bool: ...  # noqa: D102 - direction known, size below the margin


class Figure(Protocol):
    """A published figure, or the place of one that is hidden."""

    @property
    def mean(self) -> float | None: ...  # noqa: D102 - in its own unit

    @property
    def n(self) -> int | None: ...  # noqa: D102 - answers

    @property
    def level(self) -> str: ...  # noqa: D102 - of its place

    @property
    def status(self) -> str: ...  # noqa: D102 - as published


class Limited(Interval, Protocol):
    """A change with the limit that it is held against."""

    @property
    def margin(self) -> float: ...  # noqa: D102 - the smallest change that matters, in points


@dataclass(frozen=True, slots=True)
class VerdictSign:
    """A sign (``up``, ``down``, ``steady``, ``uncertain``) and its word, to be translated."""

    sign: str
    word: str


UP: Final = VerdictSign("up", N_("Økt"))
DOWN: Final = VerdictSign("down", N_("Redusert"))
STEADY: Final = VerdictSign("steady", N_("Uendret"))
SMALL: Final = VerdictSign("steady", N_("Målbar, men liten"))
UNCERTAIN: Final = VerdictSign("uncertain", N_("Usikkert"))
# it stands beside a level, and must not be read as a level that is too low
UNDER_LIMIT: Final = VerdictSign("uncertain", N_("Under grensen for endring"))

LOWER: Final = VerdictSign("differs", N_("Lavere"))
HIGHER: Final = VerdictSign("differs", N_("Høyere"))
NOT_COMPARABLE: Final = VerdictSign("uncertain", N_("Ikke sammenlignbart"))
NOT_SURE: Final = VerdictSign("uncertain", N_("Ikke sikkert forskjellig"))
ALIKE: Final = VerdictSign("steady", N_("Omtrent likt"))
SLIGHT_GAP: Final = VerdictSign("uncertain", N_("Under grensen for forskjell"))

_COUNTED: Final = frozenset({"agency", "group"})  # by their own number of answers, whatever it is

GROUP_LIMIT: Final = 3.0  # points; a smaller gap between groups gets no name

# what is hidden for its own sake has few answers or nearly all, for another's a small neighbour or
# answers that are alike: a sentence of its own would tell which
NOT_SHOWN: Final = N_("Vises ikke, for at ingen skal kunne kjennes igjen")
FEW: Final = N_("Vises ikke: for få svar")
SUPPRESSED: Final[dict[str, str]] = {
    "suppressed_primary": N_(
        "Vises ikke: for få svar, eller for at ingen skal kunne kjennes igjen"
    ),
    "suppressed_secondary": NOT_SHOWN,
    "not_linked": N_("Kan ikke sammenlignes: enheten er endret"),
}
"""What each code of a file means, wherever it stands; pages and rows say it by `why_hidden`."""
# of fewer answers that all are alike no figure is published
ALL_ALIKE: Final = N_("Vises ikke: alle svarte likt, så usikkerheten er ukjent")

# of whom an answer chose the level is told without its interval, which would tell how many they
# are; of few answers to one question too, which mean and spread together would give back
WITHOUT_INTERVAL: Final = N_("%(level)s (usikkerheten vises ikke)")
UNCERTAINTY_HIDDEN: Final = N_("usikkerheten vises ikke")

# The five bands of a level, which begin where the agency's content says.
BAND_WORDS: Final = (N_("Svak"), N_("Lav"), N_("Middels"), N_("God"), N_("Svært god"))


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule by which changes of a place are called, as its legend tells it.

    ``margin`` in points; ``chance``, 0-1, of half of it, and ``steady`` of less than all of it.
    """

    margin: float
    chance: float = SURE
    steady: float = SURE_OF_STEADY


# what publications asked for that were decided by an earlier form of the rule
_ONCE_SURE: Final = {FIRST_COURSES: 0.95, SECOND_COURSES: 0.8}


def rule_of(margins: Margins, level: str, rule: str) -> Rule:
    """Return the rule for a unit, or for all else, by what a publication says of its findings."""
    return Rule(margins.at(level), _ONCE_SURE.get(rule, SURE))


def verdict_of(change: Changed) -> VerdictSign:
    """Name a change, by the words of the interface document, section 4.

    A change that is beyond chance but lies inside the margin with its whole interval is "measurable
    but small" (design.md 5): "unchanged" would be untrue of it.
    """
    if change.verdict == "up":
        return UP
    if change.verdict == "down":
        return DOWN
    if change.verdict == "steady":
        return SMALL if _excludes_zero(change) else STEADY
    return UNDER_LIMIT if change.under_limit else UNCERTAIN


def is_clear(change: Limited) -> bool:
    """Tell whether a change that is called is at least half the margin with its whole interval.

    The rule calls what has a good chance of that. Where the interval begins nearer to 0, words say
    that the change may be small, and it does not lead a page.
    """
    if change.low is None or change.high is None:
        return False
    nearest = min(abs(change.low), abs(change.high)) if _excludes_zero(change) else 0.0
    return nearest >= change.margin / 2


def verdict_between(difference: Changed) -> VerdictSign:
    """Name a difference between two groups: it has no direction in time, so never an arrow."""
    between = {
        UP: HIGHER, DOWN: LOWER, STEADY: ALIKE, UNCERTAIN: NOT_SURE, UNDER_LIMIT: SLIGHT_GAP,
    }  # fmt: skip
    verdict = verdict_of(difference)
    return between.get(verdict, verdict)


def _excludes_zero(change: Interval) -> bool:
    if change.low is None or change.high is None:
        return False
    return change.low > 0 or change.high < 0


def bands() -> tuple[tuple[str, int, int], ...]:
    """Return each band's word, to be translated, and its first and last whole point."""
    limits = agency().levels.limits
    last = (*(limit - 1 for limit in limits), 100)
    return tuple(zip(BAND_WORDS, (0, *limits), last, strict=True))


def band_number(value: float) -> int:
    """Return the band of a level on 0-100, from 1 (weak) to 5 (very good)."""
    return 1 + sum(value >= limit for limit in agency().levels.limits)


def band_words(low: float, high: float) -> tuple[str, ...]:
    """Return the band's word, or both where the interval crosses a limit, to be translated."""
    first, last = band_number(low), band_number(high)
    words = (BAND_WORDS[first - 1], BAND_WORDS[last - 1])
    return words[:1] if first == last else words


def why_hidden(status: str, level: str) -> str:
    """Return the sentence that stands in the place of a figure that is not shown, to be translated.

    Only of the whole and of groups of the public it may say that few answered. In a unit, a type or
    a region the same status stands where nearly everybody did (docs/adr/0036), and whoever knows
    who answered would read a falsehood, or be told which of the two it is.
    """
    if status == PRIMARY:
        return FEW if level in _COUNTED else NOT_SHOWN
    return SUPPRESSED.get(status, NOT_SHOWN)


def why_no_figure(cell: Figure) -> str:
    """Return the sentence in the place of a figure that has no interval, or is not shown."""
    if cell.mean is None:
        return why_hidden(cell.status, cell.level)
    return UNCERTAINTY_HIDDEN if bare(cell) else ALL_ALIKE


def bare(cell: Figure) -> bool:
    """Whether of a figure without interval the level is published alone.

    Of whom an answer chose it stands so (docs/adr/0234), and of few answers to one question, whose
    spread would give them back. Of many without one, all answered alike.
    """
    return cell.mean is not None and (cell.n is None or cell.n < EQUAL_ANSWERS)


def in_place_of(cell: Figure, lang: Language) -> str:
    """Write what stands where a figure with its interval would: a bare level, or why none is."""
    gettext = translator(lang).gettext
    if cell.mean is not None and bare(cell):
        return gettext(WITHOUT_INTERVAL) % {"level": decimal(cell.mean, lang, 0)}
    return gettext(why_no_figure(cell))
