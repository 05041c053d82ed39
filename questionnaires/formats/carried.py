"""What becomes of somebody else's questionnaire: an instrument of ours, before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from questionnaires.formats.foreign import LeftBehind
from questionnaires.model import Condition, Option, Population, Text


@dataclass(frozen=True, slots=True)
class CarriedOptions:
    """A set of response options that the agency does not have yet, or a row of numbers."""

    id: str
    scale: bool
    options: tuple[Option, ...]
    range: tuple[int, int] | None = None
    low_label: Text | None = None
    high_label: Text | None = None


@dataclass(frozen=True, slots=True)
class CarriedQuestion:
    """An item without the statements that it measures: those, a person has to name.

    `code` is what the file calls it, `note` what it says of who is to answer it.
    """

    id: str
    options: str
    presentation: str
    filter: tuple[Condition, ...]
    text: Text
    help: Text
    code: str
    note: Text


@dataclass(frozen=True, slots=True)
class CarriedBlock:
    """Items shown together, and the text before them."""

    intro: Text
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CarriedInstrument:
    """An instrument with its form and the sets of options that it brings along.

    `reused` are sets that the agency has already, `losses` what the file holds beyond all this.
    Answering `screen_out` so ends the form.
    """

    key: str
    source: str
    population: Population
    title: Text
    languages: tuple[str, ...]
    items: tuple[CarriedQuestion, ...]
    options: tuple[CarriedOptions, ...]
    reused: tuple[str, ...]
    blocks: tuple[CarriedBlock, ...]
    screen_out: Condition | None
    losses: tuple[LeftBehind, ...]
    from_languages: Mapping[str, str]

    @property
    def codes(self) -> tuple[str, ...]:
        """What the file calls the items that came along."""
        return tuple(item.code for item in self.items)

    @property
    def conditions(self) -> int:
        """How many items are asked only of some."""
        return sum(bool(item.filter) for item in self.items)
