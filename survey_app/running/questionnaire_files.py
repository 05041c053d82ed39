"""``/questionnaires/FORM/file``: take a questionnaire along, in formats of others or on paper."""

from __future__ import annotations

from typing import Any, Final, Literal

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from redis.exceptions import RedisError

from questionnaires.model import Questionnaire
from survey_app.accounts.guards import requires, signed_in
from survey_app.asking.instruments.files import (
    PDF,
    QUESTIONNAIRE_FORMATS,
    TooLongFormError,
    check_length,
    file_of_form,
    write_file,
)
from survey_app.asking.instruments.printed import printed_form
from survey_app.asking.instruments.routes import find_asked
from survey_app.reading.reports.press import PRESS, BusyError, PressError
from survey_app.shared.i18n import N_, Language, as_language, translator
from survey_app.shared.limits import too_many
from survey_app.shared.pages import language_of, page

FORM_FORMATS = Literal["pdf", "xlsform", "limesurvey", "surveyjs", "ddi", "toml"]
MOST_A_MINUTE: Final = 20  # files, of one account
A_MINUTE: Final = 60  # seconds
TOO_MANY: Final = 429
UNAVAILABLE: Final = 503
_TOO_OFTEN: Final = N_("Du har hentet mange filer det siste minuttet. Prøv igjen om litt.")
_BUSY: Final = N_("Mange filer lages akkurat nå. Prøv igjen om et minutt.")
_FAILED: Final = N_("Filen kunne ikke lages, og feilen er vår. De andre formatene virker.")
_TOO_LONG: Final = N_("Skjemaet er for langt til at vi lager filer av det.")


@get("/questionnaires/{form:str}/file", guards=[requires()])
async def questionnaire_file(
    request: Request[Any, Any, Any],
    form: FromPath[str],
    format: FromQuery[FORM_FORMATS],  # noqa: A002 - the word in the address
    wave: FromQuery[str | None] = None,
    language: FromQuery[str] = "",
) -> Response[Any]:
    """Give a questionnaire as a file, as it would be asked today or as a wave asked it."""
    lang = as_language(language, language_of(request))
    row, asked = await find_asked(form, wave)
    if await _too_often(request):
        return _sorry(request, asked, wave, _TOO_OFTEN, TOO_MANY)
    try:
        content = await _content(asked, format, lang)
    except TooLongFormError:
        return _sorry(request, asked, wave, _TOO_LONG, 404)
    except BusyError:
        return _sorry(request, asked, wave, _BUSY, UNAVAILABLE)
    except PressError:
        return _sorry(request, asked, wave, _FAILED, UNAVAILABLE)
    name = file_of_form(asked, format, lang, row.key if row else "")
    headers = {
        "Content-Disposition": f'attachment; filename="{name.encode("ascii", "replace").decode()}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=QUESTIONNAIRE_FORMATS[format].media_type, headers=headers)


async def _content(asked: Questionnaire, form: str, lang: Language) -> bytes:
    if form == PDF:
        check_length(asked)
        return await PRESS.write("document", printed_form(asked, lang))
    return write_file(asked, form, lang).content


async def _too_often(request: Request[Any, Any, Any]) -> bool:
    reader = signed_in(request)
    assert reader is not None  # the guard has seen to it
    try:
        return await too_many(
            "questionnaire-file", reader.account, most=MOST_A_MINUTE, seconds=A_MINUTE
        )
    except (RedisError, OSError):
        return False  # a file is small, and one is printed at a time


def _sorry(
    request: Request[Any, Any, Any],
    asked: Questionnaire,
    wave: str | None,
    sentence: str,
    status: int,
) -> Response[str]:
    gettext = translator(language_of(request)).gettext
    context = {
        "heading": gettext(N_("Filen er ikke klar")),
        "sentence": gettext(sentence),
        "address": f"/questionnaires/{asked.form.id}{f'?wave={wave}' if wave else ''}",
        "link": gettext(N_("Tilbake til spørsmålene")),
    }
    headers = {"Retry-After": "60"} if status in {TOO_MANY, UNAVAILABLE} else None
    return page(request, "shared/message.html", context, status=status, headers=headers)


HANDLERS = [questionnaire_file]
