"""That far more, or far fewer, answered than in a wave that figures are compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from survey_app.publications import shelf
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain, domain_row
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import percent

FAR: Final = 0.1  # of all who were asked: a wave of the other kind seldom differs by so much
_FELL: Final = N_(
    "Svarprosenten har falt fra %(rate)s %(in)s. En endring siden da kan derfor også komme av at "
    "andre har svart."
)
_ROSE: Final = N_(
    "Svarprosenten har økt fra %(rate)s %(in)s. En endring siden da kan derfor også komme av at "
    "andre har svart."
)


async def response_then(
    shown: Published, place: Domain, series: Sequence[Wave], lang: Language, at: datetime
) -> str:
    """Say of the wave that differs most in it, of those that changes are told since.

    Empty where none differs by a tenth of those who were asked, or it is not told how many
    answered then or now.
    """
    now = rate_of(shown.content, place)
    if now is None:
        return ""
    compared = compared_waves(shown, place)
    # heads, which are in memory: ten years of publications would push each other out of it
    found = await shelf.heads(shown.content["campaign"]["population"], at=at)
    heads = {str(one.id): one.head for one in found}
    before = [
        (rate, wave)
        for wave in series
        if wave.key in compared and (rate := rate_of(heads[wave.publication], place)) is not None
    ]
    return told_of_rates(now, before, lang)


def told_of_rates(now: float, before: Iterable[tuple[float, Wave]], lang: Language) -> str:
    """Say of the rate that is farthest from the one of now what it was; empty where none is far."""
    far = [(rate, wave) for rate, wave in before if round(abs(now - rate), 3) >= FAR]
    if not far:
        return ""
    rate, wave = max(far, key=lambda one: abs(now - one[0]))
    values = {"rate": percent(rate, lang), "in": wave.label("in", lang)}
    return translator(lang).gettext(_FELL if rate > now else _ROSE) % values


def compared_waves(shown: Published, place: Domain) -> set[str]:
    """Return the waves since which a change of the place is shown, by key."""
    judged = [
        shown.change(code, place.level, place.code, role)
        for code in shown.measures
        for role in ("previous", "first")
    ]
    if place.level == AGENCY:
        judged += [step for code in shown.measures for step in shown.path(code) if not step.leg]
    return {change.since for change in judged if change is not None and change.shown}


def rate_of(told: Mapping[str, Any], place: Domain) -> float | None:
    """Return the share of a place that answered, as pages tell it; None where they do not.

    ``told`` is a publication's content, or its head.
    """
    if place.level == AGENCY and told["campaign"]["population"] != "staff":
        rate: float | None = told["response"].get("rr2")
        return rate
    then = next((row for row in told["domains"] if row["code"] == place.code), None)
    return domain_row(then).rate if then and then["level"] == place.level else None
