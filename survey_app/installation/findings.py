"""What the doctor finds: one sentence each, with a sign in front."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """How a finding begins."""

    GOOD = "ok    "
    NOTE = "note  "
    BAD = "wrong "


@dataclass(frozen=True, slots=True)
class Inspection:
    """One thing that was looked at."""

    sign: Sign
    sentence: str

    @property
    def bad(self) -> bool:
        """Whether somebody has to do something."""
        return self.sign is Sign.BAD
