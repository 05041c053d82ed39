"""What those who did not answer would have to do for a finding to turn, in words."""

from __future__ import annotations

from typing import Final

from survey_app.reading.names import own
from survey_app.reading.rows import Change
from survey_app.reading.verdicts import SMALL, verdict_of
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal

_TOLD: Final = frozenset({"up", "down", "steady"})
_LEAST: Final = 0.1  # points: less is not worth a number

_UP: Final = N_(
    "De som ikke svarte, måtte ha ligget %(points)s poeng lavere enn %(in)s, målt mot dem som "
    "svarte. Da ville vi ikke lenger kalt det en økning. Ved %(gone)s poeng lavere ville vi ikke "
    "visst om det har økt i det hele tatt."
)
_DOWN: Final = N_(
    "De som ikke svarte, måtte ha ligget %(points)s poeng høyere enn %(in)s, målt mot dem som "
    "svarte. Da ville vi ikke lenger kalt det en nedgang. Ved %(gone)s poeng høyere ville vi ikke "
    "visst om det har gått ned i det hele tatt."
)
_STEADY_LOWER: Final = N_(
    "De som ikke svarte, måtte ha ligget %(points)s poeng lavere enn %(in)s, målt mot dem som "
    "svarte. Da ville vi ikke lenger kalt det %(called)s."
)
_STEADY_HIGHER: Final = N_(
    "De som ikke svarte, måtte ha ligget %(points)s poeng høyere enn %(in)s, målt mot dem som "
    "svarte. Da ville vi ikke lenger kalt det %(called)s."
)
_HARDLY_UP: Final = N_(
    "Det skal nesten ingenting til før vi ikke lenger ville kalt det en økning. Ved %(gone)s poeng "
    "lavere hos dem som ikke svarte, ville vi ikke visst om det har økt i det hele tatt."
)
_HARDLY_DOWN: Final = N_(
    "Det skal nesten ingenting til før vi ikke lenger ville kalt det en nedgang. Ved %(gone)s "
    "poeng høyere hos dem som ikke svarte, ville vi ikke visst om det har gått ned i det hele tatt."
)
_HARDLY_STEADY: Final = N_(
    "Det skal nesten ingenting til før vi ikke lenger ville kalt det %(called)s."
)
_UNCHANGED: Final = N_("uendret")
_A_SMALL_CHANGE: Final = N_("en liten endring")
_FAR: Final = N_(
    "Vi regner med at avstanden kan endre seg inntil %(plausible)s poeng mellom to målinger, så "
    "dette skal mye til."
)
_DIRECTION: Final = N_(
    "Vi regner med at avstanden kan endre seg inntil %(plausible)s poeng mellom to målinger. "
    "Retningen er altså sikker, men endringen kan være mindre enn grensen."
)
_NEAR: Final = N_(
    "Vi regner med at avstanden kan endre seg inntil %(plausible)s poeng mellom to målinger, så "
    "det kan ikke utelukkes."
)


def leans_on_the_silent(change: Change) -> bool:
    """Tell whether a verdict may well turn by what those who did not answer would have said."""
    ways = [way for way in (change.tipping_lower, change.tipping_higher) if way is not None]
    return change.tipping_plausible is not None and min(ways, default=0.0) <= (
        change.tipping_plausible
    )


def turn_of(change: Change, lang: Language) -> str:
    """Say what it takes for a verdict to turn, and whether that is much; empty where not told.

    Nor is it of what is shown without the verdict that the publication has, as where questions do
    not hang together alike in both waves: there is nothing to turn.
    """
    if change.tipping_plausible is None or change.verdict not in _TOLD:
        return ""
    ways = [
        points for points in (change.tipping_lower, change.tipping_higher) if points is not None
    ]
    if not ways:
        return ""
    points = min(ways)
    labels = change.since_labels
    values = {
        "points": decimal(points, lang),
        "gone": decimal(change.tipping_gone or 0.0, lang),
        "plausible": decimal(change.tipping_plausible, lang),
        "in": own(labels.get("in") or labels, lang),
        "called": translator(lang).gettext(
            _A_SMALL_CHANGE if verdict_of(change) == SMALL else _UNCHANGED
        ),
    }
    told = (_pattern(change, points), _weighed(change, points, change.tipping_plausible))
    return " ".join(translator(lang).gettext(one) % values for one in told)


def _pattern(change: Change, points: float) -> str:
    hardly = points < _LEAST
    if change.verdict == "steady":
        way = _STEADY_LOWER if points == change.tipping_lower else _STEADY_HIGHER
        return _HARDLY_STEADY if hardly else way
    if change.verdict == "up":
        return _HARDLY_UP if hardly else _UP
    return _HARDLY_DOWN if hardly else _DOWN


def _weighed(change: Change, points: float, plausible: float) -> str:
    if points > plausible:
        return _FAR
    return _DIRECTION if (change.tipping_gone or 0.0) > plausible else _NEAR
