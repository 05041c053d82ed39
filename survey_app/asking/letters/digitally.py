"""Hand letters over to mailboxes where their receivers may get them there; the rest is paper."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from markupsafe import Markup

from survey_app.asking.digital_post.ports import DigitalLetter
from survey_app.asking.errors import LettersRefused
from survey_app.asking.letters.addresses import national_ids
from survey_app.asking.letters.content import Content
from survey_app.asking.letters.order import LetterOrder, Surroundings
from survey_app.asking.letters.recipients import Recipient
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
    order: LetterOrder, asked: Sequence[Recipient], content: Content, around: Surroundings
) -> frozenset[int]:
    """Hand letters over, and return the places in ``asked`` of those that went.

    The same letters handed over again are the same to the mailbox: it takes each key once.

    Raises
    ------
    DigitalPostDown
        If register or mailbox do not answer as they should. What went stays sent.
    """
    if not order.digital or around.post is None:
        return frozenset()
    numbers = national_ids(order.addresses or "")
    wanted = {
        at: numbers[person.row]
        for at, person in enumerate(asked)
        if person.row in numbers and not (order.second and person.opted_out)
    }
    # everybody of the file is asked about who gets a letter: nothing of who has answered
    reachable = await around.post.register.reachable(wanted.values())
    gone = set()
    for at, number in wanted.items():
        if number in reachable:
            page = await asyncio.to_thread(content.page, at)
            key = mailbox_key_of(asked[at], order.kind, around.secret)
            if await around.post.mailbox.send(_letter(content, at, number, key, page)):
                gone.add(at)
    return frozenset(gone)


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
