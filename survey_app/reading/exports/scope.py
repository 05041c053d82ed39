"""Which part of a publication is taken out: a reader gets less, never other numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from questionnaires.margins import Margins
from survey_app.accounts.roles import UNIT_ROLES
from survey_app.reading.published import Published
from survey_app.reading.rows import AGENCY, Domain
from survey_app.reading.scope import visible
from survey_app.reading.waves import Wave

if TYPE_CHECKING:
    from survey_app.accounts.sessions import SignedIn

# Staff figures are open for the whole agency only; the public's background groups are open too.
OPEN_LEVELS: Final[Mapping[str, Collection[str]]] = {
    "staff": {AGENCY},
    "public": {AGENCY, "group"},
    "open": {AGENCY},
}


@dataclass(frozen=True, slots=True)
class ExportScope:
    """Places that are taken out (``None``: all of them), and whether single items are."""

    places: frozenset[tuple[str, str]] | None = None
    items: bool = True

    def has(self, level: str, domain: str) -> bool:
        """Tell whether a place is in it."""
        return self.places is None or (level, domain) in self.places


@dataclass(frozen=True, slots=True)
class Part:
    """One publication and what is taken out of it.

    ``margins_before`` are the smallest changes that matter of the wave before; None where they are
    the same.
    """

    wave: Wave
    shown: Published
    scope: ExportScope
    margins_before: Margins | None = None

    @property
    def population(self) -> str:
        """Who was asked."""
        return str(self.shown.content["campaign"]["population"])

    @property
    def domains(self) -> list[Domain]:
        """The places in scope, in the organisation's order."""
        return [d for d in self.shown.domains if self.scope.has(d.level, d.code)]

    @property
    def measures(self) -> list[str]:
        """Codes of the measures in scope, in the publication's order."""
        found = self.shown.measures.values()
        return [one.code for one in found if self.scope.items or one.kind != "item"]


def open_part(wave: Wave, shown: Published) -> Part:
    """Take out what everybody may see: indices and scales, no unit."""
    levels = OPEN_LEVELS[shown.content["campaign"]["population"]]
    return Part(
        wave,
        shown,
        ExportScope(_places(d for d in shown.domains if d.level in levels), items=False),
    )


def part_for(reader: SignedIn, wave: Wave, shown: Published) -> Part:
    """Take out what a reader's pages show; leaders and representatives see their own units."""
    if reader.role not in UNIT_ROLES:
        return Part(wave, shown, ExportScope())
    return Part(wave, shown, ExportScope(_places(visible(reader, shown))))


def part_of_unit(wave: Wave, shown: Published, unit: Domain) -> Part:
    """Take out a unit or region with what it is compared with: its region and the agency."""
    codes = {unit.code, unit.parent, ""}
    kept = [d for d in shown.domains if d.code in codes and d.level in {AGENCY, "region", "unit"}]
    return Part(wave, shown, ExportScope(_places(kept)))


def _places(domains: Iterable[Domain]) -> frozenset[tuple[str, str]]:
    return frozenset((d.level, d.code) for d in domains)
