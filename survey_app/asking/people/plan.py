"""What an import would do to the register: differences as values, before anything is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey_app.asking.people.reach import reach
from survey_app.asking.people.register import Register
from survey_app.asking.people.successors import Moves, UnitQuestion, unit_questions

type Act = Literal["added", "changed", "ended", "returned"]
type Thing = Literal["unit", "person"]

SIGNS: dict[Act, str] = {"added": "+", "changed": "~", "ended": "-", "returned": "+"}
# more leavers than this share at once look like a file that was cut off
SUSPICIOUS_SHARE = 0.2
# a few come back under a new key; more than this share of all, and five, look like a lost zero
REKEYED_SHARE, FEWEST_REKEYED = 0.01, 5
HIDDEN = frozenset({"email", "mobile"})
"""Columns of which it is told that they change, and never from what to what."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One column of one row, before and after."""

    column: str
    before: str
    after: str

    def __str__(self) -> str:
        # an address or number is told to nobody who does not already hold the file
        if self.column in HIDDEN:
            thing = "e-mail address" if self.column == "email" else "mobile number"
            return f"new {thing}" if self.after else f"no {thing} any more"
        return f"{self.column}: {self.before or '(empty)'} → {self.after or '(empty)'}"


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one unit or person."""

    thing: Thing
    act: Act
    code: str
    name: str
    fields: tuple[FieldChange, ...] = ()

    def __str__(self) -> str:
        name = f" {self.name}" if self.name else ""
        told = f" ({'; '.join(str(field) for field in self.fields)})" if self.fields else ""
        return f"{SIGNS[self.act]} {self.thing} {self.code}{name}: {self.act}{told}"


@dataclass(frozen=True, slots=True)
class Shrinking:
    """A region of which so many are not in the file that it looks cut off."""

    region: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An import that has not happened: the register of the file, and what it changes."""

    register: Register
    changes: tuple[Change, ...]
    known_people: int
    shrinking: tuple[Shrinking, ...] = ()
    moves: Moves = field(default_factory=Moves)
    names: Mapping[str, str] = field(default_factory=dict)
    """What the units of the register are called today, by code."""
    rekeyed: int = 0
    """Newcomers who have the address that somebody alone had who is not in the file any more."""

    @property
    def questions(self) -> tuple[UnitQuestion, ...]:
        """What has to be asked about units that are gone or new; nothing if the file says it."""
        return () if self.register.says_former else unit_questions(self.moves)

    @property
    def seen(self) -> str:
        """What stands for these differences: whoever confirmed them saw no others."""
        told = "\n".join(f"{one.thing} {one.act} {one.code} {one.fields!r}" for one in self.changes)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def counts(self) -> dict[tuple[Thing, Act], int]:
        """How many units and people are added, changed, ended and returned."""
        return dict(Counter((change.thing, change.act) for change in self.changes))

    @property
    def has_other_keys(self) -> bool:
        """Whether so many have another key that it looks written in another way than before."""
        return self.rekeyed >= max(FEWEST_REKEYED, REKEYED_SHARE * self.known_people)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed but looks like a mistake."""
        return (*self._other_keys(), *self._fewer_people())

    def _other_keys(self) -> Iterator[str]:
        if self.has_other_keys:
            yield (
                f"{self.rekeyed} newcomers have the e-mail address of somebody who is not in the"
                " file; are the keys written as before, with the zeros in front of them?"
            )

    def _fewer_people(self) -> tuple[str, ...]:
        regions = tuple(
            f"«{one.region}» has {one.after} people in the file, and {one.before} before;"
            " is the file complete?"
            for one in self.shrinking
        )
        leaving = self.counts.get(("person", "ended"), 0)
        if self.known_people and leaving > SUSPICIOUS_SHARE * self.known_people:
            told = f"{leaving} of {self.known_people} people are not in the file"
            return (f"{told} and would be ended; is the file complete?", *regions)
        return regions

    def lines(self) -> Iterator[str]:
        """Write the differences as lines to be read before they are carried out."""
        yield from self._differences()
        yield from (f"note: {told}" for told in reach(self.register.people).sentences())

    def _differences(self) -> Iterator[str]:
        if not self.changes:
            yield "nothing changes: the register is as the file tells"
            return
        yield from (str(change) for change in self.changes)
        for thing in ("unit", "person"):
            told = [
                f"{number} {act}" for act in SIGNS if (number := self.counts.get((thing, act), 0))
            ]
            if told:
                yield f"{'units' if thing == 'unit' else 'people'}: {', '.join(told)}"
        yield from (f"note: {warning}" for warning in self.warnings)
