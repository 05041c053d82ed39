"""What a program with a token may do."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Read published results of one population, or what is measured of the installation."""

    STAFF = "results:staff"
    PUBLIC = "results:public"
    METRICS = "metrics"
