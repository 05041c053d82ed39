"""What disclosure control refuses."""

from analytics.errors import AnalyticsError


class DisclosureError(AnalyticsError):
    """Publishing stops: a limit is not allowed, a table is not cleared, or a cell would leak.

    The text names cells and limits, never a count below the limit or an answer.
    """
