"""What was seen of forms that do not come as from people, in words and counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.act_words import standing
from survey_app.asking.campaigns.acts import acts_of
from survey_app.asking.campaigns.arrival_alarms import (
    ArrivalSign,
    Seen,
    SeenArrivals,
    arrival_alarms,
)
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import find_campaign
from survey_app.running.asking import allowed_wave
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import long_date
from survey_app.shared.pages import language_of, page

_TENS: Final = 10
SENTENCES: Final[Mapping[ArrivalSign, str]] = {
    ArrivalSign.RATE: N_(
        "Opptil %(most)s svar kom på fem minutter. Det er mye mer enn det som har vært vanlig."
    ),
    ArrivalSign.NETWORK: N_(
        "Opptil %(most)s prosent av svarene på fem minutter kom fra ett og samme nett. Det er "
        "flere enn folk på samme sted rekker å sende."
    ),
    ArrivalSign.HASTY: N_(
        "Opptil %(most)s prosent av skjemaene på fem minutter kom tilbake etter noen få sekunder. "
        "Ingen rekker å lese dem så fort."
    ),
    ArrivalSign.ALIKE: N_(
        "Minst %(most)s prosent av svarene er helt like, på hvert eneste spørsmål."
    ),
}
_ONE_DAY: Final = N_("Sett %(first)s.")
_DAYS: Final = N_("Sett fra %(first)s til %(last)s.")


def told_signs(alarm: SeenArrivals, language: Language) -> list[str]:
    """Say what was seen, the number of forms rounded down to tens."""
    return [_told(sign, alarm.signs[sign], language) for sign in ArrivalSign if sign in alarm.signs]


async def signs_in_words(wave: UUID, language: Language) -> list[str]:
    """Say what was seen of a wave; nothing where nothing was."""
    alarm = (await arrival_alarms(Login.WEB)).get(wave)
    return told_signs(alarm, language) if alarm else []


def _told(sign: ArrivalSign, seen: Seen, language: Language) -> str:
    _ = translator(language).gettext
    most = seen.most // _TENS * _TENS if sign is ArrivalSign.RATE else seen.most
    days = {"first": long_date(seen.first, language), "last": long_date(seen.last, language)}
    when = _(_ONE_DAY if seen.first == seen.last else _DAYS) % days
    return f"{_(SENTENCES[sign]) % {'most': most}} {when}"


@get("/waves/{key:str}/arrivals", guards=[requires(*READERS)])
async def show_arrivals(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Say what was seen of a wave, what it can be, and what follows."""
    wave = await allowed_wave(request, key)
    alarm = (await arrival_alarms(Login.WEB)).get(wave.id)
    if alarm is None:
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    language = language_of(request)
    acts = standing(await acts_of(Login.WEB, [wave.id]), [wave], language, now=now())
    context = {
        "wave": wave,
        "standing": [one for one in acts if one.decides],
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "name": in_language(wave.labels["name"], language),
        "alarm": alarm,
        "signs": told_signs(alarm, language),
    }
    return page(request, "running/arrivals.html", context)
