"""What a token of the API may read."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Published results of one population."""

    STAFF = "results:staff"
    PUBLIC = "results:public"
