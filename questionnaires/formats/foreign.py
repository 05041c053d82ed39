"""A questionnaire as somebody else's file describes it: neutral, before it becomes ours."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from questionnaires.formats.conditions import Expression, holds_always, read_condition
from questionnaires.formats.plain_text import INSERTED, plain_text, short
from questionnaires.formats.sentences import (
    ForeignFileError,
    NotSaidError,
    Refused,
    Said,
    What,
    Why,
)
from questionnaires.model import Text

MOST_QUESTIONS = 2_000
MOST_OPTIONS = 20_000
LONGEST = 20_000  # signs of one text with its markup
_MEDIA = frozenset({"img", "video", "audio", "svg", "picture", "canvas"})
_BARE = frozenset({"p", "br", "div", "span", "html", "body"})  # whose loss nobody sees
UNNAMED = ""  # the language of texts for which the file names none


type KindOfMissing = Literal["not_applicable", "prefer_not"] | None


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Something of the file that is not carried over: where it stands, what it is, and why."""

    place: str
    what: Said
    why: Said

    def __str__(self) -> str:
        return f"{self.place}: {self.what}: {self.why}"


@dataclass(frozen=True, slots=True)
class ForeignOption:
    """One answer that can be chosen, by the code that the file gives it.

    `number` is what the file stores for it, where that is not in the code; `missing` the kind of
    missing that it stands for, where the file itself says so.
    """

    code: str
    label: Text
    number: str = ""
    missing: KindOfMissing = None


@dataclass(frozen=True, slots=True)
class Ends:
    """A row of whole numbers with words at its ends, both numbers included."""

    low: int
    high: int
    low_label: Text = field(default_factory=dict)
    high_label: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForeignItem:
    """One thing asked that can be ours: answers to choose from, or a row of numbers.

    `several` is whether more than one may be chosen, `graded` whether the answers are degrees of
    something, `dropdown` whether they are shown as a list to unfold. `condition` is when it is
    asked; None means always. `above` stands over it and the other rows of its table. Beside `ends`,
    `options` may say what is offered apart from the row. `note` says in words who is to answer.
    """

    code: str
    place: str
    text: Text
    help: Text
    options: tuple[ForeignOption, ...]
    ends: Ends | None = None
    several: bool = False
    graded: bool = False
    dropdown: bool = False
    condition: Expression | None = None
    above: Text = field(default_factory=dict)
    note: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForeignBlock:
    """Items shown together, with the text before them."""

    intro: Text
    items: tuple[ForeignItem, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a file holds.

    `types` counts its questions by the file's own names of types, those that are lost included;
    `conditions` counts what only some are asked or shown. `aliases` are other names by which
    conditions call an item, with the code of an option where the name stands for that option alone.
    """

    format: str
    title: Text
    languages: tuple[str, ...]
    blocks: tuple[ForeignBlock, ...]
    types: Mapping[str, int]
    conditions: int
    aliases: Mapping[str, tuple[str, str | None]]
    losses: tuple[LeftBehind, ...]

    @property
    def items(self) -> tuple[ForeignItem, ...]:
        """Items of all blocks, in order."""
        return tuple(item for block in self.blocks for item in block.items)


class Reading:
    """Gathers what a reader finds on its way through a file, and refuses what is hostile."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.types: Counter[str] = Counter()
        self.losses: list[LeftBehind] = []
        self.aliases: dict[str, tuple[str, str | None]] = {}
        self.blocks: list[ForeignBlock] = []
        self.conditions = 0
        self._codes: set[str] = set()
        self._options = 0

    def lose(self, place: str, what: Said, why: Said) -> None:
        """Note something that is not carried over."""
        loss = LeftBehind(place, what, why)
        if loss not in self.losses[-200:]:
            self.losses.append(loss)

    def question(self, kind: str) -> None:
        """Count a question of the file by its type.

        Raises
        ------
        ForeignFileError
            If there are more than any questionnaire has.
        """
        self.types[kind] += 1
        if self.types.total() > MOST_QUESTIONS:
            raise ForeignFileError(Refused.QUESTIONS(most=MOST_QUESTIONS))

    def text(self, texts: Mapping[str, object], place: str) -> Text:
        """Take a text by language, without its markup; what that costs is noted.

        One that is far too long is left out: whatever it is, nobody reads it in a form.

        Raises
        ------
        ForeignFileError
            If it holds a script.
        """
        found: dict[str, str] = {}
        tags: set[str] = set()
        for language, raw in texts.items():
            text = str(raw) if isinstance(raw, (str, int)) else ""
            if len(text) > LONGEST:
                self.lose(place, What.LONG(most=LONGEST), Why.LENGTH())
                continue
            plain, taken = plain_text(text, place)
            tags.update(taken)
            if plain:
                found[language] = plain
        if media := sorted(tags & _MEDIA):
            self.lose(place, What.MEDIA(tags=", ".join(media)), Why.MEDIA())
        if marks := sorted(tags - _MEDIA - _BARE):
            self.lose(place, What.FORMATTING(tags=", ".join(marks)), Why.PLAIN())
        if any(INSERTED.search(one) for one in found.values()):
            self.lose(place, What.INSERTED(), Why.INSERTED())
        return found

    def condition(self, text: str, place: str) -> Expression | None:
        """Take when something is asked; None when always, or when it cannot be carried over."""
        self.conditions += 1
        try:
            found = read_condition(text)
        except NotSaidError as error:
            self.lose(place, What.CONDITION(text=short(text)), error.said)
            return None
        if found is None:
            self.conditions -= 1
        return found

    def text_condition(self, text: str, place: str) -> None:
        """Tell that a text which the file shows to some stands before questions for everybody."""
        if not holds_always(text):
            self.conditions += 1
            self.lose(place, What.TEXT_CONDITION(text=short(text)), Why.SETTING())

    def block(self, intro: Text, items: list[ForeignItem]) -> None:
        """Add items that are shown together, each table by itself.

        Raises
        ------
        ForeignFileError
            If a code is used twice or is no code, or there are too many options.
        """
        for item in items:
            self._check(item)
        for above, together in groupby(items, lambda item: item.above):
            self.blocks.append(ForeignBlock(after(intro, above), tuple(together)))
            intro = {}
        if intro:
            self.lose("…", What.TEXT(text=short(next(iter(intro.values())))), Why.NO_QUESTION())

    def _check(self, item: ForeignItem) -> None:
        refuse_path(item.code)
        if item.code in self._codes:
            raise ForeignFileError(Refused.TWICE(code=short(item.code)))
        self._codes.add(item.code)
        codes = [option.code for option in item.options]
        for code in codes:
            refuse_path(code)
        if len(codes) != len(set(codes)):
            twice = next(code for code in codes if codes.count(code) > 1)
            told = Refused.ANSWER_TWICE(item=short(item.code), code=short(twice))
            raise ForeignFileError(told)
        self._options += len(codes)
        if self._options > MOST_OPTIONS:
            raise ForeignFileError(Refused.ANSWERS(most=MOST_OPTIONS))

    def done(self, title: Text, languages: Iterator[str] | list[str]) -> Foreign:
        """Return what was read."""
        return Foreign(
            self.name,
            title,
            tuple(dict.fromkeys(languages)),
            tuple(self.blocks),
            dict(self.types),
            self.conditions,
            self.aliases,
            tuple(self.losses),
        )


def after(one: Text, other: Text) -> Text:
    """Return two texts as one, the second below the first, in every language of either."""
    languages = dict.fromkeys((*one, *other))
    return {
        language: " ".join(text[language] for text in (one, other) if language in text)
        for language in languages
    }


def refuse_path(code: str) -> None:
    """Take no name that could lead out of a folder.

    Raises
    ------
    ForeignFileError
        If it could, or holds signs that cannot be written.
    """
    parts = code.replace("\\", "/").split("/")
    if ".." in parts or code.startswith(("/", "\\", "~")) or not code.isprintable():
        raise ForeignFileError(Refused.NAME(code=short(code)))
