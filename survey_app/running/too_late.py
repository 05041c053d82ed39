"""What somebody reads who was too late: another was quicker, and nothing was done."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response

from survey_app.accounts.queries import address_of_account
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.acts import StoredAct, kind_of
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.database import Login
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


def went_on(act: StoredAct) -> bool:
    """Whether two approved something, whatever came of it."""
    return act.state in {"confirmed", "running", "done", "refused"}


async def why_it_waits_no_more(act: StoredAct | None) -> Reason:
    """Say why something that somebody looked over waits no more."""
    if act and act.state in {"refused", "withdrawn"} and act.outcome:
        name, values = act.outcome[0]
        if (kind := kind_of(name)) is not None:
            return Reason(kind, **values)
    if act and act.confirmed_by and went_on(act):
        who = await address_of_account(Login.WEB, act.confirmed_by)
        if act.confirmed_at is None:  # by a version that did not note it
            return Reason(Against.APPROVED, who=who)
        return Reason(Against.APPROVED_AT, who=who, moment=act.confirmed_at.isoformat())
    if act and act.state == "declined" and act.confirmed_by and act.confirmed_at:
        who = await address_of_account(Login.WEB, act.confirmed_by)
        return Reason(Against.DECLINED, who=who, moment=act.confirmed_at.isoformat())
    if act and act.state == "proposed":
        return Reason(Against.WAITED, days=(act.last_day - act.asked_at).days)
    return Reason(Against.WITHDRAWN)
