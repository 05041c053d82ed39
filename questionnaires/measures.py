"""Which measure plays which part on the pages, and what it is called there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from questionnaires.model import Text
from questionnaires.sensitivity import Sensitivity


@dataclass(frozen=True, slots=True)
class StaffMeasures:
    """Codes of what staff are asked; empty where the agency does not measure it.

    `culture` is the index of the `values`; `culture_core` and `values_core` are the same from the
    questions of every wave. `alone` stand in no index of the values. `recommend` is the measure on
    0-100 of the item `recommend_item`, answered from 0 to 10. `workplace_goal` is the goal of the
    strategy that the workplace belongs to.
    """

    culture: str = ""
    culture_core: str = ""
    values: tuple[str, ...] = ()
    values_core: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    workplace: str = ""
    workplace_parts: tuple[str, ...] = ()
    recommend: str = ""
    recommend_item: str = ""
    workplace_goal: str = ""


@dataclass(frozen=True, slots=True)
class PublicMeasures:
    """Codes of what people outside are asked; empty where the agency does not measure it.

    `reputation` is the index of the `goals`, of which `trust_goal` is nearly `trust` itself.
    `attractive` is the workplace as seen from outside, and `impression` the item that asks for it
    most broadly. `area` is the area of the strategy that the goals belong to.
    """

    trust: str = ""
    reputation: str = ""
    goals: tuple[str, ...] = ()
    trust_goal: str = ""
    attractive: str = ""
    impression: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class CandidateMeasures:
    """Codes of what candidates are asked; empty where the agency does not measure it."""

    attractive: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredStrategy:
    """What of the strategy the surveys are made to measure.

    `measured` are beginnings of ids of statements; `topics` names them inside a sentence.
    """

    measured: tuple[str, ...]
    topics: Text


@dataclass(frozen=True, slots=True)
class Called:
    """What a measure is called where its title is too formal; each name may be missing.

    `row` stands beside others of its kind, `sentence` at the beginning of a sentence, `noun` is
    what a group has more or less of, `button` chooses the measure, `note` is small print at its
    tile. `quoted` titles do not read as a noun in a sentence.
    """

    row: Text | None = None
    sentence: Text | None = None
    noun: Text | None = None
    button: Text | None = None
    note: Text | None = None
    quoted: bool = False


PLAIN = Called()

# What the code of an index ends in where its parts are weighted alike.
EQUAL = "-lik"
# Parts that are ids of the strategy; all others are codes of measures.
OF_THE_STRATEGY = ("workplace_goal", "area")


@dataclass(frozen=True, slots=True)
class MeasureRoles:
    """The measures by the part they play, and their names by code.

    `sensitivity` is of items whose versions were released before an item could say it itself.
    """

    staff: StaffMeasures
    public: PublicMeasures
    candidates: CandidateMeasures
    strategy: MeasuredStrategy
    called: Mapping[str, Called]
    sensitivity: Mapping[str, Sensitivity] = field(default_factory=dict)

    def name(self, code: str) -> Called:
        """Return what a measure is called; all empty where its title does."""
        return self.called.get(code, PLAIN)

    def headline(self, population: str) -> str:
        """Return the index that every wave of a population measures; empty where there is none."""
        return {"staff": self.staff.culture_core, "public": self.public.trust}.get(population, "")

    def codes(self) -> Iterator[tuple[str, str]]:
        """Name every measure that is used, each with its place in ``measures.toml``."""
        sections: dict[str, StaffMeasures | PublicMeasures | CandidateMeasures] = {
            "staff": self.staff,
            "public": self.public,
            "candidates": self.candidates,
        }
        for section, part in sections.items():
            for place in (one for one in fields(part) if one.name not in OF_THE_STRATEGY):
                value = getattr(part, place.name)
                codes = (value,) if isinstance(value, str) else value
                yield from ((f"{section} {place.name}", code) for code in codes if code)
        yield from ((f"called {code}", code) for code in self.called)

    def statements(self) -> Iterator[tuple[str, str]]:
        """Name every statement of the strategy that is used, each with its place."""
        yield "staff workplace_goal", self.staff.workplace_goal
        yield "public area", self.public.area
