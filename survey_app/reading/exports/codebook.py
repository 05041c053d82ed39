"""A book's questionnaire and columns as DDI-Codebook 2.5, with every text in three languages.

Elements and their order follow the schema ``ddi:codebook:2_5`` of the DDI Alliance; variables are
the items that were asked, groups are the scales and indices, and the file's own columns stand last.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

from questionnaires.formats.ddi import LANG, add, add_text, codebook, codebook_bytes
from survey_app.reading.exports.model import ExportBook
from survey_app.reading.exports.scope import Part
from survey_app.reading.halves import half_of
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Measure
from survey_app.reading.strategy_text import known_statements
from survey_app.shared.agency import agency_as_source
from survey_app.shared.clock import OSLO
from survey_app.shared.i18n import (
    N_,
    Language,
    first_language,
    in_each_language,
    languages,
)
from survey_app.shared.numbers import locale_of

_FILE: Final = "F1"
_NATION: Final = "NO"
_UNIVERSE: Final = {
    "staff": N_("De ansatte"),
    "public": N_("Befolkningen, 18 år og eldre"),
    "open": N_("De som svarte på åpen lenke; ikke representativt"),
    "candidates": N_("Mulige søkere"),
    "stakeholders": N_("Samarbeidspartnere og andre med en interesse"),
}
_SAMPLING: Final = {
    "staff": N_(
        "Alle ansatte inviteres til hovedmålinger, alle eller en del av dem til kortmålinger."
    ),
    "public": N_("Et tilfeldig utvalg av innbyggere på 18 år og eldre, trukket fylke for fylke."),
    "open": N_("Åpen lenke: De som vil, svarer."),
}
_MODE: Final = N_("Spørreskjema på nett, med personlig eller åpen lenke.")
_CONFIDENTIAL: Final = N_(
    "Filen har bare tall for grupper. Den har ingen rad for noen som har svart, og tall som kunne "
    "vise hva en liten gruppe svarte, vises ikke."
)


def ddi_bytes(book: ExportBook, parts: list[Part]) -> bytes:
    """Write the codebook of what a book's ``estimates`` table holds."""
    root = codebook(book.language)
    _document(root, book, parts)
    _study(root, book, parts)
    _file(root, book)
    _variables(root, book, parts)
    return codebook_bytes(root)


def _add_in_all(
    parent: ET.Element,
    name: str,
    text: Mapping[str, str] | str,
    attributes: Mapping[str, str] | None = None,
) -> None:
    """Add an element once for each language; a constant of ours is translated."""
    told = in_each_language(text) if isinstance(text, str) else text
    shown = [one for one in languages() if one in told] or told
    add_text(parent, name, {lang: told[lang] for lang in shown}, attributes)


def _newest(parts: list[Part]) -> Part:
    return parts[-1]


def _citation(parent: ET.Element, book: ExportBook, parts: list[Part]) -> None:
    last = _newest(parts)
    citation = add(parent, "citation")
    title = add(citation, "titlStmt")
    add(title, "titl", book.title)
    for part in parts:
        add(title, "IDNo", part.wave.publication, {"agency": "Verdibarometer"})
    agency = agency_as_source(book.language)
    add(citation, "rspStmt/AuthEnty", agency)
    produced = add(citation, "prodStmt")
    add(produced, "producer", agency)
    add(produced, "software", "Verdibarometer")
    day = last.wave.released_at.astimezone(OSLO).date().isoformat()
    add(citation, "distStmt/distDate", day, {"date": day})
    version = f"{last.wave.version}"
    add(citation, "verStmt/version", version, {"date": day})


def _document(root: ET.Element, book: ExportBook, parts: list[Part]) -> None:
    _citation(add(root, "docDscr"), book, parts)


def _study(root: ET.Element, book: ExportBook, parts: list[Part]) -> None:
    study = add(root, "stdyDscr")
    _citation(study, book, parts)
    info = add(study, "stdyInfo")
    for note in book.notes:
        add(info, "abstract", note, {LANG: book.language})
    summary = add(info, "sumDscr")
    for part in parts:
        ended = {"date": part.wave.closed_on, "event": "end", "cycle": part.wave.key}
        add(summary, "collDate", part.wave.label("name", book.language), ended)
    nation = locale_of(book.language).territories[_NATION]
    add(summary, "nation", nation, {"abbr": _NATION, LANG: book.language})
    for population in dict.fromkeys(part.population for part in parts):
        _add_in_all(summary, "universe", _UNIVERSE[population])
    add(summary, "dataKind", "aggregate data")
    _method(study, book, parts)
    access = add(study, "dataAccs")
    _add_in_all(access, "useStmt/confDec", _CONFIDENTIAL)


def _method(study: ET.Element, book: ExportBook, parts: list[Part]) -> None:
    method = add(study, "method")
    collected = add(method, "dataColl")
    for population in dict.fromkeys(part.population for part in parts):
        if population in _SAMPLING:
            _add_in_all(collected, "sampProc", _SAMPLING[population])
    _add_in_all(collected, "collMode", _MODE)
    rates = [rate for part in parts if (rate := _rate(part, book.language))]
    analysed = add(method, "anlyInfo") if rates else method
    for rate in rates:
        add(analysed, "respRate", rate)


def _rate(part: Part, lang: Language) -> str:
    rate = part.shown.content["response"].get("rr2")
    return f"{part.wave.label('name', lang)}: RR2 = {rate}" if rate is not None else ""


def _file(root: ET.Element, book: ExportBook) -> None:
    table = book.table("estimates")
    described = add(root, "fileDscr", "", {"ID": _FILE})
    text = add(described, "fileTxt")
    add(text, "fileName", "estimates.csv")
    add(text, "fileCont", table.title, {LANG: book.language})
    size = add(text, "dimensns")
    add(size, "caseQnty", str(len(table.rows)))
    add(size, "varQnty", str(len(table.columns)))
    add(text, "fileType", "text/csv; charset=utf-8")


def _variables(root: ET.Element, book: ExportBook, parts: list[Part]) -> None:
    described = add(root, "dataDscr")
    found: dict[str, tuple[Measure, Part]] = {}
    for part in reversed(parts):  # the newest words first
        for code, measure in part.shown.measures.items():
            found.setdefault(code, (measure, part))
    for measure, part in found.values():
        if measure.kind != "item":
            _group(described, measure, part, found)
    for measure, part in found.values():
        if measure.kind == "item":
            _variable(described, measure, part)
    for column in book.table("estimates").columns:
        variable = add(described, "var", "", {
            "ID": f"C_{column.key}", "name": column.key, "files": _FILE,
            "intrvl": "discrete" if column.kind in {"text", "flag"} else "contin",
        })  # fmt: skip
        add(variable, "labl", column.title, {LANG: book.language})
        kind = "character" if column.kind in {"text", "flag"} else "numeric"
        add(variable, "varFormat", "", {"type": kind, "schema": "other"})


def _id(code: str) -> str:
    """Return a measure's code as an XML name."""
    return "M_" + re.sub(r"[^A-Za-z0-9_.]", "_", code)


def _group(parent: ET.Element, measure: Measure, part: Part, known: Mapping[str, object]) -> None:
    items = " ".join(_id(code) for code in measure.items if code in known)
    attributes = {"ID": _id(measure.code), "type": "subject", "name": measure.code}
    group = add(parent, "varGrp", "", attributes | ({"var": items} if items else {}))
    _add_in_all(group, "labl", measure.title)
    if measure.about:
        _add_in_all(group, "txt", measure.about)
    if half := half_of(measure.code, part.shown.content):
        _add_in_all(group, "txt", half)


def _variable(parent: ET.Element, measure: Measure, part: Part) -> None:
    variable = add(parent, "var", "", {
        "ID": _id(measure.code), "name": measure.code, "intrvl": "discrete",
    })  # fmt: skip
    _add_in_all(variable, "labl", measure.title)
    asked = add(variable, "qstn", "", {"responseDomainType": "category"})
    _add_in_all(asked, "qstnLit", measure.title)
    _add_in_all(variable, "universe", _UNIVERSE[part.population])
    if half := half_of(measure.code, part.shown.content):
        _add_in_all(variable, "universe", half)
    shares = _shares(measure, part)
    answers = [option["code"] for option in measure.answers]
    for option in measure.options:
        code = str(option["code"])
        missing = {} if option["code"] in answers else {"missing": "Y"}
        category = add(variable, "catgry", "", missing)
        add(category, "catValu", code)
        _add_in_all(category, "labl", option["label"])
        if code in shares:
            add(category, "catStat", f"{100 * shares[code]:.1f}", {"type": "percent"})
    known = known_statements()
    for name in measure.statements:
        if name in known:
            add(variable, "concept", known[name].text, {"vocab": name, LANG: first_language()})


def _shares(measure: Measure, part: Part) -> dict[str, float]:
    """Return how everybody answered, where single items are taken out and that is shown."""
    if not part.scope.items:
        return {}
    shown: Published = part.shown
    found = {
        str(option["code"]): shown.estimate(measure.code, AGENCY, "", "share", option["code"])
        for option in measure.options
    }
    return {code: cell.mean for code, cell in found.items() if cell and cell.mean is not None}
