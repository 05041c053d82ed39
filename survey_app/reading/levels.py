"""Levels and changes as the pages show them: one row or one tile for each measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.publications.breaks import REDIRECTED, RESCORED, REWEIGHTED, UNKNOWN
from survey_app.reading.asked_of import whom_it_was_for
from survey_app.reading.names import own, row_name
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Change, Domain, Estimate
from survey_app.reading.sentences import since
from survey_app.reading.verdicts import (
    FEW,
    HIGHER,
    LOWER,
    NOT_COMPARABLE,
    NOT_SURE,
    SMALL,
    UNDER_LIMIT,
    VerdictSign,
    band_words,
    in_place_of,
    verdict_of,
    why_hidden,
    why_no_figure,
)
from survey_app.shared.i18n import N_, Language, translator

# in place of a change
_ITEM_RENEWED: Final = N_("Spørsmålet er endret")
_RENEWED: Final = N_("Spørsmålene er endret")
_TO_OTHERS: Final = N_("Stilles til andre enn før")
_COUNTED_ANEW: Final = N_("Regnes ut på en ny måte")
NOTHING_BEFORE: Final = N_("Ingen tidligere tall å sammenligne med")
HIDDEN_CHANGE: Final = N_("Endring kan ikke vises")
_WHY: Final = {REDIRECTED: _TO_OTHERS, RESCORED: _COUNTED_ANEW, REWEIGHTED: _COUNTED_ANEW}


@dataclass(frozen=True, slots=True)
class ChangeCell:
    """A change with its verdict and the wave it is measured from."""

    sign: str
    word: str
    since: str
    difference: float
    low: float
    high: float
    plain: float | None = None
    """What the two waves differ by as they stand, where that is another story."""
    margin: float = 0.0
    """The smallest change that matters, by which it was judged."""
    small: bool = False
    """Whether its direction is known, and its size below the limit or not known to reach it."""


@dataclass(frozen=True, slots=True)
class Versus:
    """Whether a place differs from the agency, and the agency's level."""

    sign: str
    word: str
    level: float


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One measure in one place; without an estimate, ``hidden`` says why."""

    code: str
    name: str
    estimate: Estimate | None
    hidden: str
    band: tuple[str, ...]
    before: float | None
    previous: ChangeCell | None
    first: ChangeCell | None
    versus: Versus | None
    parent: float | None
    new_part: bool = False
    note: str = ""
    compared: bool = False
    """Whether an earlier wave is held against it, also where the change does not show."""
    renewed: str = ""
    """In place of a change: that this wave asked otherwise, or that nothing was there before."""
    few: bool = False
    """Whether it is hidden because few answered, and for no other reason."""

    @property
    def first_apart(self) -> bool:
        """Whether the change since the first wave is another than that since the previous one."""
        return self.first != self.previous

    @property
    def latest(self) -> ChangeCell | None:
        """Return the change since the latest wave that one is shown from.

        The previous wave may have had too few answers, and the first one not.
        """
        return self.previous or self.first


def level_row(
    published: Published,
    code: str,
    place: Domain,
    lang: Language,
    *,
    new_part: bool = False,
    note: str = "",
    since: str = "",
) -> LevelRow | None:
    """Put together a measure's row; ``None`` where the publication does not have the measure.

    The ring of the previous value stands where the change says that it was: level minus change.
    With ``since``, the key of an earlier wave, the whole is compared with that one.
    """
    measure = published.measure(code)
    found = published.estimate(code, place.level, place.code)
    if measure is None or found is None:
        return None
    estimate = found if found.shown else None
    previous = (
        published.since(code, since)
        if since and place.level == AGENCY
        else published.change(code, place.level, place.code, "previous")
    )
    first = published.change(code, place.level, place.code, "first")
    agency = published.estimate(code) if place.level != AGENCY else None
    change = change_cell(previous, lang)
    compared = previous is not None or first is not None
    why = "" if estimate else why_no_figure(found)
    return LevelRow(
        code=code,
        name=row_name(code, measure.title, lang),
        estimate=estimate,
        hidden="" if estimate else in_place_of(found, lang),
        few=why == FEW,
        band=_band(estimate, lang),
        before=_before(estimate, change),
        previous=change,
        first=change_cell(first, lang),
        versus=versus(published, code, place, lang) if estimate else None,
        parent=agency.mean if agency and agency.shown else None,
        new_part=new_part,
        note=note or whom_it_was_for(published, code, lang),
        compared=compared,
        renewed=_renewed(published, code, lang)
        or ("" if compared else translator(lang).gettext(NOTHING_BEFORE)),
    )


def level_rows(
    published: Published, codes: Iterable[str], place: Domain, lang: Language, since: str = ""
) -> list[LevelRow]:
    """Put together the rows of those measures that the publication has."""
    found = (level_row(published, code, place, lang, since=since) for code in codes)
    return [row for row in found if row is not None]


def change_cell(change: Change | None, lang: Language) -> ChangeCell | None:
    """Return a change as shown, or ``None`` where there is none to show."""
    if change is None or change.difference is None or change.low is None or change.high is None:
        return None
    verdict = verdict_of(change) if change.comparable else NOT_COMPARABLE
    return ChangeCell(
        sign=verdict.sign,
        word=translator(lang).gettext(verdict.word),
        since=since(change, lang),
        difference=change.difference,
        low=change.low,
        high=change.high,
        plain=_another_story(change),
        margin=change.margin,
        small=verdict in {SMALL, UNDER_LIMIT},
    )


def _renewed(published: Published, code: str, lang: Language) -> str:
    """Say in few words that this very wave asked otherwise, where it is known; else nothing."""
    key = published.content["wave"]["key"]
    rows = (row for row in published.content.get("breaks", ()) if row["measure"] == code)
    why = next((row["why"] for row in rows if row["since"] == key), UNKNOWN)
    if why == UNKNOWN:
        return ""
    asked = _ITEM_RENEWED if published.measures[code].kind == "item" else _RENEWED
    return translator(lang).gettext(_WHY.get(why, asked))


def _another_story(change: Change) -> float | None:
    """Return the plain difference where it lies a margin or more from what is shown."""
    if change.plain is None or change.difference is None:
        return None
    return change.plain if abs(change.plain - change.difference) >= change.margin else None


def versus(published: Published, code: str, place: Domain, lang: Language) -> Versus | None:
    """Say whether a region or unit differs from the agency, as the publication has decided."""
    if place.level == AGENCY:
        return None
    agency = published.estimate(code)
    pooled = published.pooled(code, place.code)
    if agency is None or not agency.shown or agency.mean is None or pooled is None:
        return None
    verdict = NOT_COMPARABLE if published.incomparable(code, place) else _side(pooled.difference)
    return Versus(verdict.sign, translator(lang).gettext(verdict.word), agency.mean)


def _side(difference: str) -> VerdictSign:
    if difference.startswith("low"):
        return LOWER
    return HIGHER if difference.startswith("high") else NOT_SURE


def _band(estimate: Estimate | None, lang: Language) -> tuple[str, ...]:
    if estimate is None or estimate.least is None or estimate.most is None:
        return ()
    words: Sequence[str] = band_words(estimate.least, estimate.most)
    return tuple(translator(lang).gettext(word).lower() for word in words)


def _before(estimate: Estimate | None, change: ChangeCell | None) -> float | None:
    if estimate is None or estimate.mean is None or change is None:
        return None
    return min(100.0, max(0.0, estimate.mean - change.difference))


# Exposure to threats and violence is published in these bands and never as a number.
_BANDS: Final = {
    "under_5": N_("under 5 prosent"),
    "5_14": N_("5–14 prosent"),
    "15_29": N_("15–29 prosent"),
    "30_49": N_("30–49 prosent"),
    "50_plus": N_("50 prosent eller mer"),
}


def exposures(published: Published, place: Domain, lang: Language) -> list[tuple[str, str]]:
    """Return how many have met threats and violence: the question and the band, or why not."""
    found = []
    for measure in published.measures.values():
        band = exposure_band(published, measure.code, place, lang)
        if band:
            found.append((own(measure.title, lang), band))
    return found


def exposure_band(published: Published, code: str, place: Domain, lang: Language) -> str:
    """Return the band of one exposure item, or why it is not shown; empty for other items."""
    cell = published.estimate(code, place.level, place.code, "prevalence")
    if cell is None:
        return ""
    return translator(lang).gettext(_BANDS.get(cell.band) or why_hidden(cell.status, place.level))
