"""Copy all that both sides hold of a wave whose urn is full, beside what the judge knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from questionnaires.model import Questionnaire
from survey_app.asking.invitations.tokens import split_token
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from tests.attack.ways_to_answer import code_of
from tests.builders_answering import OpenedWave

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

    def code_of(self, answers: Any) -> int:
        """Read off stored answers of this wave which sheet they are."""
        return code_of(answers, self.form)

    def person_by(self, name: str) -> dict[Any, int]:
        """Return the person of each value of a column of the copied invitations."""
        return {row[name]: row["person"] for row in self.invitations}


async def looked_up(sql: str, *values: Any) -> list[dict[str, Any]]:
    """Ask the database as its superuser."""
    async with connection(Login.MIGRATOR) as link:
        return [dict(row) for row in await link.fetch(sql, *values)]


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
        "SELECT i.xmin::text::bigint AS xmin, i.ctid, i.id, i.pid, i.marked,"
        # who stands on a list is in no register
        " coalesce(p.id, i.id) AS register,"
        " coalesce(p.number, 1000 + i.sample_row || '') AS number,"
        " pg_relation_filenode('asking.invitation')::bigint AS file,"
        " o.id AS message FROM asking.invitation i"
        " LEFT JOIN asking.person p ON p.id = i.person"
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
