"""The page where somebody whose link or code is lost is given a new one.

It says the same whoever is asked for, whether or not they are invited and have answered: whoever
runs a wave must not learn that here (docs/adr/0232).
"""

from __future__ import annotations

import json
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.acts import ActRequest, ask
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import WaveRow, find_campaign
from survey_app.asking.campaigns.states import State
from survey_app.asking.people.mobile import mobile_number
from survey_app.audit.record import record
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.form_in_memory import FormInMemory, form_in_memory
from survey_app.shared.form_text import as_number
from survey_app.shared.i18n import N_
from survey_app.shared.mail_address import LONGEST_ADDRESS
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
NO_ADDRESS: Final = N_("Skriv en e-postadresse, eller et mobilnummer på åtte sifre.")
NO_ROW: Final = N_("Skriv linjenummeret med sifre, for eksempel 12.")
NOT_BOTH: Final = N_("Fyll ut bare ett av feltene.")


class NobodyNamed(Exception):  # noqa: N818
    """A form that names nobody; says which field, and how to mend it."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field, self.sentence = field, sentence
        super().__init__(sentence)


@get("/waves/{key:str}/new-link", guards=[requires(*READERS)])
async def show_new_link(
    request: Request[Any, Any, Any], key: FromPath[str], asked: FromQuery[str] = ""
) -> Response[Any]:
    """Ask whose link is lost; after that, say what follows for whoever is invited so."""
    return await _show(request, await allowed_wave(request, key), asked=asked)


@post("/waves/{key:str}/new-link", guards=[requires(*READERS)])
async def ask_for_new_link(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave it to the worker to replace a link, and to send the new one."""
    wave = await allowed_wave(request, key)
    form = await form_in_memory(request)
    reader = reader_of(request, form["csrf"])
    if not _gives_links(wave):
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    try:
        who = named_in(form["address"].strip(), form["row"].strip(), wave)
    except NobodyNamed as wrong:
        return await _show(request, wave, form, problem=wrong.sentence, field=wrong.field)
    at = now()
    # whose it is stands in what the worker takes, which is emptied then; never in the log
    content = json.dumps(who).encode()
    asked = ActRequest(wave.id, "relink", reader.account, reader.email, due_at=at, content=content)
    await ask(asked, now=at)
    await record(Login.WEB, now=at, actor=reader.email, action="relink asked", subject=wave.key)
    by = "row" if isinstance(who, int) else "address"
    return Redirect(f"/waves/{wave.key}/new-link?asked={by}", status_code=303)


def named_in(address: str, row: str, wave: WaveRow) -> str | int:
    """Return whose link is lost, as `replace_link` takes it.

    Raises
    ------
    NobodyNamed
        If nothing is named, both are, or what is written is neither address, number nor row.
    """
    if by_row(wave) and (row or not by_address(wave)):
        if address:
            raise NobodyNamed("row", NOT_BOTH)
        line = as_number(row)
        if not line:
            raise NobodyNamed("row", NO_ROW)
        return line
    if 0 < address.find("@") < len(address) - 1 and len(address) <= LONGEST_ADDRESS:
        return address
    number = mobile_number(address)
    if number is None:
        raise NobodyNamed("address", NO_ADDRESS)
    return number


def by_address(wave: WaveRow) -> bool:
    """Tell whether anybody of this wave has an address or a number that we know."""
    return wave.invite != "sample"


def by_row(wave: WaveRow) -> bool:
    """Tell whether those of this wave stand on lines of a file."""
    return wave.invite in {"sample", "list"}


def _gives_links(wave: WaveRow) -> bool:
    return wave.state == State.OPEN and wave.invite != "open"


async def _show(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    said: FormInMemory | None = None,
    *,
    asked: str = "",
    problem: str = "",
    field: str = "",
) -> Response[Any]:
    if not _gives_links(wave):
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    context = {
        "wave": wave,
        "name": in_language(wave.labels["name"], language_of(request)),
        "campaign": await find_campaign(Login.WEB, wave.campaign),
        "by_address": by_address(wave),
        "by_row": by_row(wave),
        "longest": LONGEST_ADDRESS,
        "quiet": request.app.state.settings.quiet_time.holds(now()),
        "asked": asked,
        "said": said or FormInMemory({}, {}),
        "problem": problem,
        "field": field,
    }
    return page(request, "running/new_link.html", context, status=WRONG if problem else 200)


HANDLERS = [show_new_link, ask_for_new_link]
