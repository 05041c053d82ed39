"""Hold a wave that is watched, from opening to counting: who answers when is known."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import Any, Final

import pytest

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.answering.comment import FIELD
from survey_app.answering.form_token import FIELD as PAGE
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.invitations.codes import code_hash, in_groups
from survey_app.asking.invitations.listed import read_list
from survey_app.asking.invitations.queries import find_by_code
from survey_app.asking.invitations.tokens import token_for
from survey_app.asking.letters.recipients import code_of as code_of_letter
from survey_app.asking.letters.recipients import find_recipients, keep_codes, token_of
from survey_app.counting.urn.trustee_keys import Trustee
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.publishing.closing import count_urn
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from survey_app.waves.open_wave import open_wave
from tests.attack.copied_urn import HeldWave, copy_full_urn, invitations_of
from tests.attack.host import Sink
from tests.attack.ways_to_answer import (
    CARDS,
    CODED,
    FIRST,
    IN_HALVES,
    IN_MODULES,
    LATER,
    LISTED,
    ON_A_LIST,
    OPENLY,
    SHEETS,
    SPLIT,
    UNIT,
    Answering,
    answer_plainly,
    comment_of,
    sheet,
)
from tests.builders_answering import (
    NOW,
    OpenedWave,
    a_draft,
    an_open_page,
    an_open_wave,
    opened,
    without_pools,
)
from tests.cards import a_wave_with_cards, codes
from tests.comments_builders import ask_for_comments
from tests.halves import overlapping

PEOPLE = 20
_LINK: Final = re.compile(r"/answer/([A-Za-z0-9_-]{34})")


async def hold(
    web: Any,
    settings: Settings,
    number: int,
    ways: tuple[Answering, ...] = (answer_plainly,),
    *,
    sink: Sink | None = None,
    trustees: Sequence[Trustee] = (),
    comments: bool = False,
) -> HeldWave:
    """Open a wave of one unit and let its people answer, in random order, in one of ``ways``.

    The urn is full afterwards and has been copied.

    Parameters
    ----------
    sink : Sink, optional
        A mail server to which the invitations are sent first.
    trustees : sequence of Trustee
        Who hold the keys in the worker's place.
    comments : bool
        Whether the wave asks for comments, and everybody writes one.
    """
    wave = await _opened(settings, number, ways, trustees, comments=comments)
    people = range(len(wave.tokens))
    sheets = random.sample(range(SHEETS), len(people))
    form = _form_of(ways, first=not number)
    held = HeldWave(
        wave,
        dict(zip(people, sheets, strict=True)),
        {one: sheet(sheets[one], form) for one in people},
        form,
        cards=ways == CARDS,
        by_link_of_all=ways == OPENLY,
    )
    if sink is not None and not held.cards and not held.by_link_of_all:
        held.mailed = await _mailed(sink, settings, wave.tokens)
    if comments:
        held.tags = dict(zip(people, random.sample(range(SHEETS), len(people)), strict=True))
    if ways != CARDS and CODED & frozenset(ways):
        wave = held.wave = await _with_letters(settings, wave)
    held.order = random.sample(people, len(people))
    for person in held.order:
        way = random.choice(ways)
        written = {FIELD: comment_of(held.tags[person])} if comments else {}
        await way(web, wave, wave.tokens[person], held.sheets[person] | written)
    await copy_full_urn(held, settings)
    return held


async def _opened(
    settings: Settings,
    number: int,
    ways: tuple[Answering, ...],
    trustees: Sequence[Trustee],
    *,
    comments: bool,
) -> OpenedWave:
    other = {CARDS: _with_cards, OPENLY: _of_an_open_link, ON_A_LIST: _of_a_list}.get(ways)
    if other:
        return await other(settings, number)
    split = {"form": SPLIT, "kind": "main"} if ways == IN_MODULES else {}
    before = ask_for_comments if comments else overlapping if ways == IN_HALVES else None
    how = {"people": PEOPLE, "trustees": trustees, "before_opening": before}
    return await an_open_wave(settings, f"wave-{number}", **how, **split)


def _form_of(ways: tuple[Answering, ...], *, first: bool) -> Questionnaire:
    other = {IN_MODULES: SPLIT, ON_A_LIST: LISTED}.get(ways)
    if other:
        return load_library().questionnaire(other, first_wave=first)
    return FIRST if first else LATER


async def _of_a_list(settings: Settings, number: int) -> OpenedWave:
    """A wave of people who stand on a list, by mail."""
    key = f"wave-{number}"
    bind_worker()
    await a_draft(key, form=LISTED, population="stakeholders", kind="yearly", invite="list")
    lines = "".join(f"person{one}@example.org,nb\n" for one in range(PEOPLE))
    sample = read_list(f"email,language\n{lines}")
    with without_pools():
        await open_wave(key, now=NOW, settings=settings, rehearse=None, sample=sample)
    found = await opened(settings, key)
    bind_web()
    return found


async def _of_an_open_link(settings: Settings, number: int) -> OpenedWave:
    """A wave that whoever comes may answer; the tokens are those of their pages."""
    how = {"population": "open", "kind": "open", "invite": "open"}
    wave = await an_open_wave(settings, f"wave-{number}", **how)
    return replace(wave, tokens=[an_open_page(settings, wave)[PAGE] for _ in range(PEOPLE)])


async def _with_cards(settings: Settings, number: int) -> OpenedWave:
    """A wave of a unit without any e-mail: everybody has drawn a card, nobody knows which."""
    how = {"key": f"wave-{number}", "people": PEOPLE}
    wave = await a_wave_with_cards(settings, {UNIT: PEOPLE}, **how)
    pile = (await codes(settings, wave))[UNIT]
    drawn = random.sample(pile, PEOPLE)
    async with connection(Login.WORKER) as link:
        found = [await find_by_code(link, code_hash(settings.secret(), one)) for one in drawn]
    tokens = [token_for(settings.secret(), wave.id, one.pid, 0) for one in found if one]
    typed = dict(zip(tokens, drawn, strict=True))
    as_printed = sorted(typed, key=lambda token: pile.index(typed[token]))
    return replace(wave, tokens=tokens, codes={token: typed[token] for token in as_printed})


async def _with_letters(settings: Settings, wave: OpenedWave) -> OpenedWave:
    """The same wave, whose links were printed with their codes."""
    secret = settings.secret()
    bind_worker()
    async with connection(Login.WORKER) as link:
        await link.execute(
            "UPDATE asking.invitation SET channel = 'letter' WHERE wave = $1", wave.id
        )
        people = await find_recipients(link, wave.id)
        await keep_codes(link, wave.id, people, secret)
    bind_web()
    typed = {
        token_of(one, wave.id, secret): in_groups(code_of_letter(one, wave.id, secret))
        for one in people
    }
    return replace(wave, codes=typed)


async def _mailed(sink: Sink, settings: Settings, tokens: Sequence[str]) -> list[int]:
    """Send what is due, and return whom each mail went to, in the order of the server's files."""
    bind_worker()
    known = {path.name for path in sink.folder.glob("*.eml")}
    async with MailServer(sink.url) as server:
        await send_due(
            server,
            load_library().messages,
            secret=settings.secret(),
            base_url=settings.answering_url,
            clock=lambda: NOW,
        )
    bind_web()
    people = {token: person for person, token in enumerate(tokens)}
    fresh = sorted(path for path in sink.folder.glob("*.eml") if path.name not in known)
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in fresh]
    links = [_LINK.search(mail.get_body(("plain",)).get_content()) for mail in mails]
    return [people[link[1]] for link in links if link]


async def _killed(*_: Any, **__: Any) -> None:
    raise asyncio.CancelledError


async def _no_publication(*_: Any, **__: Any) -> None:
    """As of a wave in which too few answered."""


async def count_alone(held: HeldWave, settings: Settings) -> None:
    """Close a wave as `close` does, but for its publication.

    Computing that is most of what closing takes; who looks for what was planted elsewhere has no
    use for it.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(count_urn, "prepare", _no_publication)
        await close(held, settings)


async def close(
    held: HeldWave, settings: Settings, *, killed_once: bool = False, keys: Sequence[Any] = ()
) -> None:
    """Empty the urn, as the worker does, and look at the invitations once more.

    Parameters
    ----------
    killed_once : bool
        The worker is killed just before the commit, and leaves rows that are dead.
    keys : sequence of X25519PrivateKey
        What trustees bring.
    """
    bind_worker()
    if killed_once:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(closing, "drop_urn", _killed)
            with pytest.raises(asyncio.CancelledError):
                await closing.close_wave(held.wave.key, key_dir=settings.key_folder, now=NOW)
    await closing.close_wave(held.wave.key, key_dir=settings.key_folder, now=NOW, trustee_keys=keys)
    bind_web()
    if held.invitations:
        held.erased = await invitations_of(held, held.person_by("pid"))
