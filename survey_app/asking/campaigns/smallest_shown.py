"""The number that respondents are told: groups with fewer answers than this are not shown."""

from __future__ import annotations

from analytics.disclosure.rules import DisclosureRules

_KINDS = {
    "staff": "staff_mean",
    "public": "public_group",
    "open": "public_group",
    "candidates": "stakeholder_mean",
    "stakeholders": "stakeholder_mean",
}


def smallest_shown(population: str, minimum_group: int) -> int:
    """Return what ``{{min_n}}`` stands for: the display limit, never below k (``design.md`` 8.2).

    Examples
    --------
    >>> smallest_shown("staff", 5), smallest_shown("staff", 12)
    (10, 12)
    """
    limit = DisclosureRules(minimum_group=minimum_group).limit(_KINDS[population])
    return limit or minimum_group
