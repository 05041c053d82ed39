"""What an urn held, once it is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey_app.counting.urn.ballot import Ballot


@dataclass(frozen=True, slots=True)
class OpenedUrn:
    """What an urn held; ``refused`` counts rows that are no ballots of this wave.

    ``copied`` of these are sealed ballots that lay there before: nobody seals the same one twice.
    """

    ballots: tuple[Ballot, ...]
    refused: int
    copied: int = 0
