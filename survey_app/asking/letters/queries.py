"""The wave that letters invite to, and which letters were made for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.labels import dated_title
from survey_app.asking.campaigns.results_told import AT_ONCE
from survey_app.asking.errors import LettersRefused
from survey_app.asking.letters.wording import LetterWave
from survey_app.shared.database import Link, Login, fetch

_WAVE = (
    "SELECT w.id, w.key, w.state, w.labels, w.closes_on, w.results_on, w.key_list_hash,"
    " c.population, c.title, c.purpose, c.legal_basis, c.sender, c.contact, c.demo,"
    " c.remind_everybody, c.release, w.sms, q.content"
    " FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"
    " LEFT JOIN asking.questionnaire q ON q.hash = w.questionnaire"
    " WHERE w.key = $1"
)
# the row is held as it is until the letters are noted; whoever answers reads it all the same
_HELD = " FOR NO KEY UPDATE OF w"
_MADE = (
    "SELECT kind, made_at, letters, reason, digital, unsure FROM asking.letter_run WHERE wave = $1"
    " AND (kind = 'cards') = $2 ORDER BY made_at"
)
_ON_PAPER = (
    "SELECT EXISTS (SELECT FROM asking.invitation WHERE wave = $1 AND channel = 'letter')"
    " AS letters, EXISTS (SELECT FROM asking.card_pile WHERE wave = $1) AS cards"
)


@dataclass(frozen=True, slots=True)
class LetterRunRow:
    """When letters were made; how many, but for those that went to who had not answered."""

    kind: str
    made_at: datetime
    letters: int | None
    reason: str
    """Why the same ones were made again."""
    digital: int | None = None
    """How many are in mailboxes beside these; None where that was not asked for and none is."""
    unsure: bool = False
    """Whether they were for those alone of whom a mailbox left it unsure."""


async def find_letter_wave(link: Link, key: str, *, held: bool = True) -> LetterWave:
    """Return the open wave with this key; ``held`` locks it until the transaction ends.

    Raises
    ------
    LettersRefused
        If there is none, or it is not open.
    """
    row = await link.fetchrow(_WAVE + (_HELD if held else ""), key)
    if row is None:
        raise LettersRefused(key, "there is no such wave; `barometer wave list` shows all of them")
    if row["state"] != "open":
        raise LettersRefused(key, f"it is {row['state']}, and links open nothing but an open wave")
    title, labels, purpose = (json.loads(row[name]) for name in ("title", "labels", "purpose"))
    return LetterWave(
        id=row["id"],
        key=row["key"],
        population=row["population"],
        heading=dated_title(title, labels),
        purpose=purpose,
        legal_basis=row["legal_basis"],
        sender=row["sender"],
        contact=row["contact"],
        demo=row["demo"],
        remind_everybody=row["remind_everybody"],
        closes_on=row["closes_on"],
        results_on=row["results_on"],
        minutes=Questionnaire.from_json(row["content"]).form.minutes,
        key_list_hash=row["key_list_hash"],
        at_once=row["release"] == AT_ONCE,
        sms=row["sms"],
    )


async def letters_made(login: Login, wave: UUID) -> list[LetterRunRow]:
    """Return the files of letters that were made for one wave, oldest first."""
    return [LetterRunRow(**row) for row in await fetch(login, _MADE, wave, False)]


async def letters_made_on(link: Link, wave: UUID) -> list[LetterRunRow]:
    """Return the same to whoever holds a connection already: a second one might not come."""
    return [LetterRunRow(**row) for row in await link.fetch(_MADE, wave, False)]


async def cards_made(login: Login, wave: UUID) -> list[LetterRunRow]:
    """Return when cards of one wave were made, the same ones each time, oldest first."""
    return [LetterRunRow(**row) for row in await fetch(login, _MADE, wave, True)]


async def paper_awaited(login: Login, wave: UUID) -> frozenset[str]:
    """Return which of ``letters`` and ``cards`` somebody is asked by and nobody has made."""
    [row] = await fetch(login, _ON_PAPER, wave)
    made = {"letters": letters_made, "cards": cards_made}
    return frozenset([one for one, of in made.items() if row[one] and not await of(login, wave)])
