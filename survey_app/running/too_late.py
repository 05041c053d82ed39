"""What somebody reads who was too late: another was quicker, and nothing was done."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response

from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.reasons import Reason
from survey_app.shared.i18n import translator
from survey_app.shared.pages import language_of, page

CONFLICT: Final = 409  # HTTP's own number for what does not fit how things are now


def too_late(request: Request[Any, Any, Any], wave: WaveRow, reason: Reason) -> Response[str]:
    """Say why nothing was done, and lead to how things are now."""
    language = language_of(request)
    gettext = translator(language).gettext
    context = {
        "heading": gettext("Det ble ikke gjort"),
        "sentence": say_reasons([reason], language)[0],
        "address": f"/campaigns/{wave.campaign}",
        "link": gettext("Se hvordan det står nå"),
    }
    return page(request, "shared/message.html", context, status=CONFLICT)
