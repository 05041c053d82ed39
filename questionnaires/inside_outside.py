"""What staff and people outside are both asked about, and what outsiders are asked alike."""

from dataclasses import dataclass
from typing import Literal

from questionnaires.model import Population, Text

type Comparable = Literal["theme", "weak", "no"]


@dataclass(frozen=True, slots=True)
class Theme:
    """What staff and people outside are both asked about, each in words of their own.

    `inside` is an item to staff, `outside` one to `population`. A gap may be computed unless
    `comparable` is ``no``; for all but ``theme``, `reason` tells why it goes no further. `phrase`
    names the theme inside a sentence.
    """

    id: str
    inside: str
    outside: str
    population: Population
    comparable: Comparable
    title: Text
    phrase: Text
    reason: Text | None


@dataclass(frozen=True, slots=True)
class SameWords:
    """An item that the population and candidates are asked alike; a `reason` bars comparing."""

    item: str
    reason: Text | None
