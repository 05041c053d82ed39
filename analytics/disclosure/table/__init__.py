"""The table: its plan, its hierarchy of domains, and what was released of it before."""

from analytics.disclosure.table.domain import Domain
from analytics.disclosure.table.domain_tree import DomainTree
from analytics.disclosure.table.keys import Key
from analytics.disclosure.table.plan import Plan, PlannedTable, plan_tables, plan_wave
from analytics.disclosure.table.prior_release import Told

__all__ = [
    "Domain",
    "DomainTree",
    "Key",
    "Plan",
    "PlannedTable",
    "Told",
    "plan_tables",
    "plan_wave",
]
