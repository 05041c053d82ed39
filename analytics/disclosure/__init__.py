"""Disclosure control: the only way from exact estimates to something that may be read."""

from analytics.disclosure.audit import Atoms, Disclosure, audit
from analytics.disclosure.participation import participation
from analytics.disclosure.plan import Plan, PlannedTable, plan_tables, plan_wave
from analytics.disclosure.protect import (
    Protected,
    PublishableTable,
    PublishedCells,
    protect,
    restore,
)
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.tree import Domain, DomainTree

__all__ = [
    "Atoms",
    "Disclosure",
    "DisclosureRules",
    "Domain",
    "DomainTree",
    "Plan",
    "PlannedTable",
    "Protected",
    "PublishableTable",
    "PublishedCells",
    "audit",
    "participation",
    "plan_tables",
    "plan_wave",
    "protect",
    "restore",
]
