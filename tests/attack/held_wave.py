"""Hold a wave that is watched: who answers when is known, and the full urn is copied.

The judge gives everybody an answer sheet that nobody else has; which one is drawn anew for each
wave, so that no order of people is an order of answers by itself.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from survey_app.asking.invitations.queries import find_by_code
from survey_app.asking.invitations.tokens import split_token, token_for
from survey_app.asking.letters.recipients import code_of as code_of_letter
from survey_app.asking.letters.recipients import find_recipients, keep_codes, token_of
from survey_app.counting.urn.trustee_keys import Trustee
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.publishing.closing import count_urn
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from tests.attack.host import Sink
from tests.blind_client import get_credential, send_ballot
from tests.builders_answering import NOW, OpenedWave, an_open_page, an_open_wave
from tests.cards import a_wave_with_cards, codes
from tests.comments_builders import ask_for_comments
from tests.halves import overlapping
from tests.plain_form import hidden_in

PEOPLE = 20
UNIT = "nord-1"
LATER = load_library().questionnaire("verdipuls.k2", first_wave=False)
FIRST = load_library().questionnaire("verdipuls.k2", first_wave=True)
TELLING = ("vp.try.1", "vp.try.3", "vp.apn.1")
PLACES = [LATER.columns.index(item) for item in TELLING]
assert all(FIRST.columns[at] == LATER.columns[at] for at in PLACES)
SHEETS = 125
REWORDED = "vp.nyt.1"
assert LATER.columns.index(REWORDED) > max(PLACES)  # so that these stay where they are
_LINK = re.compile(r"/answer/([A-Za-z0-9_-]{34})")

type Answering = Callable[[Any, OpenedWave, str, Mapping[str, object]], Awaitable[None]]


def sheet(code: int, form: Questionnaire) -> dict[str, str]:
    """A filled-in form that only the holder of ``code`` sends; the rest of it is anything."""
    digits = (code // 25, code // 5 % 5, code % 5)
    filled = {
        item.id: random.choice(["", *(one.code for one in form.option_set(item).options)])
        for item in form.items
    }
    return filled | {item: str(digit + 1) for item, digit in zip(TELLING, digits, strict=True)}


def code_of(answers: Any) -> int:
    """Read the code off stored answers."""
    first, second, third = (answers[at] - 1 for at in PLACES)
    return first * 25 + second * 5 + third


def comment_of(tag: int) -> str:
    """Write the comment that only the holder of ``tag`` writes."""
    return f"Merkelapp {tag}"


def tag_of(comment: str) -> int:
    """Read the tag off a stored comment."""
    return int(comment.removeprefix("Merkelapp "))


async def answer_plainly(
    web: Any, _wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade B: the plain form, as a browser sends it."""
    hidden = hidden_in((await web.get(f"/answer/{token}")).text)
    reply = await web.post(f"/answer/{token}", data=hidden | dict(answers), follow_redirects=False)
    assert reply.status_code == 303, reply.text
    assert reply.headers["location"].startswith("/answer/thanks")


async def answer_by_code(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """A code that is typed, of a letter or of a card: the plain form."""
    typed = {"code": wave.codes[token]}
    reply = await web.post("/kode", data=typed, follow_redirects=False)
    assert reply.headers["location"].startswith(f"/answer/{token}")
    await answer_plainly(web, wave, token, answers)


async def answer_at_kiosk(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """The same on a screen that many share."""
    typed = {"code": wave.codes[token]}
    reply = await web.post("/kiosk", data=typed, follow_redirects=False)
    assert "/kiosk/form/" in reply.headers["location"]
    await web.get(reply.headers["location"])
    sent = dict(answers) | {"link": token, "lang": "nb"}
    reply = await web.post("/kiosk/answer", data=sent, follow_redirects=False)
    assert reply.headers["location"].startswith("/kiosk/done"), reply.headers


async def answer_blindly(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade A: a credential to the link, a ballot to the answer host."""
    credential = await get_credential(web, wave.key, UNIT, token)
    reply = await send_ballot(web, credential, dict(answers))
    assert reply.status_code == 200, reply.text


async def answer_in_own_words(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade B, where a half is asked `REWORDED` in other words, under a name of its own."""
    named = re.search(rf'name="({REWORDED}@\d)"', (await web.get(f"/answer/{token}")).text)
    assert named
    own = {named[1] if item == REWORDED else item: code for item, code in answers.items()}
    await answer_plainly(web, wave, token, own)


async def answer_openly(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade O: the form of an open link, whose page carries ``token``."""
    sent = dict(answers) | {PAGE: token}
    reply = await web.post(f"/open/{wave.key}", data=sent, follow_redirects=False)
    assert reply.headers["location"].startswith("/answer/thanks"), reply.text


GRADES: dict[str, tuple[Answering, ...]] = {
    "A": (answer_blindly,),
    "B": (answer_plainly,),
    "A and B": (answer_blindly, answer_plainly),
}
BY_CODE: dict[str, tuple[Answering, ...]] = {
    "A, B and codes of letters": (answer_blindly, answer_plainly, answer_by_code, answer_at_kiosk),
    "P": (answer_by_code, answer_at_kiosk),
}
IN_HALVES: Final = (answer_in_own_words,)
OPENLY: Final = (answer_openly,)
CARDS: Final = BY_CODE["P"]
CODED: Final = frozenset(CARDS)
_EXPECTED_OF_CARD: Final = {"xmin", "ctid", "file", "wave", "domain"}
# of a card: what must stand there, by the name of the same thing in an invitation
_CARD: Final = {"id": "id", "pid": "pid", "marked": "marked", "code_hash": "message"}


@dataclass(slots=True)
class HeldWave:
    """One wave, what the judge knows of it, and what was copied while its urn was full."""

    wave: OpenedWave
    truth: dict[int, int]
    sheets: dict[int, dict[str, str]]
    form: Questionnaire
    order: list[int] = field(default_factory=list)
    invitations: list[dict[str, Any]] = field(default_factory=list)
    urn: list[dict[str, Any]] = field(default_factory=list)
    others: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    erased: list[dict[str, Any]] = field(default_factory=list)
    key: bytes = b""
    mailed: list[int] = field(default_factory=list)
    cards: bool = False
    """Whether its people drew cards, and nobody was invited."""
    by_link_of_all: bool = False
    """Whether one link is for all: who answers when was watched, and nothing is known beside."""
    tags: dict[int, int] = field(default_factory=dict)
    """What each person's comment says, in waves that ask for one: a number nobody else writes."""

    def person_by(self, name: str) -> dict[Any, int]:
        """Return the person of each value of a column of the copied invitations."""
        return {row[name]: row["person"] for row in self.invitations}


async def looked_up(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Ask the database as its superuser."""
    async with connection(Login.MIGRATOR) as link:
        return [dict(row) for row in await link.fetch(sql, *values)]


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
    if ways == CARDS:
        wave = await _with_cards(settings, number)
    elif ways == OPENLY:
        wave = await _of_an_open_link(settings, number)
    else:
        wave = await an_open_wave(
            settings,
            f"wave-{number}",
            people=PEOPLE,
            trustees=trustees,
            before_opening=ask_for_comments
            if comments
            else overlapping
            if ways == IN_HALVES
            else None,
        )
    people = range(len(wave.tokens))
    sheets = random.sample(range(SHEETS), len(people))
    form = LATER if number else FIRST
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


async def copy_full_urn(held: HeldWave, settings: Settings) -> None:
    """Copy all that the two sides hold of the wave now, hidden columns included."""
    if not held.by_link_of_all:
        pids = {split_token(token)[0]: at for at, token in enumerate(held.wave.tokens)}
        held.invitations = await invitations_of(held, pids)
    held.urn = await looked_up(
        "SELECT xmin::text::bigint AS xmin, ctid, ballot,"
        " pg_relation_filenode(tableoid)::bigint AS file"
        " FROM counting.urn WHERE wave = $1 ORDER BY ctid",
        held.wave.id,
    )
    for table in ("asking.credential", "counting.spent"):
        if (await looked_up("SELECT to_regclass($1) IS NOT NULL AS there", table))[0]["there"]:
            held.others[table] = await looked_up(
                f"SELECT xmin::text::bigint AS xmin, ctid, * FROM {table}"
                " WHERE wave = $1 ORDER BY ctid",
                held.wave.id,
            )
    files = list(settings.key_folder.glob(f"{held.wave.id}*"))
    held.key = files[0].read_bytes() if files else b""


async def invitations_of(held: HeldWave, pids: Mapping[bytes, int]) -> list[dict[str, Any]]:
    """Read the invitations, or the cards drawn, in the order in which they lie on disk."""
    if held.cards:
        return await _cards_of(held, pids)
    rows = await looked_up(
        "SELECT i.xmin::text::bigint AS xmin, i.ctid, i.id, i.pid, i.marked, p.id AS register,"
        " pg_relation_filenode('asking.invitation')::bigint AS file,"
        " p.number, o.id AS message FROM asking.invitation i"
        " JOIN asking.person p ON p.id = i.person"
        " LEFT JOIN asking.outbox o ON o.invitation = i.id AND o.kind = 'invitation'"
        " WHERE i.wave = $1 ORDER BY i.ctid",
        held.wave.id,
    )
    return [row | {"person": pids[row["pid"]]} for row in rows]


async def _cards_of(held: HeldWave, pids: Mapping[bytes, int]) -> list[dict[str, Any]]:
    rows = await looked_up(
        "SELECT xmin::text::bigint AS xmin, ctid, *,"
        " pg_relation_filenode('asking.card')::bigint AS file"
        " FROM asking.card WHERE wave = $1 ORDER BY ctid",
        held.wave.id,
    )
    drawn = [row for row in rows if row["pid"] in pids]
    printed = {split_token(token)[0]: at for at, token in enumerate(held.wave.codes)}
    return [
        {"xmin": row["xmin"], "ctid": row["ctid"], "file": row["file"]}
        | {name: row[column] for column, name in _CARD.items()}
        | {"register": row["domain"], "number": printed[row["pid"]]}
        | {"person": pids[row["pid"]]}
        | {f"card {name}": row[name] for name in row.keys() - _CARD.keys() - _EXPECTED_OF_CARD}
        for row in drawn
    ]


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


def rows_of_people(held: HeldWave) -> dict[int, bytes]:
    """Link people with sealed rows, as anybody can who holds a copy of the full urn.

    The plain form marks and seals in one transaction. A ballot that came with a credential has a
    transaction of its own, soon after the mark: those are paired in the order of both. Of an open
    link there are no marks: who was seen at it is paired with the order of the ballots.
    """
    marks = {row["xmin"]: row["person"] for row in held.invitations if row["marked"]}
    same = {marks[row["xmin"]]: row["ballot"] for row in held.urn if row["xmin"] in marks}
    alone = sorted((row["xmin"], row["ballot"]) for row in held.urn if row["xmin"] not in marks)
    marked = [person for _, person in sorted(marks.items())]
    seen = held.order if held.by_link_of_all else marked
    waiting = [person for person in seen if person not in same]
    return same | {person: ballot for person, (_, ballot) in zip(waiting, alone, strict=False)}
