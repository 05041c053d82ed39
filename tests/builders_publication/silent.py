"""What a wave says of those who did not answer, computed as publishing does it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.waves import WaveMeta
from survey_app.publications.formats import read_content
from survey_app.publications.lineage import steps_in, units_in
from survey_app.publishing.computing.nonresponse import nonresponse_facts
from survey_app.publishing.inputs.past import COLUMNS, RATE_COLUMNS, Past, UnitsThen, told_rate
from survey_app.reading.published import Published

if TYPE_CHECKING:
    from collections.abc import Sequence


def past_of(series: Sequence[dict[str, Any]], waves: Sequence[WaveMeta] | None = None) -> Past:
    """Read contents back as publishing reads earlier waves from the shelf.

    Parameters
    ----------
    series : sequence of dict
        Oldest first.
    waves : sequence of WaveMeta, optional
        Facts about each; without them nobody was asked twice.
    """
    shown, rates = [], []
    for content in series:
        key = content["wave"]["key"]
        people = {(row["level"], row["code"]): row["population"] for row in content["domains"]}
        shown += [
            (key, row["measure"], row["level"], row["domain"], row["mean"], row["low"],
             row["high"], row["n"], people.get((row["level"], row["domain"])))
            for row in content["estimates"]
            if (row["statistic"], row["status"]) == ("mean", "published")
            and row["low"] is not None
        ]  # fmt: skip
        told = (told_rate(row, content["response"]) for row in content["domains"])
        rates += [(key, *rate) for rate in told if rate]
    return Past(
        tuple(map(_meta, series) if waves is None else waves),
        pd.DataFrame(shown, columns=list(COLUMNS)),
        pd.DataFrame(rates, columns=list(RATE_COLUMNS)),
        {one["wave"]["key"]: one["wave"]["labels"] for one in series},
        {one["wave"]["key"]: date.fromisoformat(one["wave"]["closed_on"]) for one in series},
        {one["wave"]["key"]: UnitsThen(units_in(one), steps_in(one)) for one in series},
    )


def read_back(content: dict[str, Any]) -> Published:
    """Read a content as pages get it from the shelf."""
    return Published(read_content(json.dumps(content).encode()))


def silent_of(content: dict[str, Any], series: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Say what the wave says of the silent, after the waves before it."""
    return nonresponse_facts(content, past_of(series), content["wave"]["key"])


def _meta(content: dict[str, Any]) -> WaveMeta:
    wave, population = content["wave"], content["campaign"]["population"]
    return WaveMeta(wave["key"], wave["kind"], population, invited_everybody=False)
