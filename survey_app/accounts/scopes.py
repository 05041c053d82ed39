"""What a program with a token may do."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Read published results of one population, what is measured, or write the register."""

    STAFF = "results:staff"
    PUBLIC = "results:public"
    METRICS = "metrics"
    SCIM = "scim"
