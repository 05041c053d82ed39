"""The page of mails that did not arrive, with a button to send them again."""

from __future__ import annotations

import json
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.acts import ActRequest, acts_of, ask
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import WaveRow, find_campaign
from survey_app.asking.campaigns.states import State
from survey_app.asking.delivery.failed import MOST, Cause, causes_in, failed_mails, tried_again
from survey_app.asking.delivery.queries import delivery_state
from survey_app.audit.record import record
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.pages import language_of, page

CAUSES: Final = {
    Cause.NO_ADDRESS: (
        N_("Adressen mangler"),
        N_("Ingenting er sendt."),
        N_("Legg inn adressen i registeret, og send på nytt."),
    ),
    Cause.UNKNOWN: (
        N_("Adressen finnes ikke"),
        N_("Vi prøver ikke igjen av oss selv."),
        N_("Rett adressen i registeret, og send på nytt."),
    ),
    Cause.LETTERS: (
        N_("Adressen har bokstaver som e-posttjeneren ikke tar"),
        N_("Det er som regel æ, ø eller å. Vi prøver ikke igjen av oss selv."),
        N_("Rett adressen i registeret, og send på nytt."),
    ),
    Cause.FULL: (
        N_("Postkassen er full"),
        N_("Vi har prøvd flere ganger."),
        N_("Be mottakeren rydde, eller send på nytt senere."),
    ),
    Cause.NO_ANSWER: (
        N_("Mottakerens tjener tok ikke imot"),
        N_("Vi har prøvd flere ganger, over nesten et døgn."),
        N_("Send på nytt. Ofte er feilen gått over."),
    ),
    Cause.REFUSED: (
        N_("Mottakerens tjener avviste e-posten"),
        N_("Vi prøver ikke igjen av oss selv."),
        N_("Spør den som drifter systemet, om e-post herfra blir stoppet. Send så på nytt."),
    ),
    Cause.SENDER: (
        N_("Målingen har ingen avsender"),
        N_("Ingenting er sendt."),
        N_("Legg inn avsender i målingen, og send på nytt."),
    ),
    Cause.NO_NUMBER: (
        N_("Mobilnummeret mangler"),
        N_("Ingenting er sendt."),
        N_("Legg inn nummeret i registeret, og send på nytt."),
    ),
    Cause.NUMBER_REFUSED: (
        N_("SMS-leverandøren godtok ikke nummeret"),
        N_("Vi prøver ikke igjen av oss selv."),
        N_("Rett nummeret i registeret, og send på nytt."),
    ),
    Cause.NO_RECEIPT: (
        N_("SMS-leverandøren svarte ikke"),
        N_("SMS-en kan ha kommet fram. Vi sender ikke igjen av oss selv, for da kan noen få to."),
        N_("Spør leverandøren om den ble sendt. Send på nytt hvis den ikke ble det."),
    ),
    Cause.UNCONFIRMED: (
        N_("E-posttjeneren bekreftet ikke at den tok imot"),
        N_("E-posten kan ha kommet fram. Vi har prøvd flere ganger, over noen timer."),
        N_("Spør den som drifter systemet, om den ble sendt. Send på nytt hvis den ikke ble det."),
    ),
    Cause.SENDER_REFUSED: (
        N_("E-posttjeneren godtar ikke avsenderen"),
        N_("Vi har prøvd flere ganger, over nesten et døgn."),
        N_("Spør den som drifter systemet, om avsenderen kan tillates. Send så på nytt."),
    ),
}


@get("/waves/{key:str}/failed", guards=[requires(*READERS)])
async def show_failed(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """List the invitations that did not arrive, by cause."""
    wave = await allowed_wave(request, key)
    if wave.state != State.OPEN:
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    return page(request, "running/failed.html", await _context(request, wave))


@post("/waves/{key:str}/failed", guards=[requires(*READERS)])
async def ask_again(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave it to the worker to send again what failed for the chosen causes."""
    wave = await allowed_wave(request, key)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    chosen = [cause.value for cause in causes_in([str(one) for one in form.getall("cause", [])])]
    if wave.state == State.OPEN and chosen:
        at = now()
        content = json.dumps(chosen).encode()
        asked = ActRequest(
            wave.id, "resend", reader.account, reader.email, due_at=at, content=content
        )
        await ask(asked, now=at)
        await record(Login.WEB, now=at, actor=reader.email, action="resend asked", subject=wave.key)
    return Redirect(f"/waves/{wave.key}/failed", status_code=303)


async def _context(request: Request[Any, Any, Any], wave: WaveRow) -> dict[str, object]:
    acts = [one for one in (await acts_of(Login.WEB, [wave.id]))[wave.id] if one.act == "resend"]
    groups = await failed_mails(Login.WEB, wave.id)
    at = now()
    again = await tried_again(Login.WEB, wave.id, now=at)
    delivery = await delivery_state(Login.WEB, wave.id, now=at)
    return {
        "wave": wave,
        "name": in_language(wave.labels["name"], language_of(request)),
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "groups": groups,
        "total": sum(len(group.mails) for group in groups),
        "causes": CAUSES,
        "again": again,
        "delivery": delivery,
        "under_way": again.number + delivery.waiting > 0,
        "quiet": request.app.state.settings.quiet_time.holds(now()),
        "asked": next((one for one in acts if one.state in {"confirmed", "running"}), None),
        "done": next((one for one in acts if one.state == "done"), None),
        "most": MOST,
        "returns_read": request.app.state.settings.hears_of_returned_mail,
    }


HANDLERS = [show_failed, ask_again]
