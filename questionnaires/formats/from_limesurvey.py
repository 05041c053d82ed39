"""LimeSurvey's ``.lss`` (survey), ``.lsg`` (group) and ``.lsq`` (question).

Their rows are tables of its database. Until version 4 the words stood in the rows of questions and
answers, one row per language; since then they stand in tables of their own (``question_l10ns``).
Both are read. The manual: https://www.limesurvey.org/manual/Question_types.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from questionnaires.formats.conditions import Expression, both
from questionnaires.formats.foreign import (
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

type Row = Mapping[str, str]

NAMES: Final = {
    "1": "array with two scales", "5": "5 point choice", "A": "array (5 point choice)",
    "B": "array (10 point choice)", "C": "array (yes/no/uncertain)", "D": "date",
    "E": "array (increase/same/decrease)", "F": "array", "G": "gender", "H": "array by column",
    "I": "language switch", "K": "multiple numerical input", "L": "list (radio)",
    "M": "multiple choice", "N": "numerical input", "O": "list with comment",
    "P": "multiple choice with comments", "Q": "multiple short text", "R": "ranking",
    "S": "short free text", "T": "long free text", "U": "huge free text", "X": "text display",
    "Y": "yes/no", "!": "list (dropdown)", ":": "array (numbers)", ";": "array (texts)",
    "|": "file upload", "*": "equation",
}  # fmt: skip
_ONE = frozenset("L!O")
_SEVERAL = frozenset("MP")
_ROWS = frozenset("FHABCE")
_FIXED: Final = {  # LimeSurvey's own codes; the words are the interface's, in every language
    "Y": ("Y", "N"), "G": ("F", "M"), "C": ("Y", "N", "U"), "E": ("I", "S", "D"),
}  # fmt: skip
_FIXED_LABELS: Final = {
    "Y": "Yes", "N": "No", "U": "Uncertain", "F": "Female", "M": "Male",
    "I": "Increase", "S": "Same", "D": "Decrease",
}  # fmt: skip
_ENDS: Final = {"5": Ends(1, 5), "A": Ends(1, 5), "B": Ends(1, 10)}
_WHY_NOT: Final = {
    "D": "dates are not asked", "I": "the reader chooses the language beside the form",
    "K": "numbers are not written", "N": "numbers are not written", "R": "nothing is ranked",
    "Q": "texts are not written into the form", "S": "texts are not written into the form",
    "T": "texts are not written into the form", "U": "texts are not written into the form",
    "|": "files are not taken", "*": "nothing is computed in the form",
    "1": "a question has one set of answers", ":": "numbers are not written",
    ";": "texts are not written into the form",
}  # fmt: skip
_IGNORED_SETTINGS: Final = ("surveyls_welcometext", "surveyls_endtext", "surveyls_description")


def read_limesurvey(content: str) -> Foreign:
    """Read a file of LimeSurvey.

    Raises
    ------
    ForeignFileError
        If it is none.
    """
    return _File(_tree(content)).read()


def _tree(content: str) -> etree._Element:
    upper = content.upper()
    if "<!DOCTYPE" in upper or "<!ENTITY" in upper:
        raise ForeignFileError("the file declares entities, which no file of LimeSurvey does")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(content.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ForeignFileError(f"the file is no complete XML (line {error.lineno or 1})") from None
    if root.tag != "document" or root.find("LimeSurveyDocType") is None:
        raise ForeignFileError("the file is not LimeSurvey's: its first lines do not say so")
    return root


class _File:
    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._reading = Reading("LimeSurvey")
        self._languages = [(one.text or "").strip() for one in root.findall("languages/language")]
        self._first = self._languages[0] if self._languages else ""
        questions = _once(self._rows("questions"), "qid")
        self._questions = [row for row in questions if row.get("parent_qid", "0") in {"", "0"}]
        below = [row for row in questions if row not in self._questions]
        below += _once(self._rows("subquestions"), "qid")
        self._below = _grouped(below, "parent_qid")
        self._answers = _grouped(self._rows("answers"), "qid")
        self._words = {
            table: _grouped(self._rows(table), key)
            for table, key in (
                ("question_l10ns", "qid"), ("answer_l10ns", "aid"), ("group_l10ns", "gid"),
                ("questions", "qid"), ("subquestions", "qid"), ("groups", "gid"),
            )
        }  # fmt: skip

    def _rows(self, table: str) -> list[Row]:
        return [
            {str(cell.tag): cell.text or "" for cell in row if isinstance(cell.tag, str)}
            for row in self._root.findall(f"{table}/rows/row")
        ]

    def read(self) -> Foreign:
        groups = sorted(_once(self._rows("groups"), "gid"), key=_order("group_order"))
        by_group = _grouped(self._questions, "gid")
        known = [row["gid"] for row in groups if "gid" in row]
        for gid in [*known, *(one for one in by_group if one not in known)]:
            row = next((one for one in groups if one.get("gid") == gid), {})
            self._group(gid, row, sorted(by_group.get(gid, []), key=_order("question_order")))
        self._left_out()
        return self._reading.done(self._title(), self._languages)

    def _group(self, gid: str, row: Row, questions: list[Row]) -> None:
        place = f"group {gid or '1'}"
        intro = self._text(self._all("group_l10ns", "groups", gid), "description", place)
        always = self._reading.condition(row.get("grelevance", ""), place)
        items: list[ForeignItem] = []
        for question in questions:
            if question.get("type") == "X":
                self._reading.question(NAMES["X"])
                if items:
                    self._reading.block(intro, items)
                    intro, items = {}, []
                words = self._all("question_l10ns", "questions", question["qid"])
                place = f"question {short(question.get('title', ''))}"
                intro = after(intro, self._text(words, "question", place))
                continue
            items += self._question(question, always)
        if row.get("randomization_group", "").strip():
            self._reading.lose(place, "random order", "the order is part of the version")
        self._reading.block(intro, items)

    def _question(self, row: Row, always: Expression | None) -> list[ForeignItem]:
        kind, title = row.get("type", ""), row.get("title", "")
        place = f"question {short(title)}"
        self._reading.question(NAMES.get(kind, f"type {short(kind)}"))
        if kind not in _ONE | _SEVERAL | _ROWS | {"Y", "G", "5"}:
            why = _WHY_NOT.get(kind, "we do not know this type")
            self._reading.lose(place, NAMES.get(kind, f"type {short(kind)}"), why)
            return []
        if row.get("other") == "Y":
            why = "texts are not written into the form; add an answer «other» if it is needed"
            self._reading.lose(place, "answer «other» with a text of one's own", why)
        if kind in "OP":
            why = "texts are not written into the form"
            self._reading.lose(place, "comment beside the answer", why)
        condition = both(always, self._relevance(row, place))
        words = self._all("question_l10ns", "questions", row["qid"])
        text, more = self._text(words, "question", place), self._text(words, "help", place)
        if any(one.get("script", "").strip() for one in words):
            self._reading.lose(place, "script", "nobody's script runs on our pages")
        self._names(row, title, title)
        if kind in _ROWS:
            return self._array(row, text, more, condition)
        options = self._options(row, place)
        several = kind in _SEVERAL
        if several:
            for code in (option.code for option in options):
                self._names(row, title, title, f"_{code}", code)
        return [
            ForeignItem(
                title, place, text, more, options, _ENDS.get(kind),
                several=several, dropdown=kind == "!", condition=condition,
                graded=kind == "5",
            )
        ]  # fmt: skip

    def _names(
        self, row: Row, title: str, item: str, below: str = "", option: str | None = None
    ) -> None:
        """Note every name by which expressions call a question or a part of it."""
        plain = below.removeprefix("_")
        sgq = f"{row.get('sid', '')}X{row.get('gid', '')}X{row['qid']}{plain}"
        for name in (f"{title}{below}", sgq, f"Q{row['qid']}{below}"):
            self._reading.aliases.setdefault(name, (item, option))

    def _array(
        self, row: Row, text: Text, more: Text, condition: Expression | None
    ) -> list[ForeignItem]:
        kind, title = row["type"], row.get("title", "")
        place = f"question {short(title)}"
        options = self._options(row, place)
        found = []
        for below in sorted(self._below.get(row["qid"], []), key=_order("question_order")):
            code = below.get("title", "")
            here = f"{place} row {short(code)}"
            words = self._all("question_l10ns", "subquestions", below["qid"])
            words += self._words["questions"].get(below["qid"], [])
            own = self._text(words, "question", here)
            only = both(condition, self._relevance(below, here))
            self._names(row, title, f"{title}_{code}", f"_{code}")
            found.append(
                ForeignItem(
                    f"{title}_{code}", here, own or text, more, options, _ENDS.get(kind),
                    graded=True, condition=only,
                )
            )  # fmt: skip
        if text and found:
            why = "our questions stand alone; read whether each row can do without it"
            self._reading.lose(place, f"text above the rows «{short(_any(text))}»", why)
        if not found:
            self._reading.lose(place, NAMES[kind], "it has no rows")
        return found

    def _options(self, row: Row, place: str) -> tuple[ForeignOption, ...]:
        kind = row["type"]
        if kind in _FIXED:
            why = "LimeSurvey keeps their words itself, so they stand in English: translate them"
            self._reading.lose(place, "words of the answers", why)
            return tuple(ForeignOption(code, {"en": _FIXED_LABELS[code]}) for code in _FIXED[kind])
        if kind in _SEVERAL:
            rows = sorted(self._below.get(row["qid"], []), key=_order("question_order"))
            return tuple(self._option(one, "title", "question_l10ns", "qid") for one in rows)
        rows = [one for one in self._answers.get(row["qid"], []) if one.get("scale_id") in _FIRST]
        rows = sorted(_once(rows, "aid", "code"), key=_order("sortorder"))
        return tuple(self._option(one, "code", "answer_l10ns", "aid") for one in rows)

    def _option(self, row: Row, name: str, table: str, key: str) -> ForeignOption:
        code = row.get(name, "")
        place = f"answer {short(code)}"
        if key == "qid":
            words = self._all(table, "subquestions", row["qid"])
            words += self._words["questions"].get(row["qid"], [])
            return ForeignOption(code, self._text(words, "question", place))
        words = self._words[table].get(row.get("aid", "-"), [])
        if not words:  # until version 4
            same = self._answers.get(row.get("qid", ""), [])
            words = [one for one in same if one.get("code") == code]
        return ForeignOption(code, self._text(words, "answer", place))

    def _relevance(self, row: Row, place: str) -> Expression | None:
        return self._reading.condition(row.get("relevance", ""), place)

    def _all(self, table: str, old: str, key: str) -> list[Row]:
        return list(self._words[table].get(key) or self._words[old].get(key, []))

    def _text(self, rows: Iterable[Row], name: str, place: str) -> Text:
        words = {row.get("language") or self._first: row[name] for row in rows if row.get(name)}
        return self._reading.text(words, place)

    def _title(self) -> Text:
        rows = self._rows("surveys_languagesettings")
        words = {one.get("surveyls_language", ""): one.get("surveyls_title", "") for one in rows}
        for name in _IGNORED_SETTINGS:
            if any(one.get(name, "").strip() for one in rows):
                why = "what stands around a form is the agency's messages"
                self._reading.lose("survey", name.removeprefix("surveyls_"), why)
        return self._reading.text(words, "survey title")

    def _left_out(self) -> None:
        for table, why in (
            ("quota", "who is asked is decided by the campaign"),
            ("assessments", "points are reckoned from scales and indices"),
            ("defaultvalues", "nothing is filled in beforehand"),
        ):
            if rows := self._rows(table):
                self._reading.lose(table, f"{len(rows)} rows", why)


_FIRST = frozenset({None, "", "0"})


def _once(rows: Iterable[Row], *keys: str) -> list[Row]:
    """One row of those that differ by language alone."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        found.setdefault(tuple(row.get(key, "") for key in keys), row)
    return list(found.values())


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.get(key, "")].append(row)
    return dict(found)


class _order:  # noqa: N801 - used as a function
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, row: Row) -> int:
        text = row.get(self._name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


def _any(text: Text) -> str:
    return next(iter(text.values()), "")
