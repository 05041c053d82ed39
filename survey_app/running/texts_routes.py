"""Write what a campaign says of itself on a page, by language, and take it out as its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import tomlkit
from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.loader import load_library
from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.act_words import say_reasons
from survey_app.asking.campaigns.campaign_acts import ask_of_campaign, standing_of_campaigns
from survey_app.asking.campaigns.campaign_file import CampaignFile, read_texts
from survey_app.asking.campaigns.campaign_toml import campaign_file_of, texts_of, write_campaign
from survey_app.asking.campaigns.in_use import wave_in_use
from survey_app.asking.campaigns.permissions import READERS, populations_for
from survey_app.asking.campaigns.queries import WaveRow, find_campaign, list_waves
from survey_app.asking.campaigns.states import State
from survey_app.asking.errors import CampaignProblems, UnknownWave
from survey_app.asking.mends import FileMend, mends_of
from survey_app.asking.reasons import Against, Reason
from survey_app.audit.record import record
from survey_app.running.asking import reader_of
from survey_app.running.texts import (
    CHOICES,
    LINES,
    TEXTS,
    names_of,
    said_of_campaign,
    seen_of_texts,
    tables_of,
)
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import own_names, required_languages
from survey_app.shared.pages import language_of, page

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used


async def _campaign(
    request: Request[Any, Any, Any], key: str
) -> tuple[CampaignFile, list[WaveRow]]:
    """Return a campaign that the reader may write, as a file, and its waves."""
    try:
        row = await find_campaign(Login.WEB, key)
    except UnknownWave as error:
        raise NotFoundException from error
    allowed = populations_for(reader_of(request).role)
    if allowed is not None and row.population not in allowed:
        raise ForeignPage(request.url.path)
    waves = await list_waves(Login.WEB, key)
    return campaign_file_of(row, waves), waves


@get("/campaigns/{key:str}/texts", guards=[requires(*READERS)])
async def show_texts(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Show what a campaign says of itself, each language beside the others."""
    file, waves = await _campaign(request, key)
    return await _page(request, file, waves, said_of_campaign(file))


@post("/campaigns/{key:str}/texts", guards=[requires(*READERS)])
async def take_texts(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave what was written to the worker, or say what is wrong with it."""
    file, waves = await _campaign(request, key)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    names = names_of(staff=file.population == "staff", started=_started(waves))
    # browsers send another end of lines than they were given
    said = {name: str(form.get(name, "")).replace("\r\n", "\n").strip() for name in names}
    if await wave_in_use(Login.WEB, waves) is not None:
        return await _page(request, file, waves, said_of_campaign(file) | said, status=WRONG)
    tables = tables_of(said, texts_of(file))
    try:
        changed = read_texts(tables, load_library(), file)
    except CampaignProblems as found:
        mends = mends_of(found.problems, language_of(request))
        return await _page(request, file, waves, said_of_campaign(file) | said, mends=mends)
    if changed != file:
        at, content = now(), tomlkit.dumps(texts_of(changed))
        seen = str(form.get("seen", "")) or seen_of_texts(file)
        if late := await _overtaken(file, seen, content):
            # what was written stays; saved once more, it is meant
            said = said_of_campaign(file) | said
            return await _page(request, file, waves, said, late=late, status=WRONG)
        await ask_of_campaign(
            key, "texts", content, account=reader.account, actor=reader.email, now=at
        )
        await record(Login.WEB, now=at, actor=reader.email, action="texts asked", subject=key)
    return Redirect(f"/campaigns/{key}", status_code=303)


async def _overtaken(file: CampaignFile, seen: str, content: str) -> Reason | None:
    """Say what somebody else was quicker with while the form was filled in."""
    if seen != seen_of_texts(file):
        return Reason(Against.TEXTS_CHANGED)
    waiting = (await standing_of_campaigns(Login.WEB)).get(file.key)
    if waiting and waiting.state == "asked" and waiting.content != content:
        return Reason(Against.TEXTS_COMING)
    return None


@get("/campaigns/{key:str}/file", guards=[requires(*READERS)])
async def take_out(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Give the campaign as the file that would make it."""
    file, _ = await _campaign(request, key)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.key}.toml"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(write_campaign(file), media_type="application/toml", headers=headers)


def _started(waves: Sequence[WaveRow]) -> bool:
    return any(wave.state != State.DRAFT for wave in waves)


async def _page(
    request: Request[Any, Any, Any],
    file: CampaignFile,
    waves: Sequence[WaveRow],
    said: Mapping[str, str],
    *,
    mends: Sequence[FileMend] = (),
    late: Reason | None = None,
    status: int = 200,
) -> Response[str]:
    language, staff = language_of(request), file.population == "staff"
    used = await wave_in_use(Login.WEB, waves)
    context = {
        "campaign": file,
        "said": said,
        "seen": seen_of_texts(file),
        "late": say_reasons([late] if late else [], language),
        "mends": mends,
        "wrong": {one.column: one.sentence for one in mends},
        "used": in_language(used.labels["name"], language) if used else "",
        "used_is_open": bool(used and used.state == State.OPEN),
        "started": _started(waves),
        "asked": () if used else names_of(staff=staff, started=_started(waves)),
        "shown": names_of(staff=staff, started=False),
        "texts": TEXTS,
        "lines": LINES,
        "choices": CHOICES,
        "own": own_names(),
        "required": required_languages(),
    }
    return page(request, "running/texts.html", context, status=WRONG if mends else status)


HANDLERS = [show_texts, take_texts, take_out]
