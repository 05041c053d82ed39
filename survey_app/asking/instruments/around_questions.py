"""What a version of a form changes around its questions: texts before them, their order, its end.

Instruments have versions and forms have none, so that this is told where two forms as they are or
were asked lie beside each other: a draft beside what is asked, a wave as approved beside one as it
would open.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed
from survey_app.shared.word_marks import Mark, word_marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from questionnaires.model import Questionnaire, Text

_NO_END: Final = N_("Skjemaet slutter ikke lenger tidlig for noen. Alle får alle spørsmålene.")
_ENDS: Final = N_("Skjemaet slutter nå tidlig for den som svarer %(answers)s på «%(question)s».")
_ENDS_UNLESS: Final = N_(
    "Skjemaet slutter nå tidlig for den som ikke svarer %(answers)s på «%(question)s»."
)


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """One part of an item in one language; `name` is empty for what stands by itself."""

    name: str
    pieces: tuple[tuple[Mark, str], ...]


@dataclass(frozen=True, slots=True)
class IntroChange:
    """A text before a part of the form, by language, and the question that follows it."""

    question: Text
    words: Mapping[Language, tuple[MarkedWords, ...]]


@dataclass(frozen=True, slots=True)
class AroundQuestions:
    """Texts that differ, questions of both that stand elsewhere, and whom the form ends for.

    `ends` is a sentence; empty where it ends for the same.
    """

    intros: tuple[IntroChange, ...]
    moved: tuple[Text, ...]
    ends: str


def around_questions(
    before: Questionnaire, after: Questionnaire, lang: Language
) -> AroundQuestions:
    """Tell what differs between two forms beside their questions."""
    return AroundQuestions(
        intros=tuple(_intros(before, after)),
        moved=tuple(after.item(name).text for name in _moved(before, after)),
        ends=_ends(before, after, lang),
    )


def _intros(before: Questionnaire, after: Questionnaire) -> Iterator[IntroChange]:
    stayed = _stayed(before, after)
    was, now = _intros_of(before, stayed), _intros_of(after, stayed)
    earlier = _same_places(was, now)
    for place, intro in now.items():
        replaced = was[earlier[place]] if place in earlier else None
        yield from _intro(after, place.before, replaced, intro)
    for place, intro in was.items():
        if place not in earlier.values():
            yield from _intro(before, place.before, intro, None)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text stands: before which question, and before which that stayed where it was."""

    before: str
    stayed: str | None


def _intros_of(asked: Questionnaire, stayed: Collection[str]) -> dict[_Place, Text]:
    items, found = asked.form.items, {}
    for block in asked.form.blocks:
        if block.intro and block.items:
            below = items[items.index(block.items[0]) :]
            place = _Place(below[0], next((one for one in below if one in stayed), None))
            found[place] = block.intro
    return found


def _same_places(was: Iterable[_Place], now: Iterable[_Place]) -> dict[_Place, _Place]:
    """Give each place of a text now the one of before that is the same, if any is."""
    found: dict[_Place, _Place] = {}
    # a question that came, went or moved is told by itself; what stays beside it says the place
    for names in ("before", "stayed"), ("stayed",), ("before",):
        same = attrgetter(*names)
        for place in now:
            left = [one for one in was if one not in found.values() and same(one) == same(place)]
            if left and place not in found:
                found[place] = left[-1]
    return found


def _intro(
    asked: Questionnaire, name: str, before: Text | None, after: Text | None
) -> Iterator[IntroChange]:
    known = [text for text in (before, after) if text is not None]
    # a language that only one of both has is no difference
    shared = [tag for tag in known[-1] if all(tag in text for text in known)]
    words = {
        tag: (MarkedWords("", word_marks((before or {}).get(tag), (after or {}).get(tag))),)
        for tag in shared
        if (before or {}).get(tag) != (after or {}).get(tag)
    }
    if words:
        yield IntroChange(asked.item(name).text, words)


def _moved(before: Questionnaire, after: Questionnaire) -> list[str]:
    """Name the questions that were moved, as few as tell the new order."""
    was, stayed = set(before.form.items), _stayed(before, after)
    return [name for name in after.form.items if name in was and name not in stayed]


def _stayed(before: Questionnaire, after: Questionnaire) -> frozenset[str]:
    """Find the most questions of both forms that stand in the same order in both."""
    place = {name: number for number, name in enumerate(before.form.items)}
    orders: list[tuple[str, ...]] = [()]  # the longest that ends with each, and none
    for name in after.form.items:
        if name in place:
            ahead = [one for one in orders if not one or place[one[-1]] < place[name]]
            orders.append((*max(ahead, key=len), name))
    longest = max(orders, key=len)
    return frozenset(longest)


def _ends(before: Questionnaire, after: Questionnaire, lang: Language) -> str:
    ends = after.form.screen_out
    # a draft may name what it does not ask: that is told among what has to be mended
    if ends == before.form.screen_out or (ends and ends.item not in after.form.items):
        return ""
    words = translator(lang)
    if ends is None:
        return words.gettext(_NO_END)
    options = after.option_set(ends.item).options
    answers = [f"«{in_language(one.label, lang)}»" for one in options if one.code in ends.codes]
    return words.gettext(_ENDS_UNLESS if ends.negate else _ENDS) % {
        "answers": listed(answers, lang, either=True),
        "question": in_language(after.item(ends.item).text, lang),
    }
