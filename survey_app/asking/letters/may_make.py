"""When letters of a wave may be made: once each, and of an open wave alone."""

from __future__ import annotations

from datetime import datetime

from survey_app.asking.errors import LettersRefused
from survey_app.asking.letters.order import LetterOrder
from survey_app.asking.letters.queries import find_letter_wave, letters_made
from survey_app.asking.letters.recipients import Recipient, find_recipients
from survey_app.asking.letters.wording import LetterWave
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login


async def may_make(
    link: Link, order: LetterOrder, login: Login = Login.WORKER
) -> tuple[LetterWave, list[Recipient]]:
    """Return the wave and who is invited by letter; for the worker locked as it is.

    Raises
    ------
    LettersRefused
        If these letters may not be made, or not now.
    """
    wave = await find_letter_wave(link, order.wave, held=login is Login.WORKER)
    people = await find_recipients(link, wave.id)
    if not people:
        raise LettersRefused(order.wave, "it invites nobody by letter")
    made = {run.kind: run for run in await letters_made(login, wave.id)}
    before = made.get(order.kind)
    if order.second and "first" not in made:
        raise LettersRefused(order.wave, "the first ones were not made yet: leave out --second")
    if before and not order.again:
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
    return wave, people


def _moment(at: datetime) -> str:
    return f"{at.astimezone(OSLO):%Y-%m-%d at %H:%M}"
