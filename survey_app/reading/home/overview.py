"""The first page after signing in: what is new, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from survey_app.accounts.roles import Role
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.published import AGENCY
from survey_app.reading.sentences import Finding, findings
from survey_app.reading.waves import Wave, published, waves
from survey_app.shared.i18n import N_, Language

STAFF: Final = ("KI-kjerne", "SIK", "AMB")
PUBLIC: Final = ("TI",)
# What the culture page speaks of: the first finding there must not be missing here.
SPOKEN: Final = ("KI-kjerne", "TRY-kjerne", "APN-kjerne", "NYT-kjerne", "SIK", "AMB")
GOALS: Final = ("TI", "OM1", "SAM", "PLA", "EAI-3")
# the first goal is nearly the trust index: a second figure of trust would leave out what fell
GOAL_TILES: Final = ("TI", "SAM", "PLA", "EAI-3")
# Population, measures with a tile, measures that findings may speak of, and the page behind them.
CHOICES: Final[dict[Role, tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...]]] = {
    Role.HR: (
        ("staff", STAFF, SPOKEN, "/culture"),
        ("public", PUBLIC, (), "/results"),
    ),
    Role.ANALYST: (
        ("staff", STAFF, SPOKEN, "/culture"),
        ("public", PUBLIC, PUBLIC, "/reputation"),
    ),
    Role.COMMUNICATIONS: (("public", GOAL_TILES, GOALS, "/reputation"),),
}
NAMES: Final = {"TI": N_("Tilliten, sett av innbyggerne")}


@dataclass(frozen=True, slots=True)
class News:
    """The newest publication of one population, as far as the reader is concerned."""

    wave: Wave
    rows: list[LevelRow]
    findings: list[Finding]
    address: str
    within: float | None


async def news(role: Role, lang: Language, at: datetime) -> list[News]:
    """Return what is new for a role; nothing for administrators, who see no results."""
    found = []
    for population, tiles, speak, address in CHOICES.get(role, ()):
        series = await waves(population, at)
        if series:
            found.append(await _news(series, tiles, speak, address, lang, at))
    return found


async def _news(
    series: Sequence[Wave],
    tiles: Sequence[str],
    speak: Sequence[str],
    address: str,
    lang: Language,
    at: datetime,
) -> News:
    wave = series[-1]
    shown = await published(wave, at)
    whole = next(d for d in shown.domains if d.level == AGENCY)
    rows = []
    for code in tiles:
        row = level_row(shown, code, whole, lang)
        if row is not None:
            rows.append(row)
    said = (
        findings(shown, tuple(speak), lang, places=lambda d: d.level in {AGENCY, "region"}, most=3)
        if speak
        else []
    )
    return News(wave, rows, said, address, shown.within)
