"""How many have answered an open wave, per domain, without giving a small count away.

A count from k up may be shown where as many have not answered, and what follows from the shown ones
by subtraction must hold at least k of both too (``interface/README.md`` 10.8): so a hidden unit is
never hidden alone. It is what a publication tells of participation: shown here the night before,
that everybody but one in a unit had answered could not be hidden there any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from survey_app.asking.campaigns.nights import note_night
from survey_app.asking.writing import writing

SMALLEST_HIDDEN_PARTS = 2


@dataclass(frozen=True, slots=True)
class Counted:
    """A domain with how many of its own invitations are marked; parents get their children's.

    ``invited`` is of the domain with its children; 0 where nobody was, by an open link.
    """

    code: str
    parent: str
    level: str
    answered: int
    invited: int = 0


def visible_counts(domains: Sequence[Counted], minimum_group: int) -> dict[str, int | None]:
    """Choose which counts may be shown.

    Parameters
    ----------
    domains : sequence of Counted
        The agency (code ``""``), and below it regions with units, or counties. ``answered`` of a
        parent holds only what is not in a child.
    minimum_group : int
        k.

    Returns
    -------
    dict of str to int or None
        Count by code with its children's added; ``None`` where it is not shown.
    """
    totals = {row.code: row.answered for row in domains}
    children: dict[str, list[Counted]] = {}
    for row in domains:
        if row.code:
            children.setdefault(row.parent, []).append(row)
    for row in sorted(domains, key=lambda row: row.level != "unit"):
        if row.level == "unit":
            totals[row.parent] += row.answered
    totals[""] = sum(row.answered for row in domains)
    shown: dict[str, int | None] = dict.fromkeys(totals)
    silent = {row.code: row.invited - totals[row.code] for row in domains if row.invited}
    whole = next(row for row in domains if not row.code)
    if _enough(whole, totals, silent, minimum_group):
        shown[""] = totals[""]
        _show_children("", children, totals, silent, shown, minimum_group)
    return shown


def _enough(row: Counted, totals: Mapping[str, int], silent: Mapping[str, int], k: int) -> bool:
    return totals[row.code] >= k and silent.get(row.code, k) >= k


def _show_children(
    parent: str,
    children: Mapping[str, Sequence[Counted]],
    totals: Mapping[str, int],
    silent: Mapping[str, int],
    shown: dict[str, int | None],
    minimum_group: int,
) -> None:
    rows = children.get(parent, ())
    own = totals[parent] - sum(totals[row.code] for row in rows)
    visible = sorted(
        (row for row in rows if _enough(row, totals, silent, minimum_group)),
        key=lambda row: (-totals[row.code], row.code),
    )
    # answers that carry the parent's own code are one more hidden part
    while visible:
        hidden = [totals[row.code] for row in rows if row not in visible] + ([own] if own else [])
        parts = sum(1 for count in hidden if count)
        quiet = silent.get(parent, 0) - sum(silent.get(row.code, 0) for row in visible)
        several = sum(hidden) >= minimum_group and parts >= SMALLEST_HIDDEN_PARTS
        if not hidden or (several and (parent not in silent or quiet >= minimum_group)):
            break
        visible.pop()
    for row in visible:
        shown[row.code] = totals[row.code]
        _show_children(row.code, children, totals, silent, shown, minimum_group)


async def refresh_live_counts(day: date) -> None:
    """Write the counts of every open wave as of now, when ``day`` has ended."""
    async with writing() as link:
        waves = await link.fetch(
            "SELECT id, minimum_group FROM asking.wave"
            " WHERE state = 'open' AND minimum_group IS NOT NULL FOR UPDATE"
        )
        for wave in waves:
            await _refresh(wave["id"], wave["minimum_group"], day)


async def _refresh(wave: UUID, minimum_group: int, day: date) -> None:
    async with writing() as link:
        await note_night(link, wave, day, minimum_group)
        rows = await link.fetch(
            "SELECT code, parent, level, invited FROM asking.wave_domain WHERE wave = $1", wave
        )
        invitations = await link.fetch(
            "SELECT domain, count(*) FILTER (WHERE marked) AS answered,"
            " count(*) FILTER (WHERE opted_out) AS opted_out"
            " FROM asking.invitation WHERE wave = $1 GROUP BY domain",
            wave,
        )
        marked = Counter({row["domain"]: row["answered"] for row in invitations})
        refused = Counter({row["domain"]: row["opted_out"] for row in invitations})
        domains = [
            Counted(
                row["code"], row["parent"], row["level"], marked[row["code"]], row["invited"] or 0
            )
            for row in rows
        ]
        shown = visible_counts(domains, minimum_group)
        await link.executemany(
            "UPDATE asking.wave_domain SET answered = $3, opted_out = $4"
            " WHERE wave = $1 AND code = $2",
            [
                # opted out: of the whole only, and whatever the mark, or it would tell the mark
                (wave, row["code"], shown[row["code"]], 0 if row["code"] else refused.total())
                for row in rows
            ],
        )
