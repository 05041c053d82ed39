"""A methodologist's remarks on the questions of a version: they ask, and forbid nothing."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from questionnaires.authoring.wording import (
    MOST_WORDS,
    VERY_DIFFICULT,
    has_two_parts,
    lix,
    markup,
    plain_words,
    repeated,
    sensitive_word,
    wording_rules,
    wording_signs,
)
from questionnaires.coverage import is_sentence, items_by_statement
from questionnaires.library import Library
from questionnaires.look_alikes import as_read, odd_sign, shortened
from questionnaires.model import Item, ResponseOptions, Scale, Text

type RemarkKind = Literal[
    "double_barrelled",
    "negation",
    "leading",
    "hypothetical",
    "presupposes",
    "vague_subject",
    "nobody_acts",
    "vague_wording",
    "no_period",
    "statement_repeated",
    "markup",
    "odd_sign",
    "looks_as_before",
    "too_many_words",
    "hard_to_read",
    "no_dont_know",
    "same_answers",
    "turned_answers",
    "untraced",
    "filter_measures",
    "sensitive_subject",
    "weak_statement",
    "half_measured",
    "only_item",
    "not_asked",
    "asked_before",
    "short_scale",
    "one_direction",
]

SMALL_SCALE = 3
TURNED = 3  # answers in common that count the other way round elsewhere: no chance


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """One thing to look at: about which item or scale, in which language, and what was found.

    `found` are words of the text, a number, or the id of a statement or of another item; `language`
    is empty for what concerns all of them.
    """

    about: str
    kind: RemarkKind
    language: str = ""
    found: str = ""


def remarks_on(library: Library, names: Collection[str]) -> tuple[Remark, ...]:
    """Say what a methodologist would ask about some items and the scales that they are in.

    Parameters
    ----------
    library : Library
        With the version that is looked at; `read_leniently` gives it while texts are missing.
    names : collection of str
        Ids of the items, such as those of one instrument.

    Returns
    -------
    tuple of Remark
        By item in their order, then by scale.
    """
    items = [item for name, item in library.items.items() if name in names]
    scales = [one for one in library.scales.values() if set(one.items) & set(names)]
    return tuple(
        remark
        for found in (
            *(_of_item(library, item) for item in items),
            *(_of_scale(library, scale) for scale in scales),
        )
        for remark in found
    )


def _of_item(library: Library, item: Item) -> Iterator[Remark]:
    options = library.options.get(item.options)
    for language in item.text:
        texts = [part.get(language, "") for part in _texts(item, options) if part]
        if found := next(filter(None, map(markup, texts)), ""):
            yield Remark(item.id, "markup", language, found)
        if odd := next((odd for odd in map(odd_sign, texts) if any(odd)), None):
            yield Remark(item.id, "odd_sign", language, f"{odd[0]} ({odd[1]})")
    if item.purpose != "background":
        yield from _of_words(library, item)
    yield from _of_statements(library, item)
    missing = options is not None and any(one.missing for one in options.options)
    if item.purpose == "measure" and options is not None and not missing:
        yield Remark(item.id, "no_dont_know")
    if options is not None:
        yield from _of_answers(item, options)
        if item.purpose == "measure" and not item.reversed:
            yield from _of_direction(library, item, options)
    yield from _of_being_asked(library, item)
    yield from _of_the_version_before(library, item)


def _of_the_version_before(library: Library, item: Item) -> Iterator[Remark]:
    """Remark on words that look as they did and are others: a series breaks that nobody sees."""
    for versions in library.versions.values():
        *before, newest = (versions[number].items for number in sorted(versions))
        if not before or item.id not in newest or item.id not in before[-1]:
            continue
        was = before[-1][item.id]
        for then, now in (was.text, item.text), (was.help, item.help), (was.note, item.note):
            for language in {**(then or {})} if now else ():
                one, other = (then or {})[language], (now or {}).get(language, "")
                if one != other and as_read(one) == as_read(other):
                    yield Remark(item.id, "looks_as_before", language, shortened(other))


def _of_being_asked(library: Library, item: Item) -> Iterator[Remark]:
    if not any(item.id in form.items for form in library.forms.values()):
        yield Remark(item.id, "not_asked")
    if former := _former_id(library, item):
        yield Remark(item.id, "asked_before", "", former)


def _former_id(library: Library, item: Item) -> str:
    """Find the id under which earlier versions asked the same; empty where the item has been."""
    language = library.agency.styles[0].code
    for versions in library.versions.values():
        *before, newest = (versions[number].items for number in sorted(versions))
        if item.id not in newest or any(item.id in one for one in before):
            continue
        for name, was in (pair for one in reversed(before) for pair in one.items()):
            alike = (was.text.get(language), was.options) == (item.text.get(language), item.options)
            if alike and item.text.get(language) and name not in newest:
                return name
    return ""


def _texts(item: Item, options: ResponseOptions | None) -> Iterator[Text | None]:
    """Give all that people read of a question, its answers with it."""
    yield from (item.text, item.help, item.note)
    if options is not None:
        yield from (one.label for one in options.options)
        yield from (options.low_label, options.high_label)


def _of_answers(item: Item, options: ResponseOptions) -> Iterator[Remark]:
    for language in item.text:
        labels = [label for one in options.options if (label := one.label.get(language, ""))]
        counted = Counter(as_read(label).casefold() for label in labels)
        if again := [label for label in labels if counted[as_read(label).casefold()] > 1]:
            yield Remark(item.id, "same_answers", language, again[0])


def _of_direction(library: Library, item: Item, options: ResponseOptions) -> Iterator[Remark]:
    """Remark on answers that count the other way round in a set that as many questions have."""
    language = library.agency.styles[0].code
    own, used = _values(options, language), Counter(one.options for one in library.items.values())
    for other in library.options.values():
        if used[other.id] < used[options.id]:
            continue
        elsewhere = _values(other, language)
        shared = sorted(set(own) & set(elsewhere), key=own.__getitem__)
        there = [elsewhere[label] for label in shared]
        if len(shared) >= TURNED and all(one > two for one, two in pairwise(there)):
            found = next(one for one in options.options if one.value == own[shared[0]])
            yield Remark(item.id, "turned_answers", language, found.label[language])
            return


def _values(options: ResponseOptions, language: str) -> dict[str, int]:
    """Give what each answer counts, by its words, be they written with capitals or not."""
    values = ((one.label.get(language, "").casefold(), one.value) for one in options.options)
    return {label: value for label, value in values if label and value is not None}


def _of_words(library: Library, item: Item) -> Iterator[Remark]:
    agency = library.agency
    for language, text in item.text.items():
        names = (agency.name, agency.in_sentence, agency.as_source)
        known = {word for name in names for word in plain_words(name.get(language, ""))}
        if item.purpose == "measure":
            for kind, found in wording_signs(text, language):
                yield Remark(item.id, kind, language, found)  # type: ignore[arg-type]  # SIGNS are kinds
            if _may_be_sensitive(library, item) and (found := sensitive_word(text, language)):
                yield Remark(item.id, "sensitive_subject", language, found)
        if (count := len(plain_words(text))) > MOST_WORDS:
            yield Remark(item.id, "too_many_words", language, str(count))
        if wording_rules(language) and (hard := lix(text, known)) > VERY_DIFFICULT:
            yield Remark(item.id, "hard_to_read", language, str(round(hard)))


def _may_be_sensitive(library: Library, item: Item) -> bool:
    """Tell whether figures of staff would need a care that nobody has asked for."""
    asked = {form.population for form in library.forms.values() if item.id in form.items}
    return not library.sensitivity_of(item) and asked <= {"staff"}


def _of_statements(library: Library, item: Item) -> Iterator[Remark]:
    if item.purpose == "measure" and not item.statements:
        yield Remark(item.id, "untraced")
    # the strategy is written in the first language alone
    first = library.agency.styles[0].code
    measuring = items_by_statement(library.strategy, library.items.values(), library.weak_links)
    for statement in (one for one in item.statements if one in library.strategy.statements):
        said = library.strategy.statements[statement]
        if item.purpose == "filter":
            yield Remark(item.id, "filter_measures", "", statement)
        elif (item.id, statement) in library.weak_links:
            yield Remark(item.id, "weak_statement", "", statement)
        elif measuring[statement] == (item.id,):
            halves = is_sentence(library.strategy, statement) and has_two_parts(said.text, first)
            yield Remark(item.id, "half_measured" if halves else "only_item", "", statement)
        if run := repeated(item.text.get(first, ""), said.text):
            yield Remark(item.id, "statement_repeated", first, run)


def _of_scale(library: Library, scale: Scale) -> Iterator[Remark]:
    items = [library.items[name] for name in scale.items if name in library.items]
    if len(items) < SMALL_SCALE:
        yield Remark(scale.code, "short_scale")
    elif len({item.reversed for item in items}) == 1:
        yield Remark(scale.code, "one_direction")
