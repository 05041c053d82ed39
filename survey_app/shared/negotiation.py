"""What a client can read and what it has already: two headers that every reply may be asked by."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from litestar import Request


def accepted_encodings(request: Request[Any, Any, Any]) -> str:
    """Return a request's ``Accept-Encoding``; empty where it has none.

    Read from the raw headers: Litestar's own mapping is built of all of them for each request.
    """
    for name, value in request.scope["headers"]:
        if name == b"accept-encoding":
            return value.decode("latin-1")
    return ""


@lru_cache(maxsize=128)
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
