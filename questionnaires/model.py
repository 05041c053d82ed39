"""What we ask, as values: statements, items, response options, scales, indices, forms.

Everything here is frozen. A `Questionnaire` carries all that is needed to show a form and to
score its answers, because a wave keeps the exact questionnaire it asked.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from questionnaires.arms import without_arm
from questionnaires.canonical import (
    APART,
    LATER,
    UnreadableError,
    build,
    canonical_json,
    content_hash,
)
from questionnaires.errors import SensitivityError
from questionnaires.sensitivity import Sensitivity, strictest

type Text = Mapping[str, str]
"""One text by language code."""

# Stored codes of the kinds of missing. They are never merged before scoring.
NOT_ANSWERED = -1
NOT_APPLICABLE = -2  # `vi`: don't know, or not relevant
PREFER_NOT = -3  # `vs`
NOT_ASKED = -4
# What the options of those who do not know, or prefer not to answer, are called, where figures
# speak of them by themselves.
NOT_APPLICABLE_CODE = "vi"  # unless a set calls it otherwise
PREFER_NOT_CODE = "vs"
# The shares of the two sides of five grades, by which figures tell them: no answer's own code.
GRADES = 5
AGREE_CODE, DISAGREE_CODE = "agree", "disagree"

type StatementKind = Literal[
    "mission", "vision", "value", "value_statement", "area", "goal", "subgoal"
]
type Status = Literal["adopted", "draft", "example"]
type Tie = Literal["", "clear", "possible", "uncertain"]
type Population = Literal["staff", "public", "candidates", "stakeholders"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence (or a heading) of the strategy, by an id that never changes.

    `area` and `goal` are the ids it belongs under; a value statement has its value in `goal`.
    The text is verbatim bokmål: the strategy exists in no other language. `tie` is how well the
    content suits `goal` where we have put it there and the document has not; empty where it has.
    """

    id: str
    kind: StatementKind
    area: str | None
    goal: str | None
    text: str
    order: int
    tie: Tie = ""


@dataclass(frozen=True, slots=True)
class Strategy:
    """One revision of the agency's strategy, statements in the order of the document.

    `driving_forces` are what the document says that it answers to, in its own words. What is not
    adopted is asked nowhere; an example is nobody's but ours, and says so wherever it is shown.
    """

    revision: str
    name: str
    period_from: int
    period_to: int
    statements: dict[str, Statement]
    driving_forces: tuple[str, ...] = ()
    status: Status = "adopted"

    @property
    def adopted(self) -> bool:
        """Whether it is the agency's strategy, and no draft or example of one."""
        return self.status == "adopted"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen: `code` in the HTML form, `value` in storage."""

    code: str
    value: int | None
    missing: Literal["not_applicable", "prefer_not"] | None
    label: Text

    @property
    def stored(self) -> int:
        """The integer that is stored when this option is chosen."""
        if self.missing == "not_applicable":
            return NOT_APPLICABLE
        if self.missing == "prefer_not":
            return PREFER_NOT
        assert self.value is not None
        return self.value


@dataclass(frozen=True, slots=True)
class ResponseOptions:
    """The set of options offered, in the order shown; missing options come last.

    A 0-10 scale has words at its ends only: `low_label` and `high_label`.
    """

    id: str
    kind: Literal["scale", "choice"]
    options: tuple[Option, ...]
    stem: Text | None
    low_label: Text | None
    high_label: Text | None

    def option(self, code: str) -> Option | None:
        """Find an option by its form value; None when there is none."""
        return next((option for option in self.options if option.code == code), None)

    @property
    def values(self) -> tuple[int, ...]:
        """The stored integers of the options that are real answers, in order."""
        return tuple(option.value for option in self.options if option.value is not None)


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when any of the codes is chosen in the item; negated, when none of them is.

    An item left blank has no code chosen: a plain condition on it fails and a negated one holds.
    """

    item: str
    codes: tuple[str, ...]
    negate: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked.

    `filter` conditions must all hold for the item to be asked; `note` is the sentence that tells
    the respondent so ("Svar bare hvis ..."), since the plain form shows every item. `sensitivity`
    is what the version says of itself; ask `Questionnaire.sensitivity_of`.
    """

    id: str
    version: int
    scale: str | None
    options: str
    presentation: Literal["radio", "select", "checkbox"]
    statements: tuple[str, ...]
    purpose: Literal["measure", "background", "filter"]
    reversed: bool
    reason: str
    core: bool
    filter: tuple[Condition, ...]
    tradition: str
    text: Text
    help: Text | None
    note: Text | None
    sensitivity: Sensitivity = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class Scale:
    """Items scored together; a person needs the share `min_answered` of those asked."""

    code: str
    title: Text
    items: tuple[str, ...]
    min_answered: float


@dataclass(frozen=True, slots=True)
class Index:
    """A scale, or a weighted mean of scales, on 0-100.

    `parts` gives each scale's weight and sums to 1; it is empty when the index is the scale of
    the same code. `equal_parts` is the equal-weight version shown beside it, where there is one.
    """

    code: str
    title: Text
    short: Text
    parts: dict[str, float]
    equal_parts: dict[str, float]
    population: Population
    about: Text

    @property
    def weights(self) -> dict[str, float]:
        """Scale code to weight, also for a plain scale (weight 1)."""
        return self.parts or {self.code: 1.0}


@dataclass(frozen=True, slots=True)
class DriverSet:
    """An outcome, and the measures that what goes with it is shared among, in the form's order.

    `measure` and `predictors` are codes of indices, scales or items. `phrase` names the outcome
    inside a sentence; `note` warns readers of what is particular to it.
    """

    id: str
    measure: str
    population: Population
    title: Text
    short: Text
    phrase: Text
    predictors: tuple[str, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something a unit may do, and whose advice it is."""

    text: Text
    source: str


@dataclass(frozen=True, slots=True)
class ActionTheme:
    """What units may do about some measures: codes of indices, scales or items."""

    id: str
    measures: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Items shown together, with the stem and the text that stand before them.

    `module` names the module of a split questionnaire that it is part of, of which each person is
    asked one; empty in the core, which everybody is asked.
    """

    stem: Text | None
    items: tuple[str, ...]
    intro: Text | None
    module: str = field(default="", metadata=LATER)


@dataclass(frozen=True, slots=True)
class Form:
    """Which items are put to whom, in which blocks and order.

    Answering `screen_out` so ends the survey; `help` stands on the page of thanks.
    """

    id: str
    instrument: str
    population: Population
    kind: Literal["pulse", "main", "half_year", "open", "yearly"]
    title: Text
    minutes: int
    blocks: tuple[Block, ...]
    screen_out: Condition | None
    help: Text | None = None

    @property
    def items(self) -> tuple[str, ...]:
        """Item ids in the order shown."""
        return tuple(item for block in self.blocks for item in block.items)

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of the modules, of which each person is asked one; empty where all are asked all.

        Their order numbers them from 1.
        """
        return tuple(dict.fromkeys(block.module for block in self.blocks if block.module))

    @property
    def module_of(self) -> dict[str, int]:
        """Number of the module that an item belongs to; items of the core are not there."""
        number = {name: at for at, name in enumerate(self.modules, start=1)}
        return {
            item: number[block.module]
            for block in self.blocks
            if block.module
            for item in block.items
        }

    @property
    def items_by_part(self) -> tuple[frozenset[str], ...]:
        """Items of the core, which is all of a form without modules, then those of each module."""
        of, numbers = self.module_of, range(1, len(self.modules) + 1)
        core = frozenset(self.items) - of.keys()
        return core, *(frozenset(one for one in of if of[one] == number) for number in numbers)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A form with everything needed to show it and to score its answers.

    `scales` and `indices` are those this form can carry. `noted_sensitivity` is the library's;
    without it (`Library.with_sensitivity`) nothing is computed.
    """

    form: Form
    items: tuple[Item, ...]
    options: dict[str, ResponseOptions]
    scales: tuple[Scale, ...]
    indices: tuple[Index, ...]
    strategy_revision: str
    noted_sensitivity: Mapping[str, Sensitivity] | None = field(
        default=None, compare=False, metadata=APART
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """The order of stored answers: item ids, and ``item:code`` for checkbox items."""
        return tuple(column for item in self.items for column in self.item_columns(item))

    def item_columns(self, item: Item) -> tuple[str, ...]:
        """Columns of one item: its id, or one per option when several can be chosen."""
        if item.presentation != "checkbox":
            return (item.id,)
        return tuple(f"{item.id}:{option.code}" for option in self.option_set(item).options)

    def item(self, item_id: str) -> Item:
        """Find an item by id.

        Raises
        ------
        KeyError
            If the form does not ask it.
        """
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def option_set(self, item: Item | str) -> ResponseOptions:
        """Response options of an item, given by itself or by id."""
        found = self.item(item) if isinstance(item, str) else item
        return self.options[found.options]

    def sensitivity_of(self, item: Item) -> Sensitivity:
        """Tell how much care the figures of an item need: the most that anybody says of it.

        Raises
        ------
        SensitivityError
            If nobody has laid on what the library notes: what is not known must not look harmless.
        """
        if self.noted_sensitivity is None:
            raise SensitivityError(self.form.id)
        return strictest(item.sensitivity, self.noted_sensitivity.get(without_arm(item.id), ""))

    @property
    def question_count(self) -> int:
        """Questions shown at most, background and filters included.

        What halves are asked in different words is one question to each. Of the modules of a split
        questionnaire each person is shown one; the longest counts.
        """
        modules = Counter(self.form.module_of.values())
        everybody = {without_arm(item.id) for item in self.items} - set(self.form.module_of)
        return len(everybody) + max(modules.values(), default=0)

    def to_json(self) -> bytes:
        """Write the questionnaire as canonical JSON: equal content, equal bytes."""
        return canonical_json(self)

    @property
    def hash(self) -> str:
        """Name of the exact content, ``sha256:<64 hexadecimal digits>``."""
        return content_hash(self)

    @classmethod
    @lru_cache(maxsize=32)  # pages and mails ask for those of the newest waves again and again
    def from_json(cls, content: bytes) -> "Questionnaire":
        """Read what `to_json` wrote.

        Raises
        ------
        UnreadableError
            If the bytes are not a questionnaire; the sentence names the field.
        """
        try:
            plain = json.loads(content)
        except ValueError as problem:
            raise UnreadableError("the stored questionnaire is not valid JSON") from problem
        return build(cls, plain)
