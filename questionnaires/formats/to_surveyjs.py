"""A questionnaire as a survey of SurveyJS: JSON with one text by language.

A block is a page, neighbours with the same options are a matrix. Names with dots are allowed there.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from questionnaires.formats.halves import newest_words
from questionnaires.formats.left_out import (
    LeftOut,
    WrittenFile,
    lost_meaning,
    lost_missing,
    lost_placeholders,
    lost_texts,
    lost_values,
)
from questionnaires.formats.names import NameRule, allowed_names, renamed
from questionnaires.formats.outline import (
    FileContext,
    FormSection,
    Neighbours,
    guidance,
    sections,
)
from questionnaires.model import Condition, Item, Questionnaire, ResponseOptions, Text

# braces end a name in an expression, a bracket opens an index
_NAME: Final = NameRule(re.compile(r"[^\w.\-:]"), re.compile(r"\w"), "q")
_TYPES: Final = {"radio": "radiogroup", "select": "dropdown", "checkbox": "checkbox"}


def to_surveyjs(asked: Questionnaire, language: str, beside: FileContext) -> WrittenFile:
    """Write a questionnaire as JSON.

    Parameters
    ----------
    asked : Questionnaire
    language : str
        The one that is shown first.
    beside : FileContext
    """
    asked, halves = newest_words(asked)
    form = _Form(asked, beside, allowed_names((item.id for item in asked.items), _NAME))
    survey: dict[str, Any] = {
        "locale": language,
        "title": dict(asked.form.title),
        "showQuestionNumbers": "on",
        "clearInvisibleValues": "onHidden",
        "pages": list(form.pages()),
    }
    if asked.form.help:
        survey["completedHtml"] = {
            one: escape(words, quote=False) for one, words in asked.form.help.items()
        }
    if asked.form.screen_out:
        survey["triggers"] = [{"type": "complete", "expression": form.holds(asked.form.screen_out)}]
    content = json.dumps(survey, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"
    return WrittenFile(content, (*halves, *_lost(asked, form)))


def _lost(asked: Questionnaire, form: "_Form") -> Iterator[LeftOut]:
    yield from lost_meaning(asked)
    yield from lost_texts(asked)
    yield from lost_values(asked)
    yield from lost_missing(asked)
    yield from renamed(form.names)
    yield from lost_placeholders(asked)


@dataclass(frozen=True, slots=True)
class _Form:
    asked: Questionnaire
    beside: FileContext
    names: Mapping[str, str]

    def pages(self) -> Iterator[dict[str, Any]]:
        taken = set(self.names.values())
        free = (name for n in range(1, 1 << 30) if (name := f"part{n}") not in taken)
        for section in sections(self.asked):
            name = next(free)
            yield _said(
                {"name": name},
                title=None if any(run.is_table for run in section.runs) else section.block.stem,
                description=section.block.intro,
            ) | {"elements": list(self._elements(section, name))}

    def _elements(self, section: FormSection, page: str) -> Iterator[dict[str, Any]]:
        for number, run in enumerate(section.runs, 1):
            if run.is_table:
                yield self._matrix(section, run, f"{page}_{number}")
            else:
                yield self._question(run.first, run.options)

    def _matrix(self, section: FormSection, run: Neighbours, name: str) -> dict[str, Any]:
        stem = section.block.stem or run.options.stem
        element = _said(
            {"type": "matrix", "name": name},
            title=stem,
            description=guidance(run.first, run.options),
        )
        if not stem:
            element["titleLocation"] = "hidden"
        return element | {
            "columns": self._choices(run.options),
            "rows": [{"value": self.names[item.id], "text": dict(item.text)} for item in run.items],
            **self._visible(run.first.filter),
        }

    def _question(self, item: Item, options: ResponseOptions) -> dict[str, Any]:
        choices = self._choices(options)
        if item.presentation == "checkbox":
            alone = self.beside.alone.get(options.id, frozenset())
            for choice in choices:
                if choice["value"] in alone:
                    choice["isExclusive"] = True
        return _said(
            {"type": _TYPES[item.presentation], "name": self.names[item.id]},
            title=item.text,
            description=guidance(item, options),
        ) | {"choices": choices, **self._visible(item.filter)}

    def _choices(self, options: ResponseOptions) -> list[dict[str, Any]]:
        return [{"value": one.code, "text": dict(one.label)} for one in options.options]

    def _visible(self, conditions: Sequence[Condition]) -> dict[str, str]:
        if not conditions:
            return {}
        held = [self.holds(one) for one in conditions]
        return {"visibleIf": held[0] if len(held) == 1 else " and ".join(f"({h})" for h in held)}

    def holds(self, condition: Condition) -> str:
        """Write a condition: without an answer none of the codes is chosen."""
        codes = ", ".join("'" + one.replace("'", r"\'") + "'" for one in condition.codes)
        held = f"{{{self.names[condition.item]}}} anyof [{codes}]"
        return f"!({held})" if condition.negate else held


def _said(element: dict[str, Any], **texts: Text | None) -> dict[str, Any]:
    """Add the texts that are there."""
    return element | {name: dict(text) for name, text in texts.items() if text}
