"""What other pages show of figures made elsewhere: beside ours, and in no line with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey_app.earlier.shelf import list_books
from survey_app.reading.charts.scale import CULTURE_BASE, REPUTATION_BASE
from survey_app.reading.history.own import MeasuredValue, OwnHistory, chips_of, own_history
from survey_app.reading.published import Published
from survey_app.reading.rows import Domain
from survey_app.reading.staff_measures import headlines
from survey_app.reading.waves import Wave, trend_until
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class OthersBeside:
    """Others' figures for one measure; ``elsewhere`` are those of our measures that have some."""

    name: str
    rows: tuple[MeasuredValue, ...]
    elsewhere: tuple[tuple[str, str], ...]


async def others_beside(
    shown: Published, index: str, name: str, wave: Wave, lang: Language, at: datetime
) -> OthersBeside:
    """Put what others have published of the public beside our figure for the same.

    Parameters
    ----------
    shown : Published
        The publication that the page shows.
    index : str
        One of our measures.
    name : str
        What the page calls it.
    wave : Wave
        The newest of ours that may stand beside theirs.
    """
    books = [one for one in await list_books("public") if one.source.kind == "outside"]
    chips = chips_of(books, None, shown, lang)
    if index not in dict(chips):
        return OthersBeside(name, (), chips)
    series = await trend_until(
        "public", index, shown.whole.level, shown.whole.code, until=wave, at=at
    )
    found = own_history(books, None, index, chips, series, lang, REPUTATION_BASE)
    return OthersBeside(name, found.beside, tuple(one for one in chips if one[0] != index))


async def earlier_of(
    shown: Published, place: Domain, wave: Wave, lang: Language, at: datetime
) -> OwnHistory | None:
    """Draw what an earlier survey of ours measured in a place; ``None`` where none has it."""
    books = [one for one in await list_books("staff") if one.source.kind == "earlier"]
    chips = chips_of(books, place, shown, lang)
    if not chips:
        return None
    codes = [code for code, _ in chips]
    index = next((code for code in reversed(headlines()) if code in codes), codes[0])
    pairs = await trend_until("staff", index, place.level, place.code, until=wave, at=at)
    series = [pair for pair in pairs if pair[0].kind == "main"] or pairs
    found = own_history(books, place, index, chips, series, lang, CULTURE_BASE)
    return found if found.figure else None
