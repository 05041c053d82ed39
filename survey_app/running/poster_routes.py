"""``/waves/KEY/poster``: a poster of an open survey, made when it is asked for."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from questionnaires.loader import load_library
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.states import State
from survey_app.asking.poster import Poster, poster_html
from survey_app.reading.reports.press import PRESS, BusyError, PressError
from survey_app.running.asking import allowed_wave
from survey_app.running.preview import SHOWN, preview_of
from survey_app.shared.agency import in_language
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, as_language, translator
from survey_app.shared.pages import language_of, page

_UNAVAILABLE: Final = 503
_LATER: Final = N_("Plakaten kunne ikke lages akkurat nå. Prøv igjen om et minutt.")


@get("/waves/{key:str}/poster", guards=[requires(*READERS)])
async def poster(
    request: Request[Any, Any, Any], key: FromPath[str], language: FromQuery[str] = ""
) -> Response[Any]:
    """Give the poster of an open survey as PDF, in a language, until it closes."""
    wave = await allowed_wave(request, key)
    if wave.population != "open" or State(wave.state) not in SHOWN:
        raise NotFoundException
    lang = as_language(language, language_of(request))
    settings = request.app.state.settings
    shown = await preview_of(Login.WEB, wave, settings)
    said = Poster(
        heading=in_language(shown.campaign.title, lang),
        minutes=shown.questionnaire.form.minutes,
        closes_on=wave.closes_on,
        promise=load_library().messages.text("promise.open", lang),
        contact=shown.campaign.contact,
        demo=shown.campaign.demo,
    )
    html = poster_html(said, settings.answering_url, wave.key, lang)
    try:
        content = await PRESS.write("document", html)
    except (BusyError, PressError):
        return _sorry(request, shown.campaign.key)
    name = f"{wave.key}-poster-{lang}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def _sorry(request: Request[Any, Any, Any], campaign: str) -> Response[str]:
    gettext = translator(language_of(request)).gettext
    context = {
        "heading": gettext(N_("Filen er ikke klar")),
        "sentence": gettext(_LATER),
        "address": f"/campaigns/{campaign}",
        "link": gettext(N_("Tilbake")),
    }
    headers = {"Retry-After": "60"}
    return page(request, "shared/message.html", context, status=_UNAVAILABLE, headers=headers)


HANDLERS = [poster]
