"""Comments of the demo: made-up sentences, and the two who mask and release them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analytics.comments.proposals import WordLists, propose, singles_out
from analytics.comments.spans import mask
from questionnaires.toml_text import read_toml_file
from survey_app.comments.keepers import name_keepers
from survey_app.comments.word_lists import word_lists
from survey_app.shared.database import Login, engine, fetch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from numpy.random import Generator

    from analytics.comments.spans import Span

_FILE = Path(__file__).parent / "comments.toml"
POINTING: Final = 0.08  # of the comments
TOGETHER: Final = 0.55
WAITING: Final = 6  # of the latest wave are left in quarantine


@cache
def _sentences() -> dict[str, Any]:
    return read_toml_file(_FILE)


def draw_comments(number: int, units: Sequence[str], *, rng: Generator) -> list[str]:
    """Draw what so many people write: most of them nothing.

    Parameters
    ----------
    units : sequence of str
        Names that some comments hold.
    """
    told = _sentences()
    return [
        _comment(told, units, rng) if writes else ""
        for writes in rng.random(number) < told["share"]
    ]


def _comment(told: dict[str, Any], units: Sequence[str], rng: Generator) -> str:
    kind = rng.random()
    if kind < POINTING:
        return str(rng.choice(told["pointing"])).format(unit=rng.choice(list(units)))
    if kind < POINTING + TOGETHER:
        return f"{rng.choice(told['first'])} {rng.choice(told['second'])}"
    return str(rng.choice(told["alone"]))


async def seed_releases(first: str, second: str, *, now: datetime) -> int:
    """Name the two by their accounts, and let them mask and release what was written.

    All of what is proposed is masked, and what singles somebody out is held back; a few comments
    of the latest wave stay, at every step of the way. It is one transaction: a start that is killed
    meanwhile has named nobody, and the next one does it all.

    Returns
    -------
    int
        Comments that left quarantine; none where the two were named before.
    """
    async with engine(Login.MIGRATOR).transaction():
        if await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.keeper LIMIT 1"):
            return 0
        await name_keepers([first, second], now=now, actor="demo")
        rows = await fetch(Login.MIGRATOR, "SELECT account FROM comments.keeper ORDER BY number")
        one, other = (row["account"] for row in rows)
        units = await fetch(Login.MIGRATOR, "SELECT name FROM asking.unit WHERE parent IS NOT NULL")
        lists = word_lists(row["name"] for row in units)
        waves = await fetch(
            Login.MIGRATOR, "SELECT wave FROM comments.wave ORDER BY delete_on DESC"
        )
        left = 0
        for at, wave in enumerate(waves):
            waiting = await _waiting(wave["wave"], lists)
            leave = max(0, len(waiting) - (0 if at else WAITING))
            for comment in waiting[:leave]:
                await _mask(comment, one)
                held = bool(singles_out(comment.text, lists))
                await _leave(comment.id, other, held=held)
                left += 1
            for comment in waiting[leave:][: WAITING // 2]:
                await _mask(comment, other)
    return left


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: UUID
    text: str
    proposed: tuple[Span, ...]


async def _waiting(wave: UUID, lists: WordLists) -> list[_Waiting]:
    """Read a wave's comments; what there is something to mask in is last, for the demo's sake."""
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT id, text FROM comments.quarantine WHERE wave = $1 ORDER BY id",
        wave,
    )
    found = [_Waiting(row["id"], row["text"], propose(row["text"], lists)) for row in rows]
    return sorted(found, key=lambda one: bool(one.proposed))


async def _mask(comment: _Waiting, who: UUID) -> None:
    await fetch(
        Login.MIGRATOR,
        "SELECT comments.mask($1, $2, $3, $4)",
        comment.id,
        who,
        comment.text,
        mask(comment.text, comment.proposed),
    )


async def _leave(comment: UUID, who: UUID, *, held: bool) -> None:
    act = (
        "comments.hold($1, $2)"
        if held
        else "comments.release($1, $2, (SELECT text FROM comments.quarantine WHERE id = $1))"
    )
    await fetch(Login.MIGRATOR, f"SELECT {act}", comment, who)
