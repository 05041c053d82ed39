"""A questionnaire as programs of others show it: sections, and in them tables and single items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from questionnaires.model import (
    Block,
    Item,
    Questionnaire,
    ResponseOptions,
    Statement,
    Text,
)

BETWEEN_ENDS = " – "


@dataclass(frozen=True, slots=True)
class FileContext:
    """What stands beside a questionnaire and in files of it.

    `language_names` by code, `alone` the codes of options that exclude every other by set,
    `statements` by id. `agency` asks, `universe` is asked.
    """

    language_names: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, frozenset[str]] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    agency: Text = field(default_factory=dict)
    universe: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Neighbours with the same options, asked under the same conditions with the same words."""

    items: tuple[Item, ...]
    options: ResponseOptions

    @property
    def is_table(self) -> bool:
        """Tell whether it is more than one question, which a table shows."""
        return len(self.items) > 1

    @property
    def first(self) -> Item:
        """The item that speaks for all where they are alike."""
        return self.items[0]


@dataclass(frozen=True, slots=True)
class FormSection:
    """A block of the form with its runs; `after_end` when an answer before it may end the form."""

    number: int
    block: Block
    runs: tuple[Neighbours, ...]
    after_end: bool


def sections(asked: Questionnaire) -> tuple[FormSection, ...]:
    """Divide a form as its page does, each block into tables and single items.

    An item that a condition looks at stands by itself: not every program finds a row of a table.
    """
    looked_at = {one.item for item in asked.items for one in item.filter}
    ends = asked.form.screen_out
    if ends:
        looked_at.add(ends.item)
    found, ended = [], False
    for number, block in enumerate(asked.form.blocks, 1):
        items = [asked.item(name) for name in block.items]
        found.append(FormSection(number, block, tuple(_runs(asked, items, looked_at)), ended))
        ended = ended or (ends is not None and ends.item in block.items)
    return tuple(found)


def intros_shown(asked: Questionnaire) -> tuple[Text | None, ...]:
    """Give the text that is shown before each block: one that neighbours stand under, once.

    It is said again below a block of which somebody may be asked nothing: a page leaves that out,
    its text with it.
    """
    shown: list[Text | None] = []
    above: Text | None = None
    for block in asked.form.blocks:
        if block.intro is not None and block.intro == above:
            shown.append(None)
            continue
        shown.append(block.intro)
        asks_all = any(not asked.item(name).filter for name in block.items)
        above = block.intro if asks_all else None
    return tuple(shown)


def _runs(asked: Questionnaire, items: Sequence[Item], looked_at: set[str]) -> Iterator[Neighbours]:
    def alike(item: Item) -> tuple[object, ...]:
        options = asked.option_set(item)
        if item.presentation != "radio" or options.kind != "scale" or item.id in looked_at:
            return (item.id,)
        return (item.options, item.filter, _sorted(item.note), _sorted(item.help))

    for _, run in groupby(items, key=alike):
        together = tuple(run)
        yield Neighbours(together, asked.option_set(together[0]))


def _sorted(text: Text | None) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((text or {}).items()))


def ends_before(asked: Questionnaire, item: Item, section: FormSection) -> bool:
    """Tell whether an answer in the item's own section, before it, may end the form."""
    ends = asked.form.screen_out
    if ends is None or ends.item not in section.block.items:
        return False
    order = section.block.items
    return order.index(item.id) > order.index(ends.item)


def languages_of(asked: Questionnaire) -> tuple[str, ...]:
    """Return the languages that a form is written in, the first of its title first."""
    texts = (asked.form.title, *(item.text for item in asked.items))
    return tuple(dict.fromkeys(language for text in texts for language in text))


def ends_of(options: ResponseOptions) -> Text:
    """Return the words at the ends of a row of numbers; empty where it has none."""
    low, high = options.low_label or {}, options.high_label or {}
    return {
        language: BETWEEN_ENDS.join(end for end in (low.get(language), high.get(language)) if end)
        for language in dict.fromkeys((*low, *high))
    }


def guidance(item: Item, options: ResponseOptions) -> Text:
    """Return what stands with a question: who answers it, help, the ends of a row of numbers."""
    return joined_texts("\n", item.note, item.help, ends_of(options))


def joined_texts(between: str, *texts: Text | None) -> Text:
    """Join texts by language; a language that one of them lacks has the others."""
    there = [text for text in texts if text]
    languages = dict.fromkeys(language for text in there for language in text)
    return {
        language: between.join(text[language] for text in there if text.get(language))
        for language in languages
    }


def counts(asked: Questionnaire) -> dict[str, int]:
    """Count what a file holds: questions, options, languages, conditions."""
    return {
        "questions": len(asked.items),
        "options": sum(len(asked.option_set(item).options) for item in asked.items),
        "languages": len(languages_of(asked)),
        "conditions": sum(len(item.filter) for item in asked.items)
        + (asked.form.screen_out is not None),
    }
