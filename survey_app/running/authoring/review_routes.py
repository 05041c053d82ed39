"""Have a version read by a second person, who releases it or sends it back; take its files out."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.laid_over import lay_over
from questionnaires.authoring.own_groups import own_groups, read_groups
from questionnaires.authoring.remarks import remarks_on
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.content import content_folder
from questionnaires.editions import Edition
from questionnaires.library import Library
from questionnaires.loader import content_hashes, load_library
from survey_app.accounts.guards import requires
from survey_app.accounts.two_people import why_one
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.errors import ReleasedContentError
from survey_app.asking.instruments.changes import KIND_NAMES, VersionChanges, version_changes
from survey_app.asking.instruments.released_content import follow_released
from survey_app.asking.instruments.version_comments import comments_on, drop_comments
from survey_app.asking.instruments.versions import (
    VersionState,
    WrittenVersion,
    release_version,
    send_back,
    send_to_review,
)
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_version,
    assessed,
    earlier_versions,
    note_version,
    somebody_was_before,
    version_address,
)
from survey_app.running.authoring.editor import (
    half_changed,
    in_offered_order,
    is_outrun,
    page_names,
    shown_forms,
)
from survey_app.running.authoring.mends import refusal, version_mends
from survey_app.shared.agency import in_language
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import Language, own_names
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import language_of, page
from survey_app.shared.unseen import without_unseen

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
LONGEST_REASON: Final = 1000  # characters


@get("/questionnaires/{form:str}/{version:str}/review", guards=[requires(*READERS)])
async def show_review(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show what a version changes and what it costs, to whoever wrote or reads it."""
    return await _page(request, await allowed_version(request, form, version))


@post("/questionnaires/{form:str}/{version:str}/review", guards=[requires(*READERS)])
async def decide_version(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Send a version to review, back to its writer, or release it."""
    was = await allowed_version(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    act = str(sent.get("act", ""))
    reason = " ".join(without_unseen(str(sent.get("reason", ""))).split())
    same = str(was.saved) == str(sent.get("saved", ""))
    back = act == "back" and not _own(was, reader.account)
    if problem := await _against(was, act, reason, language_of(request), same=same, back=back):
        return await _page(request, was, reason, problem=problem)
    if act == "release":
        return await _release(request, was, reader.account, reader.email)
    if act == "send" and await send_to_review(Login.WEB, was, now=now()):
        done = "version sent to review"
    elif act == "back" and await send_back(Login.WEB, was, reason=reason if back else ""):
        done = "version sent back" if back else "version taken back"
    else:
        return Redirect(f"{version_address(was)}/review", status_code=303)
    await note_version(reader.email, done, form, was.files.version)
    return Redirect(f"{version_address(was)}/review", status_code=303)


async def _against(
    was: WrittenVersion, act: str, reason: str, lang: Language, *, same: bool, back: bool
) -> str:
    """Say why it cannot be done; empty where it can."""
    if not same:
        return somebody_was_before()
    if act not in {"send", "release", "back"}:
        return refusal(AuthoringError("unknown_choice", act), lang)
    if act in {"send", "release"} and is_outrun(was):
        return _("Nummeret er tatt. Lag en ny versjon av utkastet først.")
    if act in {"send", "release"} and (await assessed(was.files)).problems:
        return _("Noe må rettes først. Det står nedenfor.")
    if back and not 0 < len(reason) <= LONGEST_REASON:
        return _("Skriv hva som må endres, i høyst 1000 tegn.")
    return ""


async def _release(
    request: Request[Any, Any, Any], was: WrittenVersion, account: str, actor: str
) -> Response[Any]:
    if was.state is not VersionState.REVIEW or _own(was, account):
        problem = _(
            "Den som sist endret versjonen, kan ikke frigi den. Be en annen lese og frigi den."
        )
        return await _page(request, was, problem=problem)
    if reason := await why_one(was.changed_by, UUID(account)):
        return await _page(request, was, problem=_(reason))
    content = await asyncio.to_thread(_hash_of, content_folder(), was.files)
    released = await release_version(
        Login.WEB, was, content, account=account, actor=actor, now=now()
    )
    if released:
        await drop_comments(Login.WEB, was)
        key, number = was.files.key, was.files.version
        await note_version(actor, "version released", key, number, hash=content)
        await _follow(request)
    return Redirect(f"{version_address(was)}/review", status_code=303)


async def _follow(request: Request[Any, Any, Any]) -> None:
    try:
        await follow_released(Login.WEB, request.app.state.settings.data_dir)
    except ReleasedContentError:
        # it is released all the same; who looks at the next page is told by the log
        return


def _hash_of(root: Path, files: VersionFiles) -> str:
    with tempfile.TemporaryDirectory(prefix="version-") as folder:
        return content_hashes(lay_over(root, [files], Path(folder) / "content"))[files.directory]


@get("/questionnaires/{form:str}/{version:str}/file", guards=[requires(*READERS)])
async def take_file_out(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Give one of the files of a version as it stands."""
    was = await allowed_version(request, form, version)
    name = request.query_params.get("name", "")
    if name not in was.files.texts:
        raise NotFoundException
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(was.files.texts[name], media_type="application/toml", headers=headers)


def _own(was: WrittenVersion, account: str) -> bool:
    return was.changed_by == UUID(account)


def _address(was: WrittenVersion) -> str:
    return f"/questionnaires/{was.files.key}/v{was.files.version}/review"


async def _page(
    request: Request[Any, Any, Any], was: WrittenVersion, reason: str = "", *, problem: str = ""
) -> Response[Any]:
    language, files = language_of(request), was.files
    assessment = await assessed(files)
    library = assessment.library
    forms = shown_forms(files, library)
    shown = request.query_params.get("order", next(iter(forms), ""))
    if shown not in forms:
        raise NotFoundException
    items = [
        item for item in library.items if any(item in library.forms[one].items for one in forms)
    ]
    context = {
        **page_names(was, language),
        "forms": [(one, library.forms[one].title) for one in forms if one in library.forms],
        "shown": shown,
        "mends": version_mends(assessment.problems, language),
        "half_changed": half_changed(
            files, earlier_versions(files), in_offered_order(files.languages)
        ),
        "groups": [
            in_language(read_groups(files, name).title, language) or name
            for name in own_groups(files)
        ],
        "remarks": len({one.about for one in remarks_on(library, items)} & set(items)),
        "unanswered": sorted(
            {one.item for one in await comments_on(Login.WEB, was) if not one.answer}
        ),
        "is_own": _own(was, reader_of(request).account),
        "names": sorted(files.texts),
        "reason": reason,
        "problem": problem,
        "view": None,
    }
    under_way = was.state is not VersionState.RELEASED and not is_outrun(was)
    if under_way and shown in library.forms:
        context |= {
            "view": await asyncio.to_thread(_changes, shown, was, assessment.library, language),
            "kind_names": KIND_NAMES,
            "language_names": dict(own_names()),
            "old": files.version - 1,
            "new": files.version,
        }
    return page(request, "running/version_review.html", context, status=WRONG if problem else 200)


def _changes(form: str, was: WrittenVersion, library: Library, lang: Language) -> VersionChanges:
    asked, number = load_library(), was.files.version
    old = Edition(number - 1, asked.questionnaire(form))
    return version_changes(old, Edition(number, library.questionnaire(form)), asked, lang)


HANDLERS = [show_review, decide_version, take_file_out]
