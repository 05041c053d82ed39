"""What a publication tells of those who did not answer, and what they would have to have said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.nonresponse.interval import indicator_interval
from survey_app.reading import kinds
from survey_app.reading.names import row_name
from survey_app.reading.sentences import since
from survey_app.reading.turning import turn_of
from survey_app.reading.verdicts import verdict_of
from survey_app.shared.i18n import Language, translator

if TYPE_CHECKING:
    from survey_app.reading.published import Published


@dataclass(frozen=True, slots=True)
class Turn:
    """A verdict about the whole, and what it takes for it to turn."""

    name: str
    word: str
    since: str
    turn: str


@dataclass(frozen=True, slots=True)
class Silent:
    """``within``: points that the silent are assumed to lie within; ``r`` with its interval.

    ``r`` is 1 where those who answered mirror those who were asked, as far as is known of them.
    """

    within: float
    r: float | None
    r_range: tuple[float | None, float | None]
    turns: tuple[Turn, ...]


def silent_of(shown: Published, lang: Language) -> Silent | None:
    """Put it together from the figures that everybody sees; ``None`` where nothing is told."""
    told = shown.content["nonresponse"]
    if not told:
        return None
    found = told["indicators"] or {}
    return Silent(
        within=told["assumption"]["within"],
        r=found.get("r"),
        r_range=_range(*(found.get(name) for name in ("r", "r_unadjusted", "r_se"))),
        turns=_turns(shown, lang),
    )


def _range(
    r: float | None, unadjusted: float | None, se: float | None
) -> tuple[float | None, float | None]:
    if r is None or unadjusted is None or se is None:
        return None, None
    return indicator_interval(r, unadjusted, se)


def _turns(shown: Published, lang: Language) -> tuple[Turn, ...]:
    population = shown.content["campaign"]["population"]
    parts = kinds.staff().values_core if population == "staff" else kinds.public().goals
    whole, turns = shown.whole, []
    for code in (kinds.headline_index(population), *parts):
        change = shown.change(code, whole.level, whole.code, "previous")
        measure = shown.measure(code)
        if change is None or measure is None or not change.shown:
            continue
        turn = turn_of(change, lang)
        if turn:
            word = translator(lang).gettext(verdict_of(change).word)
            name = row_name(code, measure.title, lang)
            turns.append(Turn(name, word, since(change, lang), turn))
    return tuple(turns)
