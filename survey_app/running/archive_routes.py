"""``/waves/KEY/archive``: a published wave as one file for the archive."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from survey_app.accounts.guards import requires, signed_in
from survey_app.asking.campaigns.permissions import READERS
from survey_app.reading.reports.choices import waves_to_take_out
from survey_app.reading.reports.press import PRESS, BusyError, PressError
from survey_app.running.archived_wave import NoArchiveError, archive_wave
from survey_app.running.bags import zip_bag
from survey_app.shared import clock
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, translator
from survey_app.shared.pages import language_of, page

UNAVAILABLE: Final = 503
_BUSY: Final = N_("Mange filer lages akkurat nå. Prøv igjen om et minutt.")
_FAILED: Final = N_("Pakken kunne ikke lages, og feilen er vår. Rapporten og tabellene virker.")
_NOT_WHOLE: Final = N_(
    "Denne målingen har ingen protokoll som beviser hva som ble talt opp, eller filene stemmer "
    "ikke med den. Derfor lages det ingen pakke. Den som drifter systemet, kan finne ut hvorfor."
)


@get("/waves/{key:str}/archive", guards=[requires(*READERS)])
async def take_archive(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Give the bag of a wave that the reader may take out as a whole; others are not there."""
    reader, lang = signed_in(request), language_of(request)
    assert reader is not None  # the guard has seen to it
    found = [wave for _, wave in await waves_to_take_out(reader, clock.now()) if wave.key == key]
    if not found:
        raise NotFoundException
    try:
        bag = await archive_wave(found[0], Login.WEB, lang, set_on_pages=_set_on_pages)
    except NoArchiveError:
        return _sorry(request, _NOT_WHOLE, 404)
    except BusyError:
        return _sorry(request, _BUSY, UNAVAILABLE)
    except PressError:
        return _sorry(request, _FAILED, UNAVAILABLE)
    return Response(
        await asyncio.to_thread(zip_bag, bag, found[0].key),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{found[0].key}-arkiv.zip"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _set_on_pages(documents: Sequence[str]) -> list[bytes]:
    made = await PRESS.write("archived", list(documents))
    return msgspec.msgpack.decode(made, type=list[bytes])


def _sorry(request: Request[Any, Any, Any], sentence: str, status: int) -> Response[str]:
    gettext = translator(language_of(request)).gettext
    context = {
        "heading": gettext(N_("Filen er ikke klar")),
        "sentence": gettext(sentence),
        "address": "/reports",
        "link": gettext(N_("Tilbake til rapportene")),
    }
    return page(request, "shared/message.html", context, status=status)


HANDLERS = [take_archive]
