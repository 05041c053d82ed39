"""SurveyJS's JSON: pages of elements, panels inside panels, texts alone or by locale.

https://surveyjs.io/form-library/documentation/api-reference/survey-data-model
"""

from collections.abc import Mapping
from typing import Any, Final

from questionnaires.formats.conditions import Expression, both, names_in, negated
from questionnaires.formats.foreign import (
    MOST_OPTIONS,
    UNNAMED,
    Ends,
    Foreign,
    ForeignItem,
    ForeignOption,
    KindOfMissing,
    Reading,
    after,
)
from questionnaires.formats.plain_text import short
from questionnaires.formats.sentences import ForeignFileError, Refused, What, Why
from questionnaires.model import Text

_CHOICES: Final = {
    "radiogroup": (False, False), "dropdown": (False, True), "buttongroup": (False, False),
    "checkbox": (True, False), "tagbox": (True, False), "imagepicker": (False, False),
}  # fmt: skip
_PANELS: Final = frozenset({"panel", "flowpanel"})
_LEFT_OUT: Final = {
    "calculatedValues": Why.SETTING, "timeLimit": Why.SETTING,
    "maxTimeToFinish": Why.SETTING, "timeLimitPerPage": Why.SETTING, "navigateToUrl": Why.SETTING,
    "completedHtml": Why.MESSAGES, "completedHtmlOnCondition": Why.MESSAGES,
    "completedBeforeHtml": Why.MESSAGES, "logo": Why.MEDIA,
}  # fmt: skip
_OF_PANELS: Final = {"enableIf": Why.SETTING, "isRequired": Why.SETTING, "requiredIf": Why.SETTING}
_OF_QUESTIONS: Final = {
    **_OF_PANELS, "defaultValue": Why.SETTING, "defaultValueExpression": Why.SETTING,
    "setValueExpression": Why.SETTING, "validators": Why.SETTING, "valueName": Why.SETTING,
    "readOnly": Why.SETTING, "choicesByUrl": Why.SETTING, "choicesFromQuestion": Why.SETTING,
    "choicesEnableIf": Why.SETTING, "minSelectedChoices": Why.SETTING,
    "maxSelectedChoices": Why.SETTING, "isAllRowRequired": Why.SETTING,
    "eachRowRequired": Why.SETTING, "eachRowUnique": Why.SETTING, "cells": Why.SETTING,
    "choicesVisibleIf": Why.EVERY_ANSWER, "columnsVisibleIf": Why.EVERY_ANSWER,
    "rowsVisibleIf": Why.SETTING, "correctAnswer": Why.SCALES,
}  # fmt: skip
_ORDERS: Final = ("questionsOrder", "questionOrder", "choicesOrder", "rowsOrder")
_OF_THE_FILE: Final = frozenset({"none", "initial"})  # an order that is none of its own
# answers that SurveyJS adds: their code, settings, words, words it keeps, and what they stand for
_SPECIAL: Final[tuple[tuple[str, str, str, str, str, KindOfMissing], ...]] = (
    ("none", "hasNone", "showNoneItem", "noneText", "None", None),
    ("refused", "hasRefuse", "showRefuseItem", "refuseText", "Refuse to answer", "prefer_not"),
    ("dontknow", "hasDontKnow", "showDontKnowItem", "dontKnowText", "Don't know", "not_applicable"),
)
_BESIDE: Final = ("hasComment", "showCommentArea")
_OTHER: Final = ("hasOther", "showOtherItem", "allowCustomChoices")


def read_surveyjs(data: Mapping[str, Any]) -> Foreign:
    """Read a survey of SurveyJS.

    Raises
    ------
    ForeignFileError
        If it is none.
    """
    if not _list(data, "pages") and not _list(data, "elements") and not _list(data, "questions"):
        raise ForeignFileError(Refused.NOT_THIS(format="SurveyJS"))
    return _File().read(data)


class _File:
    def __init__(self) -> None:
        self._reading = Reading("SurveyJS")
        self._languages: dict[str, None] = {}
        self._default = UNNAMED
        self._endings: list[tuple[frozenset[str], Expression]] = []
        self._asked: set[str] = set()

    def read(self, data: Mapping[str, Any]) -> Foreign:
        self._default = str(data.get("locale") or UNNAMED)[:20]
        title = self._text(data.get("title"), "survey title")
        self._settings(data, "survey", _LEFT_OUT)
        pages = _list(data, "pages") or [data]
        if self._text(data.get("description"), "survey"):
            self._reading.lose("survey", What.NAMED(name="description"), Why.MESSAGES())
        self._end(data)
        for number, page in enumerate(pages, 1):
            place = f"pages › {short(str(page.get('name') or number))}"
            always = self._condition(page, place)
            if page is not data:
                self._settings(page, place, _OF_PANELS)
            # the survey itself has pages where none are written
            intro = {} if page is data else self._heading(page, place)
            self._elements(page, always, intro)
        if any(not names <= self._asked for names, _ in self._endings):
            self._reading.lose("survey", What.NAMED(name="triggers"), Why.SETTING())
        return self._reading.done(title, list(self._languages))

    def _end(self, data: Mapping[str, Any]) -> None:
        """Note which answers end the form, and tell of all else that happens by itself."""
        for one in _list(data, "triggers"):
            ends = one.get("type") == "complete"
            text = str(one.get("expression") or "") if ends else ""
            said = self._reading.condition(text, "survey") if text else None
            if said is None:
                self._reading.lose("survey", What.NAMED(name="triggers"), Why.SETTING())
            else:
                self._endings.append((names_in(said), negated(said)))

    def _unless_ended(self) -> Expression | None:
        """Say when anything is asked after the questions that were read so far."""
        found: Expression | None = None
        for names, said in self._endings:
            found = both(found, said) if names <= self._asked else found
        return found

    def _elements(self, holder: Mapping[str, Any], always: Expression | None, intro: Text) -> None:
        items: list[ForeignItem] = []
        for element in [*_list(holder, "elements"), *_list(holder, "questions")]:
            kind = str(element.get("type", ""))[:40]
            name = str(element.get("name", ""))
            here = short(name)
            if (kind in _PANELS or kind == "html") and items:
                self._reading.block(intro, items)
                intro, items = {}, []
            if kind in _PANELS:
                own = self._heading(element, here)
                self._settings(element, here, _OF_PANELS)
                only = both(always, self._condition(element, here))
                self._elements(element, only, after(intro, own))
                intro = {}
            elif kind == "html":
                self._reading.question(kind)
                shown_if = str(element.get("visibleIf") or "")
                if element.get("visible") is False and not shown_if:
                    self._reading.lose(here, What.NAMED(name="visible"), Why.SHOWN())
                self._reading.text_condition(shown_if, here)
                intro = after(intro, self._text(element.get("html"), here))
            else:
                items += self._question(element, kind, name, here, always)
        self._reading.block(intro, items)

    def _heading(self, one: Mapping[str, Any], place: str) -> Text:
        title = self._text(one.get("title"), place)
        return after(title, self._text(one.get("description"), place))

    def _question(
        self, one: Mapping[str, Any], kind: str, name: str, place: str, always: Expression | None
    ) -> list[ForeignItem]:
        self._reading.question(kind)
        if kind not in _CHOICES and kind not in {"boolean", "rating", "matrix"}:
            self._reading.lose(place, What.NAMED(name=short(kind)), Why.CHOICES())
            return []
        self._settings(one, place, _OF_QUESTIONS)
        if any(one.get(key) for key in _OTHER):
            self._reading.lose(place, What.OTHER(), Why.NO_TEXT())
        if any(one.get(key) for key in _BESIDE):
            self._reading.lose(place, What.BESIDE(), Why.NO_TEXT())
        own = one.get("label") if kind == "boolean" else None
        hidden = kind == "matrix" and one.get("titleLocation") == "hidden"
        text = self._text(one.get("title") or own or ("" if hidden else name), place)
        more = self._text(one.get("description"), place)
        condition = both(self._unless_ended(), self._condition(one, place))
        condition = both(always, condition)
        self._asked.add(name)
        if kind == "matrix":
            return self._matrix(one, name, place, text, more, condition)
        several, dropdown = _CHOICES.get(kind, (False, False))
        several = several or (kind == "imagepicker" and bool(one.get("multiSelect")))
        ends = self._ends(one, place) if kind == "rating" else None
        options = () if ends else self._options(one, kind, place)
        return [
            ForeignItem(
                name, place, text, more, options, ends,
                several=several, graded=kind == "rating", dropdown=dropdown, condition=condition,
            )
        ]  # fmt: skip

    def _settings(self, one: Mapping[str, Any], place: str, told: Mapping[str, Why]) -> None:
        """Tell what of a question, a panel or the survey does not come along although it does."""
        for key, why in told.items():
            if one.get(key):
                self._reading.lose(place, What.NAMED(name=key), why())
        for key in _ORDERS:
            if one.get(key) and str(one[key]) not in _OF_THE_FILE:
                self._reading.lose(place, What.NAMED(name=key), Why.ORDER())

    def _matrix(
        self, one: Mapping[str, Any], name: str, place: str, text: Text, more: Text,
        condition: Expression | None,
    ) -> list[ForeignItem]:  # fmt: skip
        several = one.get("cellType") == "checkbox"
        options = self._values(one.get("columns"), place)
        found = []
        for row in self._values(one.get("rows"), place):
            code = f"{name}_{row.code}"
            self._reading.aliases[f"{name}.{row.code}"] = (code, None)
            found.append(
                ForeignItem(
                    code, f"{place} › {short(row.code)}", row.label, more, options,
                    several=several, graded=not several, condition=condition, above=text,
                )
            )  # fmt: skip
        if not found:
            self._reading.lose(place, What.NAMED(name="matrix"), Why.NOTHING())
        return found

    def _options(self, one: Mapping[str, Any], kind: str, place: str) -> tuple[ForeignOption, ...]:
        if kind == "boolean":
            return tuple(
                ForeignOption(_code(one.get(value, stored)), self._kept(one, words, plain, place))
                for value, stored, words, plain in (
                    ("valueTrue", True, "labelTrue", "Yes"),
                    ("valueFalse", False, "labelFalse", "No"),
                )
            )
        found = self._values(one.get("rateValues" if kind == "rating" else "choices"), place)
        found += self._counted(one)
        for code, old, new, words, plain, missing in _SPECIAL:
            if one.get(old) or one.get(new):
                kept = self._kept(one, words, plain, place)
                if kind in {"checkbox", "tagbox"}:
                    self._of_answer({"isExclusive": True}, f"{place} › {code}")
                found = (*found, ForeignOption(code, kept, missing=missing))
        return found

    def _kept(self, one: Mapping[str, Any], name: str, plain: str, place: str) -> Text:
        """Words of an answer of SurveyJS's own, which a file need not hold."""
        if not one.get(name):
            self._reading.lose(place, What.ANSWERS(), Why.ENGLISH())
        return self._text(one.get(name) or plain, place)

    def _counted(self, one: Mapping[str, Any]) -> tuple[ForeignOption, ...]:
        """Answers that are numbers from one to another."""
        low, high = one.get("choicesMin"), one.get("choicesMax")
        step = one.get("choicesStep", 1)
        if type(low) is not int or type(high) is not int or type(step) is not int or step < 1:
            return ()
        numbers = range(low, min(high, low + MOST_OPTIONS * step) + 1, step)
        return tuple(ForeignOption(str(one), {self._default: str(one)}) for one in numbers)

    def _values(self, values: object, place: str) -> tuple[ForeignOption, ...]:
        found = []
        for one in values if isinstance(values, list) else []:
            if isinstance(one, dict):
                code = one.get("value")
                text = one.get("text") or code
                self._of_answer(one, f"{place} › {short(str(code))}")
            else:
                code = text = one
            if isinstance(code, (str, int, float)):
                found.append(ForeignOption(_code(code), self._text(text, place)))
        return tuple(found)

    def _of_answer(self, one: Mapping[str, Any], place: str) -> None:
        if one.get("visibleIf"):
            self._reading.lose(place, What.ANSWER_CONDITION(), Why.EVERY_ANSWER())
        if one.get("isExclusive"):
            self._reading.lose(place, What.NAMED(name="isExclusive"), Why.EXCLUSIVE())
        if any(one.get(key) for key in _BESIDE):
            self._reading.lose(place, What.BESIDE(), Why.NO_TEXT())
        if one.get("imageLink"):
            self._reading.lose(place, What.MEDIA(tags="imageLink"), Why.MEDIA())

    def _ends(self, one: Mapping[str, Any], place: str) -> Ends | None:
        words = [self._text(one.get(f"{end}RateDescription"), place) for end in ("min", "max")]
        if one.get("rateValues") and not one.get("autoGenerate"):
            for text in (next(iter(text.values())) for text in words if text):
                self._reading.lose(place, What.TEXT(text=short(text)), Why.EACH_ANSWER())
            return None
        low, high = one.get("rateMin", 1), one.get("rateMax", 5)
        step, count = one.get("rateStep", 1), one.get("rateCount", 0)
        if not all(type(number) is int for number in (low, high, step, count)) or step != 1:
            return Ends(0, 0)  # a row that nobody can show
        # as SurveyJS reckons: a number of answers says something beside one end of them alone
        if count and "rateMin" in one and "rateMax" not in one:
            high = low + count - 1
        elif count and "rateMax" in one and "rateMin" not in one:
            low = high - count + 1
        return Ends(low, high, *words)

    def _condition(self, one: Mapping[str, Any], place: str) -> Expression | None:
        text = one.get("visibleIf")
        if one.get("visible") is False and not text:
            self._reading.lose(place, What.HIDDEN(), Why.SHOWN())
        return self._reading.condition(text, place) if isinstance(text, str) and text else None

    def _text(self, value: object, place: str) -> Text:
        if value is None or isinstance(value, bool):
            return {}
        if not isinstance(value, dict):
            value = {"default": value}
        texts = {
            self._default if name == "default" else str(name)[:20]: text
            for name, text in value.items()
        }
        found = self._reading.text(
            {name: str(one) if isinstance(one, float) else one for name, one in texts.items()},
            place,
        )
        self._languages |= dict.fromkeys(found)
        return found


def _code(value: str | float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _list(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = holder.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
