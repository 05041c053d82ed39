"""When letters of a wave may be made: once each, and of an open wave alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from survey_app.asking.errors import LettersRefused
from survey_app.asking.letters.order import LetterOrder
from survey_app.asking.letters.queries import LetterRunRow, find_letter_wave, letters_made_on
from survey_app.asking.letters.recipients import Recipient, find_recipients
from survey_app.asking.letters.wording import LetterWave
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login


@dataclass(frozen=True, slots=True)
class Found:
    """The wave of an order as it was found."""

    wave: LetterWave
    people: list[Recipient]
    """Who is invited by letter."""
    made: list[LetterRunRow]


async def may_make(
    link: Link, order: LetterOrder, login: Login = Login.WORKER, *, today: date
) -> Found:
    """Return the wave, and who is invited by letter; for the worker locked as it is.

    Raises
    ------
    LettersRefused
        If these letters may not be made, or not now.
    """
    wave = await find_letter_wave(link, order.wave, held=login is Login.WORKER)
    people = await find_recipients(link, wave.id)
    if not people:
        raise LettersRefused(order.wave, "it invites nobody by letter")
    check_last_day(wave, today)
    runs = await letters_made_on(link, wave.id)
    made = {run.kind: run for run in runs}
    before = made.get(order.kind)
    if order.second and "first" not in made:
        raise LettersRefused(order.wave, "the first ones were not made yet: leave out --second")
    if order.unsure and not before:
        raise LettersRefused(order.wave, f"the {order.kind} ones were not made yet: no --unsure")
    if before and not order.again and not order.unsure:
        told = "" if before.letters is None else f" ({before.letters} of them)"
        raise LettersRefused(
            order.wave,
            f"the {order.kind} ones were made on {_moment(before.made_at)}{told}, and"
            " nobody gets the same letter twice. If the file or the print was spoiled,"
            ' --again "why" makes the same letters with the same links once more',
        )
    if order.again and not before:
        raise LettersRefused(order.wave, f"the {order.kind} ones were not made yet: no --again")
    if unknown := set(order.rows) - {person.row for person in people}:
        named = ", ".join(map(str, sorted(unknown)))
        raise LettersRefused(order.wave, f"nobody on the row {named} is invited by letter")
    return Found(wave, people, runs)


def check_last_day(wave: LetterWave, today: date) -> None:
    """Refuse paper for a wave that is past its last day, and closes any moment."""
    if wave.closes_on < today:
        raise LettersRefused(
            wave.key,
            f"its last day was {wave.closes_on}, and it closes by itself: nobody could answer."
            " Move its last day first if somebody is to",
        )


def check_unchanged(before: Found, now: Found) -> None:
    """Refuse letters of which something changed while they were set."""
    links = [
        [(person.id, person.generation, person.language) for person in found.people]
        for found in (before, now)
    ]
    if before.wave != now.wave or before.made != now.made or links[0] != links[1]:
        raise _changed(before.wave.key)


async def check_still_so(link: Link, order: LetterOrder, found: Found, person: Recipient) -> None:
    """Refuse to hand a letter over that was made meanwhile, or whose link leads nowhere.

    The wave is held: whoever finishes the same letters sees the one that goes now, or this one
    sees that they are finished.
    """
    await link.execute("SELECT FROM asking.wave WHERE id = $1 FOR NO KEY UPDATE", found.wave.id)
    so = await link.fetchval(
        "SELECT w.state = 'open' AND i.generation = $2 AND NOT i.withdrawn"
        " AND (SELECT count(*) FROM asking.letter_run r WHERE r.wave = w.id AND r.kind = $3) = $4"
        " FROM asking.invitation i JOIN asking.wave w ON w.id = i.wave WHERE i.id = $1",
        person.id,
        person.generation,
        order.kind,
        sum(run.kind == order.kind for run in found.made),
    )
    if not so:
        raise _changed(order.wave)


def _changed(wave: str) -> LettersRefused:
    return LettersRefused(wave, "something changed meanwhile: make them again")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(OSLO):%Y-%m-%d at %H:%M}"
