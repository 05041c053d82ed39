"""What a version of a form changes around its questions: texts before them, their order, its end.

Instruments have versions and forms have none, so that this is told where two forms as they are or
were asked lie beside each other: a draft beside what is asked, a wave as approved beside one as it
would open.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed
from survey_app.shared.word_marks import Mark, word_marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    was, now = _blocks(before), _blocks(after)
    stays = [intro for _, intro in was if intro in [one for _, one in now]]
    above = {name: intro for items, intro in was for name in items if intro not in stays}
    replaced = []
    for items, intro in now:
        if intro not in stays:
            earlier = next((above[name] for name in items if name in above), None)
            replaced.append(earlier)
            yield from _intro(after, items[0], earlier, intro)
    for items, intro in was:
        if intro not in stays and intro not in replaced:
            yield from _intro(before, items[0], intro, None)


def _blocks(asked: Questionnaire) -> list[tuple[tuple[str, ...], Text]]:
    return [(block.items, block.intro) for block in asked.form.blocks if block.intro]


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
    was, now = before.form.items, after.form.items
    old, new = [one for one in was if one in now], [one for one in now if one in was]
    same = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    stayed = {name for one in same for name in new[one.b : one.b + one.size]}
    return [name for name in new if name not in stayed]


def _ends(before: Questionnaire, after: Questionnaire, lang: Language) -> str:
    ends = after.form.screen_out
    if ends == before.form.screen_out:
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
