"""What a new version of a questionnaire changes: item by item, and what each change touches."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from questionnaires.differences import IndexDifference, index_differences
from questionnaires.identity import decided_by, item_identities, same
from questionnaires.model import Item, Questionnaire, ResponseOptions, Text
from questionnaires.sensitivity import Sensitivity
from questionnaires.strategy_maps import StatementMove

type Kind = Literal["same", "reworded", "rescaled", "redirected", "new", "retired"]
type Part = Literal["text", "help", "note", "stem", "low_label", "high_label", "option"]
type Structure = Literal["options", "presentation", "reversed", "filter", "version"]

# What a person chooses among. Another of these is another scale, whatever the words before it are.
_ANSWERS: Final = frozenset[str]({"low_label", "high_label", "option"})
_SCALED: Final = frozenset[str]({"options", "presentation", "reversed"})


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words that differ in one language, with those of both; None where one has none.

    `option` is the code of the answer that is called otherwise, empty for all other parts.
    """

    part: Part
    language: str
    before: str | None
    after: str | None
    option: str = ""


@dataclass(frozen=True, slots=True)
class ItemDifference:
    """One item of either version.

    `before` and `after` are the item as each version has it, None where it has it not; `words`
    tells what is worded otherwise, in languages that both have, and `structure` what else differs.
    `order` has the codes of the same answers as each version offers them; empty where they are
    others, or stand as before.
    """

    id: str
    kind: Kind
    before: Item | None
    after: Item | None
    words: tuple[WordChange, ...] = ()
    structure: tuple[Structure, ...] = ()
    order: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class TitleChange:
    """A title of a scale or an index that is worded otherwise in one language.

    Nobody's answers follow from it. A form has one title, whatever version it asks.
    """

    about: Literal["scale", "index"]
    code: str
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SensitivityChange:
    """An item whose figures need other care than before, or a new one that needs any."""

    id: str
    before: Sensitivity | None
    after: Sensitivity


@dataclass(frozen=True, slots=True)
class StatementDifference:
    """A statement of the strategy that other items measure than before, by item id."""

    statement: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Length:
    """How long a form is: questions shown at most, and the minutes that it promises."""

    questions: int
    minutes: int


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """Two versions of a form, or of an instrument.

    `items` are those of the new version in its order, and behind them what only the old one has;
    `indices` is each index of either, those of the new version first.
    """

    items: tuple[ItemDifference, ...]
    indices: tuple[IndexDifference, ...]
    statements: tuple[StatementDifference, ...]
    before: Length
    after: Length
    titles: tuple[TitleChange, ...] = ()
    sensitivity: tuple[SensitivityChange, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[ItemDifference, ...]:
        """Items that one thing happened to, in order."""
        return tuple(item for item in self.items if item.kind == kind)

    @property
    def touched(self) -> tuple[IndexDifference, ...]:
        """Indices that are not made as before."""
        return tuple(one for one in self.indices if one.effect != "unchanged")

    @property
    def alike(self) -> bool:
        """Whether everything is asked and scored as before."""
        return not self.touched and all(item.kind == "same" for item in self.items)


def compare_versions(
    old: Questionnaire,
    new: Questionnaire,
    *,
    weak: Collection[tuple[str, str]] = (),
    moves: Iterable[StatementMove] = (),
) -> VersionDifference:
    """Compare two versions of a form item by item, and tell what the changes touch.

    Parameters
    ----------
    old, new : Questionnaire
        Such as a form with version 1 and with version 2 of its instrument (`editions.edition`).
    weak : collection of (str, str)
        Item and statement of ties that do not hold (`Library.weak_links`); they make no statement
        gain or lose an item.
    moves : iterable of StatementMove
        What became of each statement, where the two are written for different strategies
        (`strategy_maps.moves_between`): an item that measures on what means the same is no loss of
        the one statement and no gain of the other.

    Returns
    -------
    VersionDifference

    Notes
    -----
    An item is the ``same`` exactly where `identity.same` says so: in every language that both
    versions have. Otherwise it is ``rescaled`` where other answers are offered, or shown or counted
    in another way, whatever became of its words; ``redirected`` where nothing but who is asked
    changed; ``reworded`` in all other cases.
    """
    before = {item.id: item for item in old.items}
    after = {item.id: item for item in new.items}
    asked, asks = item_identities(old), item_identities(new)
    return VersionDifference(
        items=tuple(
            _kept(old, before[name], new, after[name], alike=same(asked[name], asks[name]))
            if name in before and name in after
            else _in_one(before.get(name), after.get(name))
            for name in dict.fromkeys([*after, *before])
        ),
        indices=index_differences(old, new),
        statements=tuple(_statements(old, new, weak, moves)),
        before=Length(old.question_count, old.form.minutes),
        after=Length(new.question_count, new.form.minutes),
        titles=tuple(_titles(old, new)),
        sensitivity=tuple(_sensitivity(old, new)),
    )


def _sensitivity(old: Questionnaire, new: Questionnaire) -> Iterator[SensitivityChange]:
    before = {item.id: old.sensitivity_of(item) for item in old.items}
    for item in new.items:
        was, now = before.get(item.id), new.sensitivity_of(item)
        if now != (was or ""):
            yield SensitivityChange(item.id, was, now)


def _titles(old: Questionnaire, new: Questionnaire) -> Iterator[TitleChange]:
    was, now = _titled(old), _titled(new)
    for about, code in (one for one in now if one in was):
        before, after = was[about, code], now[about, code]
        for tag in (tag for tag in after if before.get(tag, after[tag]) != after[tag]):
            yield TitleChange(about, code, tag, before[tag], after[tag])


def _titled(questionnaire: Questionnaire) -> dict[tuple[Literal["scale", "index"], str], Text]:
    return {
        **{("scale", one.code): one.title for one in questionnaire.scales},
        **{("index", one.code): one.title for one in questionnaire.indices},
    }


def _in_one(before: Item | None, after: Item | None) -> ItemDifference:
    if after is not None:
        return ItemDifference(after.id, "new", None, after)
    assert before is not None
    return ItemDifference(before.id, "retired", before, None)


def _kept(
    old: Questionnaire, before: Item, new: Questionnaire, after: Item, *, alike: bool
) -> ItemDifference:
    if alike:
        return ItemDifference(after.id, "same", before, after)
    words = tuple(_words(old, before, new, after))
    structure = tuple(_structure(old, before, new, after))
    scaled = any(one.part in _ANSWERS for one in words) or not _SCALED.isdisjoint(structure)
    same_words: Kind = "redirected" if "filter" in structure and not words else "reworded"
    kind: Kind = "rescaled" if scaled else same_words
    order = _reordered(old.option_set(before), new.option_set(after))
    return ItemDifference(after.id, kind, before, after, words, structure, order)


def _reordered(before: ResponseOptions, after: ResponseOptions) -> tuple[tuple[str, ...], ...]:
    was, now = (tuple(one.code for one in found.options) for found in (before, after))
    return (was, now) if was != now and sorted(was) == sorted(now) else ()


def _structure(
    old: Questionnaire, before: Item, new: Questionnaire, after: Item
) -> Iterator[Structure]:
    if _offered(old.option_set(before)) != _offered(new.option_set(after)):
        yield "options"
    if before.presentation != after.presentation:
        yield "presentation"
    if before.reversed != after.reversed:
        yield "reversed"
    decided = [decided_by(one).get(after.id, []) for one in (old, new)]
    if before.filter != after.filter or decided[0] != decided[1]:
        yield "filter"
    if before.version != after.version:
        yield "version"


def _offered(options: ResponseOptions) -> tuple[object, ...]:
    return options.kind, [(one.code, one.value, one.missing) for one in options.options]


def _words(
    old: Questionnaire, before: Item, new: Questionnaire, after: Item
) -> Iterator[WordChange]:
    told, tells = _parts(old, before), _parts(new, after)
    shared = [tag for tag in after.text if tag in before.text]
    for part, option in dict.fromkeys([*tells, *told]):
        for tag in shared:
            was, now = told.get((part, option), {}).get(tag), tells.get((part, option), {}).get(tag)
            if was != now:
                yield WordChange(part, tag, was, now, option)


def _parts(questionnaire: Questionnaire, item: Item) -> dict[tuple[Part, str], Text]:
    """Gather all that is read with an item, in the order in which it is read."""
    options = questionnaire.option_set(item)
    stems = {name: block.stem for block in questionnaire.form.blocks for name in block.items}
    parts: dict[tuple[Part, str], Text | None] = {
        ("stem", ""): stems.get(item.id),
        ("text", ""): item.text,
        ("help", ""): item.help,
        ("note", ""): item.note,
        ("low_label", ""): options.low_label,
        ("high_label", ""): options.high_label,
    }
    parts |= {("option", one.code): one.label for one in options.options}
    return {key: text for key, text in parts.items() if text}


def _statements(
    old: Questionnaire,
    new: Questionnaire,
    weak: Collection[tuple[str, str]],
    moves: Iterable[StatementMove],
) -> Iterator[StatementDifference]:
    called = {move.before[0]: move.after[0] for move in moves if move.carries}
    before = {called.get(name, name): items for name, items in _measuring(old, weak).items()}
    after = _measuring(new, weak)
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name, ()), after.get(name, ())
        gained = tuple(item for item in now if item not in was)
        lost = tuple(item for item in was if item not in now)
        if gained or lost:
            yield StatementDifference(name, gained, lost)


def _measuring(
    questionnaire: Questionnaire, weak: Collection[tuple[str, str]]
) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in questionnaire.items:
        for statement in item.statements if item.purpose == "measure" else ():
            if (item.id, statement) not in weak:
                found.setdefault(statement, []).append(item.id)
    return found
