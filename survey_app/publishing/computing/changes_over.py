"""Changes that lead over other words, made of what was published and of the links alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.courses.over_links import differences_over_links
from analytics.waves import answers_together
from survey_app.publishing.computing.canonical import LEVELS
from survey_app.publishing.computing.judged import all_shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.courses.bridges import Bridges
    from questionnaires.margins import Margins
    from survey_app.publishing.computing.links import Over
    from survey_app.publishing.inputs.past import Past
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

_KEY: Final = ["measure", "level", "domain", "since", "role"]
_PLACE: Final = ["measure", "level", "domain"]
PREVIOUS: Final = "previous"
FIRST: Final = "first"


def changes_over_links(
    content: Mapping[str, Any], past: Past, over: Over, bridges: Bridges, inputs: WaveInputs
) -> list[dict[str, Any]]:
    """Compare with the previous and the first wave also where a link lies between.

    Parameters
    ----------
    content : mapping
        The publication, with its protected ``estimates`` and ``changes``.
    past : Past
        Earlier figures in the words of now (`Over.past`).
    over : Over
    bridges : Bridges
    inputs : WaveInputs
        Of the publication's wave: what it is called, and the smallest changes that matter.

    Returns
    -------
    list of dict
        Rows of ``changes``. Those over a link have None for ``se``, ``p`` and ``p_adjusted``, and
        ``delta`` with ``delta_se``: what other words did, which was taken out. A change since the
        first wave that asked alike gives way to that since the first of all.
    """
    rows: list[dict[str, Any]] = content["changes"]
    sought = dict(_sought(rows, past, over))
    if not sought:
        return rows
    meta = inputs.meta
    waves = (*past.waves, meta)
    keys = [one.key for one in waves]
    linked = np.array([[answers_together(one, other) for other in waves] for one in waves])
    shown = all_shown(content, past, meta.key)
    wanted = pd.DataFrame(list(_wanted(shown, sought, meta.key)), columns=_KEY)
    found = differences_over_links(shown, keys, wanted, bridges, linked=linked)
    made = [_row(one, over, inputs.verdict_margins) for one in found.to_dict("records")]
    firsts = {measure for measure, role in sought if role == FIRST}
    kept = [row for row in rows if row["role"] != FIRST or row["measure"] not in firsts]
    return _sorted([*kept, *made])


def told_of_path(path: Sequence[Mapping[str, Any]], over: Over, wave: str) -> list[dict[str, Any]]:
    """Say of each step of a path what other words did between its waves, where they did."""
    return [
        {**row, **_between(over, row["measure"], row["since"], row["until"] or wave)}
        for row in path
    ]


def of_the_same_words(content: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out changes and steps of the path that lead over other words."""
    alike = {
        table: [row for row in content[table] if "delta" not in row]
        for table in ("changes", "path")
    }
    return {**content, **alike}


def _between(over: Over, measure: str, since: str, until: str) -> dict[str, float]:
    """Give what is taken out of a change between two waves; nothing where both asked alike."""
    ways = [over.way(measure, wave) for wave in (since, until)]
    then, now = (way.links if way else () for way in ways)
    between = [link for link in then if link not in now]
    if not between:
        return {}
    return {
        "delta": round(sum(link["delta"] for link in between), 2) + 0.0,
        "delta_se": round(float(np.hypot.reduce([link["se"] for link in between])), 2),
    }


def _sought(
    rows: Sequence[Mapping[str, Any]], past: Past, over: Over
) -> Iterator[tuple[tuple[str, str], str]]:
    """Find the wave that each linked measure is compared with over its links, by role."""
    alike = {(row["measure"], row["role"]) for row in rows}
    waves = {
        str(measure): [one.key for one in past.waves if one.key in set(here["wave"])]
        for measure, here in past.shown[past.shown["level"] == "agency"].groupby("measure")
    }
    for measure, keys in waves.items():
        ways = {key: over.way(measure, key) for key in keys}
        led = [key for key in keys if (way := ways[key]) and way.links]
        if not led:
            continue
        if (measure, PREVIOUS) not in alike:
            yield (measure, PREVIOUS), led[-1]
        if led[0] == keys[0]:
            yield (measure, FIRST), led[0]


def _wanted(
    shown: pd.DataFrame, sought: Mapping[tuple[str, str], str], wave: str
) -> Iterator[tuple[str, str, str, str, str]]:
    now = set(shown.loc[shown["wave"] == wave, _PLACE].itertuples(index=False, name=None))
    for (measure, role), since in sought.items():
        then = shown[(shown["wave"] == since) & (shown["measure"] == measure)]
        for place in then[_PLACE].itertuples(index=False, name=None):
            if place in now:
                yield (*place, since, role)


def _row(found: Mapping[Any, Any], over: Over, margins: Margins) -> dict[str, Any]:
    way = over.way(found["measure"], found["since"])
    assert way is not None
    return {
        "measure": found["measure"],
        "statistic": "mean",
        "level": found["level"],
        "domain": found["domain"],
        "since": found["since"],
        "role": found["role"],
        "difference": float(found["difference"]) + 0.0,
        "se": None,
        "low": float(found["low"]) + 0.0,
        "high": float(found["high"]) + 0.0,
        "p": None,
        "p_adjusted": None,
        "verdict": "uncertain",
        "under_limit": False,
        "margin": margins.at(found["level"]),
        "status": "published",
        "delta": round(way.delta, 2) + 0.0,
        "delta_se": round(way.se, 2),
    }


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        rows,
        key=lambda row: (
            row["measure"], row.get("statistic", "mean"), LEVELS[row["level"]], row["domain"],
            row["since"], row["role"],
        ),
    )  # fmt: skip
