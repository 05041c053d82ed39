"""What is not shown has its key and a status, and nothing else: in what is written, and is read.

Nothing else is ever written (`publishing.computing.content`). Whoever reads takes it away once
more: pages, files, letters and programs each draw the line by what they find, some by the status
and some by the figure, and a cell that had both would be shown by one and hidden by another. So it
is with a figure of fewer than the publication's own minimum group, which nothing publishes, with
what hangs on a mean that is not shown, and with signs in a name that nobody sees.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from survey_app.shared.unseen import without_unseen

SHOWN: Final = "published"
HIDDEN: Final = "suppressed_primary"
LONGEST: Final = 2000
"""Characters of a name or a sentence: no questionnaire has longer ones, and pages would stop."""
_IDENTITY: Final = frozenset(
    {"measure", "statistic", "category", "level", "domain", "since", "role", "status"}
)
_COUNTS: Final = ("answered", "rate")
# the parts of a content that hold what people read
_WORDS: Final = frozenset({"campaign", "wave", "measures", "domains", "since_labels", "lineage"})


def _is_shown(row: Mapping[str, Any]) -> bool:
    return bool(row.get("status", SHOWN) == SHOWN)


def only_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a suppressed cell its key and its status; any other one is as it was."""
    if _is_shown(row):
        return dict(row)
    return {name: value for name, value in row.items() if name in _IDENTITY}


def told_beside(row: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a figure that lies beside the head of its publication what may be told of it."""
    return only_told(_kept_small(row, _minimum_group(head)))


def blanked(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave whatever else a suppressed cell holds empty, as it is read."""
    if _is_shown(row):
        return dict(row)
    return {
        name: value if name in _IDENTITY else "" if isinstance(value, str) else None
        for name, value in row.items()
    }


def told_domain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave a domain whose count is suppressed no count of answers; how many were invited stays."""
    if _is_shown(row):
        return dict(row)
    untold = {name: None for name in _COUNTS if name in row}
    return {**row, **untold} | ({"bound": ""} if "bound" in row else {})


def without_untold(content: dict[str, Any]) -> dict[str, Any]:
    """Take away what stands in the cells of a publication, or of its head, that are not shown."""
    told = _with_plain_names(content)
    least = _minimum_group(told)
    if "domains" in told:
        told["domains"] = [told_domain(_kept_small(row, least)) for row in told["domains"]]
    if told.get("yearly"):
        told["yearly"] = [
            {**year, "figures": [blanked(_kept_small(row, least)) for row in year["figures"]]}
            for year in told["yearly"]
        ]
    if "estimates" not in told:
        return told
    told["estimates"] = [blanked(_kept_small(row, least)) for row in told["estimates"]]
    hidden = _hidden_means(told["estimates"])
    told["changes"] = [
        blanked({**row, "status": HIDDEN} if _is_shown(row) and _hangs_on(hidden, row) else row)
        for row in told["changes"]
    ]
    for table in ("pooled", "trends", "statements", "drivers", "path"):
        if table in told:
            told[table] = _left(told[table], hidden, least)
    if silent := told.get("nonresponse"):
        tables = [one for one in ("ranges", "tipping") if one in silent]
        left = {table: _left(silent[table], hidden, least) for table in tables}
        told["nonresponse"] = {**silent, **left}
    return told


def figures_of_few(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Find the rows that are told of fewer people than the publication's own minimum group."""
    least = _minimum_group(content)
    tables = ("estimates", "domains", "statements", "drivers")
    rows = [row for table in tables for row in content.get(table, ())]
    yearly = [row for year in content.get("yearly", ()) for row in year["figures"]]
    return (row for row in (*rows, *yearly) if _is_of_few(row, least))


def figures_not_shown(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Find the rows that say they are not shown, and hold a figure or a word about one."""
    rows = [row for table in ("estimates", "changes") for row in content.get(table, ())]
    rows += [row for year in content.get("yearly", ()) for row in year["figures"]]
    hidden = (row for row in rows if not _is_shown(row))
    told = (one for one in hidden if any(_tells(one[name]) for name in one.keys() - _IDENTITY))
    counts = (row for row in content.get("domains", ()) if told_domain(row) != row)
    return itertools.chain(told, counts)


def _tells(value: object) -> bool:
    # what was beside a change in the first days are words for its wave
    return isinstance(value, (int, float)) or (isinstance(value, str) and value != "")


def _minimum_group(content: Mapping[str, Any]) -> int:
    return int((content.get("limits") or {}).get("minimum_group", 0))


def _is_of_few(row: Mapping[str, Any], least: int) -> bool:
    """Tell whether a row that is shown is of fewer than may be told of; the whole always is."""
    if not _is_shown(row):
        return False
    # of a place its own count: of the whole the list of receipts tells it (docs/adr/0143)
    count = row.get("n") if "code" not in row else row.get("answered") if row["code"] else None
    return isinstance(count, int) and count < least


def _kept_small(row: Mapping[str, Any], least: int) -> Mapping[str, Any]:
    return {**row, "status": HIDDEN} if _is_of_few(row, least) else row


def _hidden_means(rows: Iterable[Mapping[str, Any]]) -> Collection[tuple[str, str, str]]:
    return {
        (row["measure"], row["level"], row["domain"])
        for row in rows
        if row["statistic"] == "mean" and not _is_shown(row)
    }


def _hangs_on(hidden: Collection[tuple[str, str, str]], row: Mapping[str, Any]) -> bool:
    """Tell whether a row speaks of a mean that is not shown."""
    if "measure" not in row:
        return False
    place = row.get("domain", "")
    # smoothed means stand without the level of their place; a path is of the whole
    levels = [row["level"]] if "level" in row else ["unit", "region"] if place else ["agency"]
    return any((row["measure"], level, place) in hidden for level in levels)


def _left(
    rows: Iterable[dict[str, Any]], hidden: Collection[tuple[str, str, str]], least: int
) -> list[dict[str, Any]]:
    return [row for row in rows if not _hangs_on(hidden, row) and not _is_of_few(row, least)]


def _with_plain_names(content: Mapping[str, Any]) -> dict[str, Any]:
    """Leave of all names and words what can be seen: no file takes control characters."""
    return {name: _plain(part) if name in _WORDS else part for name, part in content.items()}


def _plain(part: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(part, str):
        shown = without_unseen(part)
        return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    if isinstance(part, dict):
        return {name: _plain(one) for name, one in part.items()}
    return [_plain(one) for one in part] if isinstance(part, list) else part
