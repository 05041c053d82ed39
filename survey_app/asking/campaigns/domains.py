"""The frame of a wave, frozen at its opening: the agency, its regions and reporting units."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from survey_app.asking.campaigns.key_groups import Invited, key_groups_of
from survey_app.asking.people.reporting_units import ReportingUnit
from survey_app.shared.database import Link

LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class FrameDomain:
    """One row of the frame.

    A unit whose ``invited`` is below 2k is no key group: its people's invitations, and so their
    answers, carry the code of its parent (``design.md`` 8.3, ``key_groups.py``).
    """

    level: str
    code: str
    parent: str
    name: str
    kind: str
    members: tuple[str, ...]
    population: int
    invited: int


class Named(Protocol):
    """A unit of the register with its name."""

    @property
    def code(self) -> str:
        """The unit's own code."""

    @property
    def name(self) -> str:
        """The unit's name."""

    @property
    def parent(self) -> str | None:
        """Code of the unit above."""


def staff_domains(
    agency: Named,
    units: Mapping[str, Named],
    reporting: Sequence[ReportingUnit],
    invited: Mapping[str, int],
) -> list[FrameDomain]:
    """Lay the tree of a staff wave.

    Parameters
    ----------
    agency : Named
        The root; its code in the frame is empty.
    units : mapping of str to Named
        Every unit of the register, regions included.
    reporting : sequence of ReportingUnit
        In the organisation's order.
    invited : mapping of str to int
        How many are invited, by reporting unit.
    """
    rows = [
        FrameDomain(
            "unit",
            unit.code,
            unit.region,
            unit.name[:LONGEST_NAME],
            unit.kind,
            unit.members,
            unit.population,
            invited.get(unit.code, 0),
        )
        for unit in reporting
    ]
    order = {code: at for at, code in enumerate(units)}
    regions = sorted({unit.region for unit in reporting} - {""}, key=lambda code: order[code])
    return [
        _sum("agency", "", "", agency.name, (), rows),
        *(_region(code, units, [row for row in rows if row.parent == code]) for code in regions),
        *rows,
    ]


def _region(code: str, units: Mapping[str, Named], rows: Sequence[FrameDomain]) -> FrameDomain:
    homes = dict.fromkeys((code, *(units[one].parent or "" for row in rows for one in row.members)))
    name = " og ".join(units[home].name for home in homes)
    return _sum("region", code, "", name, tuple(homes), rows)


def _sum(
    level: str,
    code: str,
    parent: str,
    name: str,
    members: tuple[str, ...],
    rows: Sequence[FrameDomain],
) -> FrameDomain:
    return FrameDomain(
        level,
        code,
        parent,
        name[:LONGEST_NAME],
        level,
        members if len(members) > 1 else (),
        sum(row.population for row in rows),
        sum(row.invited for row in rows),
    )


def key_groups(domains: Iterable[FrameDomain], minimum_group: int) -> dict[str, str]:
    """Return the code that answers of each unit carry; see `key_groups_of`.

    Examples
    --------
    >>> unit = Domain("unit", "a", "north", "A", "prison", ("a",), 30, 9)
    >>> key_groups([unit], 5)
    {'a': 'north'}
    """
    units = [Invited(row.code, row.parent, row.invited) for row in domains if row.level == "unit"]
    return key_groups_of(units, minimum_group)


def county_domains(
    agency_name: str,
    names: Mapping[str, str],
    counties: Iterable[str],
    population: Mapping[str, int],
) -> list[FrameDomain]:
    """Lay the frame of a public wave: the whole, and each county of the sample.

    Parameters
    ----------
    agency_name : str
        What the whole is called.
    names : mapping of str to str
        Name of each county, by code, in the statistics agency's order.
    counties : iterable of str
        County of each person invited.
    population : mapping of str to int
        Adults by county.
    """
    invited = Counter(counties)
    rows = [
        FrameDomain("county", code, "", name, "county", (), population[code], invited[code])
        for code, name in names.items()
        if code in invited
    ]
    return [_sum("agency", "", "", agency_name, (), rows), *rows]


async def insert_domains(
    link: Link,
    wave: UUID,
    domains: Iterable[FrameDomain],
) -> None:
    """Copy the frame into its table in the caller's transaction."""
    await link.copy_records_to_table(
        "wave_domain",
        schema_name="asking",
        columns=[
            "id",
            "wave",
            "level",
            "code",
            "parent",
            "name",
            "kind",
            "members",
            "population",
            "invited",
            "opted_out",
            "position",
        ],
        records=[
            (
                uuid.uuid4(),
                wave,
                row.level,
                row.code,
                row.parent,
                row.name,
                row.kind,
                list(row.members),
                row.population,
                row.invited,
                0,
                at,
            )
            for at, row in enumerate(domains)
        ],
    )
