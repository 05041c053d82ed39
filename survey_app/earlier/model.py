"""A source of earlier results, as it is stored and shown; every value is on 0-100."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import msgspec

Kind = Literal["earlier", "outside"]  # our own earlier surveys; what others have published
Audience = Literal["staff", "public"]
Comparable = Literal["", "same", "similar", "other"]  # with our measure; empty where none is named
Text = Mapping[str, str]

OWN_AGENCY: Final = "agency"  # what `own` says of a unit that is our whole agency
REASONS: Final = ("merger", "split", "rename", "moved", "closed", "reorganised", "other")
CONTINUES: Final = "direct"  # the new unit goes on with the old one's line
BREAKS: Final = "indirect"  # it does not


class SourceFigure(msgspec.Struct, frozen=True, array_like=True):
    """One value; ``low`` and ``high`` only where the uncertainty was given (95 %)."""

    year: int
    unit: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """A unit of the source; ``own`` is the code of ours that it corresponds to."""

    code: str
    name: Text
    own: str = ""


@dataclass(frozen=True, slots=True)
class SourceMeasure:
    """A measure of the source; ``own`` is the code of ours that is closest, if any.

    A mean of a scale, a share of respondents, or a rate: a ratio that may pass 100.
    """

    code: str
    name: Text
    own: str = ""
    comparable: Comparable = ""
    statistic: Literal["mean", "share", "rate"] = "mean"


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What happened to a unit; without a year the source does not say when."""

    year: int | None
    unit: str
    previous: str
    kind: Literal["", "direct", "indirect"]
    reason: str


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """What happened to a measure: a break, another wording, or a series linked by its maker."""

    year: int
    measure: str
    kind: Literal["break", "reworded", "linked"]
    note: Text


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that was taken in under one key."""

    key: str
    kind: Kind
    audience: Audience
    title: Text
    about: Text
    source: str
    licence: str
    url: str
    published: date | None
    retrieved: date
    scale: tuple[float, float]
    whole_until: int | None
    benchmarks: tuple[str, ...]
    start: str  # the unit that is shown first
    units: tuple[SourceUnit, ...]
    measures: tuple[SourceMeasure, ...]
    unit_changes: tuple[UnitChange, ...]
    measure_changes: tuple[MeasureChange, ...]
    figures: tuple[SourceFigure, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have figures, in order."""
        return tuple(sorted({figure.year for figure in self.figures}))

    @property
    def has_uncertainty(self) -> bool:
        """Whether any value came with its uncertainty."""
        return any(figure.low is not None for figure in self.figures)


def encode_source(source: Source) -> bytes:
    """Write a source as JSON, the same bytes for the same source."""
    return msgspec.json.encode(source, order="sorted")


def decode(content: bytes) -> Source:
    """Read what `encode_source` wrote."""
    return msgspec.json.decode(content, type=Source)
