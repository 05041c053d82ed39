"""What catalogues tell of the open data, and how a catalogue may be asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

# how a catalogue may be asked for: what rdflib calls it, and its media type
CATALOGUES: Final[Mapping[str, tuple[str, str]]] = {
    "catalog.ttl": ("turtle", "text/turtle"),
    "catalog.jsonld": ("json-ld", "application/ld+json"),
    "catalog.rdf": ("xml", "application/rdf+xml"),
}
ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True)
class OpenFacts:
    """What a catalogue tells of the open data.

    ``contact`` is what the campaigns tell respondents; ``organisation`` the publisher's number in
    the Norwegian register of organisations, if it is set.
    """

    base_url: str
    contact: str
    organisation: str | None
    first_closed: date
    last_closed: date
    issued: datetime
    modified: datetime
