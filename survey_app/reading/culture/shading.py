"""What the colour of a cell says: which question it answers, and only where the figures do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from analytics.comparison.margins import DARK_LIMIT
from questionnaires.margins import Margins
from survey_app.reading.published import Published
from survey_app.reading.rows import Change, Domain, PooledRow
from survey_app.reading.verdicts import BAND_WORDS, NOT_COMPARABLE, band_number
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import limit

Compare = Literal["agency", "parent", "own", "level"]

NAMES: Final[dict[Compare, str]] = {
    "agency": N_("Forskjell fra etaten"),
    "parent": N_("Forskjell fra egen region"),
    "own": N_("Endring fra forrige hovedmåling"),
    "level": N_("Nivå 0–100"),
}
# How far apart, and to which side; a colour is never the only sign of it.
_STEPS: Final = {"low2": -2, "low1": -1, "none": 0, "high1": 1, "high2": 2}
_AGENCY: Final = {
    "low2": N_("mye lavere enn etaten"),
    "low1": N_("lavere enn etaten"),
    "high1": N_("høyere enn etaten"),
    "high2": N_("mye høyere enn etaten"),
}
_PARENT: Final = {
    "low2": N_("mye lavere enn regionen"),
    "low1": N_("lavere enn regionen"),
    "high1": N_("høyere enn regionen"),
    "high2": N_("mye høyere enn regionen"),
}
_OWN: Final = {
    "low2": N_("har gått mye ned"),
    "low1": N_("har gått ned"),
    "high1": N_("har økt"),
    "high2": N_("har økt mye"),
}

# What the lighter colours stand for beside the own past: from the margin up to the darker ones.
_FROM: Final = (N_("gått ned %(low)s–%(dark)s"), N_("økt %(low)s–%(dark)s"))
_OF_REGIONS: Final = (
    N_("region: gått ned %(low)s–%(dark)s"),
    N_("region: økt %(low)s–%(dark)s"),
)
_FROM_EACH: Final = (
    N_("gått ned %(low)s–%(dark)s (region: %(region)s–%(dark)s)"),
    N_("økt %(low)s–%(dark)s (region: %(region)s–%(dark)s)"),
)
# And the darker ones: from there on, or from the margin where that is larger.
_FAR: Final = (N_("gått ned minst %(low)s poeng"), N_("økt minst %(low)s poeng"))
_FAR_EACH: Final = (
    N_("gått ned minst %(low)s poeng (region: %(region)s)"),
    N_("økt minst %(low)s poeng (region: %(region)s)"),
)
_FAR_SHORT: Final = (N_("%(low)s ned"), N_("%(low)s opp"))


@dataclass(frozen=True, slots=True)
class Shade:
    """A cell's CSS class, what it says in words, and its step from -2 to 2 for sorting."""

    style: str = ""
    words: str = ""
    step: int = 0
    shifted: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """What a cell is beside its own past, and beside its region."""

    change: Change | None
    beside_region: str = "none"


def shade(
    published: Published,
    place: Domain,
    code: str,
    mean: float,
    own: Own,
    compare: Compare,
    lang: Language,
    pooled: PooledRow | None,
) -> Shade:
    """Colour one cell.

    Parameters
    ----------
    mean : float
        The number in the cell.
    pooled : PooledRow, optional
        The smoothed mean of a place inside the agency (`Published.pooled`).
    own : Own
        What ``own`` and ``parent`` need to know of the cell.
    compare : {"agency", "parent", "own", "level"}
        What the colour compares with; ``level`` colours by band and sorts as ``agency`` does.

    Notes
    -----
    Units of which the wave cannot tell one from another, or which read a question otherwise, get
    no colour beside others. Beside what they said themselves they may: both keep as they were.
    """
    say = translator(lang).gettext
    unit = place.level == "unit"
    if compare == "own":
        return _told(_moved(own.change), _OWN, say)
    if unit and published.incomparable(code, place):
        return Shade(words=say(NOT_COMPARABLE.word).lower(), shifted=True)
    if unit and published.alike(code):
        return Shade()
    if compare == "level":
        band = band_number(mean)
        step = _STEPS[_beside_agency(pooled)]
        return Shade(f"l{band}", say(BAND_WORDS[band - 1]).lower(), step)
    if compare == "parent" and unit:
        return _told(own.beside_region, _PARENT, say)
    return _told(_beside_agency(pooled), _AGENCY, say)


def _told(side: str, words: dict[str, str], say: Callable[[str], str]) -> Shade:
    if side == "none":
        return Shade()
    return Shade(side, say(words[side]), _STEPS[side])


def _beside_agency(pooled: PooledRow | None) -> str:
    return pooled.difference if pooled else "none"


def beside_regions(
    published: Published, places: Sequence[Domain], codes: Sequence[str]
) -> Mapping[tuple[str, str], str]:
    """Compare units with their regions as `beside_a_whole` compares them with the agency.

    Returns
    -------
    mapping of (measure, unit) to str
        Without those where either is not shown.
    """
    import numpy as np  # noqa: PLC0415 - large, and seldom needed

    from analytics.comparison.shades import beside_a_whole  # noqa: PLC0415 - large, and seldom needed

    # where nearly all answered it is not told how many did: at least so many
    least = published.content["limits"]["staff_mean"]
    found = [
        (code, place.code, pooled.eb, pooled.eb_se, (own.n or least) - 1.0, region.mean)
        for place in places
        if place.level == "unit"
        for code in codes
        if (pooled := published.pooled(code, place.code)) is not None
        and (own := published.estimate(code, place.level, place.code)) is not None
        and (region := published.estimate(code, "region", place.parent)) is not None
        and None not in {pooled.eb, pooled.eb_se, region.mean}
    ]
    if not found:
        return {}
    columns = [np.array(column, dtype=np.float64) for column in list(zip(*found, strict=True))[2:]]
    sides = beside_a_whole(*columns).tolist()
    return {(row[0], row[1]): side for row, side in zip(found, sides, strict=True)}


def lighter_moves(margins: Margins, lang: Language, *, regions: bool) -> tuple[str, ...]:
    """Say how far has gone what is coloured lightly beside its own past: down, and up.

    Parameters
    ----------
    margins : Margins
        Of the publication: a smaller change is not called one, and not coloured.
    lang : str
    regions : bool
        Whether there are regions beside the units.

    Returns
    -------
    tuple of str
        Empty where every change that is called is coloured darkly.
    """
    unit, region = (one < DARK_LIMIT for one in (margins.unit, margins.general))
    region = region and regions
    if not unit and not region:
        return ()
    each = unit and region and margins.unit != margins.general
    values = {
        "low": limit(margins.unit if unit else margins.general, lang),
        "region": limit(margins.general, lang),
        "dark": limit(DARK_LIMIT, lang),
    }
    said = _FROM_EACH if each else _FROM if unit else _OF_REGIONS
    return tuple(translator(lang).gettext(text) % values for text in said)


def darker_moves(
    margins: Margins, lang: Language, *, regions: bool
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Say how far has gone what is coloured darkly beside its own past: down, and up.

    Parameters
    ----------
    margins, lang, regions
        As `lighter_moves`.

    Returns
    -------
    pair of (str, str)
        The sentence, and what a narrow screen has room for.
    """
    unit, region = (max(one, DARK_LIMIT) for one in (margins.unit, margins.general))
    values = {"low": limit(unit, lang), "region": limit(region, lang)}
    said = _FAR_EACH if regions and region != unit else _FAR
    down, up = (
        (translator(lang).gettext(long) % values, translator(lang).gettext(short) % values)
        for long, short in zip(said, _FAR_SHORT, strict=True)
    )
    return down, up


def _moved(change: Change | None) -> str:
    """Give a published change the colour of its verdict."""
    if change is None or not change.shown or change.verdict not in {"up", "down"}:
        return "none"
    far = 2 if abs(change.difference or 0.0) >= DARK_LIMIT else 1
    return f"{'high' if change.verdict == 'up' else 'low'}{far}"
