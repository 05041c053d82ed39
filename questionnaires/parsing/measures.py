"""Read which measure plays which part, and the types of units."""

from collections.abc import Mapping
from functools import cache

from questionnaires.content import SHIPPED
from questionnaires.errors import Problem
from questionnaires.measures import (
    Called,
    CandidateMeasures,
    MeasuredStrategy,
    MeasureRoles,
    PublicMeasures,
    StaffMeasures,
)
from questionnaires.model import Text
from questionnaires.parsing.instruments import read_sensitivity
from questionnaires.reading import Table, read_toml
from questionnaires.sensitivity import Sensitivity

MEASURES = "measures.toml"
UNIT_TYPES = "unit_types.toml"


def parse_measures(data: object, problems: list[Problem]) -> MeasureRoles:
    """Read ``measures.toml``."""
    top = Table(MEASURES, "", data, problems)
    said = top.has("sensitivity")
    roles = MeasureRoles(
        staff=_staff(top.table("staff")),
        public=_public(top.table("public")),
        candidates=_candidates(top.table("candidates")),
        strategy=_strategy(top.table("strategy")),
        called={code: _called(table) for code, table in top.table("called").named_tables()},
        sensitivity=_sensitivity(top.table("sensitivity")) if said else shipped_sensitivity(),
    )
    top.close()
    return roles


def _staff(table: Table) -> StaffMeasures:
    found = StaffMeasures(
        culture=table.take("culture", str, ""),
        culture_core=table.take("culture_core", str, ""),
        values=table.strings("values"),
        values_core=table.strings("values_core"),
        alone=table.strings("alone"),
        workplace=table.take("workplace", str, ""),
        workplace_parts=table.strings("workplace_parts"),
        recommend=table.take("recommend", str, ""),
        recommend_item=table.take("recommend_item", str, ""),
        workplace_goal=table.take("workplace_goal", str, ""),
    )
    table.close()
    return found


def _public(table: Table) -> PublicMeasures:
    found = PublicMeasures(
        trust=table.take("trust", str, ""),
        reputation=table.take("reputation", str, ""),
        goals=table.strings("goals"),
        trust_goal=table.take("trust_goal", str, ""),
        attractive=table.take("attractive", str, ""),
        impression=table.take("impression", str, ""),
        area=table.take("area", str, ""),
    )
    table.close()
    return found


def _candidates(table: Table) -> CandidateMeasures:
    found = CandidateMeasures(attractive=table.take("attractive", str, ""))
    table.close()
    return found


def _strategy(table: Table) -> MeasuredStrategy:
    found = MeasuredStrategy(table.strings("measured"), table.words("topics") or {})
    table.close()
    return found


def _called(table: Table) -> Called:
    found = Called(
        row=table.words("row"),
        sentence=table.words("sentence"),
        noun=table.words("noun"),
        button=table.words("button"),
        note=table.words("note"),
        quoted=table.take("quoted", bool, default=False),
    )
    table.close()
    return found


def _sensitivity(table: Table) -> Mapping[str, Sensitivity]:
    found = {name: read_sensitivity(table, name) for name in table.keys}
    table.close()
    return found


@cache
def shipped_sensitivity() -> Mapping[str, Sensitivity]:
    """Return what the shipped content notes of its items.

    It holds in a folder that says nothing of sensitive items. It was written before it could, while
    the programme knew them by their ids; many are copies of the shipped content.
    """
    found = read_toml(SHIPPED, MEASURES, [])
    return _sensitivity(Table(MEASURES, "sensitivity", found.get("sensitivity", {}), []))


def parse_unit_types(data: object, problems: list[Problem]) -> Mapping[str, Text]:
    """Read ``unit_types.toml``: what readers call each type, by code."""
    top = Table(UNIT_TYPES, "", data, problems)
    return {code: table.all_words() for code, table in top.named_tables()}
