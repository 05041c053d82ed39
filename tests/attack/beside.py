"""What a publication says beside its figures: how far they hold, and who did not answer.

Most of it is made of told figures alone, so whoever has the publications can make it again: then it
tells nothing that they do not. What is made of answers says at least no more of who enters it than
told counts do.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from questionnaires.loader import load_library
from survey_app.publishing.computing.composition import composition
from survey_app.publishing.computing.judged import judged_changes
from survey_app.publishing.computing.linked import linked_past
from survey_app.publishing.computing.nonresponse import nonresponse_facts
from survey_app.publishing.computing.trends import trend_rows
from survey_app.publishing.inputs.history import Shown
from tests.builders_publication.silent import past_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from survey_app.publishing.inputs.past import Past
    from tests.attack.shelf import Content, Report
    from tests.attack.wave_system import WaveSystem
    from tests.attack.waves import Released

ENTERS = 100  # told answers to an item, from which a group is held beside others
_LEVELS = ("agency", "region")


def history_of(contents: Sequence[Content]) -> tuple[Shown, ...]:
    """Read the headline figures of earlier waves as publishing reads them from the shelf."""
    found = []
    for content in contents:
        headline = load_library().measures.headline(content["campaign"]["population"])
        people = {(row["level"], row["code"]): row["population"] for row in content["domains"]}
        rows = [
            row
            for row in content["estimates"]
            if (row["measure"], row["statistic"]) == (headline, "mean")
            and row["level"] in _LEVELS
            and row["status"] == "published"
            and None not in (row["mean"], row["se"], row["n"])
        ]
        found += [
            Shown(
                content["wave"]["key"], date.fromisoformat(content["wave"]["closed_on"]),
                row["level"], row["domain"], row["n"], people.get((row["level"], row["domain"])),
                row["mean"], row["se"],
            )
            for row in sorted(rows, key=lambda row: (row["level"], row["domain"]))
        ]  # fmt: skip
    return tuple(found)


def said(content: Content) -> dict[str, Any]:
    """Take out what must follow from told figures."""
    names = ("changes", "findings", "path", "nonresponse", "trends")
    return {name: content[name] for name in names} | {
        "composition": content["checks"]["composition"]
    }


def made_again(released: Sequence[Released]) -> dict[str, Any]:
    """Make it again for the last of these publications, from all their bytes alone.

    Parameters
    ----------
    released : sequence of Released
        Oldest first; only what was published is read, and the facts about each wave.
    """
    *before, now = [json.loads(one.computed.content) for one in released]
    *metas, meta = [one.inputs.meta for one in released]
    apart = {(row["measure"], wave) for row in now["breaks"] for wave in row["waves"]}
    past = linked_past(now, _but(past_of(before, metas), apart))
    closed_on = date.fromisoformat(now["wave"]["closed_on"])
    judgement = judged_changes(now, past, meta, closed_on)._asdict()
    judged = now | judgement
    return judgement | {
        "nonresponse": nonresponse_facts(judged, past, meta.key),
        "trends": trend_rows(_told_alike(before, now, apart), judged),
        "composition": composition(judged, past),
    }


def _but(past: Past, apart: Collection[tuple[str, str]]) -> Past:
    """Leave out the figures of before that the publication says to hold beside none of its own."""
    pairs = zip(past.shown["measure"], past.shown["wave"], strict=True)
    kept = np.array([pair not in apart for pair in pairs], dtype=bool)
    return replace(past, shown=past.shown[kept].reset_index(drop=True))


def _told_alike(
    before: Sequence[Content], now: Content, apart: Collection[tuple[str, str]]
) -> tuple[Shown, ...]:
    headline = load_library().measures.headline(now["campaign"]["population"])
    return tuple(one for one in history_of(before) if (headline, one.wave) not in apart)


def entrants(system: WaveSystem, report: Report) -> None:
    """Look whether a group that enters a check, or does not, tells more than counts do."""
    for content in system.contents:
        told = _counts(content)
        counted = {
            row["code"]
            for row in content["domains"]
            if row["level"] == "unit_type" and row["answered"] is not None and not row["bound"]
        }
        for way, measure, named, expected in _named(content, told):
            report.looked["groups that enter a check"] += len(named)
            for group in sorted((named ^ expected) | (named - counted)):
                report.add(way, system.key, measure, group)


def _counts(content: Content) -> dict[tuple[str, str], int]:
    return {
        (row["measure"], row["domain"]): row["n"]
        for row in content["estimates"]
        if (row["level"], row["statistic"]) == ("unit_type", "mean") and row.get("n") is not None
    }


def _named(
    content: Content, told: dict[tuple[str, str], int]
) -> Iterator[tuple[str, str, set[str], set[str]]]:
    """Give the groups that each check names, and those that told counts let it name."""
    items = {row["code"]: row["items"] for row in content["measures"]}
    shown = {
        (row["measure"], row["domain"])
        for row in content["estimates"]
        if (row["level"], row["statistic"], row["status"]) == ("unit_type", "mean", "published")
        and row.get("low") is not None
    }
    groups = (content["checks"] or {}).get("groups") or {"rows": ()}
    for row in groups["rows"]:
        asked = [item for scale in row["scales"] for item in items[scale]]
        large = [
            {group for (measure, group), n in told.items() if measure == item and n >= ENTERS}
            for item in asked
        ]
        large += [{group for code, group in shown if code == scale} for scale in row["scales"]]
        yield "groups", row["measure"], set(row["groups"]), set.intersection(*large)
    for row in content["warnings"]:
        if row["code"] == "item_shifts" and row["level"] == "unit_type":
            # whether a group shifts is in no count: only that it was looked at
            yield "item_shifts", row["item"], {row["group"]}, {row["group"]}
