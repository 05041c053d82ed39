"""No two waves of a population are called by one month: whichever is planned later has its day.

Where that is another's too, it has a number beside: «12. mai 2026 (2)».
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from survey_app.asking.campaigns.campaign_file import CampaignFile, PlannedWave
from survey_app.asking.campaigns.labels import (
    FORMS,
    called_alike,
    middle_of,
    numbered_labels,
    wave_labels,
)
from survey_app.asking.campaigns.states import State
from survey_app.shared.database import Login, fetch


async def named_apart(file: CampaignFile) -> CampaignFile:
    """Call waves of a file by their day where their month is another wave's of the population.

    What an agency calls a wave itself stays, and so does the name of a wave that has opened.
    """
    rows = await fetch(
        Login.WORKER,
        "SELECT w.key, w.kind, w.state, w.labels, w.opens_on, w.closes_on FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign"
        " WHERE c.population = $1 AND w.state <> 'cancelled'",
        file.population,
    )
    known = {row["key"]: row for row in rows}
    own = {wave.key for wave in file.waves}
    others = [row for key, row in known.items() if key not in own]
    taken = {_month(row["opens_on"], row["closes_on"]) for row in others}
    called = [json.loads(row["labels"]) for row in others]
    waves = []
    for wave in file.waves:
        month = _month(wave.opens_on, wave.closes_on)
        row = known.get(wave.key)
        if row is not None and row["state"] != State.DRAFT:
            waves.append(_as_opened(wave, json.loads(row["labels"])))
        else:
            waves.append(_by_day(wave, called) if month in taken else wave)
        taken.add(month)
        called.append(waves[-1].labels)
    return replace(file, waves=tuple(waves))


def _month(opens_on: date, closes_on: date) -> tuple[int, int]:
    middle = middle_of(opens_on, closes_on)
    return middle.year, middle.month


def _by_day(wave: PlannedWave, called: Sequence[Mapping[str, Any]]) -> PlannedWave:
    usual, by_day = _both(wave)
    free = (one for one in by_day if not any(_same_time(one, other) for other in called))
    names = (*FORMS, "year")
    own = {name: wave.labels[name] for name in names if wave.labels[name] != usual[name]}
    return replace(wave, labels=next(free, by_day[-1]) | own)


def _same_time(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two are called by the same time; of one day, their kind may differ."""
    same = {"since", "year"}
    return called_alike({name: one[name] for name in same}, {name: other[name] for name in same})


def _as_opened(wave: PlannedWave, labels: Mapping[str, Any]) -> PlannedWave:
    usual, by_day = _both(wave)
    by_its_day = wave.labels == usual and any(called_alike(labels, one) for one in by_day)
    stays = by_its_day or called_alike(wave.labels, labels)
    return replace(wave, labels=labels) if stays else wave


def _both(wave: PlannedWave) -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    told = wave.kind, wave.opens_on, wave.closes_on
    return wave_labels(*told), tuple(numbered_labels(*told))
