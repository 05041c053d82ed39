"""How many pages were asked for, by route and kind of reply: of readers and programs alone.

Nothing is counted of answering: not its routes, not the open pages that lead there or away, and
nothing of this process that moves with them (processor time, memory). A row of such numbers, kept
with its times for a year, would tell at which second somebody answered (docs/security.md).
"""

from __future__ import annotations

import time
from typing import Any, Final

from litestar.types import Message, Scope
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass

COUNTED: Final = "counted"  # what a router says of routes that may be counted at all
FAULTS: Final = 500
BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds

registry: Final = CollectorRegistry()
_replies: Final = Counter(
    "barometer_replies",
    "Replies to readers who are signed in, and to programs with a token",
    ["route", "status"],
    registry=registry,
)
_seconds: Final = Histogram(
    "barometer_reply_seconds",
    "From a request's arrival at its page to the beginning of the reply",
    ["route"],
    buckets=BOUNDS,
    registry=registry,
)


def all_processes() -> CollectorRegistry:
    """Return what this process counted; where several share a port, what all of them did."""
    if ValueClass.__name__ != "MmapedValue":
        return registry
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # the library's own gap
    return shared


def page_reached(state: dict[str, Any]) -> None:
    """Note in a request's state when its page was reached."""
    state["began"] = time.perf_counter()


async def count_reply(message: Message, scope: Scope) -> None:
    """Count the beginning of a reply, of routes that may be counted, to whom it may be."""
    if message["type"] != "http.response.start" or not _is_counted(scope, message["status"]):
        return
    route = scope.get("path_template", "")
    _replies.labels(route, f"{message['status'] // 100}xx").inc()
    began = scope["state"].get("began")
    if began is not None:
        _seconds.labels(route).observe(time.perf_counter() - began)


def _is_counted(scope: Scope, status: int) -> bool:
    handler, state = scope.get("route_handler"), scope["state"]
    if handler is None or not handler.opt.get(COUNTED):
        return False
    # whoever has answered may go on to the open results: that is nobody's business
    return bool(state.get("signed_in") or state.get("token_holder") or status >= FAULTS)
