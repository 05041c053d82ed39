"""The rules: minimum group, display limits, what a cell's status may be. Loads no pandas."""

from analytics.disclosure.rules.disclosure_rules import DisclosureRules, Requirement
from analytics.disclosure.rules.errors import DisclosureError
from analytics.disclosure.rules.status import PRIMARY, PUBLISHED, SECONDARY, STATUSES

__all__ = [
    "PRIMARY",
    "PUBLISHED",
    "SECONDARY",
    "STATUSES",
    "DisclosureError",
    "DisclosureRules",
    "Requirement",
]
