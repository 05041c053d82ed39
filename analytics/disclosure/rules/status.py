"""What may be said of a cell: shown, or suppressed and why."""

from typing import Final

PUBLISHED: Final = "published"
PRIMARY: Final = "suppressed_primary"
SECONDARY: Final = "suppressed_secondary"
STATUSES: Final = frozenset({PUBLISHED, PRIMARY, SECONDARY})
