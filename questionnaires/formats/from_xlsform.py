"""XLSForm's ``.xlsx``, as ODK, Kobo, SurveyCTO and others write it, read by pyxform.

pyxform is the reference reader: it knows every alias of columns and types, and refuses a form that
cannot be one. What it says about a form is its own sentence, with the number of the row.
https://xlsform.org
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

from questionnaires.formats.conditions import Expression, both
from questionnaires.formats.foreign import (
    UNNAMED,
    Ends,
    Foreign,
    ForeignItem,
    ForeignOption,
    Reading,
    after,
    short,
)
from questionnaires.formats.plain_text import ForeignFileError
from questionnaires.model import Text

type Row = Mapping[str, Any]

LARGEST_UNPACKED: Final = 16 * 1024 * 1024
MOST_PARTS: Final = 500  # files inside the workbook
MOST_ROWS: Final = 20_000

_READ: Final = frozenset({"survey", "choices"})
_BROKEN_ZIP = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, KeyError,
    zlib.error,
)  # fmt: skip
# spreadsheets write true and false as formulas, which never say anything else
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?<!/)>(?!\s*(?:TRUE|FALSE)\(\)\s*<)")
_GENERATED = re.compile(
    r"^(?:generated_table_list_label_|reserved_name_for_field_list_labels_)\d+$"
)
_QUIET: Final = frozenset(
    {"start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid",
     "email", "audit", "calculate", "hidden"}
)  # fmt: skip
_WHY_NOT: Final = {
    "select all that apply from file": "answers are part of the version",
    "select one from file": "answers are part of the version",
    "select one external": "answers are part of the version",
    "integer": "numbers are not written", "decimal": "numbers are not written",
    "date": "dates are not asked", "time": "times are not asked", "datetime": "times are not asked",
    "rank": "nothing is ranked", "acknowledge": "nobody confirms anything in the form",
    "text": "texts are not written into the form", "calculate": "nothing is computed in the form",
    "photo": "files are not taken", "image": "files are not taken", "audio": "files are not taken",
    "video": "files are not taken", "file": "files are not taken",
    "geopoint": "no place is asked", "geotrace": "no place is asked",
    "geoshape": "no place is asked",
    "repeat": "respondents do not add parts", "barcode": "nothing is scanned",
}  # fmt: skip
_OF_QUESTIONS: Final = {
    "constraint": "no answer is refused", "required": "every question may be skipped",
    "calculation": "nothing is computed in the form",
    "default": "nothing is filled in beforehand", "trigger": "nothing is computed in the form",
    "choice_filter": "every answer is shown to everybody",
    "readonly": "what is asked can be answered", "read_only": "what is asked can be answered",
}  # fmt: skip


def read_xlsform(content: bytes) -> Foreign:
    """Read an XLSForm.

    Raises
    ------
    ForeignFileError
        If it is none, or no workbook that may be opened.
    """
    check_workbook(content)
    data, rows = _parsed(content)
    return _File(rows).read(data)


def check_workbook(content: bytes) -> None:
    """Look over a workbook before anything opens it: its size unpacked, macros, formulas.

    Raises
    ------
    ForeignFileError
        If it must not be opened.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive)
    except ForeignFileError:
        raise
    except (*_BROKEN_ZIP, etree.XMLSyntaxError):
        raise ForeignFileError("the file is no complete workbook (.xlsx)") from None


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > LARGEST_UNPACKED:
        raise ForeignFileError("the workbook is far larger unpacked than a form can be")
    names = [one.filename for one in parts]
    if "xl/workbook.xml" not in names:
        raise ForeignFileError("the file is no workbook (.xlsx)")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise ForeignFileError("the workbook has macros: save it as .xlsx without them")
    sheets = _sheets(archive)
    for name in names:
        _check_part(name, archive, sheets)


def _check_part(name: str, archive: zipfile.ZipFile, sheets: Mapping[str, str]) -> None:
    if not name.endswith((".xml", ".rels")):
        return
    part = _part(name, archive)
    if sheets.get(name) in _READ and _FORMULA.search(part):
        raise ForeignFileError(
            f"the sheet «{sheets[name]}» has formulas: save it with their values, for a text that"
            " is computed may say something else tomorrow"
        )


def _part(name: str, archive: zipfile.ZipFile) -> bytes:
    part = archive.read(name)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise ForeignFileError("the workbook declares entities, which no workbook does")
    return part


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Names of sheets by the part of the workbook that holds them."""
    safe = etree.XMLParser(resolve_entities=False, no_network=True)
    book = etree.fromstring(_part("xl/workbook.xml", archive), safe)
    links = etree.fromstring(_part("xl/_rels/workbook.xml.rels", archive), safe)
    targets = {one.get("Id"): one.get("Target") or "" for one in links}
    found = {}
    for one in book.iter("{*}sheet"):
        link = next((value for key, value in one.attrib.items() if key.endswith("}id")), None)
        target = targets.get(link, "").removeprefix("/").removeprefix("xl/")
        found[f"xl/{target}"] = (one.get("name") or "").casefold()
    return found


def _parsed(content: bytes) -> tuple[Mapping[str, Any], Mapping[str, tuple[int, Row]]]:
    from pyxform.errors import PyXFormError  # noqa: PLC0415 - only this format needs it

    try:
        with warnings.catch_warnings(action="ignore"):  # what openpyxl leaves, we do not need
            return _by_pyxform(content)
    except ForeignFileError:
        raise
    except PyXFormError as error:
        told = " ".join(str(error).split())
        raise ForeignFileError(f"the file is no XLSForm: {told[:300]}") from None
    except (*_BROKEN_ZIP, TypeError, AttributeError, IndexError):
        raise ForeignFileError("the file is no XLSForm that can be read") from None


def _by_pyxform(content: bytes) -> tuple[Mapping[str, Any], Mapping[str, tuple[int, Row]]]:
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415 - only this format needs it
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415

    sheets = get_xlsform(io.BytesIO(content), file_type=".xlsx")
    lines = sheets.survey or ()
    if len(lines) + len(sheets.choices or ()) > MOST_ROWS:
        raise ForeignFileError(f"the workbook has more than {MOST_ROWS} rows")
    rows = {
        str(row.get("name")): (number, dict(row))
        for number, row in enumerate(lines, 2)
        if row.get("name")
    }
    return workbook_to_json(sheets, form_name="form", warnings=[]), rows


class _File:
    def __init__(self, rows: Mapping[str, tuple[int, Row]]) -> None:
        self._reading = Reading("XLSForm")
        self._rows = rows
        self._languages: dict[str, None] = {}
        self._default = UNNAMED

    def read(self, data: Mapping[str, Any]) -> Foreign:
        default = str(data.get("default_language") or "default")
        self._default = UNNAMED if default == "default" else default
        title = self._text(data.get("title"), "form title")
        self._languages.clear()  # a form without a title is called by its file
        self._children(data.get("children", ()), None, {})
        return self._reading.done(title, list(self._languages))

    def _children(
        self, children: Iterable[Mapping[str, Any]], always: Expression | None, intro: Text
    ) -> None:
        items: list[ForeignItem] = []
        for one in children:
            kind, name = str(one.get("type", "")), str(one.get("name", ""))
            if name == "meta" or _GENERATED.match(name):
                continue
            if kind in {"group", "repeat", "note"} and items:
                self._reading.block(intro, items)
                intro, items = {}, []
            if kind == "note":
                self._reading.question(kind)
                intro = after(intro, self._text(one.get("label"), self._place(one)))
                self._lost_columns(one, {"relevant": "a text stands before what is asked"})
            elif kind in {"group", "repeat"}:
                self._group(one, kind, always, intro)
                intro = {}
            else:
                items += self._question(one, kind, always)
        self._reading.block(intro, items)

    def _group(
        self, one: Mapping[str, Any], kind: str, always: Expression | None, intro: Text
    ) -> None:
        place = self._place(one)
        if kind == "repeat":
            self._reading.lose(place, kind, _WHY_NOT[kind])
        label = one.get("label") or self._generated(one)
        only = both(always, self._condition(one, place))
        below = after(intro, self._text(label, place))
        self._children(one.get("children", ()), only, below)

    def _generated(self, one: Mapping[str, Any]) -> object:
        """Return the label of a group that pyxform turned into a note of its own."""
        notes = (child for child in one.get("children", ()) if child.get("type") == "note")
        first: Mapping[str, Any] = next(notes, {})
        return first.get("label") if _GENERATED.match(str(first.get("name", ""))) else None

    def _question(
        self, one: Mapping[str, Any], kind: str, always: Expression | None
    ) -> list[ForeignItem]:
        name, place = str(one["name"]), self._place(one)
        self._reading.question(kind)
        if kind not in {"select one", "select all that apply", "range"}:
            why = (
                "nothing is kept beside the answers"
                if kind in _QUIET
                else "we do not know this type"
            )
            self._reading.lose(place, kind, _WHY_NOT.get(kind.casefold(), why))
            return []
        self._lost_columns(one, {})
        text = self._text(one.get("label") or name, place)
        more = self._text(one.get("hint"), place)
        ends = self._ends(one, place) if kind == "range" else None
        if kind == "range" and ends is None:
            return []
        options = () if ends else self._options(one, place)
        if len({option.code for option in options}) < len(options):
            why = "which of them is offered depends on another answer"
            self._reading.lose(place, "answers with the same code", why)
            return []
        appearance = str(self._row(name).get("appearance", ""))
        return [
            ForeignItem(
                name, place, text, more, options, ends, several=kind != "select one" and not ends,
                graded=bool(ends) or bool({"likert", "list-nolabel"} & set(appearance.split())),
                dropdown="minimal" in appearance,
                condition=both(always, self._condition(one, place)),
            )
        ]  # fmt: skip

    def _options(self, one: Mapping[str, Any], place: str) -> tuple[ForeignOption, ...]:
        choices = one.get("choices") or ()
        if not choices:
            self._reading.lose(
                place, f"answers of «{short(str(one.get('itemset')))}»", "not in the file"
            )
        return tuple(
            ForeignOption(
                str(choice["name"]),
                self._text(
                    choice.get("label") or choice["name"], f"choices {short(str(choice['name']))}"
                ),
            )
            for choice in choices
        )

    def _ends(self, one: Mapping[str, Any], place: str) -> Ends | None:
        told = one.get("parameters") or {}
        try:
            low, high, step = (int(told.get(key, value)) for key, value in _RANGE.items())
        except (TypeError, ValueError):
            low, high, step = 0, 0, 0
        if step == 1:
            return Ends(low, high)
        self._reading.lose(place, "range", "its numbers are no row of whole numbers")
        return None

    def _condition(self, one: Mapping[str, Any], place: str) -> Expression | None:
        bind = one.get("bind")
        text = bind.get("relevant") if isinstance(bind, dict) else None
        return self._reading.condition(str(text), place) if text else None

    def _lost_columns(self, one: Mapping[str, Any], more: Mapping[str, str]) -> None:
        row = self._row(str(one.get("name")))
        for column, value in row.items():
            name = column.casefold().split(":")[0].strip()
            why = {**_OF_QUESTIONS, **more}.get(name)
            if name in {"media", "image", "audio", "video", "big-image"}:
                why = "we show texts only"
            if name == "required" and str(value).casefold() in {"no", "false", "false()"}:
                continue
            if why:
                self._reading.lose(self._place(one), f"{name} {short(str(value))}", why)

    def _row(self, name: str) -> Mapping[str, Any]:
        return self._rows.get(name, (0, {}))[1]

    def _place(self, one: Mapping[str, Any]) -> str:
        name = str(one.get("name", ""))
        number = self._rows.get(name, (0, {}))[0]
        return f"survey row {number} {short(name)}" if number else f"survey {short(name)}"

    def _text(self, value: object, place: str) -> Text:
        texts = value if isinstance(value, dict) else {"default": value}
        named = {
            self._default if name == "default" else str(name)[:60]: text
            for name, text in texts.items()
        }
        found = self._reading.text(named, place)
        self._languages |= dict.fromkeys(found)
        return found


_RANGE: Final = {"start": 1, "end": 10, "step": 1}
