"""What a client can read and what it has already: two headers that every reply may be asked by."""

from __future__ import annotations


def takes_gzip(accepts: str) -> bool:
    """Tell whether an ``Accept-Encoding`` allows gzip (RFC 9110, 12.5.3)."""
    for one in accepts.lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() in {"gzip", "*"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def has_already(asked: str, tag: str) -> bool:
    """Tell whether an ``If-None-Match`` names ``tag``, an entity tag in its quotes."""
    known = {one.strip().removeprefix("W/") for one in asked.split(",")}
    return tag in known or "*" in known
