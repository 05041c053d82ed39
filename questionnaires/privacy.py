"""What the record of processing says that no database knows, as ``agency.toml`` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from questionnaires.model import Text
    from questionnaires.reading import Table


@dataclass(frozen=True, slots=True)
class PrivacyFacts:
    """Whom to ask about personal data, and by what right it is held; empty where nobody said.

    ``contact`` is the controller's, ``officer`` the data protection officer's, ``processors`` are
    those who run machines or send letters for the agency. ``legal_basis`` is a text in every
    language; each campaign has one of its own beside it.
    """

    contact: str = ""
    officer: str = ""
    processors: tuple[str, ...] = ()
    legal_basis: Text | None = None


def parse_privacy(table: Table) -> PrivacyFacts:
    """Read ``[privacy]``; what is left out is marked as to be filled in."""
    found = PrivacyFacts(
        table.take("contact", str, ""),
        table.take("officer", str, ""),
        table.strings("processors"),
        table.words("legal_basis"),
    )
    table.close()
    return found
