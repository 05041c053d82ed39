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
)
from questionnaires.formats.plain_text import short
from questionnaires.formats.sentences import ForeignFileError, Refused, What, Why
from questionnaires.model import Text
from questionnaires.parsing.options import WIDEST_RANGE

type Row = Mapping[str, Any]

LARGEST_UNPACKED: Final = 16 * 1024 * 1024
MOST_PARTS: Final = 500  # files inside the workbook
MOST_ROWS: Final = 20_000

_READ: Final = frozenset({"survey", "choices"})
# .xls, and .xlsx with a password, whatever its name says
_LOCKED: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    KeyError,
)
# spreadsheets write true and false as formulas, which never say anything else
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*)?(?<!/)>(?!\s*(?:TRUE|FALSE)\(\)\s*<)")
_GENERATED = re.compile(
    r"^(?:generated_table_list_label_|reserved_name_for_field_list_labels_)\d+$"
)
_OF_QUESTIONS: Final = {
    "constraint": Why.SETTING, "required": Why.SETTING, "calculation": Why.SETTING,
    "default": Why.SETTING, "trigger": Why.SETTING, "choice_filter": Why.EVERY_ANSWER,
    "readonly": Why.SETTING, "read_only": Why.SETTING, "media": Why.MEDIA, "image": Why.MEDIA,
    "audio": Why.MEDIA, "video": Why.MEDIA, "big-image": Why.MEDIA,
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
    """Look over a workbook before anything opens it: its kind, size unpacked, macros, formulas.

    Raises
    ------
    ForeignFileError
        If it must not be opened.
    """
    if content.startswith(_LOCKED):
        raise ForeignFileError(Refused.LOCKED_BOOK())
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_archive(archive)
    except ForeignFileError:
        raise
    except (*_BROKEN_ZIP, etree.XMLSyntaxError):
        raise ForeignFileError(Refused.BROKEN_BOOK()) from None


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > LARGEST_UNPACKED:
        raise ForeignFileError(Refused.UNPACKED())
    names = [one.filename for one in parts]
    if "xl/workbook.xml" not in names:
        raise ForeignFileError(Refused.BROKEN_BOOK())
    if any(name.endswith("vbaProject.bin") for name in names):
        raise ForeignFileError(Refused.MACROS())
    sheets = _sheets(archive)
    for name in names:
        _check_part(name, archive, sheets)


def _check_part(name: str, archive: zipfile.ZipFile, sheets: Mapping[str, str]) -> None:
    if not name.endswith((".xml", ".rels")):
        return
    part = _part(name, archive)
    if sheets.get(name) in _READ and _FORMULA.search(part):
        raise ForeignFileError(Refused.FORMULAS(sheet=sheets[name]))


def _part(name: str, archive: zipfile.ZipFile) -> bytes:
    part = archive.read(name)
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise ForeignFileError(Refused.ENTITIES())
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
        raise ForeignFileError(Refused.XLSFORM(told=told[:300])) from None
    except (*_BROKEN_ZIP, TypeError, AttributeError, IndexError):
        raise ForeignFileError(Refused.NOT_THIS(format="XLSForm")) from None


def _by_pyxform(content: bytes) -> tuple[Mapping[str, Any], Mapping[str, tuple[int, Row]]]:
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415 - only this format needs it
    from pyxform.xls2json_backends import get_xlsform  # noqa: PLC0415

    sheets = get_xlsform(io.BytesIO(content), file_type=".xlsx")
    lines = sheets.survey or ()
    if len(lines) + len(sheets.choices or ()) > MOST_ROWS:
        raise ForeignFileError(Refused.ROWS(most=MOST_ROWS))
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
        self._lists: Mapping[str, Any] = {}

    def read(self, data: Mapping[str, Any]) -> Foreign:
        self._lists = data.get("choices") or {}
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
                # pyxform moves rows of the sheet there that are kept and never asked: `audit`
                for row in one.get("children", ()) if name == "meta" else ():
                    if row["name"] in self._rows:
                        self._question(row, str(row["type"]), None)
                continue
            if kind in {"group", "repeat", "note"} and items:
                self._reading.block(intro, items)
                intro, items = {}, []
            if kind == "note":
                self._reading.question(kind)
                told = (self._text(one.get(name), self._place(one)) for name in ("label", "hint"))
                intro = after(intro, after(*told))
                self._lost_columns(one)
                self._reading.text_condition(_relevant(one), self._place(one))
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
            self._reading.lose(place, What.NAMED(name=kind), Why.SETTING())
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
            self._reading.lose(place, What.NAMED(name=short(kind)), Why.CHOICES())
            return []
        self._lost_columns(one)
        told = one.get("parameters")
        if isinstance(told, dict) and str(told.get("randomize")).casefold() == "true":
            self._reading.lose(place, What.RANDOM(), Why.ORDER())
        text = self._text(one.get("label") or name, place)
        more = self._text(one.get("hint"), place)
        ends = self._ends(one, place) if kind == "range" else None
        if kind == "range" and ends is None:
            return []
        options = () if ends else self._options(one, place)
        if len({option.code for option in options}) < len(options):
            self._reading.lose(place, What.SAME_CODES(), Why.EVERY_ANSWER())
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
        # of answers in random order pyxform gives the name of the list alone
        choices = one.get("choices") or self._lists.get(str(one.get("itemset"))) or ()
        if not choices:
            self._reading.lose(place, What.ANSWERS(), Why.NOT_THERE())
        for choice in choices:
            if choice.get("media"):
                here = f"choices › {short(str(choice['name']))}"
                self._reading.lose(here, What.NAMED(name="media"), Why.MEDIA())
        return tuple(
            ForeignOption(code, self._text(choice.get("label") or code, f"choices › {short(code)}"))
            for choice in choices
            for code in (str(choice["name"]),)
        )

    def _ends(self, one: Mapping[str, Any], place: str) -> Ends | None:
        told = one.get("parameters") or {}
        try:
            low, high, step = (int(told.get(key, value)) for key, value in _RANGE.items())
        except (TypeError, ValueError):
            low, high, step = 0, 0, 0
        if step == 1:
            return Ends(low, high)
        self._reading.lose(place, What.NAMED(name="range"), Why.WIDTH(most=WIDEST_RANGE))
        return None

    def _condition(self, one: Mapping[str, Any], place: str) -> Expression | None:
        return self._reading.condition(_relevant(one), place)

    def _lost_columns(self, one: Mapping[str, Any]) -> None:
        row = self._row(str(one.get("name")))
        for column, value in row.items():
            name = column.casefold().split(":")[0].strip()
            why = _OF_QUESTIONS.get(name)
            if name == "required" and str(value).casefold() in {"no", "false", "false()"}:
                continue
            if why:
                told = What.SETTING(name=name, value=short(str(value)))
                self._reading.lose(self._place(one), told, why())

    def _row(self, name: str) -> Mapping[str, Any]:
        return self._rows.get(name, (0, {}))[1]

    def _place(self, one: Mapping[str, Any]) -> str:
        name = str(one.get("name", ""))
        number = self._rows.get(name, (0, {}))[0]
        return f"survey {number} › {short(name)}" if number else f"survey › {short(name)}"

    def _text(self, value: object, place: str) -> Text:
        texts = value if isinstance(value, dict) else {"default": value}
        named = {
            self._default if name == "default" else str(name)[:60]: text
            for name, text in texts.items()
        }
        found = self._reading.text(named, place)
        self._languages |= dict.fromkeys(found)
        return found


def _relevant(one: Mapping[str, Any]) -> str:
    bind = one.get("bind")
    return str(bind.get("relevant") or "") if isinstance(bind, dict) else ""


_RANGE: Final = {"start": 1, "end": 10, "step": 1}
