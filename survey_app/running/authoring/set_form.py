"""The form on which a set of answers is written: its fields, and what was sent of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from litestar.datastructures import FormMultiDict

from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.option_sets import Missing, WrittenAnswer, WrittenSet
from survey_app.running.authoring.editor import small_number
from survey_app.running.authoring.offered import refuse_unoffered
from survey_app.shared.i18n import N_, Language, own_names
from survey_app.shared.unseen import without_unseen

MOST_ANSWERS: Final = 200
MOST_ROWS: Final = 30  # a set that has more answers is shown whole
EMPTY_ROWS: Final = 3  # to be filled; a saved form has three more
ROW_OF_NUMBERS: Final = "numbers"
KINDS: Final = ("scale", "choice", ROW_OF_NUMBERS)
VALUE: Final = re.compile(r"[0-9]{1,9}")
PARTS: Final = ("stem", "low_label", "high_label")
MISSING_NAMES: Final[Mapping[Missing, str]] = {
    "not_applicable": N_("Vet ikke, eller ikke relevant"),
    "prefer_not": N_("Ønsker ikke å svare"),
}


@dataclass(frozen=True, slots=True)
class SetField:
    """The words of one thing in one language."""

    field: str
    language: Language
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class WrittenAnswerRow:
    """One answer in all languages; `code` and `value` are those it has, empty for a new one."""

    number: int
    code: str
    value: str
    fields: tuple[SetField, ...]


@dataclass(frozen=True, slots=True)
class SetForm:
    """A set of answers as a form shows it: what is read first, answers, what stands apart."""

    kind: str
    ends: tuple[str, str]
    parts: Mapping[str, tuple[SetField, ...]]
    rows: tuple[WrittenAnswerRow, ...]
    missing: Mapping[str, tuple[SetField, ...]]


def set_form(
    said: WrittenSet, languages: Sequence[Language], typed: tuple[str, str] | None = None
) -> SetForm:
    """Fill the form with a set, and leave some rows empty; `typed` stood at the ends of a row."""
    empty = [WrittenAnswer({})] * EMPTY_ROWS
    answers = [*said.answers, *empty][: max(MOST_ROWS, len(said.answers))]
    low, high = said.ends or (0, 10)
    return SetForm(
        kind=ROW_OF_NUMBERS if said.ends else said.kind,
        ends=typed or (str(low), str(high)),
        parts={part: language_fields(part, getattr(said, part), languages) for part in PARTS},
        rows=tuple(
            WrittenAnswerRow(
                at,
                one.code,
                "" if one.value is None else str(one.value),
                language_fields(f"answer.{at}", one.label, languages),
            )
            for at, one in enumerate(answers, 1)
        ),
        missing={
            missing: language_fields(missing, (said.missing or {}).get(missing), languages)
            for missing in MISSING_NAMES
        },
    )


def sent_set(sent: FormMultiDict, languages: Sequence[Language]) -> WrittenSet:
    """Read a set from the form as it was sent; what is no number counts as none."""
    kind = str(sent.get("kind", ""))
    words = {name: sent_words(sent, name, languages) for name in (*PARTS, *MISSING_NAMES)}
    numbers = kind == ROW_OF_NUMBERS
    low, high = small_number(sent.get("low")) or 0, small_number(sent.get("high"))
    return WrittenSet(
        kind="choice" if kind == "choice" else "scale",
        answers=() if numbers else tuple(_answers(sent, languages)),
        missing={one: words[one] for one in MISSING_NAMES},
        stem=words["stem"],
        ends=(low, 10 if high is None else high) if numbers else None,
        low_label=words["low_label"] if numbers else None,
        high_label=words["high_label"] if numbers else None,
    )


def typed_ends(sent: FormMultiDict) -> tuple[str, str]:
    """Return what somebody typed at the ends of a row of numbers."""
    return str(sent.get("low", "")).strip(), str(sent.get("high", "")).strip()


def refuse_set(sent: FormMultiDict, said: WrittenSet) -> None:
    """Refuse what would be stored otherwise than it was sent.

    Raises
    ------
    AuthoringError
        If there are too many answers, what is typed at the ends is no number, or the page has no
        such kind of set, or sends no such value.
    """
    refuse_unoffered([str(sent.get("kind", ""))], KINDS)
    if len(said.answers) > MOST_ANSWERS:
        raise AuthoringError("too_many_answers")
    if said.ends and any(one and small_number(one) is None for one in typed_ends(sent)):
        raise AuthoringError("not_numbers")
    values = [str(value) for name, value in sent.items() if name.startswith("value.")]
    if any(one and _value(one) is None for one in values):
        raise AuthoringError("unknown_answer")


def words_of_set(said: WrittenSet) -> tuple[str, ...]:
    """Return every text of a set, in all languages."""
    texts = [one.label for one in said.answers]
    texts += [one for one in (said.stem, said.low_label, said.high_label) if one]
    texts += (said.missing or {}).values()
    return tuple(word for text in texts for word in text.values())


def _answers(sent: FormMultiDict, languages: Sequence[Language]) -> Iterator[WrittenAnswer]:
    named = {name.split(".")[1] for name in sent if name.startswith("answer.")}
    numbers = {number for one in named if (number := small_number(one)) is not None}
    for at in sorted(numbers):
        label = sent_words(sent, f"answer.{at}", languages)
        if any(label.values()):
            code = str(sent.get(f"code.{at}", ""))
            yield WrittenAnswer(label, code, _value(str(sent.get(f"value.{at}", ""))))


def _value(said: str) -> int | None:
    """Read the value that an answer has: a year or a code of an authority has many digits."""
    return int(said) if VALUE.fullmatch(said) else None


def language_fields(
    name: str, text: Mapping[str, str] | None, languages: Sequence[Language]
) -> tuple[SetField, ...]:
    """Give a text its field in each language, called ``<name>.<language>``."""
    names = dict(own_names())
    return tuple(
        SetField(f"{name}.{code}", code, names.get(code, code), (text or {}).get(code, ""))
        for code in languages
    )


def sent_words(sent: FormMultiDict, name: str, languages: Sequence[Language]) -> dict[str, str]:
    """Read a text from its fields as they were sent, by language."""
    return {
        code: " ".join(without_unseen(str(sent.get(f"{name}.{code}", ""))).split())
        for code in languages
    }
