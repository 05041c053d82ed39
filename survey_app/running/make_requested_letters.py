"""Make the letters and cards that were asked for on pages, and seal them to whoever asked."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from cryptography.exceptions import InvalidTag

from survey_app.asking.cards.make_cards import make_cards
from survey_app.asking.cards.order import CardOrder
from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.digital_post.ports import DigitalPostDown
from survey_app.asking.digital_post.services import digital_post
from survey_app.asking.errors import AddressProblems, LettersRefused
from survey_app.asking.letters.make_letters import make_letters
from survey_app.asking.letters.paper import LongLetter
from survey_app.asking.letters.requests import (
    AskedLetters,
    forget_requests,
    next_request,
    put_back,
    refuse,
)
from survey_app.asking.writing import writing
from survey_app.publishing.closing.serve_holders import this_counter
from survey_app.running.letter_sealing import open_order, seal_letters
from survey_app.running.letter_surroundings import surroundings_of
from survey_app.settings import settings
from survey_app.shared.database import Link
from survey_app.shared.pdf import NoFontError

log = logging.getLogger("barometer.running")

_WHY: Final[tuple[tuple[tuple[type[Exception], ...], str], ...]] = (
    ((LongLetter,), "long"),
    ((NoFontError,), "signs"),
    ((LettersRefused, AddressProblems), "changed"),
    ((InvalidTag,), "lost"),
    ((DigitalPostDown,), "digital"),
)


async def make_requested_letters(_context: dict[str, Any]) -> None:
    """Make what is confirmed and sealed to this process; forget what has lain for an hour."""
    this = this_counter()
    async with writing() as link:
        await forget_requests(link, now=await trusted_now())
    while True:
        async with writing() as link:
            request = await next_request(link, this.id)
        if request is None:
            return
        try:
            await _make(request)
        except Exception as error:
            async with writing() as link:
                await refuse(link, request.id, _why(error))
            if _why(error) == "failed":
                raise
        log.info("letters of %s were asked for on a page", request.wave_key)


async def _make(request: AskedLetters) -> None:
    chosen = settings()
    order, session_key = open_order(
        request.content, request.id, this_counter().private_key, secret=chosen.secret()
    )

    async def keep(link: Link, content: bytes) -> None:
        sealed = await asyncio.to_thread(seal_letters, content, request.id, session_key)
        await put_back(link, request.id, sealed, now=await trusted_now())

    async with digital_post(chosen) as post:
        around = await surroundings_of(
            order.wave, chosen, actor=request.actor, now=await trusted_now(), post=post
        )
        if isinstance(order, CardOrder):
            await make_cards(order, around, lambda _share: None, keep)
        else:
            await make_letters(order, around, lambda _share: None, keep)


def _why(error: Exception) -> str:
    return next((name for kinds, name in _WHY if isinstance(error, kinds)), "failed")
