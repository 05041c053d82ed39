"""What happened between two waves of which a sentence tells: beside it, never as its cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from survey_app.reading.event_axis import AxisEvent
from survey_app.reading.sentences import Finding
from survey_app.reading.waves import Wave


def with_meanwhile(
    told: Sequence[Finding], events: Iterable[AxisEvent], series: Iterable[Wave]
) -> list[Finding]:
    """Put beside each fall or rise what happened between its waves.

    Parameters
    ----------
    told : sequence of Finding
    events : iterable of AxisEvent
        On the time axis of the place, as the reader may hear of them.
    series : iterable of Wave
        Tells when each wave closed; of a wave that is not among them nothing is told.
    """
    closed = {wave.key: wave.day for wave in series}
    about_all = [one for one in events if one.event and one.below == 0]
    found = []
    for one in told:
        days = [closed.get(key) for key in one.span]
        if len(days) == 2 and days[0] and days[1]:  # noqa: PLR2004 - from one wave to another
            since, until = days[0], days[1]
            beside = tuple(event for event in about_all if since < event.day <= until)
            found.append(replace(one, meanwhile=beside))
        else:
            found.append(one)
    return found
