"""A questionnaire as a survey structure of LimeSurvey (``.lss``), as versions from 4 on import it.

A block is a question group; neighbours with the same options are an array with its rows. Texts are
HTML there, and braces begin an expression: both are written so that they say what they said.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from questionnaires.formats.halves import newest_words
from questionnaires.formats.left_out import (
    LeftOut,
    WrittenFile,
    in_words,
    lost_languages,
    lost_meaning,
    lost_missing,
    lost_placeholders,
    lost_texts,
)
from questionnaires.formats.names import NameRule, allowed_names, for_xml, recoded, renamed
from questionnaires.formats.outline import (
    FileContext,
    FormSection,
    Neighbours,
    ends_before,
    guidance,
    languages_of,
    sections,
)
from questionnaires.model import Condition, Item, Questionnaire, ResponseOptions, Text

DB_VERSION: Final = "490"
SURVEY: Final = "900001"  # a new number is given at import where it is taken
_TITLE_SIGNS: Final = 200  # that a title of a survey or a group may have
_QUESTION: Final = NameRule(re.compile(r"[^A-Za-z0-9]"), re.compile(r"[A-Za-z]"), "q", 20)
_ANSWER: Final = NameRule(re.compile(r"[^A-Za-z0-9]"), re.compile(r"[A-Za-z0-9]"), "A", 5)
# letter of the type and the name of its theme
_TYPES: Final = {
    "radio": ("L", "listradio"),
    "select": ("!", "list_dropdown"),
    "checkbox": ("M", "multiplechoice"),
}  # fmt: skip
_ARRAY: Final = ("F", "arrays/array")
_ROW_TYPE: Final = ("T", "")
_ALWAYS: Final = "1"
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
# nothing that would tell who answered, or when
_SETTINGS: Final = {
    "gsid": "1", "admin": "inherit", "adminemail": "inherit", "anonymized": "Y", "format": "G",
    "savetimings": "N", "template": "inherit", "datestamp": "N", "ipaddr": "N", "refurl": "N",
    "usecookie": "N", "allowregister": "N", "allowsave": "N", "allowprev": "Y", "printanswers": "N",
    "publicstatistics": "N", "publicgraphs": "N", "listpublic": "N", "assessments": "N",
    "usetokens": "N", "shownoanswer": "Y", "showwelcome": "Y", "showprogress": "Y",
    "alloweditaftercompletion": "N",
}  # fmt: skip
# sections in the order in which LimeSurvey writes them
_SECTIONS: Final = (
    "answers", "answer_l10ns", "groups", "group_l10ns", "questions", "subquestions",
    "question_l10ns", "question_attributes", "surveys", "surveys_languagesettings",
)  # fmt: skip

type Row = Mapping[str, str]


def to_limesurvey(asked: Questionnaire, language: str, beside: FileContext) -> WrittenFile:
    """Write a questionnaire as an ``.lss`` file.

    Parameters
    ----------
    asked : Questionnaire
    language : str
        The survey's base language; the others are additional ones.
    beside : FileContext
    """
    asked, halves = newest_words(asked)
    languages = languages_of(asked)
    ordered = (language, *(one for one in languages if one != language))
    survey = _Survey(asked, beside, ordered)
    survey.fill()
    document = ET.Element("document")
    ET.SubElement(document, "LimeSurveyDocType").text = "Survey"
    ET.SubElement(document, "DBVersion").text = DB_VERSION
    listed = ET.SubElement(document, "languages")
    for one in ordered:
        ET.SubElement(listed, "language").text = one
    for name in _SECTIONS:
        _section(document, name, survey.rows[name])
    ET.indent(document, " ")
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    content: bytes = ET.tostring(document, encoding="utf-8")
    return WrittenFile(head + content + b"\n", (*halves, *_lost(asked, survey)))


def _lost(asked: Questionnaire, survey: "_Survey") -> Iterator[LeftOut]:
    yield from lost_meaning(asked)
    yield from lost_missing(asked)
    yield from lost_texts(asked)
    yield from lost_languages(asked)
    yield from renamed(survey.names)
    for name, codes in survey.codes.items():
        yield from recoded(name, codes)
    yield from survey.ahead
    yield from lost_placeholders(asked)
    if survey.cut:
        yield LeftOut(asked.form.id, "text", f"titles end after {_TITLE_SIGNS} signs")


def _section(document: ET.Element, name: str, rows: Sequence[Row]) -> None:
    """Add a table: the names of its fields, and its rows. One without rows is left out."""
    if not rows:
        return
    section = ET.SubElement(document, name)
    fields = ET.SubElement(section, "fields")
    for one in dict.fromkeys(key for row in rows for key in row):
        ET.SubElement(fields, "fieldname").text = one
    listed = ET.SubElement(section, "rows")
    for row in rows:
        element = ET.SubElement(listed, "row")
        for key, value in row.items():
            ET.SubElement(element, key).text = for_xml(value) or None


@dataclass(slots=True)
class _Survey:
    """The tables of a survey while they are filled."""

    asked: Questionnaire
    beside: FileContext
    languages: Sequence[str]
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    ahead: list[LeftOut] = field(default_factory=list)
    cut: bool = False

    def fill(self) -> None:
        self.rows = {name: [] for name in _SECTIONS}
        self.names = allowed_names((item.id for item in self.asked.items), _QUESTION)
        self.codes = {
            name: allowed_names((option.code for option in one.options), _ANSWER)
            for name, one in self.asked.options.items()
        }
        self._settings()
        for section in sections(self.asked):
            self._group(section)

    def _settings(self) -> None:
        form = self.asked.form
        self.rows["surveys"].append(
            {"sid": SURVEY, "language": self.languages[0],
             "additional_languages": " ".join(self.languages[1:]), **_SETTINGS}
        )  # fmt: skip
        for one in self.languages:
            self.rows["surveys_languagesettings"].append({
                "surveyls_survey_id": SURVEY,
                "surveyls_language": one,
                "surveyls_title": self._title(form.title.get(one, form.id)),
                "surveyls_endtext": html((form.help or {}).get(one, "")),
                "surveyls_dateformat": "1",
                "surveyls_numberformat": "0",
            })  # fmt: skip

    def _title(self, text: str) -> str:
        written = _plain(text)
        self.cut = self.cut or len(written) > _TITLE_SIGNS
        return written[:_TITLE_SIGNS]

    def _group(self, section: FormSection) -> None:
        group, block = str(section.number), section.block
        self.rows["groups"].append({
            "gid": group, "sid": SURVEY, "group_order": group, "randomization_group": "",
            "grelevance": self._unless_ended(section.after_end),
        })  # fmt: skip
        for one in self.languages:
            name = (block.stem or {}).get(one) or f"{self.asked.form.title.get(one, '')} {group}"
            self._add("group_l10ns", "id", gid=group, group_name=self._title(name.strip()),
                      description=html((block.intro or {}).get(one, "")), language=one)  # fmt: skip
        for order, run in enumerate(section.runs, 1):
            ended = self._unless_ended(ends_before(self.asked, run.first, section))
            relevance = _all([*self._conditions(run), ended])
            if run.is_table:
                self._array(section, run, order, relevance)
            else:
                self._single(section, run.first, run.options, order, relevance)

    def _array(self, section: FormSection, run: Neighbours, order: int, relevance: str) -> None:
        taken = {*self.names.values(), *(row["title"] for row in self.rows["questions"])}
        title = allowed_names([f"P{section.number}T{order}"], _QUESTION, taken)
        [code] = title.values()
        stem = section.block.stem or run.options.stem or {}
        parent = self._question(
            section, code, _ARRAY, order, relevance, stem, guidance(run.first, run.options)
        )
        for number, item in enumerate(run.items, 1):
            self._row(section, parent, self.names[item.id], number, item.text)
            self.places[item.id] = f"{code}_{self.names[item.id]}"
        self._answers(parent, run.options)

    def _single(
        self, section: FormSection, item: Item, options: ResponseOptions, order: int, relevance: str
    ) -> None:
        kind, code = _TYPES[item.presentation], self.names[item.id]
        question = self._question(
            section, code, kind, order, relevance, item.text, guidance(item, options)
        )
        self.places[item.id] = code
        if item.presentation != "checkbox":
            self._answers(question, options)
            return
        codes = self.codes[options.id]
        for number, option in enumerate(options.options, 1):
            self._row(section, question, codes[option.code], number, option.label)
        alone = self.beside.alone.get(options.id, frozenset())
        if excluding := [codes[one.code] for one in options.options if one.code in alone]:
            self._add("question_attributes", "qaid", qid=question, attribute="exclude_all_others",
                      value=";".join(excluding), language="")  # fmt: skip

    def _question(
        self,
        section: FormSection,
        code: str,
        kind: tuple[str, str],
        order: int,
        relevance: str,
        text: Text,
        help_text: Text,
        parent: str = "0",
    ) -> str:
        number = str(1 + len(self.rows["questions"]) + len(self.rows["subquestions"]))
        letter, theme = kind
        table = "subquestions" if parent != "0" else "questions"
        self.rows[table].append({
            "qid": number, "parent_qid": parent, "sid": SURVEY, "gid": str(section.number),
            "type": letter, "title": code, "other": "N", "mandatory": "N", "encrypted": "N",
            "question_order": str(order), "scale_id": "0", "same_default": "0",
            "relevance": relevance, "same_script": "0",
        } | ({"question_theme_name": theme} if theme else {}))  # fmt: skip
        for one in self.languages:
            self._add("question_l10ns", "id", qid=number, question=html(text.get(one, "")),
                      help=html(help_text.get(one, "")), language=one)  # fmt: skip
        return number

    def _row(self, section: FormSection, parent: str, code: str, order: int, text: Text) -> None:
        self._question(section, code, _ROW_TYPE, order, _ALWAYS, text, {}, parent)

    def _answers(self, question: str, options: ResponseOptions) -> None:
        for order, option in enumerate(options.options, 1):
            self._add("answers", "aid", qid=question, code=self.codes[options.id][option.code],
                      sortorder=str(order), assessment_value=str(option.value or 0),
                      scale_id="0")  # fmt: skip
            answer = self.rows["answers"][-1]["aid"]
            for one in self.languages:
                self._add("answer_l10ns", "id", aid=answer, answer=html(option.label.get(one, "")),
                          language=one)  # fmt: skip

    def _add(self, table: str, key: str, **values: str) -> None:
        self.rows[table].append({key: str(len(self.rows[table]) + 1), **values})

    def _conditions(self, run: Neighbours) -> Iterator[str]:
        """Write what a run is asked under; what is answered later cannot be looked at there."""
        for one in run.first.filter:
            if one.item in self.places:
                yield self.holds(one)
            else:
                self.ahead.extend(
                    LeftOut(item.id, "condition", in_words(one)) for item in run.items
                )

    def holds(self, condition: Condition) -> str:
        """Write a condition; ``NAOK`` lets it be looked at where nothing was answered."""
        item = self.asked.item(condition.item)
        codes = self.codes[item.options]
        place = self.places[item.id]
        if item.presentation == "checkbox":
            chosen = [f'{place}_{codes[one]}.NAOK == "Y"' for one in condition.codes]
        else:
            chosen = [f'{place}.NAOK == "{codes[one]}"' for one in condition.codes]
        held = " or ".join(chosen)
        return f"!({held})" if condition.negate else f"({held})"

    def _unless_ended(self, ended: bool) -> str:
        ends = self.asked.form.screen_out
        if not ended or ends is None:
            return _ALWAYS
        return self.holds(Condition(ends.item, ends.codes, not ends.negate))


def _all(conditions: Sequence[str]) -> str:
    return " and ".join(one for one in conditions if one != _ALWAYS) or _ALWAYS


def _plain(text: str) -> str:
    """Write a text so that no brace begins an expression."""
    return text.replace("{", "&#123;").replace("}", "&#125;")


def html(text: str) -> str:
    """Write a text of ours as HTML that says the same."""
    marked = _BOLD.sub(r"<strong>\1</strong>", escape(text, quote=False))
    return _plain(marked).replace("\n", "<br />\n")
