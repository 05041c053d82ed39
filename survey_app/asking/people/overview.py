"""The register as a page shows it: units with head counts, and nobody's name or address."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from survey_app.asking.errors import FrameTooSmall
from survey_app.asking.people.mobile import OWN_NUMBER
from survey_app.asking.people.reach import OWN_ADDRESS
from survey_app.asking.people.reporting_units import reporting_units
from survey_app.asking.people.tree import AGENCY, REGION, counted_in_unit, has_regions
from survey_app.shared.database import Login, fetch
from survey_app.shared.i18n import as_language


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit, with those of its sections; ``reported_with`` names whom it is merged with."""

    code: str
    name: str
    parent: str
    people: int
    sections: int
    reported_with: str
    not_reachable: int
    """Of its people, those without an e-mail address of their own."""
    by_sms: int = 0
    """Of these, those with a mobile number of their own."""


@dataclass(frozen=True, slots=True)
class RegionLines:
    """A region with its units, in the organisation's order."""

    name: str
    people: int
    units: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True)
class RegisterOverview:
    """The whole register in counts; `flat` is one without regions, whose units are one group."""

    agency: str
    people: int
    flat: bool
    regions: tuple[RegionLines, ...]
    languages: dict[str, int]
    ended_units: int
    not_reachable: int
    """People without an e-mail address of their own."""
    by_sms: int
    """Of these, those with a mobile number of their own."""
    failing: int
    """People whose invitation came back from their address."""

    @property
    def unreached(self) -> tuple[UnitLine, ...]:
        """The units with anybody who has no address of their own, in the organisation's order."""
        return tuple(one for region in self.regions for one in region.units if one.not_reachable)

    @property
    def units(self) -> int:
        """Number of units directly under a region, or the agency where it has none."""
        return sum(len(region.units) for region in self.regions)

    @property
    def merged(self) -> int:
        """Number of units that are reported together with another."""
        return sum(bool(unit.reported_with) for region in self.regions for unit in region.units)


@dataclass(frozen=True, slots=True)
class _Unit:
    code: str
    name: str
    kind: str
    parent: str | None


async def register_overview(login: Login, *, today: date) -> RegisterOverview | None:
    """Return the register as it stands on ``today``; ``None`` before the first import."""
    rows = await fetch(
        login,
        "SELECT code, name, kind, parent, valid_to FROM asking.unit ORDER BY position, code",
    )
    here = [row for row in rows if row["valid_to"] is None or row["valid_to"] >= today]
    units = {row["code"]: _Unit(*(row[name] for name in _Unit.__slots__)) for row in here}
    agency = next((unit for unit in units.values() if unit.kind == AGENCY), None)
    if agency is None:
        return None
    counts, languages = await _counts(login)
    homes = {code: counted_in_unit(code, units) for code, unit in units.items() if _below(unit)}
    people: Counter[str] = Counter()
    for code, number in counts.items():
        people[homes.get(code, code)] += number
    unreached: Counter[str] = Counter()
    by_sms: Counter[str] = Counter()
    for code, (number, with_mobile) in (await _not_reachable(login)).items():
        unreached[homes.get(code, code)] += number
        by_sms[homes.get(code, code)] += with_mobile
    sections = Counter(home for code, home in homes.items() if code != home)
    partners = _partners(units, homes, people)
    lines = [
        UnitLine(
            code=code,
            name=units[code].name,
            parent=units[code].parent or "",
            people=people[code],
            sections=sections[code],
            reported_with=partners.get(code, ""),
            not_reachable=unreached[code],
            by_sms=by_sms[code],
        )
        for code, home in homes.items()
        if code == home
    ]
    # an agency without regions has its units in one list
    flat = not has_regions(units.values())
    above = AGENCY if flat else REGION
    regions = [_region(unit, lines) for unit in units.values() if unit.kind == above]
    return RegisterOverview(
        agency.name,
        sum(counts.values()),
        flat,
        tuple(regions),
        languages,
        len(rows) - len(here),
        unreached.total(),
        by_sms.total(),
        await _failing(login),
    )


async def _failing(login: Login) -> int:
    rows = await fetch(
        login,
        "SELECT count(*) AS people FROM asking.person WHERE active AND undelivered <> ''",
    )
    number: int = rows[0]["people"]
    return number


async def _not_reachable(login: Login) -> dict[str, tuple[int, int]]:
    """Count those whom no mail reaches, and of these those with a number, by unit."""
    rows = await fetch(
        login,
        "SELECT u.code, count(*) AS people, count(*) FILTER (WHERE has_number) AS numbers FROM"  # noqa: S608 - constants
        f" (SELECT p.unit, {OWN_ADDRESS} AS own, {OWN_NUMBER} AS has_number"
        " FROM asking.person p WHERE p.active) each_person"
        " JOIN asking.unit u ON u.id = each_person.unit WHERE NOT own GROUP BY u.code",
    )
    return {row["code"]: (row["people"], row["numbers"]) for row in rows}


def _region(region: _Unit, lines: list[UnitLine]) -> RegionLines:
    own = tuple(line for line in lines if line.parent == region.code)
    return RegionLines(region.name, sum(line.people for line in own), own)


def _below(unit: _Unit) -> bool:
    return unit.kind not in {AGENCY, REGION}


async def _counts(login: Login) -> tuple[dict[str, int], dict[str, int]]:
    rows = await fetch(
        login,
        "SELECT u.code, p.language, count(*) AS people FROM asking.person p"
        " JOIN asking.unit u ON u.id = p.unit WHERE p.active GROUP BY u.code, p.language",
    )
    by_unit: Counter[str] = Counter()
    by_language: Counter[str] = Counter()
    for row in rows:
        by_unit[row["code"]] += row["people"]
        # who has one that was taken out is written to in the language that mails come in then
        by_language[as_language(row["language"])] += row["people"]
    return dict(by_unit), dict(by_language)


def _partners(
    units: dict[str, _Unit], homes: dict[str, str], people: Counter[str]
) -> dict[str, str]:
    reported = [unit for code, unit in units.items() if homes.get(code) == code]
    try:
        groups = reporting_units(reported, people)
    except FrameTooSmall:
        return {}
    return {
        code: ", ".join(units[other].name for other in group.members if other != code)
        for group in groups
        if len(group.members) > 1
        for code in group.members
    }
