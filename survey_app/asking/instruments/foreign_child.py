"""A child of the web process reads a file that somebody uploaded: with little memory, and not long.

Files of others are read by libraries of others. Whatever one of them does with a file that was
made to do harm ends with this process; nobody who answers waits for it.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any, cast

from questionnaires.formats.lay_out import as_zip
from questionnaires.formats.sentences import ForeignFileError, Said
from questionnaires.formats.take_in import TakenIn, take_in
from questionnaires.loader import load_library
from questionnaires.model import Population

MOST_MEMORY = 1024**3  # bytes
SECONDS = 30  # of computing


def read_one() -> None:
    """Read an order from the standard input, and write what came of it to the standard output."""
    _limit()
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    order = json.loads(head)
    json.dump(_answer(order, content), sys.stdout)


def _answer(order: dict[str, Any], content: bytes) -> dict[str, Any]:
    try:
        taken = take_in(
            order["name"],
            content,
            load_library(),
            population=cast("Population", order["population"]),
            unnamed=order["unnamed"],
        )
    except ForeignFileError as error:
        return {"refused": _plain(error.said)}
    return {"taken": _told(taken)}


def _told(taken: TakenIn) -> dict[str, Any]:
    missing = [one.missing_in for one in taken.to_fill_in if one.missing_in]
    return taken.report() | {
        "title": dict(taken.carried.title),
        "lost": [
            {"place": loss.place, "what": _plain(loss.what), "why": _plain(loss.why)}
            for loss in taken.carried.losses
        ],
        "missing": {code: missing.count(code) for code in dict.fromkeys(missing)},
        "zip": base64.b64encode(as_zip(taken.carried.key, taken.files)).decode(),
    }


def _plain(said: Said) -> list[Any]:
    return [type(said.sentence).__name__, said.sentence.name, dict(said.values)]


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if sys.platform == "linux":  # elsewhere the limit counts what is only reserved
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


if __name__ == "__main__":
    read_one()
