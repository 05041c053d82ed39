"""A wave that is planned on a page: what the form says, read by the rules of the campaign file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from questionnaires.loader import load_library
from survey_app.asking.campaigns.campaign_file import PlannedWave, asks_somebody, read_wave
from survey_app.asking.campaigns.proposals import ProposedWave
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.seasons import other_people, same_last_year
from survey_app.asking.campaigns.states import State
from survey_app.asking.people.panels import ROTATION, next_turn, rotation_of
from survey_app.asking.people.staff_sample import RULES, design_of
from survey_app.shared.form_text import as_number, day_of

DATES: Final = ("opens_on", "closes_on", "results_on")
CARDS: Final = "yes"
SMS: Final = "yes"
KEPT: Final = "yes"
NAMES: Final = (
    *("key", "form", "invite", "size", "at_once", "panels", "turn", "same_season"),
    *(*DATES, "reminder_days", "overlap", "cards", "sms"),
)


def planned_wave(said: Mapping[str, str], like: WaveRow) -> PlannedWave:
    """Read what a form says of a wave; comments are asked for as in the wave it is like.

    Parameters
    ----------
    said : mapping of str to str
        By the names in `NAMES`; dates as 2027-02-09, days of reminders as «4, 10».
    like : WaveRow
        The wave that it was copied from, or itself as it stands.

    Raises
    ------
    CampaignProblems
        With every mistake, each with its key.
    """
    wave = read_wave(planned_table(said), load_library(), like.population, ({}, None))
    return replace(wave, comment=like.comment, comment_days=like.comment_days)


def planned_table(said: Mapping[str, str]) -> dict[str, Any]:
    """Lay what a form says of a wave out as a table of the file.

    What is no day stays, and is told as a mistake; None where there is nothing.
    """
    table: dict[str, Any] = {
        "key": said.get("key", ""),
        "form": said.get("form", ""),
        "invite": invite_of(said),
        "reminder_days": _days(said.get("reminder_days", "")),
        "overlap": said.get("overlap", ""),
        "cards": said.get("cards") == CARDS,
        "sms": said.get("sms") == SMS,
    }
    for name in DATES:
        text = said.get(name, "").strip()
        table[name] = day_of(text) or text or None
    return table


def invite_of(said: Mapping[str, str]) -> str:
    """Write whom a form asks as the campaign file does: a sample with how many are drawn.

    Examples
    --------
    >>> invite_of({"invite": "proportional", "size": "900"})
    'proportional:900'
    >>> invite_of({"invite": "rotation", "at_once": "2", "panels": "3", "turn": "5"})
    'rotation:2/3:5'
    """
    invite = said.get("invite", "")
    if invite == ROTATION:
        at_once, panels = (said.get(name, "").strip() or 0 for name in ("at_once", "panels"))
        return f"{ROTATION}:{at_once}/{panels}:{said.get('turn', '').strip() or 1}"
    return f"{invite}:{said.get('size', '').strip() or 0}" if invite in RULES else invite


def staff_asked(wave: WaveRow, said: Mapping[str, str]) -> str:
    """Return whom of the staff a form asks; empty where it asks others, or cannot be read yet."""
    invite = invite_of(said)
    return invite if wave.population == "staff" and asks_somebody(invite, "staff") else ""


def with_turn(
    said: Mapping[str, str], waves: Sequence[WaveRow], itself: WaveRow | None
) -> dict[str, str]:
    """Fill in which turn of a rotation a form plans: the next, or its own while it may be held.

    Where it would ask the same people as the year before at the same time, it is the one after,
    unless ``same_season`` keeps the order or another draft has that one: those people would be
    asked twice.

    Parameters
    ----------
    said : mapping of str to str
    waves : sequence of WaveRow
        All there are.
    itself : WaveRow or None
        The draft that the form changes.
    """
    wanted = rotation_of(invite_of({**said, "turn": ""}))
    if wanted is None:
        return {**said, "turn": ""}
    others = _others(waves, itself)
    held = [one.invite for one in others if one.opened_at]
    planned = held + [one.invite for one in others if one.state == State.DRAFT]
    turn = next_turn(wanted, planned).turn
    own = rotation_of(itself.invite) if itself else None
    if own and replace(wanted, turn=own.turn) == own and own.written not in planned:
        # it may stand before others that are planned, and not before one that was held
        turn = max(own.turn, next_turn(wanted, held).turn)
    turned, day = replace(wanted, turn=turn), day_of(said.get("opens_on", ""))
    if day and said.get("same_season") != KEPT:
        after = other_people(turned, day, _staff(others))
        turned = turned if after.written in planned else after
    return {**said, "turn": str(turned.turn)}


def _others(waves: Sequence[WaveRow], itself: WaveRow | None) -> list[WaveRow]:
    return [one for one in waves if itself is None or one.id != itself.id]


def _staff(waves: Sequence[WaveRow]) -> list[WaveRow]:
    """Return those of staff that were opened or are planned."""
    return [
        one
        for one in waves
        if one.population == "staff" and (one.opened_at or one.state == State.DRAFT)
    ]


def said_of_draft(wave: WaveRow, waves: Sequence[WaveRow]) -> dict[str, str]:
    """Fill the form with a draft as it stands, and say whether its rotation keeps the order."""
    met = rotation_of(wave.invite) and same_last_year(wave, _staff(_others(waves, wave)))
    return said_of(wave) | {"same_season": KEPT if met else ""}


def _days(text: str) -> list[object]:
    """Read days of reminders; what is no number stays, and is told as a mistake."""
    found = [part for part in re.split(r"[,; ]+", text.strip()) if part]
    return [part if (day := as_number(part)) is None else day for part in found]


def said_of(wave: WaveRow) -> dict[str, str]:
    """Fill the form with a wave as it stands."""
    design, rotation = design_of(wave.invite), rotation_of(wave.invite)
    way = design.rule if design else ROTATION if rotation else wave.invite
    return {
        "key": wave.key,
        "form": wave.form,
        "invite": way,
        "size": str(design.size) if design else "",
        "at_once": str(rotation.at_once) if rotation else "",
        "panels": str(rotation.panels) if rotation else "",
        "turn": str(rotation.turn) if rotation else "",
        "same_season": "",
        "reminder_days": ", ".join(map(str, wave.reminder_days)),
        "overlap": wave.overlap,
        "cards": CARDS if wave.cards else "",
        "sms": SMS if wave.sms else "",
        **{name: getattr(wave, name).isoformat() for name in DATES},
    }


def seen_of(wave: WaveRow) -> str:
    """Name a plan as it stands: another name says that somebody changed it meanwhile."""
    said = json.dumps(said_of(wave), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def said_of_proposal(proposal: ProposedWave, source: WaveRow) -> dict[str, str]:
    """Fill the form with what is proposed: the wave that it is like, on other days."""
    days = {name: getattr(proposal, name).isoformat() for name in DATES}
    return said_of(source) | days | {"key": "", "overlap": "", "proposal": str(proposal.id)}


def next_of(wave: WaveRow, taken: set[str], after: date) -> dict[str, str]:
    """Fill the form with the next wave: the same, a year later, and never in the past.

    Halves get the old words in one wave: the next asks everybody in the new.
    """
    years = 1
    while _later(wave.opens_on, years) <= after:
        years += 1
    said = said_of(wave) | {name: _later(getattr(wave, name), years).isoformat() for name in DATES}
    said["overlap"] = ""
    said["key"] = wave_key(wave.campaign, said["opens_on"], taken)
    return said


def wave_key(stem: str, opens_on: str, taken: set[str]) -> str:
    """Return a key that no wave has: what the campaign is called, and the first day."""
    day = day_of(opens_on)
    return free_key(f"{stem}-{day}" if day else stem, taken)


def free_key(wanted: str, taken: set[str]) -> str:
    """Return a key that no wave has."""
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def _later(day: date, years: int) -> date:
    """Return the day of the same week and weekday some years later: 52 weeks each."""
    return date.fromordinal(day.toordinal() + 364 * years)
