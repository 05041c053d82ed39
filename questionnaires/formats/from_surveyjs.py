"""SurveyJS's JSON: pages of elements, panels inside panels, texts alone or by locale.

https://surveyjs.io/form-library/documentation/api-reference/survey-data-model
"""

from collections.abc import Mapping
from typing import Any, Final

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

_CHOICES: Final = {
    "radiogroup": (False, False), "dropdown": (False, True), "buttongroup": (False, False),
    "checkbox": (True, False), "tagbox": (True, False), "imagepicker": (False, False),
}  # fmt: skip
_PANELS: Final = frozenset({"panel", "flowpanel"})
_LEFT_OUT: Final = {
    "triggers": Why.SETTING, "calculatedValues": Why.SETTING, "completedHtml": Why.MESSAGES,
    "questionsOrder": Why.ORDER,
}  # fmt: skip
_OF_QUESTIONS: Final = {
    "defaultValue": Why.SETTING, "validators": Why.SETTING, "choicesByUrl": Why.SETTING,
    "choicesVisibleIf": Why.EVERY_ANSWER, "enableIf": Why.SETTING, "isRequired": Why.SETTING,
    "requiredIf": Why.SETTING, "choicesOrder": Why.ORDER,
}  # fmt: skip


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

    def read(self, data: Mapping[str, Any]) -> Foreign:
        self._default = str(data.get("locale") or UNNAMED)[:20]
        title = self._text(data.get("title"), "survey title")
        for name, why in _LEFT_OUT.items():
            if data.get(name):
                self._reading.lose("survey", What.NAMED(name=name), why())
        pages = _list(data, "pages") or [data]
        for number, page in enumerate(pages, 1):
            place = f"pages › {short(str(page.get('name') or number))}"
            always = self._condition(page, place)
            # the survey itself has pages where none are written
            intro = {} if page is data else self._heading(page, place)
            self._elements(page, always, intro)
        return self._reading.done(title, list(self._languages))

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
                only = both(always, self._condition(element, here))
                self._elements(element, only, after(intro, own))
                intro = {}
            elif kind == "html":
                self._reading.question(kind)
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
        for key, why in _OF_QUESTIONS.items():
            if one.get(key):
                self._reading.lose(place, What.NAMED(name=key), why())
        if one.get("hasOther") or one.get("showOtherItem"):
            self._reading.lose(place, What.OTHER(), Why.NO_TEXT())
        text = self._text(one.get("title") or name, place)
        more = self._text(one.get("description"), place)
        condition = both(always, self._condition(one, place))
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
            yes = self._text(one.get("labelTrue") or "Yes", place)
            no = self._text(one.get("labelFalse") or "No", place)
            return (ForeignOption("true", yes), ForeignOption("false", no))
        found = self._values(one.get("rateValues" if kind == "rating" else "choices"), place)
        if one.get("hasNone") or one.get("showNoneItem"):
            label = self._text(one.get("noneText") or "None", place)
            found = (*found, ForeignOption("none", label))
        return found

    def _values(self, values: object, place: str) -> tuple[ForeignOption, ...]:
        found = []
        for one in values if isinstance(values, list) else []:
            if isinstance(one, dict):
                code = one.get("value")
                text = one.get("text") or code
                if one.get("visibleIf"):
                    here = f"{place} › {short(str(code))}"
                    self._reading.lose(here, What.ANSWER_CONDITION(), Why.EVERY_ANSWER())
            else:
                code = text = one
            if isinstance(code, (str, int, float)):
                found.append(ForeignOption(_code(code), self._text(text, place)))
        return tuple(found)

    def _ends(self, one: Mapping[str, Any], place: str) -> Ends | None:
        if one.get("rateValues"):
            return None
        low, high = one.get("rateMin", 1), one.get("rateMax", one.get("rateCount", 5))
        step = one.get("rateStep", 1)
        if not all(type(number) is int for number in (low, high, step)) or step != 1:
            return Ends(0, 0)  # a row that nobody can show
        return Ends(
            low, high,
            self._text(one.get("minRateDescription"), place),
            self._text(one.get("maxRateDescription"), place),
        )  # fmt: skip

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
