"""Whether a wave record agrees with itself: its sums, its groups and its list of receipts."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from survey_app.publications.receipts import is_receipt
from survey_app.publications.wave_files import FileVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def check_record(record: Mapping[str, Any]) -> Iterator[FileVerdict]:
    """Check a well-formed record against itself.

    Parameters
    ----------
    record : mapping
        As `docs/formats/wave-record.md` has it.

    Yields
    ------
    FileVerdict
        Of the totals, the groups and the receipts, in this order.
    """
    yield from _totals(record)
    yield from _groups(record)
    yield from _receipt_list(record)


def _found(totals: Mapping[str, int]) -> int:
    names = ("ballots", "refused", "screened_out", "not_stored")
    return sum(totals[name] for name in names)


def _totals(record: Mapping[str, Any]) -> Iterator[FileVerdict]:
    totals = record["totals"]
    found = _found(totals)
    if totals["credentials"] is not None:
        allowed = totals["credentials"] + totals["replaced"]
        yield FileVerdict(
            found <= allowed,
            f"ballots: {found} in the urn, from {totals['credentials']} used links and "
            f"{totals['replaced']} replaced",
        )
        yield FileVerdict(
            totals["credentials"] <= totals["invited"],
            f"links: {totals['credentials']} used of {totals['invited']} invited",
        )
        yield FileVerdict(
            totals["unused_credentials"] == max(0, allowed - found),
            f"sums: {totals['unused_credentials']} credentials without a ballot",
        )
    alarms = record["alarms"]
    told = f"the record tells of: {'; '.join(map(str, alarms))}" if alarms else "none recorded"
    yield FileVerdict(not alarms, f"alarms at closing: {told}")


def _groups(record: Mapping[str, Any]) -> Iterator[FileVerdict]:
    groups, totals, k = record["groups"], record["totals"], record["minimum_group"]
    if not groups:
        return
    small = [row["group"] for row in groups if _tells_of_few(row, k)]
    told = f"fewer than {k} could be counted in: {', '.join(small)}" if small else "none"
    yield FileVerdict(not small, f"groups below the minimum of {k}: {told}")
    over = [row["group"] for row in groups if _stuffed(row, totals["replaced"])]
    over += [name for name, more in _too_much(groups, totals) if more]
    told = f"they do not fit in: {', '.join(sorted(set(over)))}" if over else "they fit everywhere"
    yield FileVerdict(not over, f"groups: ballots, used links and invited: {told}")


def _tells_of_few(row: Mapping[str, Any], k: int) -> bool:
    ballots, links, invited = row["ballots"], row["credentials"], row["invited"]
    counts = [ballots, invited - ballots]
    if links is not None:
        counts += [links, invited - links]
    unused = 0 if links is None else links - ballots
    return min(counts) < k or 0 < unused < k


def _stuffed(row: Mapping[str, Any], replaced: int) -> bool:
    links = row["invited"] if row["credentials"] is None else row["credentials"]
    return bool(row["ballots"] > links + replaced or links > row["invited"])


def _too_much(
    groups: Sequence[Mapping[str, Any]], totals: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Compare regions with the whole, and each region with its units."""
    known = {row["group"]: row for row in groups if row["level"] == "region"}
    whole = {name: totals[name] for name in ("invited", "credentials", "ballots")}
    parts: dict[str, Counter[str]] = {}
    for row in groups:
        above = row["parent"] if row["level"] == "unit" else ""
        counts = {name: row[name] or 0 for name in whole}
        parts.setdefault(above, Counter()).update(counts)
    for above, sums in parts.items():
        limit = whole if above == "" else known.get(above, whole)
        exact = limit.get("bound", "") == ""
        for name, part in sums.items():
            if limit[name] is not None and (exact or name == "invited"):
                yield above or "the whole", part > limit[name]


def _receipt_list(record: Mapping[str, Any]) -> Iterator[FileVerdict]:
    receipts, found = record["receipts"], _found(record["totals"])
    formed = all(map(is_receipt, receipts))
    yield FileVerdict(formed, "receipts: each has 64 hexadecimal digits")
    ordered = formed and all(one < other for one, other in pairwise(receipts))
    yield FileVerdict(ordered, "receipts: sorted, and none stands twice")
    expected = 0 if record["suite"] is None else found
    yield FileVerdict(
        len(receipts) == expected,
        f"receipts: {len(receipts)} of them, for {expected} ballots"
        + (" that have receipts" if record["suite"] is None else ""),
    )
