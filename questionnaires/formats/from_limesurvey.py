"""LimeSurvey's ``.lss`` (survey), ``.lsg`` (group) and ``.lsq`` (question).

Their rows are tables of its database. Until version 4 the words stood in the rows of questions and
answers, one row per language; since then they stand in tables of their own (``question_l10ns``).
Both are read. The manual: https://www.limesurvey.org/manual/Question_types.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from questionnaires.formats.conditions import Expression, both, holds_always
from questionnaires.formats.foreign import (
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
_ATTRIBUTES: Final = {
    "array_filter": Why.EVERY_ANSWER, "array_filter_exclude": Why.EVERY_ANSWER,
    "alphasort": Why.ORDER, "answer_order": Why.ORDER, "random_order": Why.ORDER,
    "random_group": Why.ORDER, "exclude_all_others": Why.EXCLUSIVE,
    "em_validation_q": Why.SETTING, "hidden": Why.SHOWN,
    "max_answers": Why.SETTING, "min_answers": Why.SETTING, "multiflexible_checkbox": Why.SETTING,
    "time_limit": Why.SETTING,
}  # fmt: skip
_OFF: Final = frozenset({"", "0", "N", "normal"})
_IGNORED_SETTINGS: Final = (
    "surveyls_welcometext", "surveyls_endtext", "surveyls_description", "surveyls_policy_notice",
)  # fmt: skip


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
        raise ForeignFileError(Refused.ENTITIES())
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(content.encode(), parser)
    except etree.XMLSyntaxError as error:
        told = Refused.BROKEN(kind="XML", line=error.lineno or 1)
        raise ForeignFileError(told) from None
    if root.tag != "document" or root.find("LimeSurveyDocType") is None:
        raise ForeignFileError(Refused.NOT_THIS(format="LimeSurvey"))
    return root


class _File:
    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._reading = Reading("LimeSurvey")
        self._languages = [(one.text or "").strip() for one in root.findall("languages/language")]
        self._first = self._languages[0] if self._languages else ""
        questions = _once(self._rows("questions"), "qid")
        self._questions = [row for row in questions if _stands_alone(row)]
        below = [row for row in questions if not _stands_alone(row)]
        below += _once(self._rows("subquestions"), "qid")
        self._below = _grouped(below, "parent_qid")
        answers = self._rows("answers")
        self._answers = _grouped(answers, "qid")
        self._same: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in answers:
            self._same[row.get("qid", ""), row.get("code", "")].append(row)
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
        known = {row["gid"]: row for row in groups if "gid" in row}
        for gid in dict.fromkeys([*known, *by_group]):
            questions = sorted(by_group.get(gid, []), key=_order("question_order"))
            self._group(gid, known.get(gid, {}), questions)
        self._left_out()
        return self._reading.done(self._title(), self._languages)

    def _group(self, gid: str, row: Row, questions: list[Row]) -> None:
        place = f"groups › {short(gid) or '1'}"
        words = self._all("group_l10ns", "groups", gid)
        intro = self._text(words, "description", place)
        if name := self._text(words, "group_name", place):
            shown = What.TEXT(text=short(next(iter(name.values()))))
            self._reading.lose(place, shown, Why.SETTING())
        always = self._reading.condition(row.get("grelevance", ""), place)
        items: list[ForeignItem] = []
        for question in questions:
            if question.get("type") == "X":
                self._reading.question(NAMES["X"])
                if items:
                    self._reading.block(intro, items)
                    intro, items = {}, []
                words = self._all("question_l10ns", "questions", question["qid"])
                place = short(question.get("title", ""))
                self._reading.text_condition(question.get("relevance", ""), place)
                told = (self._text(words, name, place) for name in ("question", "help"))
                intro = after(intro, after(*told))
                continue
            items += self._question(question, always)
        if row.get("randomization_group", "").strip():
            self._reading.lose(place, What.RANDOM(), Why.ORDER())
        self._reading.block(intro, items)

    def _question(self, row: Row, always: Expression | None) -> list[ForeignItem]:
        kind, title = row.get("type", ""), row.get("title", "")
        place = short(title)
        self._reading.question(NAMES.get(kind, f"type {short(kind)}"))
        if kind not in _ONE | _SEVERAL | _ROWS | {"Y", "G", "5"}:
            name = NAMES.get(kind, f"type {short(kind)}")
            self._reading.lose(place, What.NAMED(name=name), Why.CHOICES())
            return []
        condition = both(always, self._relevance(row, place))
        words = self._all("question_l10ns", "questions", row["qid"])
        self._notes(row, place, words)
        text, more = self._text(words, "question", place), self._text(words, "help", place)
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

    def _notes(self, row: Row, place: str, words: list[Row]) -> None:
        """Tell what of a question does not come along although the question does."""
        if row.get("other") == "Y":
            self._reading.lose(place, What.OTHER(), Why.NO_TEXT())
        if row.get("type") in {"O", "P"}:
            self._reading.lose(place, What.BESIDE(), Why.NO_TEXT())
        if row.get("mandatory") in {"Y", "S"}:
            told = What.SETTING(name="mandatory", value=row["mandatory"])
            self._reading.lose(place, told, Why.SETTING())
        if any(one.get("script", "").strip() for one in words):
            self._reading.lose(place, What.SCRIPT(), Why.SCRIPT())

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
        place = short(title)
        options = self._options(row, place)
        found = []
        for below in sorted(self._below.get(row["qid"], []), key=_order("question_order")):
            code = below.get("title", "")
            here = f"{place} › {short(code)}"
            words = self._all("question_l10ns", "subquestions", below["qid"])
            words += self._words["questions"].get(below["qid"], [])
            own = self._text(words, "question", here)
            only = both(condition, self._relevance(below, here))
            self._names(row, title, f"{title}_{code}", f"_{code}")
            found.append(
                ForeignItem(
                    f"{title}_{code}", here, own or text, more, options, _ENDS.get(kind),
                    graded=True, condition=only, above=text,
                )
            )  # fmt: skip
        if not found:
            self._reading.lose(place, What.NAMED(name=NAMES[kind]), Why.NOTHING())
        return found

    def _options(self, row: Row, place: str) -> tuple[ForeignOption, ...]:
        kind = row["type"]
        if kind in _FIXED:
            self._reading.lose(place, What.ANSWERS(), Why.ENGLISH())
            return tuple(ForeignOption(code, {"en": _FIXED_LABELS[code]}) for code in _FIXED[kind])
        if kind in _SEVERAL:
            rows = sorted(self._below.get(row["qid"], []), key=_order("question_order"))
            for one in rows:
                if not holds_always(one.get("relevance", "")):
                    here = f"{place} › {short(one.get('title', ''))}"
                    self._reading.lose(here, What.ANSWER_CONDITION(), Why.EVERY_ANSWER())
            return tuple(self._option(one, "title", "question_l10ns", "qid") for one in rows)
        rows = [one for one in self._answers.get(row["qid"], []) if one.get("scale_id") in _FIRST]
        rows = sorted(_once(rows, "aid", "code"), key=_order("sortorder"))
        return tuple(self._option(one, "code", "answer_l10ns", "aid") for one in rows)

    def _option(self, row: Row, name: str, table: str, key: str) -> ForeignOption:
        code = row.get(name, "")
        place = f"answers › {short(code)}"
        if key == "qid":
            words = self._all(table, "subquestions", row["qid"])
            words += self._words["questions"].get(row["qid"], [])
            return ForeignOption(code, self._text(words, "question", place))
        words = self._words[table].get(row.get("aid", "-"), [])
        if not words:  # until version 4
            words = self._same.get((row.get("qid", ""), code), [])
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
                plain = name.removeprefix("surveyls_")
                self._reading.lose("surveys", What.NAMED(name=plain), Why.MESSAGES())
        return self._reading.text(words, "survey title")

    def _settings(self) -> None:
        """Tell the settings of questions that change what is asked or how it may be answered."""
        titles = {row["qid"]: short(row.get("title", "")) for row in self._questions}
        texts = {row["qid"] for row in self._questions if row.get("type") == "X"}
        for row in self._rows("question_attributes"):
            name, value = row.get("attribute", ""), row.get("value", "").strip()
            if name in _ATTRIBUTES and value not in _OFF and row.get("qid") in titles:
                told = What.SETTING(name=name, value=short(value))
                self._reading.lose(titles[row["qid"]], told, _ATTRIBUTES[name]())
        relevant = {
            row["qid"] for row in self._questions if not holds_always(row.get("relevance", ""))
        }
        for row in self._rows("conditions"):  # of LimeSurvey before expressions
            qid = row.get("qid", "")
            if qid in titles and qid not in relevant:
                said = f"{row.get('method', '')} {row.get('value', '')}"
                if qid in texts:
                    self._reading.text_condition(said, titles[qid])
                    continue
                self._reading.conditions += 1
                self._reading.lose(titles[qid], What.CONDITION(text=short(said)), Why.UNKNOWN())

    def _languages_taken_out(self) -> list[str]:
        """Name those that texts are left in, and the survey is not offered in any more."""
        if not self._languages:
            return []  # the file does not say what it is offered in
        found = [own for table in self._words.values() for own in table.values()]
        rows = (row for own in (*found, *self._same.values()) for row in own)
        return sorted({row["language"] for row in rows if row.get("language")} - {*self._languages})

    def _left_out(self) -> None:
        self._settings()
        for name in self._languages_taken_out():
            self._reading.lose("…", What.LANGUAGE(name=short(name)), Why.DELETED())
        for table, why in (
            ("quota", Why.CAMPAIGN()),
            ("assessments", Why.SCALES()),
            ("defaultvalues", Why.SETTING()),
        ):
            if rows := self._rows(table):
                self._reading.lose(table, What.ROWS(count=len(rows)), why)


_FIRST = frozenset({None, "", "0"})


def _stands_alone(row: Row) -> bool:
    return row.get("parent_qid", "0") in {"", "0"}


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
