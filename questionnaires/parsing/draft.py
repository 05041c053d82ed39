"""What was read, before it is checked: values with the places they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from questionnaires.agency import Agency
from questionnaires.background import Background
from questionnaires.inside_outside import SameWords, Theme
from questionnaires.measures import MeasureRoles
from questionnaires.messages import Messages
from questionnaires.model import (
    ActionTheme,
    DriverSet,
    Form,
    Index,
    Item,
    ResponseOptions,
    Scale,
    Statement,
    Strategy,
    Text,
)
from questionnaires.strategy_maps import StrategyMap


@dataclass(frozen=True, slots=True)
class Placed[T]:
    """A value and where it stands, for the sentences of problems."""

    file: str
    key: str
    value: T


@dataclass(frozen=True, slots=True)
class WeakLink:
    """An item that its instrument ties to statements although it measures something else."""

    item: str
    statements: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class InstrumentDraft:
    """One version of an instrument; `content` is what its hash is taken of."""

    key: str
    title: Text
    version: int
    directory: str
    strategy_revision: str
    optional_languages: tuple[str, ...]
    items: tuple[Placed[Item], ...]
    scales: tuple[Placed[Scale], ...]
    content: dict[str, object]


@dataclass(frozen=True, slots=True)
class IndexDraft:
    """An index whose parts may still be indices; weights are exact.

    `brought_by` names the version of an instrument since which there is such an index, as
    ``verdipuls/v2``; empty where there is none before its scales are.
    """

    index: Index
    parts: dict[str, Fraction]
    equal_parts: dict[str, Fraction]
    brought_by: str = ""

    def came_after(self, key: str, version: int) -> bool:
        """Tell whether a later version of an instrument brought it."""
        instrument, _, number = self.brought_by.rpartition("/v")
        return instrument == key and number.isdecimal() and int(number) > version

    def shared_out(self, composed: Mapping[str, Mapping[str, Fraction]]) -> Index:
        """Give the index with its weights on scales, `composed` holding the parts of each index."""
        return replace(
            self.index,
            parts=_floats(share_out(self.parts, composed)),
            equal_parts=_floats(share_out(self.equal_parts, composed)),
        )


def share_out(
    parts: Mapping[str, Fraction], composed: Mapping[str, Mapping[str, Fraction]]
) -> dict[str, Fraction]:
    """Write parts that are indices as the scales those are made of.

    Parts must not lead back to themselves; `check_index_parts` sees to that.
    """
    exact: dict[str, Fraction] = {}
    for code, weight in parts.items():
        inner = composed.get(code)
        shares = share_out(inner, composed) if inner else {code: Fraction(1)}
        for scale, share in shares.items():
            exact[scale] = exact.get(scale, Fraction(0)) + weight * share
    return exact


def _floats(weights: Mapping[str, Fraction]) -> dict[str, float]:
    return {code: float(weight) for code, weight in weights.items()}


@dataclass(frozen=True, slots=True)
class EarlierForm:
    """What a form was with an earlier version of its instrument.

    `items` are those it asked and asks no more, `without` those it asks now and did not then.
    `modules` are the items of each module, where it was divided otherwise than now.
    """

    minutes: int
    items: tuple[str, ...]
    without: tuple[str, ...] = ()
    modules: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class FormDraft:
    """A form with the items its variants leave out or ask of everybody.

    `earlier` is by version of the instrument. `without_indices` are those whose scales lie in
    several parts of a split questionnaire, so that nobody is asked all of them.
    """

    form: Form
    first_wave_without: tuple[str, ...]
    unfiltered: tuple[str, ...]
    earlier: Mapping[int, EarlierForm]
    without_indices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that was read; `instruments` are those asked, `versions` all that there are.

    `indices_of` holds, by revision of the strategy, the newest definition of each index.
    """

    agency: Agency
    background: Background
    measures: MeasureRoles
    unit_types: Mapping[str, Text]
    strategy: Strategy
    strategies: Mapping[str, Strategy]
    strategy_maps: tuple[Placed[StrategyMap], ...]
    statements: tuple[Placed[Statement], ...]
    options: dict[str, ResponseOptions]
    instruments: tuple[InstrumentDraft, ...]
    versions: tuple[InstrumentDraft, ...]
    indices: tuple[Placed[IndexDraft], ...]
    indices_of: Mapping[str, tuple[Placed[IndexDraft], ...]]
    forms: tuple[Placed[FormDraft], ...]
    not_asked: dict[str, str]
    messages: Messages
    drivers: tuple[Placed[DriverSet], ...]
    item_names: dict[str, Text]
    themes: tuple[Placed[Theme], ...]
    same_words: tuple[Placed[SameWords], ...]
    suggestions: tuple[Placed[ActionTheme], ...]
    weak_links: tuple[Placed[WeakLink], ...]
    demo: tuple[Placed[Text], ...]
    exclusive: dict[str, tuple[str, ...]]
    contents: dict[str, object]
    released: dict[str, str]

    @property
    def items(self) -> tuple[Placed[Item], ...]:
        """Items of all instruments."""
        return tuple(item for instrument in self.instruments for item in instrument.items)

    @property
    def unreleased(self) -> tuple[InstrumentDraft, ...]:
        """The newest versions that are not released yet: what can still be mended."""
        return tuple(one for one in self.instruments if one.directory not in self.released)

    @property
    def retired(self) -> frozenset[str]:
        """Items that earlier versions have, and no newest one: waves of before asked them."""
        every = {item.value.id for version in self.versions for item in version.items}
        return frozenset(every - {item.value.id for item in self.items})

    @property
    def scales(self) -> tuple[Placed[Scale], ...]:
        """Scales of all instruments."""
        return tuple(scale for instrument in self.instruments for scale in instrument.scales)
