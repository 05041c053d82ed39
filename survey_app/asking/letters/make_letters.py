"""Make the letters of a wave once: the file, the codes that open it, and a note that it was made.

Links and codes are derived, so making the same letters again gives the same file: a spoiled print
is no reason to ask somebody twice, and no second ballot comes of it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Sequence

from survey_app.asking.errors import LettersRefused
from survey_app.asking.invitations.codes import in_groups
from survey_app.asking.invitations.queries import unanswered
from survey_app.asking.letters.addresses import Address, read_addresses
from survey_app.asking.letters.content import Content
from survey_app.asking.letters.digitally import check_digital, hand_over
from survey_app.asking.letters.in_mailboxes import (
    DELIVERED,
    HANDED,
    InMailboxes,
    forget_handed,
    in_mailboxes,
)
from survey_app.asking.letters.letter import Letter
from survey_app.asking.letters.may_make import check_unchanged, may_make
from survey_app.asking.letters.order import (
    Keep,
    LetterOrder,
    LettersMade,
    Report,
    Surroundings,
)
from survey_app.asking.letters.recipients import Recipient, code_of, keep_codes, token_of
from survey_app.asking.letters.wording import LetterWave
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login
from survey_app.shared.i18n import as_language


async def make_letters(
    order: LetterOrder, around: Surroundings, report: Report, keep: Keep
) -> LettersMade:
    """Make a file of letters, and note that they were made: both or neither.

    Parameters
    ----------
    order : LetterOrder
    around : Surroundings
    report : callable
        Told the share that is done, from 0 to 1; of everybody, whoever is in the file.
    keep : callable
        Given the file, last of all before the note is committed.

    Raises
    ------
    LettersRefused
        If the wave is not open, invites nobody by letter, or the letters were made before.
    AddressProblems
        With every mistake of the file of addresses.
    LongLetter, NoFontError, NoPangoError
        If a letter cannot be set.
    DigitalPostDown
        If register or mailbox do not answer as they should. What went to a mailbox is noted:
        made again, by either way, nobody gets a second one.
    """
    check_digital(order, around)
    today = around.now.astimezone(OSLO).date()
    async with writing() as link:
        found = await may_make(link, order, today=today)
        wave, people = found.wave, found.people
        known = await in_mailboxes(link, wave.id, order.kind)
        if order.digital:
            # what goes to a mailbox is read before the file is finished
            await keep_codes(link, wave.id, people, around.secret)
    addresses = addresses_of(order, people)
    asked = [
        person
        for person in people
        if is_asked_for(person, order, addresses)
        and (not order.unsure or known.get(person.id) == HANDED)
    ]
    if not asked:
        raise LettersRefused(order.wave, "nobody is left to write to")
    letters = [_letter(person, wave, addresses, around) for person in asked]
    # whoever waits for something else of this process does not wait for paper
    content = await asyncio.to_thread(Content, order, wave, letters, around, report)
    await hand_over(order, found, asked, content, around)
    async with writing() as link:
        found_now = await may_make(link, order, today=today)
        check_unchanged(found, found_now)
        await keep_codes(link, wave.id, found_now.people, around.secret)
        number, there = await _finish(link, order, wave, asked, content, around, keep)
    without = [lines for lines in (addresses or {}).values() if not lines]
    return LettersMade(number, len(without), _told(order, there), there.unsure)


def addresses_of(order: LetterOrder, people: Sequence[Recipient]) -> dict[int, Address] | None:
    """Return where each letter goes by row, as ``read_addresses`` does; None without a file."""
    if order.addresses is None:
        return None
    rows = {person.row for person in people if person.row is not None}
    if len(rows) < len(people):
        raise LettersRefused(
            order.wave, "it was opened before rows were kept, so no addresses can be joined"
        )
    return read_addresses(order.addresses, rows, digital=order.digital)


def is_asked_for(
    person: Recipient, order: LetterOrder, addresses: dict[int, Address] | None
) -> bool:
    """Tell whose letters are set, by what was ordered: never by who has answered."""
    if order.rows and person.row not in order.rows:
        return False
    return addresses is None or (person.row is not None and bool(addresses[person.row]))


def _letter(
    person: Recipient, wave: LetterWave, addresses: dict[int, Address] | None, around: Surroundings
) -> Letter:
    token = token_of(person, wave.id, around.secret)
    return Letter(
        person.row,
        as_language(person.language),
        f"{around.answering_url}/answer/{token}",
        in_groups(code_of(person, wave.id, around.secret)),
        addresses[person.row] if addresses and person.row is not None else (),
    )


async def _finish(
    link: Link,  # as `worker`, in a transaction
    order: LetterOrder,
    wave: LetterWave,
    asked: list[Recipient],
    content: Content,
    around: Surroundings,
    keep: Keep,
) -> tuple[int | None, InMailboxes]:
    """Write those of the letters that are for somebody, and return how many if that may be told."""
    narrowed = order.narrowed and not wave.remind_everybody
    waiting = await unanswered(link, wave.id) if narrowed else {person.id for person in asked}
    if order.unsure and not order.digital:
        # on paper after all: that is what somebody decided
        await forget_handed(link, [person.id for person in asked], order.kind)
    known = await in_mailboxes(link, wave.id, order.kind)
    # whoever is named one by one gets paper although a mailbox has the letter
    gone = known if order.digital or not order.rows else {}
    wanted = [
        at
        for at, person in enumerate(asked)
        if person.id in waiting
        and person.id not in gone
        and not (order.second and person.opted_out)
    ]
    if not wanted and not narrowed and not gone:
        raise LettersRefused(order.wave, "nobody is left to write to")
    number = None if narrowed else len(wanted)
    states = Counter(known.values())
    there = InMailboxes(states[DELIVERED], states[HANDED])
    await _note(link, order, wave, number, around, _told(order, there))
    await keep(link, await asyncio.to_thread(content.file, wanted))
    return number, there


def _told(order: LetterOrder, there: InMailboxes) -> int | None:
    return there.delivered if order.digital or there.delivered else None


async def _note(
    link: Link,
    order: LetterOrder,
    wave: LetterWave,
    number: int | None,
    around: Surroundings,
    digital: int | None,
) -> None:
    await link.execute(
        "INSERT INTO asking.letter_run (id, wave, kind, made_at, letters, reason, digital, unsure)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        uuid.uuid4(),
        wave.id,
        order.kind,
        around.now,
        number,
        order.again,
        digital,
        order.unsure,
    )
    facts: dict[str, object] = {"kind": order.kind, "format": order.form}
    # how many have not answered stands nowhere
    facts |= {"letters": number} if number is not None else {}
    facts |= {"digital": digital} if digital is not None else {}
    facts |= {"sealed_to": order.sealed_to} if order.sealed_to else {}
    facts |= {"again": order.again} if order.again else {}
    facts |= {"unsure": True} if order.unsure else {}
    await record(
        Login.WORKER,
        now=around.now,
        actor=around.actor,
        action="letters made",
        subject=wave.key,
        **facts,
    )
