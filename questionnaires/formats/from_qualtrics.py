"""Qualtrics' ``.qsf``: JSON whose elements are blocks (``BL``), the flow (``FL``) and questions.

Qualtrics publishes no description of it; what is read here is what its own exports hold.
"""

from collections.abc import Mapping
from typing import Any, Final

from questionnaires.formats.conditions import Compared, Expression, Joined
from questionnaires.formats.foreign import (
    LONGEST,
    Ends,
    Foreign,
    ForeignItem,
    ForeignOption,
    Reading,
    after,
)
from questionnaires.formats.plain_text import plain_text, short
from questionnaires.formats.sentences import ForeignFileError, NotSaidError, Refused, What, Why
from questionnaires.model import Text

_SEVERAL: Final = frozenset({"MAVR", "MAHR", "MACOL", "MSB"})
_DROPDOWN: Final = frozenset({"DL", "SB"})
_OPERATORS: Final = {"Selected": "=", "NotSelected": "!="}
_FLOW: Final = {
    "Branch": Why.SETTING, "BlockRandomizer": Why.ORDER, "Randomizer": Why.ORDER,
    "EmbeddedData": Why.SETTING, "WebService": Why.SETTING, "Authenticator": Why.CAMPAIGN,
    "EndSurvey": Why.SETTING, "Quota": Why.CAMPAIGN, "Group": Why.SETTING,
}  # fmt: skip


def read_qualtrics(data: Mapping[str, Any]) -> Foreign:
    """Read a survey of Qualtrics.

    Raises
    ------
    ForeignFileError
        If it is none.
    """
    elements = data.get("SurveyElements")
    if not isinstance(elements, list) or not isinstance(data.get("SurveyEntry"), dict):
        raise ForeignFileError(Refused.NOT_THIS(format="Qualtrics"))
    return _File(data["SurveyEntry"], [one for one in elements if isinstance(one, dict)]).read()


class _File:
    def __init__(self, entry: Mapping[str, Any], elements: list[Mapping[str, Any]]) -> None:
        self._reading = Reading("Qualtrics")
        self._entry = entry
        self._first = str(entry.get("SurveyLanguage") or "EN")[:20]
        self._languages: dict[str, None] = {self._first: None}
        self._elements = elements
        self._questions: dict[str, Mapping[str, Any]] = {}
        for one in elements:
            payload = one.get("Payload")
            if one.get("Element") == "SQ" and isinstance(payload, dict):
                key = str(payload.get("QuestionID") or one.get("PrimaryAttribute"))
                if key in self._questions:
                    raise ForeignFileError(Refused.TWICE(code=short(key)))
                self._questions[key] = payload

    def read(self) -> Foreign:
        self._settings()
        blocks = self._blocks()
        for key in (key for ids in blocks.values() for key in ids):
            self._alias(key)
        for ids in blocks.values():
            items: list[ForeignItem] = []
            intro: Text = {}
            for key in ids:
                one = self._questions[key]
                if one.get("QuestionType") == "DB":
                    self._reading.question("DB")
                    self._pictures(one, self._tag(key))
                    if items:
                        self._reading.block(intro, items)
                        intro, items = {}, []
                    told = self._text(one, "QuestionText", self._tag(key))
                    if one.get("DisplayLogic"):
                        self._reading.text_condition("DisplayLogic", self._tag(key))
                    intro = after(intro, told)
                else:
                    items += self._question(key, one)
            self._reading.block(intro, items)
        title = self._reading.text({self._first: self._entry.get("SurveyName")}, "survey title")
        return self._reading.done(title, list(self._languages))

    def _settings(self) -> None:
        """Tell what stands around every page; it is no part of the questions."""
        for one in self._payloads("SO"):
            for name in ("Header", "Footer"):
                if _says_something(one.get(name)):
                    self._reading.lose("survey", What.NAMED(name=name), Why.MESSAGES())

    def _pictures(self, one: Mapping[str, Any], place: str) -> None:
        """Tell of a picture that stands under a name of its own and not in a text."""
        if name := next((name for name in ("Graphics", "Image") if one.get(name)), None):
            self._reading.lose(place, What.MEDIA(tags=name), Why.MEDIA())

    def _payloads(self, element: str) -> list[Mapping[str, Any]]:
        found = [one.get("Payload") for one in self._elements if one.get("Element") == element]
        flat: list[object] = []
        for payload in found:
            if isinstance(payload, list):
                flat += payload
            elif isinstance(payload, dict):
                flat += payload.values() if element == "BL" else [payload]
        return [one for one in flat if isinstance(one, dict)]

    def _blocks(self) -> dict[str, list[str]]:
        """Ids of questions by block, in the order of the flow; the trash is told and left."""
        found = {}
        for block in self._payloads("BL"):
            ids = [
                str(one.get("QuestionID"))
                for one in _dict(block, "BlockElements").values()
                if isinstance(one, dict) and str(one.get("QuestionID")) in self._questions
            ]
            if block.get("Type") == "Trash":
                if ids:
                    self._reading.lose("Trash", What.QUESTIONS(count=len(ids)), Why.DELETED())
                continue
            self._of_block(block)
            found[str(block.get("ID"))] = ids
        order: list[str] = []
        for flow in self._payloads("FL"):
            self._flow(flow.get("Flow"), order)
        return {key: found[key] for key in dict.fromkeys([*order, *found]) if key in found}

    def _of_block(self, block: Mapping[str, Any]) -> None:
        place = f"Block › {short(str(block.get('Description') or block.get('ID')))}"
        settings = _dict(block, "Options")
        if str(settings.get("RandomizeQuestions") or "false").casefold() != "false":
            self._reading.lose(place, What.RANDOM(), Why.ORDER())
        if str(settings.get("Looping") or "None") != "None":
            self._reading.lose(place, What.NAMED(name="Looping"), Why.SETTING())
        for one in _dict(block, "BlockElements").values():
            if isinstance(one, dict) and one.get("SkipLogic"):
                self._reading.conditions += 1
                told = What.CONDITION(text="SkipLogic")
                self._reading.lose(self._tag(str(one.get("QuestionID"))), told, Why.UNKNOWN())

    def _flow(self, flow: object, order: list[str]) -> None:
        for one in _dicts(flow):
            kind = str(one.get("Type"))
            if kind in _FLOW:
                place = f"Flow › {short(str(one.get('FlowID', '')))}"
                self._reading.lose(place, What.NAMED(name=kind), _FLOW[kind]())
            order.append(str(one.get("ID")))
            self._flow(one.get("Flow"), order)

    def _tag(self, key: str) -> str:
        tag = str(self._questions.get(key, {}).get("DataExportTag") or key).strip()
        return short(tag)

    def _alias(self, key: str) -> None:
        """Names by which display logic calls a question, a row of it, or an answer to tick."""
        one, tag = self._questions[key], self._tag(key)
        self._reading.aliases[key] = (tag, None)
        if one.get("QuestionType") == "Matrix":
            for row in _dict(one, "Choices"):
                self._reading.aliases[f"{key}/{row}"] = (f"{tag}_{row}", None)

    def _question(self, key: str, one: Mapping[str, Any]) -> list[ForeignItem]:
        kind, selector = str(one.get("QuestionType")), str(one.get("Selector"))
        place = self._tag(key)
        self._reading.question(f"{kind} ({selector})"[:60])
        asked = kind == "MC" or (kind == "Matrix" and selector in {"Likert", "DL", "Bipolar"})
        if not asked:
            name = f"{short(kind)} ({short(selector)})"
            self._reading.lose(place, What.NAMED(name=name), Why.CHOICES())
            return []
        self._notes(one, place)
        text = self._text(one, "QuestionText", place)
        condition = self._logic(one.get("DisplayLogic"), place)
        if kind == "Matrix":
            return self._matrix(key, one, place, text, condition)
        ends = Ends(0, 10) if selector == "NPS" else None
        options = () if ends else self._options(one, "Choices", "ChoiceOrder", place)
        return [
            ForeignItem(
                self._tag(key), place, text, {}, options, ends, several=selector in _SEVERAL,
                graded=bool(ends), dropdown=selector in _DROPDOWN, condition=condition,
            )
        ]  # fmt: skip

    def _matrix(
        self, key: str, one: Mapping[str, Any], place: str, text: Text,
        condition: Expression | None,
    ) -> list[ForeignItem]:  # fmt: skip
        several = one.get("SubSelector") == "MultipleAnswer"
        answers = self._options(one, "Answers", "AnswerOrder", place)
        rows = self._options(one, "Choices", "ChoiceOrder", place)
        return [
            ForeignItem(
                f"{self._tag(key)}_{row.code}", f"{place} › {short(row.code)}", row.label, {},
                answers, several=several, graded=not several, dropdown=one["Selector"] == "DL",
                condition=condition, above=text,
            )
            for row in rows
        ]  # fmt: skip

    def _notes(self, one: Mapping[str, Any], place: str) -> None:
        if str(one.get("QuestionJS") or "").strip():
            self._reading.lose(place, What.SCRIPT(), Why.SCRIPT())
        if one.get("Randomization"):
            self._reading.lose(place, What.RANDOM(), Why.ORDER())
        for name in ("InPageDisplayLogic", "DynamicChoices", "ChoiceGroups", "DefaultChoices"):
            if one.get(name):
                self._reading.lose(place, What.NAMED(name=name), Why.SETTING())
        settings = _dict(_dict(one, "Validation"), "Settings")
        for name, off in (("ForceResponse", "OFF"), ("MinChoices", ""), ("MaxChoices", "")):
            if settings.get(name) and settings[name] not in {off, "RequestResponse"}:
                self._reading.lose(place, What.NAMED(name=name), Why.SETTING())

    def _options(
        self, one: Mapping[str, Any], name: str, order: str, place: str
    ) -> tuple[ForeignOption, ...]:
        choices = _dict(one, name)
        # of a table, what is stored stands under the same name as elsewhere
        recoded = "RecodeValues" if name == "Answers" or "Answers" not in one else ""
        ordered = one.get(order)
        keys = [str(key) for key in (ordered if isinstance(ordered, list) else ())]
        found = []
        for key in dict.fromkeys([*keys, *choices]):
            choice = choices.get(key)
            if not isinstance(choice, dict):
                continue
            here = f"{place} › {short(key)}"
            self._pictures(choice, here)
            if choice.get("TextEntry"):
                self._reading.lose(here, What.BESIDE(), Why.NO_TEXT())
            if str(choice.get("ExclusiveAnswer", False)).casefold() == "true":
                self._reading.lose(here, What.NAMED(name="ExclusiveAnswer"), Why.EXCLUSIVE())
            if choice.get("DisplayLogic"):
                self._reading.lose(here, What.ANSWER_CONDITION(), Why.EVERY_ANSWER())
            texts: dict[str, object] = {self._first: choice.get("Display")}
            for language, words in self._translations(one):
                texts[language] = _dict(_dict(words, name), key).get("Display")
            number = _dict(one, recoded).get(key, "")
            found.append(ForeignOption(key, self._read(texts, here), str(number)))
        return tuple(found)

    def _translations(self, one: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
        pairs = _dict(one, "Language").items()
        return [(str(name)[:20], words) for name, words in pairs if isinstance(words, dict)]

    def _text(self, one: Mapping[str, Any], name: str, place: str) -> Text:
        texts: dict[str, object] = {self._first: one.get(name)}
        texts |= {language: words.get(name) for language, words in self._translations(one)}
        return self._read(texts, place)

    def _read(self, texts: Mapping[str, object], place: str) -> Text:
        found = self._reading.text(texts, place)
        self._languages |= dict.fromkeys(found)
        return found

    def _logic(self, logic: object, place: str) -> Expression | None:
        """Read display logic: expressions in numbered groups, each joined to the one before."""
        if not isinstance(logic, dict):
            return None
        self._reading.conditions += 1
        try:
            return _joined([_group(one) for _, one in _numbered(logic)], _joint(logic))
        except NotSaidError as error:
            self._reading.lose(place, What.CONDITION(text="DisplayLogic"), error.said)
            return None


def _says_something(found: object) -> bool:
    """Tell whether a text has words; one that is left behind may hold a script, as many do."""
    if not isinstance(found, str) or len(found) > LONGEST:
        return isinstance(found, str)
    try:
        words, _ = plain_text(found, "")
    except ForeignFileError:
        return True
    return bool(words)


def _group(group: Mapping[str, Any]) -> Expression:
    numbered = [one for _, one in _numbered(group)]
    joints = {str(one.get("Conjuction") or one.get("Conjunction")) for one in numbered[1:]}
    if len(joints) > 1:
        raise NotSaidError(Why.UNKNOWN())
    return _joined([_expression(one) for one in numbered], next(iter(joints), "And"))


def _joint(logic: Mapping[str, Any]) -> str:
    joints = {str(one.get("Type")) for number, one in _numbered(logic) if number}
    if len(joints) > 1:
        raise NotSaidError(Why.UNKNOWN())
    return next(iter(joints), "If")


def _joined(parts: list[Expression], joint: str) -> Expression:
    if not parts:
        raise NotSaidError(Why.UNKNOWN())
    every = joint.casefold() not in {"or", "orif", "elseif"}
    return parts[0] if len(parts) == 1 else Joined(every, tuple(parts))


def _expression(one: Mapping[str, Any]) -> Expression:
    operator = _OPERATORS.get(str(one.get("Operator")))
    if one.get("LogicType") != "Question" or operator is None:
        raise NotSaidError(Why.UNKNOWN())
    question = str(one.get("QuestionID"))
    parts = str(one.get("ChoiceLocator") or one.get("LeftOperand")).split("/")
    # q://QID1/SelectableChoice/2, and of a matrix q://QID2/SelectableAnswer/row/answer
    where = [part for part in parts[3:] if part]
    if parts[0] != "q:" or len(parts) < 5 or parts[2] != question:  # noqa: PLR2004
        raise NotSaidError(Why.UNKNOWN())
    name = f"{question}/{where[1]}" if len(where) > 2 else question  # noqa: PLR2004
    return Compared(name, "=" if operator == "=" else "!=", where[-1])


def _numbered(holder: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    found = [
        (int(key), one)
        for key, one in holder.items()
        if key.isascii() and key.isdigit() and len(key) < 6 and isinstance(one, dict)  # noqa: PLR2004
    ]
    return sorted(found, key=lambda pair: pair[0])


def _dicts(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _dict(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what stands under a name; Qualtrics writes lists where the keys are 0, 1, 2."""
    found = holder.get(name)
    if isinstance(found, list):
        return {str(number): one for number, one in enumerate(found)}
    return found if isinstance(found, dict) else {}
