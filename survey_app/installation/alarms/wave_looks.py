"""Whether waves can be answered, counted and published, and whether their forms are people's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Final

from survey_app.asking.campaigns.act_words import approved_otherwise
from survey_app.asking.campaigns.arrival_alarms import arrival_alarms
from survey_app.asking.campaigns.key_holders import tampered_waves
from survey_app.asking.campaigns.queries import list_waves
from survey_app.asking.campaigns.sealing_alarms import Alarm as SealingAlarm
from survey_app.asking.campaigns.sealing_alarms import alarmed_waves
from survey_app.asking.campaigns.states import State
from survey_app.installation.alarms.alarm import AlarmKind, RaisedAlarm
from survey_app.installation.alarms.host import HostState, own_name
from survey_app.installation.alarms.wave_names import wave_names
from survey_app.piloting.pilot_keys import pilots_with_keys
from survey_app.publishing.claims import OverdueWave, overdue_waves, troubles
from survey_app.settings import Settings
from survey_app.shared.database import Login
from survey_app.waves.watch_sealing import changed_waves
from survey_app.waves.wave_keys import waves_with_keys

# the night after the last day, and the morning
CLOSED_AFTER: Final = timedelta(hours=12)
HOLDERS_AFTER: Final = timedelta(days=7)
# of a cancelled wave there is nothing to decide
MAY_DECIDE: Final = frozenset({State.OPEN, State.CLOSED, State.COUNTED})


async def missing_keys(held: AbstractSet[str]) -> list[RaisedAlarm]:
    """Return waves and pilots that no machine can count.

    Parameters
    ----------
    held : set of str
        Ids of waves and pilots whose key lies on a machine that was heard of just now.
    """
    names = await wave_names()
    waves = [
        RaisedAlarm(
            AlarmKind.KEY_MISSING,
            one.key,
            f"keys: that of the {one.state} wave «{one.key}» lies on no machine with a worker:"
            " bring its file back to BAROMETER_KEY_DIR, or start the worker where it lies; without"
            " it nobody can count the wave",
            {"wave": names[one.key]},
        )
        for one in await waves_with_keys()
        if str(one.wave) not in held
    ]
    pilots = [
        RaisedAlarm(
            AlarmKind.KEY_MISSING,
            f"pilot {one.pilot}",
            f"keys: that of a pilot of the draft of «{one.instrument}» lies on no machine with a"
            " worker: bring its file back to «pilots» in BAROMETER_KEY_DIR, or start the worker"
            " where it lies; without it nobody can count the pilot",
            {"pilot": one.instrument},
        )
        for one in await pilots_with_keys()
        if str(one.pilot) not in held
    ]
    return [*waves, *pilots]


async def wrong_keys(hosts: Sequence[HostState]) -> list[RaisedAlarm]:
    """Return waves and pilots of which a machine has a key file that opens none of their answers.

    Parameters
    ----------
    hosts : sequence of HostState
        Those that may have keys: each looked into its own files.
    """
    names = await wave_names()
    needed = {
        str(one.wave): (one.key, {"wave": names[one.key]}) for one in await waves_with_keys()
    } | {
        str(one.pilot): (f"pilot {one.pilot}", {"pilot": one.instrument})
        for one in await pilots_with_keys()
    }
    return [
        RaisedAlarm(
            AlarmKind.KEY_WRONG,
            f"{needed[one][0]}, on {host.name}",
            f"keys: {'' if host.name == own_name() else f'on {host.name}: '}{told.sentence}",
            {**needed[one][1], "host": host.name, "fault": told.fault.value},
        )
        for host in hosts
        for one, told in host.wrong_keys.items()
        if one in needed
    ]


async def exchanged_keys(chosen: Settings) -> list[RaisedAlarm]:
    """Return waves of which somebody exchanged what ballots are sealed to, or lay ready."""
    changed = await changed_waves(chosen.secret()) if chosen.has_secret else set()
    names = await wave_names()
    sealed = [
        RaisedAlarm(
            AlarmKind.KEY_EXCHANGED,
            alarm.key,
            f"waves: {_sealing_of(alarm, now=wave in changed)}",
            {"wave": names[alarm.key]},
        )
        for wave, alarm in (await alarmed_waves(Login.WORKER)).items()
    ]
    handed_over = [
        RaisedAlarm(
            AlarmKind.KEY_EXCHANGED,
            f"{key}, handed over",
            f"waves: somebody exchanged what lay ready for the key holders of «{key}» in the"
            " database: find out who, and count with barometer wave count once that is known"
            " (docs/trustees.md)",
            {"wave": names[key]},
        )
        for key in (await tampered_waves(Login.WORKER)).values()
    ]
    return [*handed_over, *sealed]


def _sealing_of(alarm: SealingAlarm, *, now: bool) -> str:
    if alarm.holders:
        return (
            f"the key holders of «{alarm.key}» have other keys than its ballots are sealed to:"
            " somebody wrote to the database before it was opened, and may have read answers, or"
            " exchanged their keys since; no answer is taken any more (docs/operations.md)"
        )
    told = f"what ballots of «{alarm.key}» are sealed to was changed in the database:"
    if now:
        return (
            f"{told} no answer is taken as long as it is; find out who, and bring the wave's row"
            " back from a backup, or cancel the wave (docs/operations.md)"
        )
    return f"{told} it is as it was opened again, and no answer was sealed meanwhile; find out who"


async def late_waves(now: datetime) -> list[RaisedAlarm]:
    """Return waves that should have been closed, counted or published by now, or will open late."""
    names = await wave_names()
    unopened = [
        RaisedAlarm(
            AlarmKind.LATE,
            key,
            f"waves: «{key}» was approved with other questions than it would ask now and does not"
            f" open: two people approve it again on its page (/waves/{key}/open)",
            {"wave": names[key], "why": "other questions"},
        )
        for key in await approved_otherwise(Login.WORKER)
    ]
    held_up = [
        RaisedAlarm(
            AlarmKind.LATE,
            one.key,
            f"waves: «{one.key}» is held up since {one.at:%Y-%m-%d %H:%M} UTC: {one.sentence}",
            {"wave": names[one.key], "why": "held up"},
        )
        for one in await troubles(Login.WORKER)
    ]
    known = {one.subject for one in held_up}
    return [*unopened, *held_up, *[one for one in await _overdue(now) if one.subject not in known]]


async def _overdue(now: datetime) -> list[RaisedAlarm]:
    names = await wave_names()
    late = await overdue_waves(counting=now - CLOSED_AFTER, holders=now - HOLDERS_AFTER)
    return [_late(one, names[one.key]) for one in late]


def _late(wave: OverdueWave, name: str) -> RaisedAlarm:
    told, why = {
        "open": ("its last day is past and it is not closed: see the worker's log", "not closed"),
        "closed": ("it is closed and not counted: see the worker's log", "not counted"),
        "counted": ("it is counted and not published: see the worker's log", "not published"),
    }[wave.state]
    if wave.state == "closed" and wave.holders:
        told, why = "it has waited a week for its key holders: barometer wave count", "holders"
    sentence = f"waves: «{wave.key}» is late: {told}"
    return RaisedAlarm(AlarmKind.LATE, wave.key, sentence, {"wave": name, "why": why})


async def strange_arrivals() -> list[RaisedAlarm]:
    """Return open surveys whose forms do not come as from people, until two people decided."""
    undecided = {
        wave for wave, seen in (await arrival_alarms(Login.WORKER)).items() if not seen.decision
    }
    return [
        RaisedAlarm(
            AlarmKind.ARRIVALS,
            wave.key,
            f"waves: forms of «{wave.key}» do not come as from people: two decide on its page"
            " whether it is published",
            {"wave": json.dumps(wave.labels["name"])},
        )
        for wave in await list_waves(Login.WORKER)
        if wave.id in undecided and wave.state in MAY_DECIDE
    ]
