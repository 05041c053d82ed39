"""Heads of the log: one a day, kept here and for everybody to keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from survey_app.audit.chain import ChainHead, DayHead, Misfit, Verified
from survey_app.shared.database import Login, fetch
from survey_app.shared.errors import BarometerError

FORMAT = "barometer-log-heads/1"


class HeadsError(BarometerError):
    """A file of heads cannot be read."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """When somebody last looked whether the log is whole, and what they found."""

    verified_at: datetime
    found: Verified


async def list_heads(login: Login) -> list[DayHead]:
    """Return the heads of days on which the whole log fitted, the oldest first."""
    rows = await fetch(
        login, "SELECT day, number, hash FROM audit.head WHERE misfit = '' ORDER BY day"
    )
    return [DayHead(row["day"], ChainHead(row["number"], row["hash"])) for row in rows]


async def last_look(login: Login) -> LastLook | None:
    """Return what the last look found; ``None`` where nobody has looked yet."""
    rows = await fetch(
        login,
        "SELECT number, hash, rows, misfit, verified_at FROM audit.head ORDER BY day DESC LIMIT 1",
    )
    for row in rows:
        misfit = Misfit(row["misfit"]) if row["misfit"] else None
        head = ChainHead(row["number"], row["hash"])
        return LastLook(row["verified_at"], Verified(head, row["rows"], misfit))
    return None


async def keep_head(day: date, found: Verified, *, now: datetime) -> None:
    """Keep where the log stands as a day begins; the first of a day stays."""
    await fetch(
        Login.WORKER,
        "INSERT INTO audit.head (day, number, hash, rows, verified_at, misfit)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        day,
        found.head.number,
        found.head.hash,
        found.rows,
        now,
        found.misfit or "",
    )


def heads_as_json(heads: list[DayHead]) -> dict[str, Any]:
    """Return heads as everybody may have them."""
    return {
        "format": FORMAT,
        "heads": [
            {"day": one.day.isoformat(), "number": one.head.number, "hash": one.head.hash.hex()}
            for one in heads
        ],
    }


def read_heads(content: bytes) -> list[DayHead]:
    """Read a file of heads that somebody kept.

    Raises
    ------
    HeadsError
        If it is no such file.
    """
    try:
        told = json.loads(content)
        if told["format"] != FORMAT:
            raise HeadsError(f"the file's format is {told['format']!r}, not {FORMAT!r}")
        return [_read(one) for one in told["heads"]]
    except (ValueError, KeyError, TypeError) as error:
        raise HeadsError("the file does not read as heads of a log (/log/heads.json)") from error


def _read(told: Mapping[str, Any]) -> DayHead:
    head = ChainHead(int(told["number"]), bytes.fromhex(told["hash"]))
    return DayHead(date.fromisoformat(told["day"]), head)
