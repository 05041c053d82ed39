"""A published wave for the archive: what was asked, what was found, and that both can be checked.

Nothing of a person is in it: publications, records and questionnaires have none.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from questionnaires.formats.outline import languages_of
from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.queries import find_wave, frozen_questionnaire
from survey_app.asking.instruments.files import check_length, write_file
from survey_app.asking.instruments.printed import printed_form
from survey_app.publications.check_files import check_files
from survey_app.publications.records import files_of
from survey_app.reading.published import Published
from survey_app.reading.reports.compose import NoReport, Order, compose_report
from survey_app.reading.reports.content import Report
from survey_app.reading.reports.paper import paper
from survey_app.reading.rows import AGENCY
from survey_app.reading.waves import Wave, published
from survey_app.running.bags import pack_bag
from survey_app.shared.agency import agency_name
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login
from survey_app.shared.errors import BarometerError
from survey_app.shared.i18n import N_, Language, translator

SetOnPages = Callable[[Sequence[str]], Awaitable[Sequence[bytes]]]
PLACES: Final = frozenset({AGENCY, "region", "unit"})
README: Final = "LES-MEG.txt"
DESCRIPTIONS: Final = {
    "report.pdf": N_("Rapporten om resultatene, som PDF/A-2a"),
    "questionnaire-": N_("Spørsmålene slik de ble stilt, på dette språket, som PDF/A-2a"),
    "questionnaire.json": N_("Skjemaet slik det ble låst da målingen åpnet"),
    "questionnaire.ddi.xml": N_("Skjemaet i formatet DDI Codebook 2.5"),
    "publication.json": N_("Alle tall som ble publisert"),
    "record.json": N_("Protokollen over opptellingen, med alle kvitteringene"),
    "keys.json": N_("Nøklene som de låste svarene ble godkjent med"),
    "verification.txt": N_("Kontrollen av at filene hører sammen, gjort da pakken ble laget"),
}
_INTRO: Final = N_(
    "%(agency)s: %(wave)s\n\nDenne pakken er laget for arkivet. Den har spørsmålene slik de ble "
    "stilt, og resultatene slik de ble publisert, versjon %(version)d, %(day)s. Ingen enkeltsvar "
    "og ingen personer er med. Pakken følger BagIt (RFC 8493): Kontrollsummene står i "
    "manifest-sha256.txt."
)


class NoArchiveError(BarometerError):
    """The files of a wave cannot be archived; the sentence says why."""


async def archive_wave(
    wave: Wave, login: Login, lang: Language, *, set_on_pages: SetOnPages
) -> dict[str, bytes]:
    """Return all files of a wave's bag by their paths; the same each time.

    Parameters
    ----------
    wave : Wave
        A released publication that whoever asks may take out as a whole.
    login : Login
        Who may read the frozen questionnaire.
    lang : str
        Of the report and of what explains the files.
    set_on_pages : callable
        Makes a PDF/A of each document.

    Raises
    ------
    NoArchiveError
        If the files are not whole, or do not fit together.
    """
    frozen = await frozen_questionnaire(login, await find_wave(login, wave.key))
    published_files = await files_of(wave.key, publication=UUID(wave.publication))
    if frozen is None or not published_files:
        raise NoArchiveError(f"«{wave.key}» has no record, so nothing proves what is in its files")
    asked = Questionnaire.from_json(frozen)
    check_length(asked)
    # of a large wave seconds, in which a web process answers others
    verified = await asyncio.to_thread(_verified, wave.key, published_files)
    payload = {
        **published_files,
        "verification.txt": verified,
        "questionnaire.json": frozen,
        "questionnaire.ddi.xml": write_file(asked, "ddi", lang).content,
    }
    papers = {f"questionnaire-{one}.pdf": printed_form(asked, one) for one in languages_of(asked)}
    # of some kinds of surveys there are tables alone
    with contextlib.suppress(NoReport):
        papers["report.pdf"] = paper(await _report(wave, lang))
    made = await set_on_pages(list(papers.values()))
    payload |= dict(zip(papers, made, strict=True))
    payload[README] = _readme(wave, payload, lang)
    return pack_bag(payload, _about(wave, lang))


async def _report(wave: Wave, lang: Language) -> Report:
    # as of its release: what was published since is no part of what people saw then
    at: datetime = wave.released_at
    shown: Published = await published(wave, at)
    whole = next(one for one in shown.domains if one.level == AGENCY)
    kept = [one for one in shown.domains if one.level in PLACES]
    return await compose_report(Order(wave, shown, whole, kept, lang, at))


def _verified(key: str, files: dict[str, bytes]) -> bytes:
    found = check_files(files)
    wrong = [one.sentence for one in found if one.looked_at and not one.holds]
    if wrong:
        raise NoArchiveError(f"«{key}» is not archived: {wrong[0]}")
    return "".join(f"{one.sentence}\n" for one in found if one.looked_at).encode()


def _about(wave: Wave, lang: Language) -> dict[str, str]:
    return {
        "Source-Organization": agency_name(lang),
        "External-Identifier": f"{wave.key}, {wave.publication}",
        "External-Description": wave.label("name", lang),
        "Bagging-Date": wave.released_at.astimezone(OSLO).date().isoformat(),
    }


def _readme(wave: Wave, payload: dict[str, bytes], lang: Language) -> bytes:
    _ = translator(lang).gettext
    intro = _(_INTRO) % {
        "agency": agency_name(lang),
        "wave": wave.label("name", lang),
        "version": wave.version,
        "day": wave.released_at.astimezone(OSLO).date().isoformat(),
    }
    lines = [f"{name}: {_(_description(name))}" for name in sorted(payload)]
    return "\n".join([intro, "", *lines, ""]).encode()


def _description(name: str) -> str:
    beginning = "questionnaire-" if name.startswith("questionnaire-") else name
    return DESCRIPTIONS[beginning]
