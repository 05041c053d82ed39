"""That far more, or far fewer, answered than in a wave that figures are compared with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from survey_app.publications import shelf
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain, domain_row
from survey_app.reading.waves import Wave
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import percent

FAR: Final = 0.1  # of all who were asked
_ERRORS: Final = 1.96  # two draws of a small unit differ by a tenth as often as not
_FELL: Final = N_(
    "Svarprosenten har falt fra %(rate)s %(in)s. En endring siden da kan derfor også komme av at "
    "andre har svart."
)
_ROSE: Final = N_(
    "Svarprosenten har økt fra %(rate)s %(in)s. En endring siden da kan derfor også komme av at "
    "andre har svart."
)


class Rate(NamedTuple):
    """The share that answered, of how many who were asked."""

    share: float
    asked: int


async def response_then(
    shown: Published, place: Domain, series: Sequence[Wave], lang: Language, at: datetime
) -> str:
    """Say of the wave that differs most in it, of those that changes are told since.

    Empty where none differs by a tenth of those who were asked and by more than chance, or it is
    not told how many were asked and answered then or now. A long form and a short one are answered
    by other shares as a rule, which is no news: a wave of the other kind is told of only where no
    change is since one of its own kind.
    """
    now = rate_of(shown.content, place)
    if now is None:
        return ""
    compared = compared_waves(shown, place)
    chosen = of_its_kind(shown.content["wave"]["kind"], [w for w in series if w.key in compared])
    # heads, which are in memory: ten years of publications would push each other out of it
    found = await shelf.heads(shown.content["campaign"]["population"], at=at)
    heads = {str(one.id): one.head for one in found}
    before = [
        (rate, wave)
        for wave in chosen
        if (rate := rate_of(heads[wave.publication], place)) is not None
    ]
    return told_of_rates(now, before, lang)


def of_its_kind(kind: str, compared: Sequence[Wave]) -> Sequence[Wave]:
    """Return the waves that are of this kind, or all where none is."""
    return [wave for wave in compared if wave.kind == kind] or compared


def told_of_rates(now: Rate, before: Iterable[tuple[Rate, Wave]], lang: Language) -> str:
    """Say of the rate that is farthest from the one of now what it was; empty where none is far."""
    far = [(rate.share, wave) for rate, wave in before if is_far(now, rate)]
    if not far:
        return ""
    share, wave = max(far, key=lambda one: abs(now.share - one[0]))
    values = {"rate": percent(share, lang), "in": wave.label("in", lang)}
    return translator(lang).gettext(_FELL if share > now.share else _ROSE) % values


def is_far(now: Rate, then: Rate) -> bool:
    """Tell whether two rates differ by a tenth, and by more than two draws would by chance."""
    apart = abs(now.share - then.share)
    error = math.sqrt(sum(one.share * (1 - one.share) / one.asked for one in (now, then)))
    return round(apart, 3) >= FAR and apart > _ERRORS * error


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


def rate_of(told: Mapping[str, Any], place: Domain) -> Rate | None:
    """Return the share of a place that answered, as pages tell it; None where they do not.

    ``told`` is a publication's content, or its head.
    """
    share: float | None
    asked: int | None
    if place.level == AGENCY and told["campaign"]["population"] != "staff":
        share, asked = told["response"].get("rr2"), told["response"].get("invited")
    else:
        then = next((row for row in told["domains"] if row["code"] == place.code), None)
        if then is None or then["level"] != place.level:
            return None
        row = domain_row(then)
        share, asked = row.rate, row.invited
    return Rate(share, asked) if share is not None and asked else None
