"""Write a campaign as the file that makes it: read again, it is the same campaign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tomlkit

from survey_app.asking.campaigns.campaign_file import CampaignFile, PlannedWave
from survey_app.asking.campaigns.labels import FORMS, called_alike, numbered_labels, wave_labels
from survey_app.asking.campaigns.queries import CampaignRow, WaveRow

_LINES = (
    "key", "form", "population", "legal_basis", "retention_days", "discussed_on", "sender",
    "contact", "help", "release", "open_results", "remind_everybody",
)  # fmt: skip
_WAVE_LINES = ("key", "form", "invite", "opens_on", "closes_on", "results_on")


def campaign_file_of(row: CampaignRow, waves: Sequence[WaveRow]) -> CampaignFile:
    """Lay a campaign and its waves out as their file would be read."""
    planned = (
        PlannedWave(
            key=wave.key,
            form=wave.form,
            kind=wave.kind,
            invite=wave.invite,
            opens_on=wave.opens_on,
            closes_on=wave.closes_on,
            results_on=wave.results_on,
            reminder_days=tuple(wave.reminder_days),
            labels=wave.labels,
            trustees=wave.trustees,
            comment=wave.comment,
            comment_days=wave.comment_days,
            overlap=wave.overlap,
            cards=wave.cards,
            sms=wave.sms,
        )
        for wave in waves
    )
    said = {name: getattr(row, name) for name in (*_LINES, "title", "purpose")}
    return CampaignFile(
        **said, waves=tuple(sorted(planned, key=lambda wave: (wave.opens_on, wave.key)))
    )


def texts_of(file: CampaignFile) -> dict[str, Any]:
    """Return what stands above the waves of a file, as tables; what is empty is left out."""
    said = {name: getattr(file, name) for name in _LINES}
    asks = next((wave for wave in file.waves if wave.comment), None)
    if asks is not None:
        said["comment_days"] = asks.comment_days
    said |= {"title": dict(file.title), "purpose": dict(file.purpose)}
    said["comment"] = dict(asks.comment) if asks is not None else {}
    return {name: value for name, value in said.items() if value not in (None, "", {})}


def write_campaign(file: CampaignFile) -> str:
    """Write a campaign and its waves as TOML."""
    tables = texts_of(file)
    tables["waves"] = [_wave(wave, asks="comment" in tables) for wave in file.waves]
    return tomlkit.dumps(tables)


def _wave(wave: PlannedWave, *, asks: bool) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(wave, name) for name in _WAVE_LINES}
    said["reminder_days"] = list(wave.reminder_days)
    if wave.overlap:
        said["overlap"] = wave.overlap
    if wave.cards:
        said["cards"] = True
    if wave.sms:
        said["sms"] = True
    if asks and not wave.comment:
        said["comment"] = False
    if wave.trustees:
        said["trustees"] = [dict(trustee.as_json()) for trustee in wave.trustees]
    if labels := _own_labels(wave):
        said["labels"] = labels
    return said


def _own_labels(wave: PlannedWave) -> dict[str, Any]:
    """Return what a wave is called otherwise than by its form and dates."""
    told, own = (wave.kind, wave.opens_on, wave.closes_on), wave.labels
    usual = (wave_labels(*told), *numbered_labels(*told))
    return {
        name: own[name]
        for name in (*FORMS, "year")
        if name in own
        and not any(called_alike({name: own[name]}, {name: one[name]}) for one in usual)
    }
