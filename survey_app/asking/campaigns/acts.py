"""What people ask to be done with waves: asked on a page, confirmed, and carried out by the worker.

Opening a wave, cancelling one that is open, what becomes of one whose forms did not come as from
people, and correcting published figures or taking them back, take two people: whoever asked cannot
confirm.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from survey_app.accounts.two_people import ARE_TWO
from survey_app.asking.errors import Problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.database import Link, Login, Row, engine, fetch

type Act = Literal[
    "plan",
    "next",
    "dates",
    "open",
    "remind",
    "resend",
    "returned",
    "relink",
    "close",
    "cancel",
    "publish",
    "withhold",
    "correct",
    "retract",
]
type State = Literal["proposed", "confirmed", "running", "done", "refused", "withdrawn", "declined"]

# what is decided of a wave that is held back: of others there is nothing to decide
DECISIONS: Final[frozenset[Act]] = frozenset({"publish", "withhold"})
# of figures that are published and turn out wrong
OF_FIGURES: Final[frozenset[Act]] = frozenset({"correct", "retract"})
MISTAKE: Final = "mistake:"  # before the names of mistakes, some of which reasons have too
LARGEST: Final = 20_000_000  # bytes of a file of those who are invited
WAITS: Final = timedelta(days=14)
"""So long a proposal waits for a second person."""
CANCELLING: Final = timedelta(hours=24)
"""So long a proposal to cancel does."""
# a worker that is at it for so long was killed: its job is given up before that
_KILLED: Final = timedelta(minutes=20)

_COLUMNS = (
    "SELECT a.id, a.wave, w.key, a.act, a.asked_at, a.asked_by, a.actor, a.confirmed_by,"
    " a.confirmed_at, a.due_at, a.file_name, a.content, a.reason, a.state, a.outcome"
    " FROM asking.wave_act a JOIN asking.wave w ON w.id = a.wave"
)


@dataclass(frozen=True, slots=True)
class StoredAct:
    """One thing that somebody asked for.

    ``outcome`` holds the reasons for which it was refused, or, where a change took it back, that.

    Of what was declined, ``confirmed_by`` and ``confirmed_at`` say who said no, and when.
    """

    id: UUID
    wave: UUID
    key: str
    act: Act
    asked_at: datetime
    asked_by: UUID
    actor: str
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    due_at: datetime | None
    file_name: str
    content: bytes
    reason: str
    state: State
    outcome: tuple[tuple[str, Mapping[str, str]], ...]

    def waits(self, now: datetime) -> bool:
        """Whether a second person can still confirm it."""
        return self.state == "proposed" and now < self.last_day

    @property
    def overtaken(self) -> bool:
        """Whether a change of what was to be approved took it back, and nobody by themselves."""
        return self.state == "withdrawn" and bool(self.outcome)

    def begun(self, now: datetime) -> bool:
        """Whether its hour has come: it is carried out as soon as the worker gets to it."""
        under_way = self.state in {"confirmed", "running"}
        return under_way and self.due_at is not None and self.due_at <= now

    def lapsed(self, now: datetime) -> bool:
        """Whether it came to nothing, and nobody said so: something changed, or nobody approved."""
        return self.overtaken or (self.state == "proposed" and not self.waits(now))

    @property
    def last_day(self) -> datetime:
        """Until when it waits for a second person."""
        return self.asked_at + (CANCELLING if self.act == "cancel" else WAITS)


@dataclass(frozen=True, slots=True)
class ActRequest:
    """What is asked for, of which wave, by whom. ``due_at`` None waits for a second person.

    ``asks`` is the questionnaire that whoever asks to open it looks over, as canonical JSON.
    """

    wave: UUID
    act: Act
    account: str
    actor: str
    due_at: datetime | None = None
    reason: str = ""
    file_name: str = ""
    content: bytes = b""
    asks: bytes = b""


@dataclass(frozen=True, slots=True)
class OpeningAsked:
    """One opening that was asked for; ``asks`` is empty where nobody kept what it would ask."""

    id: UUID
    state: State
    approved: bool
    asks: bytes


@asynccontextmanager
async def one_actor_at_a_time(wave: UUID) -> AsyncIterator[None]:
    """Let one look at what stands of a wave and ask, approve or take back; the next one waits."""
    async with engine(Login.WEB).transaction():
        await fetch(
            Login.WEB,
            "SELECT pg_advisory_xact_lock(hashtextextended('wave act/' || $1::text, 0))",
            str(wave),
        )
        yield


async def ask(asked: ActRequest, *, now: datetime) -> UUID:
    """Keep what somebody asks for; an older proposal of the same is taken back by it.

    Of two that ask at one moment, the later takes back what the earlier asked for, and neither
    both.
    """
    async with one_actor_at_a_time(asked.wave):
        return await _ask(asked, now)


async def _ask(asked: ActRequest, now: datetime) -> UUID:
    made = uuid.uuid4()
    # first what holds the wave's row: who writes its plan has that before what was asked of it
    await fetch(
        Login.WEB,
        "INSERT INTO asking.wave_act (id, wave, act, asked_at, asked_by, actor, due_at, file_name,"
        " content, reason, state, outcome, asks)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '[]', $12)",
        made,
        asked.wave,
        asked.act,
        now,
        UUID(asked.account),
        asked.actor,
        asked.due_at,
        asked.file_name[:200],
        zlib.compress(asked.content) if asked.content else b"",
        asked.reason,
        "confirmed" if asked.due_at else "proposed",
        zlib.compress(asked.asks) if asked.asks else b"",
    )
    await fetch(
        Login.WEB,
        "UPDATE asking.wave_act SET state = 'withdrawn'"
        " WHERE wave = $1 AND act = $2 AND state = 'proposed' AND id <> $3",
        asked.wave,
        asked.act,
        made,
    )
    return made


async def confirm_act(act: UUID, account: str, *, due_at: datetime, now: datetime) -> bool:
    """Let a second person confirm; False where they are one with who asked, or it waits no more."""
    rows = await fetch(
        Login.WEB,
        "UPDATE asking.wave_act SET state = 'confirmed', confirmed_by = $2, due_at = $3,"  # noqa: S608 - ours
        " confirmed_at = $4"
        f" WHERE id = $1 AND state = 'proposed' AND {ARE_TWO}(asked_by, $2) RETURNING id",
        act,
        UUID(account),
        due_at,
        now,
    )
    return bool(rows)


async def withdraw(
    act: StoredAct, account: str, seen: Sequence[State], *, now: datetime
) -> State | None:
    """Take back what waits as it was seen to, or say no to what another asked for.

    Returns
    -------
    str or None
        ``withdrawn`` or ``declined``; None where it went on, or is carried out.
    """
    by = UUID(account)
    if act.asked_by != by and "proposed" in seen:
        rows = await fetch(
            Login.WEB,
            "UPDATE asking.wave_act SET state = 'declined', confirmed_by = $2, confirmed_at = $3"
            " WHERE id = $1 AND state = 'proposed' RETURNING id",
            act.id,
            by,
            now,
        )
        return "declined" if rows else None
    rows = await fetch(
        Login.WEB,
        "UPDATE asking.wave_act SET state = 'withdrawn'"
        " WHERE id = $1 AND state IN ('proposed', 'confirmed') AND state = ANY($2) RETURNING id",
        act.id,
        seen,
    )
    return "withdrawn" if rows else None


async def acts_of(login: Login, waves: Sequence[UUID]) -> dict[UUID, list[StoredAct]]:
    """Return what was asked for of each wave, the newest first, without its file."""
    columns = _COLUMNS.replace("a.content", "''::bytea AS content")
    rows = await fetch(login, f"{columns} WHERE a.wave = ANY($1) ORDER BY a.asked_at DESC", waves)
    found: dict[UUID, list[StoredAct]] = {wave: [] for wave in waves}
    for row in rows:
        found[row["wave"]].append(_act(row))
    return found


async def running_act(link: Link, act: UUID) -> StoredAct | None:
    """Return what was taken to be carried out; None where it was taken back, or is done."""
    row = await link.fetchrow(f"{_COLUMNS} WHERE a.id = $1 AND a.state = 'running'", act)
    return None if row is None else _act(row)


async def act_content(act: UUID) -> bytes:
    """Return the file of whom it invites, or its days; empty where there is none any more."""
    rows = await fetch(Login.WEB, "SELECT content FROM asking.wave_act WHERE id = $1", act)
    return zlib.decompress(rows[0]["content"]) if rows and rows[0]["content"] else b""


async def openings_of(login: Login, wave: UUID) -> list[OpeningAsked]:
    """Return the openings of a wave that were asked for and not taken back, the newest first."""
    rows = await fetch(
        login,
        "SELECT id, state, confirmed_by IS NOT NULL AS approved, asks FROM asking.wave_act"
        " WHERE wave = $1 AND act = 'open' AND state NOT IN ('withdrawn', 'declined')"
        " ORDER BY asked_at DESC",
        wave,
    )
    return [
        OpeningAsked(**row | {"asks": zlib.decompress(row["asks"]) if row["asks"] else b""})
        for row in rows
    ]


async def approved_openings(login: Login) -> list[tuple[UUID, str]]:
    """Return the openings that are approved and wait for their morning: act and key of the wave."""
    rows = await fetch(
        login,
        "SELECT a.id, w.key FROM asking.wave_act a JOIN asking.wave w ON w.id = a.wave"
        " WHERE a.act = 'open' AND a.state = 'confirmed' AND w.state = 'draft' ORDER BY a.due_at",
    )
    return [(row["id"], row["key"]) for row in rows]


async def refuse_approved(link: Link, act: UUID, reasons: Sequence[str | Problem]) -> None:
    """Refuse what waits for its hour, unless it was taken back or taken up meanwhile."""
    held = await link.fetchval(
        "SELECT id FROM asking.wave_act WHERE id = $1 AND state = 'confirmed' FOR UPDATE", act
    )
    if held is not None:
        await note_act_outcome(link, act, "refused", reasons)


async def take_due(link: Link, *, now: datetime) -> StoredAct | None:
    """Take the oldest that is due, so that no other worker does; or one whose worker was killed."""
    row = await link.fetchrow(
        f"{_COLUMNS} WHERE a.due_at <= $1 AND (a.state = 'confirmed'"
        " OR (a.state = 'running' AND a.started_at < $2))"
        " ORDER BY a.due_at LIMIT 1 FOR UPDATE OF a SKIP LOCKED",
        now,
        now - _KILLED,
    )
    if row is None:
        return None
    await link.execute(
        "UPDATE asking.wave_act SET state = 'running', started_at = $2 WHERE id = $1",
        row["id"],
        now,
    )
    return _act(row)


async def note_act_outcome(
    link: Link, act: UUID, state: State, reasons: Sequence[str | Problem] = ()
) -> None:
    """Say what came of it; of whom it invited nothing is kept here."""
    told = [_named(one) for one in reasons]
    await link.execute(
        "UPDATE asking.wave_act SET state = $2, outcome = $3, content = ''::bytea WHERE id = $1",
        act,
        state,
        json.dumps(told),
    )


async def put_off(link: Link, act: UUID, *, until: datetime) -> None:
    """Leave what was taken for a later hour: it stays approved."""
    await link.execute(
        "UPDATE asking.wave_act SET state = 'confirmed', due_at = $2"
        " WHERE id = $1 AND state = 'running'",
        act,
        until,
    )


async def take_back_opening(link: Link, wave: UUID) -> None:
    """Take back an opening that waits, is approved or begins: what was looked over has changed.

    In the transaction that changes it: the plan, the texts, or who holds the keys.
    """
    await link.execute(
        "UPDATE asking.wave_act SET state = 'withdrawn', outcome = $2"
        " WHERE wave = $1 AND act = 'open' AND state IN ('proposed', 'confirmed', 'running')",
        wave,
        json.dumps([_named(Reason(Against.CHANGED_SINCE))]),
    )


async def still_stands(link: Link, act: UUID) -> bool:
    """Whether nothing took an act back since it was taken; nothing does until the caller's end."""
    sql = "SELECT state = 'running' FROM asking.wave_act WHERE id = $1 FOR UPDATE"
    return bool(await link.fetchval(sql, act))


async def forget_files(link: Link, *, now: datetime) -> None:
    """Empty the files of those who will not be invited by them: taken back, or never approved."""
    await link.execute(
        "UPDATE asking.wave_act SET content = ''::bytea WHERE content <> ''::bytea"
        " AND (state IN ('withdrawn', 'declined') OR (state = 'proposed' AND asked_at < $1))",
        now - WAITS,
    )


def _act(row: Row) -> StoredAct:
    read: dict[str, Any] = dict(row)
    read["content"] = zlib.decompress(read["content"]) if read["content"] else b""
    read["outcome"] = tuple((kind, values) for kind, values in json.loads(read["outcome"]))
    return StoredAct(**read)


def _named(one: str | Problem) -> tuple[str, Mapping[str, str]]:
    """Name a reason or a mistake with what fills its sentence, so that pages say it in theirs."""
    if isinstance(one, Problem) and one.mistake is not None:
        line = {"line": str(one.line)} if one.line else {}
        return f"{MISTAKE}{one.mistake.name}", dict(one.values) | line
    if isinstance(one, Reason):
        return one.kind.name, one.values
    return "", {"sentence": str(one)}


def mistake_of(name: str) -> Mistake | None:
    """Return the mistake of this name; None for a reason, or a sentence that has no name."""
    name = name.removeprefix(MISTAKE) if name.startswith(MISTAKE) else ""
    return Mistake[name] if name in Mistake.__members__ else None


def kind_of(name: str) -> Against | None:
    """Return the reason of this name; None for a sentence that has no name."""
    return Against[name] if name in Against.__members__ else None
