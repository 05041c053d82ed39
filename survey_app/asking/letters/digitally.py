"""Hand letters over to mailboxes where their receivers may get them there; the rest is paper."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from markupsafe import Markup

from survey_app.asking.digital_post.ports import (
    DigitalLetter,
    DigitalMailbox,
    DigitalPostDown,
    MailboxAnswer,
)
from survey_app.asking.errors import LettersRefused
from survey_app.asking.letters.addresses import national_ids
from survey_app.asking.letters.content import Content
from survey_app.asking.letters.in_mailboxes import (
    DELIVERED,
    HANDED,
    forget_handed,
    hold,
    in_mailboxes,
    note_delivered,
    note_handed,
)
from survey_app.asking.letters.may_make import Found, check_still_so
from survey_app.asking.letters.order import LetterOrder, Surroundings
from survey_app.asking.letters.recipients import Recipient
from survey_app.asking.writing import writing
from survey_app.shared.i18n import N_, translator

ATTACHED: Final = N_("Brevet ligger ved. Du kan svare her: %(url)s")
LONGEST_SUMMARY: Final = 250


def check_digital(order: LetterOrder, around: Surroundings) -> None:
    """Refuse what cannot be sent digitally.

    Raises
    ------
    LettersRefused
        If the installation has no mailboxes, there is no file of numbers, or only those would get
        a letter who have not answered: the mailbox would learn who that is.
    """
    if not order.digital:
        return
    if around.post is None:
        raise LettersRefused(order.wave, "the settings for letters to mailboxes are missing here")
    if order.addresses is None or order.form != "pdf":
        raise LettersRefused(order.wave, "digital letters need a file of addresses, and PDF")
    if order.narrowed:
        raise LettersRefused(order.wave, "letters to only those who have not answered go on paper")


async def hand_over(
    order: LetterOrder,
    found: Found,
    asked: Sequence[Recipient],
    content: Content,
    around: Surroundings,
) -> None:
    """Hand letters over, and note each as it goes: what went stays noted, whatever comes after.

    Raises
    ------
    DigitalPostDown
        If register or mailbox do not answer as they should.
    LettersRefused
        If the same letters were made meanwhile, or something of them changed.
    """
    if not order.digital or around.post is None:
        return
    numbers = national_ids(order.addresses or "")
    async with writing() as link:
        known = await in_mailboxes(link, found.wave.id, order.kind)
    wanted = {
        at: numbers[person.row]
        for at, person in enumerate(asked)
        if person.row in numbers
        and known.get(person.id) != DELIVERED
        and not (order.second and person.opted_out)
    }
    # everybody of the file is asked about who gets a letter: nothing of who has answered
    reachable = await around.post.register.reachable(wanted.values())
    for at, number in wanted.items():
        if number in reachable:
            page = await asyncio.to_thread(content.page, at)
            key = mailbox_key_of(asked[at], order.kind, around.secret)
            letter = _letter(content, at, number, key, page)
            await _hand_over_one(order, found, asked[at], letter, around.post.mailbox)


async def _hand_over_one(
    order: LetterOrder,
    found: Found,
    person: Recipient,
    letter: DigitalLetter,
    mailbox: DigitalMailbox,
) -> None:
    async with writing() as link:
        await check_still_so(link, order, found, person)
        is_first = await note_handed(link, person, order.kind)
    down = None
    # the row is held from before the letter goes until what became of it is committed
    async with writing() as link:
        if await hold(link, person, order.kind) != HANDED:
            return
        try:
            taken = await _taken(mailbox, letter, is_first=is_first)
        except DigitalPostDown as error:
            if error.may_have_arrived or not is_first:
                raise
            taken, down = MailboxAnswer.PAPER, error
        if taken is MailboxAnswer.DELIVERED:
            await note_delivered(link, person, order.kind)
        elif taken is MailboxAnswer.PAPER:
            await forget_handed(link, [person.id], order.kind)
    if down is not None:
        raise down


async def _taken(
    mailbox: DigitalMailbox, letter: DigitalLetter, *, is_first: bool
) -> MailboxAnswer:
    # of one that went before, what its mailbox has says more than what it would take now
    there = None if is_first else await mailbox.find(letter.key)
    return there if there is not None else await mailbox.send(letter)


def mailbox_key_of(person: Recipient, kind: str, secret: bytes) -> UUID:
    """Return the name of one letter to one person: the same whenever it is made, and no link."""
    key = hashlib.sha256(b"verdibarometer/digital-letter/1/" + secret).digest()
    what = f"{person.id}/{person.generation}/{kind}".encode()
    return UUID(bytes=hmac.digest(key, what, "sha256")[:16], version=4)


def _letter(content: Content, at: int, number: str, key: UUID, page: bytes) -> DigitalLetter:
    letter = content.letters[at]
    words = content.words[letter.language]
    opening = [Markup(paragraph).striptags() for paragraph in words.opening]  # noqa: S704 - ours
    attached = translator(letter.language).gettext(ATTACHED) % {"url": letter.url}
    return DigitalLetter(
        key,
        number,
        letter.language,
        title=words.heading,
        summary=(opening[0] if opening else words.heading)[:LONGEST_SUMMARY],
        body="\n\n".join([*opening, attached, words.promise]),
        pdf=page,
    )
