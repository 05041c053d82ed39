"""Make the cards of a wave: one PDF of all its piles, the same one whenever it is made."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from survey_app.asking.cards.order import CardOrder
from survey_app.asking.cards.sheet import PrintedCard, PrintedPile, card_sheet, set_cards
from survey_app.asking.errors import LettersRefused
from survey_app.asking.invitations.card_piles import Pile, card_codes, find_piles
from survey_app.asking.invitations.codes import in_groups
from survey_app.asking.letters.may_make import check_last_day
from survey_app.asking.letters.order import Keep, Report, Surroundings
from survey_app.asking.letters.queries import cards_made, find_letter_wave
from survey_app.asking.letters.wording import LetterWave
from survey_app.asking.writing import writing
from survey_app.audit.record import record
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Link, Login
from survey_app.shared.i18n import Language, first_language

NO_CARDS = "it has no cards: they are for staff without an e-mail address, where its plan says so"


@dataclass(frozen=True, slots=True)
class CardsMade:
    """How many cards there are, and for how many people in how many units."""

    cards: int
    people: int
    units: int


async def make_cards(
    order: CardOrder, around: Surroundings, report: Report, keep: Keep
) -> CardsMade:
    """Make the file of a wave's cards, and note that they were made: both or neither.

    Parameters
    ----------
    order : CardOrder
    around : Surroundings
        As for letters.
    report : callable
        Told the share that is done, from 0 to 1.
    keep : callable
        Given the file, last of all before the note is committed.

    Raises
    ------
    LettersRefused
        If the wave is not open, or has no cards.
    NoFontError
        If the name of a unit has a sign that no font here has.
    NoPangoError
        If this machine cannot lay out text.
    """
    async with writing() as link:
        wave = await find_letter_wave(link, order.wave)
        piles = await find_piles(link, wave.id)
    if not piles:
        raise LettersRefused(order.wave, NO_CARDS)
    check_last_day(wave, around.now.astimezone(OSLO).date())
    sheet = card_sheet(wave, order.language, around.messages, answering_url=around.answering_url)
    printed = [_printed(pile, wave, order.language, around) for pile in piles]
    # whoever waits for something else of this process does not wait for paper
    content = await asyncio.to_thread(set_cards, printed, sheet, report)
    made = CardsMade(
        sum(pile.cards for pile in piles), sum(pile.people for pile in piles), len(piles)
    )
    async with writing() as link:
        await find_letter_wave(link, order.wave)
        await _note(link, order, wave, made, around)
        await keep(link, content)
    return made


def _printed(pile: Pile, wave: LetterWave, language: Language, around: Surroundings) -> PrintedPile:
    chosen = {"lang": language} if language != first_language() else {}
    cards = []
    for code in card_codes(pile, wave.id, around.secret):
        query = urlencode({"code": in_groups(code)} | chosen)
        cards.append(PrintedCard(in_groups(code), f"{around.answering_url}/kode?{query}"))
    return PrintedPile(pile.name, pile.people, tuple(cards))


async def _note(
    link: Link, order: CardOrder, wave: LetterWave, made: CardsMade, around: Surroundings
) -> None:
    again = bool(await cards_made(Login.WORKER, wave.id))
    await link.execute(
        "INSERT INTO asking.letter_run (id, wave, kind, made_at, letters, reason)"
        " VALUES ($1, $2, 'cards', $3, $4, '')",
        uuid.uuid4(),
        wave.id,
        around.now,
        made.cards,
    )
    await record(
        Login.WORKER,
        now=around.now,
        actor=around.actor,
        action="cards made",
        subject=wave.key,
        cards=made.cards,
        units=made.units,
        language=order.language,
        # the same codes: no more can be used for it
        **({"again": True} if again else {}),
    )
