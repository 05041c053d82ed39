"""Which instruments somebody may write versions of, and the version that an address names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from questionnaires.authoring.laid_over import Assessment, assess
from questionnaires.authoring.version_files import VersionFiles, read_version_files
from questionnaires.content import content_folder
from questionnaires.loader import load_library
from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.sessions import SignedIn
from survey_app.asking.instruments.permissions import writable_instruments
from survey_app.asking.instruments.versions import (
    VersionState,
    WrittenVersion,
    save_draft,
    written_versions,
)
from survey_app.audit.record import record
from survey_app.running.asking import reader_of
from survey_app.running.authoring.errors import WrittenInVainError
from survey_app.running.authoring.set_form import MISSING_NAMES, PARTS
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import gettext as _
from survey_app.shared.i18n import own_names
from survey_app.shared.pages import page
from survey_app.shared.unseen import without_unseen

# fields of the pages of a version in which somebody writes, by the beginning of their names
_WRITTEN: Final = frozenset(
    {"text", "help", "note", "intro", "said", "reason", *PARTS, *MISSING_NAMES, "answer"}
    | {"title", "short", "about", "word", "named", "module", "minutes"}
)

CONFLICT: Final = 409  # HTTP's own number for a form that somebody was before


async def note_version(actor: str, action: str, key: str, version: int, **facts: object) -> None:
    """Write down what somebody did with a version."""
    subject = f"{key}/v{version}"
    await record(Login.WEB, now=now(), actor=actor, action=action, subject=subject, **facts)


async def keep_draft(
    was: WrittenVersion, files: VersionFiles, reader: SignedIn, **facts: object
) -> bool:
    """Store a changed draft and note it; false where somebody else changed it meanwhile."""
    account, actor = reader.account, reader.email
    kept = await save_draft(Login.WEB, was, files, account=account, actor=actor, now=now())
    if kept:
        await note_version(actor, "version changed", files.key, files.version, **facts)
    return kept


def allow_instrument(request: Request[Any, Any, Any], key: str) -> None:
    """Refuse an instrument that there is not, and one that the reader may not write."""
    library = load_library()
    if key not in library.versions:
        raise NotFoundException
    if key not in writable_instruments(library, reader_of(request).role):
        raise ForeignPage(request.url.path)


async def allowed_version(
    request: Request[Any, Any, Any], key: str, version: str
) -> WrittenVersion:
    """Return the version that an address such as ``v2`` names, if the reader may write it."""
    allow_instrument(request, key)
    for one in await written_versions(Login.WEB, key):
        if version == f"v{one.files.version}":
            return one
    raise await written_in_vain(request, key)


async def allowed_draft(request: Request[Any, Any, Any], key: str, version: str) -> WrittenVersion:
    """Return the draft that an address names; what is read or released is not written on."""
    was = await allowed_version(request, key, version)
    if was.state is not VersionState.DRAFT:
        raise await written_in_vain(request, key)
    return was


async def written_in_vain(request: Request[Any, Any, Any], key: str) -> Exception:
    """Return why there is no such page; of a form that was sent, what was written in it."""
    if request.method != "POST":
        return NotFoundException()
    sent = await request.form()
    reader_of(request, str(sent.get("csrf", "")))
    languages = dict(own_names())
    said = tuple(
        (end if (end := name.rpartition(".")[2]) in languages else "", text)
        for name, one in sent.items()
        if name.partition(".")[0] in _WRITTEN and (text := without_unseen(str(one)).strip())
    )
    return WrittenInVainError(key, said)


def show_what_was_written(
    request: Request[Any, Any, Any], error: WrittenInVainError
) -> Response[Any]:
    """Show what somebody wrote of a version that is written on no more."""
    context = {"key": error.key, "said": error.said}
    return page(request, "running/version_in_vain.html", context, status=CONFLICT)


def item_gone(
    request: Request[Any, Any, Any], was: WrittenVersion, said: Iterable[tuple[str, str]] = ()
) -> Response[Any]:
    """Give back what was written of a question that somebody took out meanwhile, by language."""
    written = [(language, text) for language, text in said if text]
    context = {"version": was, "key": was.files.key, "said": written}
    return page(request, "running/version_item_gone.html", context, status=CONFLICT)


def version_address(was: WrittenVersion) -> str:
    """Return the beginning of the addresses of a version's pages."""
    return f"/questionnaires/{was.files.key}/v{was.files.version}"


def somebody_was_before() -> str:
    """Say that a version was changed after somebody looked at it."""
    return _("Noen har endret versjonen. Se over den på nytt.")


def earlier_versions(files: VersionFiles) -> list[VersionFiles]:
    """Return all versions before one, as they are released or stand in the agency's folder."""
    root = content_folder()
    numbers = range(1, files.version)
    folders = [root / "instruments" / files.key / f"v{number}" for number in numbers]
    return [
        read_version_files(root, files.key, number)
        for number, folder in zip(numbers, folders, strict=True)
        if folder.is_dir()
    ]


async def assessed(files: VersionFiles) -> Assessment:
    """Read a version within the content that it would be released into."""
    texts = tuple(sorted(files.texts.items()))
    return await asyncio.to_thread(_assessed, content_folder(), files.key, files.version, texts)


@lru_cache(maxsize=16)
def _assessed(root: Path, key: str, version: int, texts: tuple[tuple[str, str], ...]) -> Assessment:
    return assess(root, VersionFiles(key, version, dict(texts)))
