"""A questionnaire as a form on paper: to be read and talked about, in one language.

Nobody answers on it: what is answered here has no name on it, and a sheet that somebody filled in
with a pen would be recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from markupsafe import Markup

from questionnaires.formats.halves import newest_words
from questionnaires.formats.outline import FormSection, Neighbours, ends_of, intros_shown, sections
from questionnaires.messages import without_gaps
from questionnaires.model import Condition, Item, Questionnaire, ResponseOptions, Text
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, own_names, speaking
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import STATIC, render
from survey_app.shared.pdf import FONT, font_face

MANY: Final = 9  # options, from which on they stand in columns


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """An item with its number; ``help`` is what is said of it alone."""

    number: int
    text: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class PrintedQuestions:
    """Questions that are answered alike: one with its options below, or several in a table."""

    rows: tuple[PrintedRow, ...]
    options: tuple[str, ...]
    layout: str  # "table", "numbers", "boxes", "list"
    aside: frozenset[int]
    columns: int
    low: str
    high: str
    help: str
    before: tuple[str, ...]
    after: str


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """A block of the form."""

    intro: str
    stem: str
    questions: tuple[PrintedQuestions, ...]


def printed_form(asked: Questionnaire, language: Language) -> str:
    """Return a questionnaire as HTML with its style, ready to be set on pages."""
    fingerprint = asked.hash[7:23]
    asked, halves = newest_words(asked)
    with speaking(language):
        context = {
            "asked": asked,
            "in_two_words": sum(one.what == "half" for one in halves),
            "modules": sum(one.what == "module" for one in halves),
            "title": in_language(asked.form.title, language),
            "language_name": dict(own_names()).get(language, language),
            "parts": tuple(_parts(asked, language)),
            "help": without_gaps(in_language(asked.form.help or {}, language)),
            "fingerprint": fingerprint,
            "style": Markup(_style()),  # noqa: S704 - our own
        }
        return render("asking/printed_form.html", language, context)


def _parts(asked: Questionnaire, language: Language) -> Iterator[PrintedPart]:
    numbers = {item.id: number for number, item in enumerate(asked.items, 1)}
    for section, intro in zip(sections(asked), intros_shown(asked), strict=True):
        yield PrintedPart(
            intro=without_gaps(in_language(intro or {}, language)),
            stem=in_language(section.block.stem or {}, language),
            questions=tuple(_under_one_head(_questions(asked, section, numbers, language))),
        )


def _questions(
    asked: Questionnaire, section: FormSection, numbers: Mapping[str, int], language: Language
) -> Iterator[PrintedQuestions]:
    for run in section.runs:
        first, options = run.first, run.options
        labels = tuple(in_language(one.label, language) for one in options.options)
        yield PrintedQuestions(
            rows=tuple(
                PrintedRow(numbers[item.id], in_language(item.text, language)) for item in run.items
            ),
            options=labels,
            layout=_layout(section, run),
            aside=frozenset(n for n, one in enumerate(options.options) if one.missing),
            columns=2 if len(labels) >= MANY else 1,
            low=_end(options.low_label, options, language),
            high=_end(options.high_label, options, language),
            help=in_language(first.help or {}, language),
            before=_whom(asked, run, numbers, language),
            after=_end_of_form(asked, first, language),
        )


def _under_one_head(questions: Iterable[PrintedQuestions]) -> list[PrintedQuestions]:
    """Put tables that follow each other under one head, where their options are the same."""
    found: list[PrintedQuestions] = []
    for one in questions:
        if one.layout == "table" and len(one.rows) == 1:
            one = replace(one, rows=(replace(one.rows[0], help=one.help),), help="")  # noqa: PLW2901
        before = found[-1] if found else None
        if (
            before is not None
            and before.layout == one.layout == "table"
            and before.options == one.options
            and not (one.help or one.before or before.help or before.after)
        ):
            found[-1] = replace(before, rows=before.rows + one.rows, after=one.after)
        else:
            found.append(one)
    return found


def _layout(section: FormSection, run: Neighbours) -> str:
    if run.is_table or (section.block.stem and run.first.presentation == "radio"):
        return "table"
    if run.first.presentation == "checkbox":
        return "boxes"
    return "numbers" if ends_of(run.options) else "list"


def _end(text: Text | None, options: ResponseOptions, language: Language) -> str:
    return in_language(text, language) if text and ends_of(options) else ""


def _whom(
    asked: Questionnaire, run: Neighbours, numbers: Mapping[str, int], language: Language
) -> tuple[str, ...]:
    """Say who answers which questions: in the form's own words, else in ours."""
    said = [in_language(run.first.note, language)] if run.first.note else [
        _(_NONE_OF if one.negate else _ANY_OF)
        % {"number": numbers[one.item], "answers": _either(asked, one, language)}
        for one in run.first.filter
    ]  # fmt: skip
    first, last = numbers[run.items[0].id], numbers[run.items[-1].id]
    which = f"{first}" if first == last else f"{first}–{last}"
    return tuple(_("Spørsmål %(which)s: %(whom)s") % {"which": which, "whom": one} for one in said)


_ANY_OF: Final = N_("Svar bare hvis du svarte %(answers)s på spørsmål %(number)s.")
_NONE_OF: Final = N_("Hopp over dette hvis du svarte %(answers)s på spørsmål %(number)s.")
_ENDS: Final = N_("Svarer du %(answers)s, er du ferdig her.")
_ENDS_UNLESS: Final = N_("Svarer du noe annet enn %(answers)s, er du ferdig her.")


def _either(asked: Questionnaire, condition: Condition, language: Language) -> str:
    options = asked.option_set(condition.item)
    chosen = [one for one in options.options if one.code in condition.codes]
    said = [_("«%(answer)s»") % {"answer": in_language(one.label, language)} for one in chosen]
    if len(said) < 2:  # noqa: PLR2004 - one needs no word between
        return "".join(said)
    return _("%(answers)s eller %(last)s") % {"answers": ", ".join(said[:-1]), "last": said[-1]}


def _end_of_form(asked: Questionnaire, item: Item, language: Language) -> str:
    ends = asked.form.screen_out
    if ends is None or ends.item != item.id:
        return ""
    said = _ENDS_UNLESS if ends.negate else _ENDS
    return _(said) % {"answers": _either(asked, ends, language)}


@cache
def _style() -> str:
    sheet = (STATIC / "printed_form.css").read_text().replace("var(--font)", FONT)
    return font_face() + sheet
