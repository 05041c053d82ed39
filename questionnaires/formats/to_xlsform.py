"""A questionnaire as an XLSForm (xlsform.org), which ODK, KoboToolbox and Enketo ask with.

A block is a group, and neighbours with the same options a table in it. Options have two columns
more, ``stored`` and ``missing``, which those programs leave alone.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from questionnaires.formats.halves import newest_words
from questionnaires.formats.left_out import (
    LeftOut,
    WrittenFile,
    lost_languages,
    lost_meaning,
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

_NAME: Final = NameRule(re.compile(r"[^A-Za-z0-9_.\-]"), re.compile(r"[A-Za-z_]"), "q_")
_CODE: Final = NameRule(re.compile(r"[^A-Za-z0-9_.\-]"), re.compile(r"[A-Za-z0-9_]"), "c_")
_REFERENCE: Final = "${"
_TYPES: Final = {
    "radio": "select_one",
    "select": "select_one",
    "checkbox": "select_multiple",
}  # fmt: skip
_NEVER: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the same bytes each time
_MOST_SIGNS: Final = 32767  # in a cell

type Row = Mapping[str, str]


def to_xlsform(asked: Questionnaire, language: str, beside: FileContext) -> WrittenFile:
    """Write a questionnaire as a workbook of three sheets.

    Parameters
    ----------
    asked : Questionnaire
    language : str
        The one that is shown first, and the title's.
    beside : FileContext
    """
    version = asked.hash[7:23]
    asked, halves = newest_words(asked)
    form = _Form.of(asked, beside)
    survey = ["type", "name", *form.columns("label"), *form.columns("hint"), "appearance"]
    choices = ["list_name", "name", *form.columns("label"), "stored", "missing"]
    settings = {
        "form_title": asked.form.title.get(language, asked.form.id),
        "form_id": allowed_names([asked.form.id], _NAME)[asked.form.id],
        "version": version,
        "default_language": form.called(language),
    }
    content = _workbook({
        "survey": ([*survey, "relevant", "constraint"], list(form.survey())),
        "choices": (choices, list(form.choices())),
        "settings": (list(settings), [settings]),
    })  # fmt: skip
    return WrittenFile(content, (*halves, *_lost(asked, language, form)))


def _lost(asked: Questionnaire, language: str, form: "_Form") -> Iterator[LeftOut]:
    yield from lost_meaning(asked)
    yield from lost_texts(asked)
    yield from lost_languages(asked)
    yield from renamed(form.names)
    yield from renamed(form.lists)
    for name, codes in form.codes.items():
        yield from recoded(name, codes)
    if others := [one for one in asked.form.title if one != language]:
        yield LeftOut(asked.form.id, "title", ", ".join(others))
    yield from lost_placeholders(asked)
    if any(_REFERENCE in text for text in form.said()):
        yield LeftOut(asked.form.id, "text", "«${» as «$ {»")


@dataclass(frozen=True, slots=True)
class _Form:
    """A questionnaire with the names that it has in the workbook."""

    asked: Questionnaire
    beside: FileContext
    sections: tuple[FormSection, ...]
    languages: tuple[str, ...]
    names: Mapping[str, str]
    lists: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, asked: Questionnaire, beside: FileContext) -> "_Form":
        return cls(
            asked,
            beside,
            sections(asked),
            languages_of(asked),
            allowed_names((item.id for item in asked.items), _NAME),
            allowed_names(asked.options, _NAME),
            {
                name: allowed_names((option.code for option in options.options), _CODE)
                for name, options in asked.options.items()
            },
        )

    def called(self, language: str) -> str:
        """Write a language as XLSForms do: its name with the code behind it."""
        return f"{self.beside.language_names.get(language, language)} ({language})"

    def columns(self, name: str) -> list[str]:
        return [f"{name}::{self.called(one)}" for one in self.languages]

    def worded(self, column: str, text: Text | None) -> Row:
        """Put one text into the columns of its languages."""
        return {
            f"{column}::{self.called(one)}": _text(words) for one, words in (text or {}).items()
        }

    def said(self) -> Iterator[str]:
        """Yield every text of the sheet."""
        for block in self.asked.form.blocks:
            yield from (*(block.stem or {}).values(), *(block.intro or {}).values())
        for item in self.asked.items:
            options = self.asked.option_set(item)
            yield from (*item.text.values(), *guidance(item, options).values())
            yield from (words for one in options.options for words in one.label.values())
        yield from (self.asked.form.help or {}).values()

    def survey(self) -> Iterator[Row]:
        taken = set(self.names.values())
        groups = (f"part{n}" for n in range(1, 1 << 30))
        free = (name for name in groups if name not in taken)
        for section in self.sections:
            name = next(free)
            yield {
                "type": "begin_group",
                "name": name,
                "appearance": "field-list",
                "relevant": self.unless_ended(section.after_end),
                **self.worded("label", None if _table_alone(section) else section.block.stem),
            }
            if section.block.intro:
                yield _note(f"{name}_intro", self.worded("label", section.block.intro))
            for number, run in enumerate(section.runs, 1):
                yield from self.run(section, run, f"{name}_{number}")
            yield {"type": "end_group"}
        if self.asked.form.help:
            yield _note(f"{next(free)}_thanks", self.worded("label", self.asked.form.help))

    def run(self, section: FormSection, run: Neighbours, name: str) -> Iterator[Row]:
        ended = self.unless_ended(ends_before(self.asked, run.first, section))
        if not run.is_table:
            yield self.question(run.first, run.options, ended)
            return
        stem = section.block.stem or run.options.stem
        hint = guidance(run.first, run.options)
        yield {
            "type": "begin_group",
            "name": name,
            "appearance": "table-list",
            "relevant": _all([*map(self.holds, run.first.filter), ended]),
            **self.worded("label", stem),
        }
        if hint:
            yield _note(f"{name}_hint", self.worded("label", hint))
        for item in run.items:
            yield {
                "type": f"{_TYPES[item.presentation]} {self.lists[item.options]}",
                "name": self.names[item.id],
                **self.worded("label", item.text),
            }
        yield {"type": "end_group"}

    def question(self, item: Item, options: ResponseOptions, ended: str) -> Row:
        alone = self.beside.alone.get(options.id, frozenset())
        checked = item.presentation == "checkbox"
        return {
            "type": f"{_TYPES[item.presentation]} {self.lists[options.id]}",
            "name": self.names[item.id],
            "appearance": "minimal" if item.presentation == "select" else "",
            "relevant": _all([*map(self.holds, item.filter), ended]),
            "constraint": self.excludes(options, alone) if checked else "",
            **self.worded("label", item.text),
            **self.worded("hint", guidance(item, options)),
        }

    def excludes(self, options: ResponseOptions, alone: frozenset[str]) -> str:
        codes = [self.codes[options.id][one.code] for one in options.options if one.code in alone]
        chosen = " or ".join(f"selected(., '{code}')" for code in codes)
        return f"not(({chosen}) and count-selected(.) > 1)" if codes else ""

    def holds(self, condition: Condition) -> str:
        """Write a condition: without an answer nothing is selected, as our forms have it."""
        codes = self.codes[self.asked.item(condition.item).options]
        name = self.names[condition.item]
        chosen = " or ".join(f"selected(${{{name}}}, '{codes[one]}')" for one in condition.codes)
        return f"not({chosen})" if condition.negate else chosen

    def unless_ended(self, ended: bool) -> str:
        ends = self.asked.form.screen_out
        if not ended or ends is None:
            return ""
        return self.holds(Condition(ends.item, ends.codes, not ends.negate))

    def choices(self) -> Iterator[Row]:
        for name, options in self.asked.options.items():
            for option in options.options:
                yield {
                    "list_name": self.lists[name],
                    "name": self.codes[name][option.code],
                    **self.worded("label", option.label),
                    "stored": "" if option.value is None else str(option.value),
                    "missing": option.missing or "",
                }


def _table_alone(section: FormSection) -> bool:
    """Tell whether the stem stands over the section's only table, and need not stand twice."""
    return any(run.is_table for run in section.runs)


def _note(name: str, label: Row) -> Row:
    return {"type": "note", "name": name, **label}


def _all(conditions: Sequence[str]) -> str:
    there = [one for one in conditions if one]
    return there[0] if len(there) == 1 else " and ".join(f"({one})" for one in there)


def _text(words: str) -> str:
    # what stands in braces after a dollar would be read as another question's answer
    return for_xml(words).replace(_REFERENCE, "$ {")[:_MOST_SIGNS]


def _workbook(sheets: Mapping[str, tuple[Sequence[str], Sequence[Row]]]) -> bytes:
    """Write sheets in which every cell is text: a label that begins with = reckons nothing."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - large, and seldom needed

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with Workbook(file, options) as workbook:
        workbook.set_properties({"created": _NEVER})
        bold = workbook.add_format({"bold": True})
        plain = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name, (columns, rows) in sheets.items():
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, 44 if "::" in column else 18)
                sheet.write_string(0, place, column, bold)
            for number, row in enumerate(rows, 1):
                for place, column in enumerate(columns):
                    if row.get(column):
                        sheet.write_string(number, place, row[column], plain)
    return file.getvalue()
