"""What figures did after an event, as sentences: after it, never because of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from survey_app.events.kinds import Shape
from survey_app.reading.names import inside, sentence_name
from survey_app.reading.sentences import Finding
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, limit, signed

if TYPE_CHECKING:
    from analytics.trend.impact import JudgedImpact
    from survey_app.reading.events.since import Tried
    from survey_app.reading.published import Published

_LASTING: Final = {
    "up": N_(
        "<b>%(index)s har vært høyere etter hendelsen</b> enn før, med %(points)s poeng "
        "(usikkerhet %(low)s til %(high)s). Det er mer enn tilfeldigheter kan forklare."
    ),
    "down": N_(
        "<b>%(index)s har vært lavere etter hendelsen</b> enn før, med %(points)s poeng "
        "(usikkerhet %(low)s til %(high)s). Det er mer enn tilfeldigheter kan forklare."
    ),
}
_FADING: Final = {
    "up": N_(
        "<b>%(index)s var høyere rett etter hendelsen</b> enn før, med %(points)s poeng "
        "(usikkerhet %(low)s til %(high)s). Det er mer enn tilfeldigheter kan forklare."
    ),
    "down": N_(
        "<b>%(index)s var lavere rett etter hendelsen</b> enn før, med %(points)s poeng "
        "(usikkerhet %(low)s til %(high)s). Det er mer enn tilfeldigheter kan forklare."
    ),
}
_STEADY: Final = N_(
    "<b>%(index)s er på samme nivå etter hendelsen som før.</b> Forskjellen er mindre enn "
    "%(margin)s poeng blant dem som svarte."
)
_UNCERTAIN: Final = N_(
    "<b>Vi vet ikke om %(inside)s er endret etter hendelsen.</b> Forskjellen kan være alt mellom "
    "%(signed_low)s og %(signed_high)s poeng."
)
_HIGHER: Final = N_(
    "<b>%(index)s er målt %(points)s poeng høyere etter hendelsen</b> (usikkerhet %(low)s til "
    "%(high)s). Det er under grensen på %(margin)s poeng, så vi kaller det ikke en endring."
)
_LOWER: Final = N_(
    "<b>%(index)s er målt %(points)s poeng lavere etter hendelsen</b> (usikkerhet %(low)s til "
    "%(high)s). Det er under grensen på %(margin)s poeng, så vi kaller det ikke en endring."
)
_AMONG_MANY: Final = N_(
    "<b>Forskjellen i %(inside)s er målt til %(signed)s poeng etter hendelsen</b> (usikkerhet "
    "%(signed_low)s til %(signed_high)s). Når så mye er prøvd samtidig, er det ikke nok til å "
    "kalle det en endring."
)


def since_finding(one: Tried, shown: Published, margin: float, lang: Language) -> Finding | None:
    """Say what a measure did after an event; ``None`` where the series is too short."""
    measure, told = shown.measure(one.measure), one.judged
    if measure is None or told is None:
        return None
    pattern = Markup(translator(lang).gettext(_pattern(told, one.row.shape)))  # noqa: S704 - ours
    name = sentence_name(measure.code, measure.kind, measure.title, lang)
    least, most = sorted((abs(told.low), abs(told.high)))
    values = {
        "index": name,
        "inside": inside(name),
        "points": decimal(abs(told.estimate), lang),
        "signed": signed(told.estimate, lang),
        "low": decimal(least, lang),
        "high": decimal(most, lang),
        "signed_low": signed(told.low, lang),
        "signed_high": signed(told.high, lang),
        "margin": limit(margin, lang),
    }
    return Finding(told.verdict, pattern % values)


def _pattern(told: JudgedImpact, shape: Shape) -> str:
    if told.verdict in _LASTING:
        return (_FADING if shape is Shape.DECAY else _LASTING)[told.verdict]
    if told.low <= 0 <= told.high:
        return _STEADY if told.verdict == "steady" else _UNCERTAIN
    if not told.under_limit:
        return _AMONG_MANY
    return _HIGHER if told.estimate > 0 else _LOWER
