"""How the register stands to the directory: what is known, what waits, and who may let it go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.shared.database import Login, engine, fetch

LISTED: Final = 20  # departments that are named on the page


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Leavers of one region that wait, of so many who are there now."""

    region: str
    name: str
    leaving: int
    people: int


@dataclass(frozen=True, slots=True)
class WithoutPlace:
    """People of a department that is no unit of the register."""

    department: str
    people: int


@dataclass(frozen=True, slots=True)
class DirectoryStanding:
    """What the page shows; nobody is named."""

    people: int
    told_at: datetime
    waiting: int
    held: Sequence[HeldBack]
    without_place: Sequence[WithoutPlace]
    without_number: int


async def directory_standing() -> DirectoryStanding | None:
    """Return how the directory stands; ``None`` where none has told of anybody."""
    [row] = await fetch(
        Login.WEB,
        "SELECT count(*) FILTER (WHERE active) AS people, max(changed_at) AS told_at,"
        " count(*) FILTER (WHERE state = 'new') AS waiting, count(*) FILTER ("
        "  WHERE state = 'stuck' AND coalesce(external_id, '') !~ '^[[:alnum:]_.-]{1,60}$')"
        "  AS without_number FROM asking.directory_person",
    )
    if row["told_at"] is None:
        return None
    stuck = await fetch(
        Login.WEB,
        "SELECT department, count(*) AS people FROM asking.directory_person"
        " WHERE state = 'stuck' AND external_id ~ '^[[:alnum:]_.-]{1,60}$'"
        " GROUP BY department ORDER BY 2 DESC, 1 LIMIT $1",
        LISTED,
    )
    return DirectoryStanding(
        row["people"],
        row["told_at"],
        row["waiting"],
        await _held(),
        [WithoutPlace(**one) for one in stuck],
        row["without_number"],
    )


async def _held() -> list[HeldBack]:
    rows = await fetch(
        Login.WEB,
        "WITH RECURSIVE held AS (SELECT region, count(*) AS leaving FROM asking.directory_person"
        "  WHERE state = 'held' GROUP BY region),"
        " inside AS (SELECT code AS region, id, code FROM asking.unit"
        "  WHERE code IN (SELECT region FROM held)"
        "  UNION ALL SELECT i.region, u.id, u.code FROM asking.unit u JOIN inside i"
        "  ON u.parent = i.code)"
        " SELECT h.region, coalesce(u.name, '') AS name, h.leaving, (SELECT count(*)"
        "  FROM asking.person p WHERE p.active AND (h.region = '' OR p.unit IN"
        "  (SELECT i.id FROM inside i WHERE i.region = h.region))) AS people"
        " FROM held h LEFT JOIN asking.unit u ON u.code = h.region ORDER BY u.position, h.region",
    )
    return [HeldBack(**row) for row in rows]


async def let_go(region: str, *, seen: int) -> bool:
    """Let the leavers of a region go, if they are as many as somebody saw; tell whether."""
    async with engine(Login.WEB).transaction():
        rows = await fetch(
            Login.WEB,
            "UPDATE asking.directory_person SET released = true, state = 'new'"
            " WHERE state = 'held' AND region = $1 AND (SELECT count(*)"
            "  FROM asking.directory_person WHERE state = 'held' AND region = $1) = $2"
            " RETURNING id",
            region,
            seen,
        )
    return bool(rows)
