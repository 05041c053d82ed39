"""Where the series of a measure is broken: what a publication says of it, from what waves asked."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from questionnaires.identity import breaks_in, same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from questionnaires.identity import Discontinuity, Identity, Makeup

type Asked = Mapping[str, Identity]
"""What stood behind each measure of a wave, by code."""

REWORDED: Final = "reworded"
RECOMPOSED: Final = "recomposed"
REWEIGHTED: Final = "reweighted"
RESCORED: Final = "rescored"
REDIRECTED: Final = "redirected"
UNKNOWN: Final = "unknown"
# in a content as it is read: the earlier waves of its series that were taken back since
TAKEN_BACK: Final = "taken_back"
# and whether it was compared with one of them
WAS_COMPARED: Final = "compared_with_taken_back"
# of a point of a series: a link led here, and words that came later lead no further
LINKED_THEN: Final = "linked_then"


def break_rows(
    measures: Collection[Mapping[str, Any]],
    waves: Sequence[tuple[str, Asked]],
    linked: Sequence[tuple[str, Asked]] | None = None,
    made: Mapping[str, Mapping[str, Makeup]] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Say of each measure where its series is broken.

    Parameters
    ----------
    measures : collection of mapping
        Rows of ``measures`` in a publication: ``code`` and ``items``.
    waves : sequence of (str, Asked)
        Key of each wave and what it asked, oldest first; the last is the publication's own.
    linked : sequence of (str, Asked), optional
        The same with what links lead over (`LinkedSeries.asked_as_now`): no break is there.
    made : mapping of str to mapping of str to Makeup, optional
        By wave, what its scales and indices were made of (`questionnaires.identity.makeups`), as
        far as it is known.

    Returns
    -------
    list of dict
        ``measure``; ``before`` and ``since``, the waves on either side; ``waves`` before it that
        the publication's own is not compared with; ``why``: ``reworded`` (with the ``items``),
        ``recomposed`` (it has other items), ``reweighted`` (an index of the same with other
        weights), ``rescored`` (the same, and another share must be answered), ``redirected`` (the
        same, with the ``items`` that others are asked) or ``unknown``. Where it is not known what
        it was made of, ``redirected`` is ``reworded``, and the two before it are ``recomposed``.
    """
    asked = dict(waves)
    rows = []
    for row in measures:
        code = row["code"]
        series = {key: own[code] for key, own in linked or waves if code in own}
        for one in breaks_in([*series.items()]):
            sides = _unlike(one, series)
            why = _reason(
                code,
                row["items"],
                [asked[wave] for wave in sides],
                [made.get(wave, {}) for wave in sides],
            )
            waves_left = {"before": one.before, "since": one.since, "waves": list(one.waves)}
            rows.append({"measure": code, **waves_left, **why})
    return rows


def _unlike(stop: Discontinuity, series: Mapping[str, Identity]) -> tuple[str, str]:
    """Give the two waves of which it is told how they differ.

    Where the two beside the break were asked alike, it is the last wave that was not.
    """
    if same(series[stop.before], series[stop.since]):
        return stop.before, [*series][-1]
    return stop.before, stop.since


def says_what_was_asked(measures: Collection[Mapping[str, Any]]) -> bool:
    """Tell whether a publication knew what stood behind its measures: from format 5 on."""
    return any(row["identity"] for row in measures)


def wordings(points: Sequence[tuple[str, Identity | None]]) -> list[int]:
    """Give each way in which a measure was asked a number, in the order in which they came.

    A point that was asked as an earlier one has its number, whatever was asked between. All points
    of a number were asked alike, each as every other: one in a single language may be like two that
    are unlike, and goes with the later.

    Parameters
    ----------
    points : sequence of (str, Identity or None)
        Codes of measures and what stood behind them, one point a wave, oldest first.

    Returns
    -------
    list of int
        For each point; points of a measure are comparable where the numbers are the same.
    """
    ways: dict[str, list[dict[str, str]]] = {}
    near: dict[str, int] = {}
    places: list[tuple[str, int]] = []
    # from the newest back: what it can be held beside has its number, and all of its languages
    for measure, found in reversed(points):
        known = ways.setdefault(measure, [])
        # the way of the point after comes first, then the newest
        order = sorted(range(len(known)), key=lambda at: (at != near[measure], at))
        at = next((at for at in order if same(known[at], found)), len(known))
        if at == len(known):
            known.append({})
        known[at] |= found or {}
        near[measure] = at
        places.append((measure, at))
    numbers: dict[str, dict[int, int]] = {}
    return [
        numbers.setdefault(measure, {}).setdefault(at, len(numbers[measure]))
        for measure, at in reversed(places)
    ]


def kept_apart(
    content: Mapping[str, Any],
    breaks: Sequence[Mapping[str, Any]],
    labels: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Take from a publication of before what leads across a break, and say where they are.

    Parameters
    ----------
    content : mapping
        Of any format that did not know what waves asked.
    breaks : sequence of mapping
        `break_rows` of its series.
    labels : mapping of str to dict, optional
        Words for the waves of its series.

    Returns
    -------
    dict
        With ``breaks``, and without changes, steps of a path, courses and changes of statements
        between waves that asked otherwise.
    """
    unlike: dict[str, set[str]] = {}
    for row in breaks:
        unlike.setdefault(row["measure"], set()).update(row["waves"])
    kept: dict[str, Any] = {**content, "breaks": list(breaks)}
    if labels and "since_labels" in content:
        sides = {row[side] for row in breaks for side in ("before", "since")}
        named = {key: words for key, words in labels.items() if key in sides}
        kept["since_labels"] = named | content["since_labels"]
    return _compared_apart(kept, unlike)


def without_waves(content: Mapping[str, Any], waves: Collection[str]) -> dict[str, Any]:
    """Take from a publication all that earlier waves went into whose figures were taken back.

    Parameters
    ----------
    content : mapping
    waves : collection of str
        Keys of those waves.

    Returns
    -------
    dict
        Without changes since them, without courses, and without figures of a year that they are
        part of.
    """
    away = set(waves)
    kept = _compared_apart(content, {row["code"]: away for row in content["measures"]})
    kept[TAKEN_BACK] = sorted(away)
    kept[WAS_COMPARED] = any(row["since"] in away for row in content["changes"])
    kept["yearly"] = [
        year
        for year in content.get("yearly", ())
        if not away & {wave["key"] for wave in year["waves"]}
    ]
    return kept


def _compared_apart(
    content: Mapping[str, Any], unlike: Mapping[str, Collection[str]]
) -> dict[str, Any]:
    """Leave out, measure by measure, what leads to waves that it is not compared with."""

    def alike(row: Mapping[str, Any]) -> bool:
        away = unlike.get(row["measure"], ())
        return row.get("since") not in away and row.get("until") not in away

    kept = dict(content)
    for table in ("changes", "path"):
        kept[table] = [row for row in content.get(table, ()) if alike(row)]
    # a course is drawn through all waves, and pulses of a year are averaged, whatever they asked
    for table in ("trends", "yearly"):
        kept[table] = _without_broken(content.get(table, ()), unlike)
    kept["statements"] = [_told_alike(row, unlike) for row in content.get("statements", ())]
    if silent := content.get("nonresponse"):
        kept["nonresponse"] = silent | {"tipping": [row for row in silent["tipping"] if alike(row)]}
    if checks := content.get("checks"):
        divided = checks["composition"]
        rows = [row for row in divided["rows"] if alike(row)]
        kept["checks"] = checks | {"composition": divided | {"rows": rows}}
    return kept


def _without_broken(
    rows: Collection[Mapping[str, Any]], unlike: Mapping[str, Collection[str]]
) -> list[dict[str, Any]]:
    return [
        {**row, "figures": _without_broken(row["figures"], unlike)} if "figures" in row else {**row}
        for row in rows
        if "figures" in row or not unlike.get(row["measure"])
    ]


def _told_alike(row: Mapping[str, Any], unlike: Mapping[str, Collection[str]]) -> dict[str, Any]:
    away = {wave for item in row["items"] for wave in unlike.get(item, ())}
    return {**row, "changes": [one for one in row["changes"] if one["since"] not in away]}


def _reason(
    measure: str,
    items: Collection[str],
    asked: Sequence[Asked],
    made: Sequence[Mapping[str, Makeup]],
) -> dict[str, Any]:
    then, now = asked
    if not set(then[measure]) & set(now[measure]):
        return {"why": UNKNOWN, "items": []}
    changed = list(_reworded(items, then, now))
    before, since = (one.get(measure) for one in made)
    alike = before is not None and since is not None and before.items == since.items
    if changed:
        redirected = alike and all(
            _redirected(*(one.get(item) for one in made)) for item in changed
        )
        return {"why": REDIRECTED if redirected else REWORDED, "items": changed}
    if before is None or since is None or not alike:
        return {"why": RECOMPOSED, "items": []}
    return {"why": RESCORED if before.weights == since.weights else REWEIGHTED, "items": []}


def _redirected(before: Makeup | None, since: Makeup | None) -> bool:
    """Tell whether nothing but who is asked an item was changed."""
    if before is None or since is None:
        return False
    return before.whom != since.whom and same(before.words, since.words)


def _reworded(items: Collection[str], then: Asked, now: Asked) -> Iterator[str]:
    for item in items:
        if item in then and item in now and not same(then[item], now[item]):
            yield item
