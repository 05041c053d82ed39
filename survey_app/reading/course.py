"""All waves seen as one: a sentence about which way an index goes, from the publication.

The direction of all waves and the change that was judged are two estimates of the same thing. Where
a publication has judged the change since the wave that the direction is measured from, that one is
told, as everywhere else: a page has one figure and one verdict for a pair of waves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from survey_app.reading.names import inside, sentence_name
from survey_app.reading.rows import AGENCY
from survey_app.reading.sentences import Finding, change_finding
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, inside_date, limit, signed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from survey_app.reading.published import Published
    from survey_app.reading.rows import Change, Course, Domain
    from survey_app.reading.trends import Series
    from survey_app.reading.waves import Wave

_UP: Final = N_(
    "<b>Alle målingene sett under ett: %(index)s har økt</b> med %(points)s poeng %(since)s "
    "(usikkerhet %(low)s til %(high)s)."
)
_DOWN: Final = N_(
    "<b>Alle målingene sett under ett: %(index)s har gått ned</b> med %(points)s poeng %(since)s "
    "(usikkerhet %(low)s til %(high)s)."
)
_STEADY: Final = N_(
    "<b>Alle målingene sett under ett: %(index)s har endret seg mindre enn %(margin)s poeng</b> "
    "%(since)s."
)
_UNCERTAIN: Final = N_(
    "<b>Alle målingene sett under ett: Vi vet ikke sikkert hvor mye %(inside)s har endret seg</b> "
    "%(since)s; det kan være alt mellom %(signed_low)s og %(signed_high)s poeng."
)
_RISEN: Final = N_(
    "<b>Alle målingene sett under ett: %(index)s har trolig økt</b> %(since)s, men vi kaller det "
    "ikke en endring; det kan være alt mellom %(signed_low)s og %(signed_high)s poeng."
)
_FALLEN: Final = N_(
    "<b>Alle målingene sett under ett: %(index)s har trolig gått ned</b> %(since)s, men vi kaller "
    "det ikke en endring; det kan være alt mellom %(signed_low)s og %(signed_high)s poeng."
)
_TOO_SHORT: Final = N_(
    "<b>Det er for få målinger til å se en utvikling.</b> Fra den fjerde målingen jevner vi ut det "
    "som kan være tilfeldig i hver av dem."
)
_JUMP: Final = N_(
    "Fra målingen %(wave)s ligger tallene på et annet nivå enn før. Hoppet er større enn "
    "tilfeldigheter og en jevn utvikling kan forklare. Det kan skyldes noe som skjedde da, eller "
    "måten vi målte på."
)
_NO_JUMP: Final = N_("Vi har lett etter et brått hopp i utviklingen, og fant ikke noe.")
_PATTERNS: Final = {"up": _UP, "down": _DOWN, "steady": _STEADY}


def course_finding(
    published: Published, code: str, place: Domain, series: Series, lang: Language
) -> Finding | None:
    """Say which way an index goes; ``None`` where the publication does not tell, or of one wave.

    Where the wave of comparison is the previous one, nothing is said: that change stands beside the
    level.

    Parameters
    ----------
    series : sequence of Wave and Estimate
        The waves that the page draws; they have the words for the wave of comparison.
    """
    course, measure = published.course(code, place), published.measure(code)
    since = next(
        (w.label("since", lang) for w, _ in series if course and w.key == course.since), ""
    )
    if course is None or measure is None or course.change is None or not since:
        return None
    if course.warning == "too_short":
        return Finding("uncertain", Markup(translator(lang).gettext(_TOO_SHORT)))  # noqa: S704 - ours
    name = sentence_name(measure.code, measure.kind, measure.title, lang)
    if judged := _judged(published, code, place, course.since):
        return change_finding(judged, name, lang) if judged.role != "previous" else None
    pattern = Markup(translator(lang).gettext(_pattern(course)))  # noqa: S704 - ours
    return Finding(course.direction, pattern % _values(course, name, since, lang))


def untold(course: Finding | None, told: Iterable[Finding]) -> Finding | None:
    """Leave a course out where a finding of the same page tells the same change."""
    known = {one.pair for one in told if one.pair}
    return None if course and course.pair in known else course


def jump_sentence(
    published: Published, code: str, place: Domain, waves: Iterable[Wave], lang: Language
) -> str:
    """Say whether an index jumps somewhere; empty where nothing was searched."""
    course, gettext = published.course(code, place), translator(lang).gettext
    if course is None or course.jump is None:
        return ""
    if not course.jump.found:
        return gettext(_NO_JUMP)
    since = course.jump.since or ""
    name = next((wave.label("name", lang) for wave in waves if wave.key == since), since)
    return gettext(_JUMP) % {"wave": inside_date(name, lang)}


def _judged(published: Published, code: str, place: Domain, wave: str) -> Change | None:
    """Find what the publication has decided of a place since a wave."""
    if place.level == AGENCY:
        found = published.since(code, wave)
        return found if found and found.shown else None
    roles = (published.change(code, place.level, place.code, one) for one in ("previous", "first"))
    return next((one for one in roles if one and one.shown and one.since == wave), None)


def _pattern(course: Course) -> str:
    """Choose the words; a direction that is known is told also where the size is not."""
    if course.direction in _PATTERNS:
        return _PATTERNS[course.direction]
    if course.change_low is not None and course.change_low > 0:
        return _RISEN
    if course.change_high is not None and course.change_high < 0:
        return _FALLEN
    return _UNCERTAIN


def _values(course: Course, name: str, since: str, lang: Language) -> dict[str, str]:
    change, low, high = course.change or 0.0, course.change_low or 0.0, course.change_high or 0.0
    least, most = sorted((abs(low), abs(high)))
    return {
        "index": name,
        "inside": inside(name),
        "since": since,
        "points": decimal(abs(change), lang),
        "low": decimal(least, lang),
        "high": decimal(most, lang),
        "margin": limit(course.margin, lang),
        "signed_low": signed(low, lang),
        "signed_high": signed(high, lang),
    }
