"""Make a campaign on a page, from a form that is there; it is a draft until two have opened it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from questionnaires.loader import load_library
from questionnaires.model import Form
from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.burden import FieldPeriod
from survey_app.asking.campaigns.campaign_acts import ask_of_campaign
from survey_app.asking.campaigns.campaign_file import INVITE
from survey_app.asking.campaigns.campaign_toml import write_campaign
from survey_app.asking.campaigns.first_wave import populations_asked
from survey_app.asking.campaigns.permissions import READERS, populations_for
from survey_app.asking.campaigns.population_names import POPULATION_NAMES
from survey_app.asking.campaigns.queries import list_campaigns, list_waves
from survey_app.asking.errors import CampaignProblems
from survey_app.asking.instruments.permissions import population_of
from survey_app.asking.mends import FileMend, mends_of
from survey_app.asking.reasons import Reason
from survey_app.audit.record import record
from survey_app.running.asking import reader_of
from survey_app.running.new_campaign import (
    WAVE_PLACE,
    campaign_fields,
    read_new,
    suggestion,
)
from survey_app.running.plan_routes import FIELDS, INVITE_NAMES, weekdays_of
from survey_app.running.texts import CHOICES, LINES, TEXTS
from survey_app.running.turns import speaks_against_days
from survey_app.shared.clock import now, today
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_, own_names, required_languages
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
LABELS: Final = {
    "key": N_("Kortnavn"),
    "invite": N_("Hvem blir spurt?"),
    "reminder_days": N_("Påminnelser"),
    **FIELDS,
    **TEXTS,
    **LINES,
}


@get("/waves/new", guards=[requires(*READERS)])
async def begin_campaign(request: Request[Any, Any, Any]) -> Response[Any]:
    """Show the forms to begin with, or the page of a new campaign with one of them."""
    if "form" not in request.query_params:
        allowed = populations_for(reader_of(request).role)
        forms: dict[str, list[Form]] = {}
        for one in load_library().forms.values():
            if allowed is None or population_of(one) in allowed:
                forms.setdefault(population_of(one), []).append(one)
        context = {"forms": forms, "population_names": POPULATION_NAMES, "counts": await _counts()}
        return page(request, "running/new.html", context)
    form = _form(request)
    campaigns = await list_campaigns(Login.WEB)
    taken = {one.key for one in campaigns}
    return await _page(request, form, suggestion(form, campaigns, taken=taken, today=today()))


@post("/waves/new", guards=[requires(*READERS)])
async def make_campaign(request: Request[Any, Any, Any]) -> Response[Any]:
    """Leave a new campaign to the worker, or say what is wrong with it."""
    form, sent = _form(request), await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    said = {
        name: str(sent.get(name, "")).replace("\r\n", "\n").strip()
        for name in campaign_fields(form)
    }
    campaigns = {one.key for one in await list_campaigns(Login.WEB)}
    waves = {one.key for one in await list_waves(Login.WEB)}
    try:
        file = read_new(form, said, campaigns=campaigns, waves=waves, today=today())
    except CampaignProblems as found:
        mends = [
            replace(one, column=one.column.removeprefix(WAVE_PLACE))
            for one in mends_of(found.problems, language_of(request))
        ]
        # the wave's own key begins with the campaign's, and has the same mistake
        return await _page(request, form, said, mends=list(dict.fromkeys(mends)))
    [wave] = file.waves
    asks = file.population == "staff" and not sent.get("anyway")
    period = FieldPeriod(wave.invite, wave.opens_on, wave.closes_on)
    if asks and (notes := await speaks_against_days(period, wave.reminder_days, None)):
        return await _page(request, form, said, notes=notes)
    at, content = now(), write_campaign(file)
    await ask_of_campaign(
        file.key, "new", content, account=reader.account, actor=reader.email, now=at
    )
    await record(Login.WEB, now=at, actor=reader.email, action="campaign asked", subject=file.key)
    return Redirect("/campaigns", status_code=303)


def _form(request: Request[Any, Any, Any]) -> Form:
    """Return the form that the address names, if the reader may ask whom it is made for."""
    form = load_library().forms.get(request.query_params.get("form", ""))
    if form is None:
        raise NotFoundException
    allowed = populations_for(reader_of(request).role)
    if allowed is not None and population_of(form) not in allowed:
        raise ForeignPage(request.url.path)
    return form


async def _counts() -> dict[str, int]:
    """Return how many questions each form has today; a first wave looks back on nothing."""
    library, asked = load_library(), await populations_asked(Login.WEB)
    return {
        code: library.questionnaire(
            code, first_wave=population_of(form) not in asked
        ).question_count
        for code, form in library.forms.items()
    }


async def _page(
    request: Request[Any, Any, Any],
    form: Form,
    said: Mapping[str, str],
    *,
    mends: Sequence[FileMend] = (),
    notes: Sequence[Reason] = (),
) -> Response[str]:
    language, population = language_of(request), population_of(form)
    fields = campaign_fields(form)
    context = {
        "form": form,
        "said": said,
        "population": POPULATION_NAMES[population],
        "mends": mends,
        "wrong": {one.column: one.sentence for one in mends},
        "notes": say_reasons(list(notes), language),
        "invites": [(one, INVITE_NAMES[one]) for one in INVITE[population]],
        "fields": FIELDS,
        "weekdays": weekdays_of(said, language),
        "by_mail": population not in {"public", "open"},
        "asked": fields,
        "shown": fields,
        "texts": TEXTS,
        "lines": LINES,
        "choices": CHOICES,
        "labels": LABELS,
        "own": own_names(),
        "required": required_languages(),
    }
    return page(
        request, "running/new_campaign.html", context, status=WRONG if mends or notes else 200
    )


HANDLERS = [begin_campaign, make_campaign]
