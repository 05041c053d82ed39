"""The table: its plan, its hierarchy of domains, and what was released of it before."""

from analytics.disclosure.table.domain import TableDomain
from analytics.disclosure.table.domain_tree import DomainTree
from analytics.disclosure.table.keys import DomainKey
from analytics.disclosure.table.plan import Plan, PlannedTable, plan_crossed_tables, plan_wave
from analytics.disclosure.table.prior_release import PriorRelease

__all__ = [
    "DomainKey",
    "DomainTree",
    "Plan",
    "PlannedTable",
    "PriorRelease",
    "TableDomain",
    "plan_crossed_tables",
    "plan_wave",
]
