"""The staff on a day, as a wave counts them: who is there, in which reporting unit, in which panel.

Opening a wave freezes it; planning one looks at it beforehand, by the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from survey_app.asking.people.mobile import OWN_NUMBER
from survey_app.asking.people.panels import asked_groups, group_of
from survey_app.asking.people.reach import OWN_ADDRESS
from survey_app.asking.people.reporting_units import ReportingUnit, keep_groups, reporting_units
from survey_app.asking.people.tree import AGENCY, counted_in_unit
from survey_app.shared.database import Link

Groups = Sequence[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class FrameUnit:
    """A unit of the register; regions and the agency too."""

    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in the frame; ``unit`` is the reporting unit that counts them."""

    id: UUID
    language: str
    group: int
    unit: str
    reachable: bool
    """By mail: they have an address of their own."""
    by_sms: bool = False
    """Not by mail, and by a mobile number of their own."""

    def channel(self, *, sms: bool) -> str:
        """Return how an invitation of their own comes; empty where none does.

        Examples
        --------
        >>> who = Member(UUID(int=1), "nb", 0, "nord-1", reachable=False, by_sms=True)
        >>> who.channel(sms=True), who.channel(sms=False)
        ('sms', '')
        """
        if self.reachable:
            return "email"
        return "sms" if sms and self.by_sms else ""


@dataclass(frozen=True, slots=True)
class StaffFrame:
    """Everybody, in an order that never changes, and the tree they are in."""

    agency: FrameUnit
    units: Mapping[str, FrameUnit]
    reporting: tuple[ReportingUnit, ...]
    people: tuple[Member, ...]

    def asked(self, invite: str, year: int) -> list[Member]:
        """Return whom a wave asks, those without an address too."""
        groups = asked_groups(invite, year) or frozenset()
        return [member for member in self.people if member.group in groups]


async def read_staff_frame(
    link: Link, *, today: date, year: int, wave: UUID | None = None
) -> StaffFrame | None:
    """Read the register as it stands.

    Parameters
    ----------
    link : asyncpg connection
    today : date
        The day of the frame.
    year : int
        Of the wave's opening: units are merged once a year.
    wave : UUID, optional
        The wave itself, which is none of those before.

    Returns
    -------
    StaffFrame or None
        None while nobody is in the register.

    Raises
    ------
    FrameTooSmall
        If there are fewer people than a reporting unit needs.
    """
    units = {
        row["code"]: FrameUnit(**row)
        for row in await link.fetch(
            "SELECT code, name, kind, parent FROM asking.unit"
            " WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to >= $1)"
            " ORDER BY position, code",
            today,
        )
    }
    people = await link.fetch(
        "SELECT p.id, p.language, p.panel, p.quarter, u.code AS unit,"  # noqa: S608 - a constant
        f" {OWN_ADDRESS} AS reachable, {OWN_NUMBER} AS has_number FROM asking.person p"
        " JOIN asking.unit u ON u.id = p.unit WHERE p.active ORDER BY p.number"
    )
    if not people:
        return None
    homes = {code: counted_in_unit(code, units) for code in {person["unit"] for person in people}}
    counts = Counter(homes[person["unit"]] for person in people)
    agency = next(unit for unit in units.values() if unit.kind == AGENCY)
    reported = [
        # directly under the agency, which has no code in the frame
        replace(unit, parent="") if unit.parent == agency.code else unit
        for unit in units.values()
        if unit.parent in units and unit.code in counts
    ]
    groups = await _groups_of_the_year(link, year, wave)
    reporting = keep_groups(reported, counts, groups) or reporting_units(reported, counts)
    unit_of = {member: unit.code for unit in reporting for member in unit.members}
    members = tuple(
        Member(
            person["id"],
            person["language"],
            group_of(person["panel"], person["quarter"]),
            unit_of[homes[person["unit"]]],
            person["reachable"],
            person["has_number"] and not person["reachable"],
        )
        for person in people
    )
    return StaffFrame(agency, units, tuple(reporting), members)


async def _groups_of_the_year(link: Link, year: int, wave: UUID | None) -> Groups:
    """Return how the latest staff wave of this year merged units: it is done once a year."""
    rows = await link.fetch(
        "SELECT d.parent, d.members FROM asking.wave_domain d WHERE d.level = 'unit' AND d.wave = ("
        " SELECT w.id FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = 'staff' AND w.state NOT IN ('draft', 'cancelled')"
        " AND extract(year FROM w.opens_on) = $1 AND w.id IS DISTINCT FROM $2"
        " ORDER BY w.opens_on DESC LIMIT 1)",
        year,
        wave,
    )
    return [(row["parent"], tuple(row["members"])) for row in rows]
