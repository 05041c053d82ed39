"""Whose comment is whose, and which answers it came with: orders of comments beside the others."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from survey_app.shared.embedded.postgres import EmbeddedPostgres
from tests.attack.copied_urn import HeldWave, looked_up
from tests.attack.heap_pages import RowVersion, row_versions
from tests.attack.linkers import DISK, WATCHED, Evidence
from tests.attack.spoils import (
    Spoils,
    columns_of,
    evidence,
    inserts_logged,
    orders_of_rows,
)
from tests.attack.ways_to_answer import tag_of
from tests.attack.write_ahead_log import Entry, entries

TABLE = "comments.quarantine"
EXPECTED = {"id", "wave", "text"}
_DUMPED = re.compile(
    r"^COPY comments\.quarantine \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL
)


@dataclass(slots=True)
class CommentSpoils:
    """What is stored of comments after all waves have closed."""

    versions: dict[UUID, list[RowVersion]]
    visible: set[tuple[int, int]]
    log: list[Entry]
    dump: dict[UUID, list[int]]
    statistics: list[str]


async def take_comments(server: EmbeddedPostgres, database: str) -> CommentSpoils:
    """Read the quarantine from the disk, the log, a dump and the planner's statistics."""
    await looked_up("ANALYZE")
    await looked_up("CHECKPOINT")
    [place] = await looked_up(
        f"SELECT pg_relation_filepath('{TABLE}') AS path,"
        f" pg_relation_filenode('{TABLE}')::bigint AS file"
    )
    versions: dict[UUID, list[RowVersion]] = defaultdict(list)
    for row in row_versions(server.data / place["path"], await columns_of(TABLE)):
        versions[row.values["wave"]].append(row)
    alive = await looked_up(f"SELECT ctid FROM {TABLE}")
    statistics = await looked_up(
        "SELECT most_common_vals::text AS common, histogram_bounds::text AS bounds FROM pg_stats"
        " WHERE schemaname = 'comments' AND attname = 'text'"
    )
    return CommentSpoils(
        versions=dict(versions),
        visible={tuple(row["ctid"]) for row in alive},
        log=list(entries(server, server.data / "pg_wal", {place["file"]})),
        dump=_dumped(server, database),
        statistics=[text for row in statistics for text in row.values() if text],
    )


def _dumped(server: EmbeddedPostgres, database: str) -> dict[UUID, list[int]]:
    done = subprocess.run(
        [server.binaries / "pg_dump", "-n", "comments", server.url(database=database)],
        capture_output=True,
        text=True,
        check=True,
    )
    block = _DUMPED.search(done.stdout)
    assert block, "the dump holds no comments"
    names = block[1].split(", ")
    found: dict[UUID, list[int]] = defaultdict(list)
    for line in block[2].splitlines():
        row = dict(zip(names, line.split("\t"), strict=True))
        found[UUID(row["wave"])].append(tag_of(row["text"]))
    return found


def orders_of_comments(held: HeldWave, taken: CommentSpoils) -> dict[str, Sequence[int]]:
    """Name every order in which the comments of a wave stand somewhere."""
    every = taken.versions.get(held.wave.id, [])
    rows = [row for row in every if row.place in taken.visible]
    return orders_of_rows(every, taken.visible, _tag, EXPECTED) | {
        "dump": taken.dump.get(held.wave.id, []),
        "write-ahead log": inserts_logged(rows, taken.log, _tag),
    }


def _tag(row: RowVersion) -> int:
    return tag_of(row.values["text"])


def to_people(held: HeldWave, spoils: Spoils, taken: CommentSpoils) -> Evidence:
    """Lay orders of people beside orders of comments."""
    known = evidence(held, spoils)
    return Evidence(people=known.people, answers=orders_of_comments(held, taken))


def to_answers(held: HeldWave, spoils: Spoils, taken: CommentSpoils) -> Evidence:
    """Lay orders of comments beside orders of answers, as if the comments were the people."""
    orders = orders_of_comments(held, taken)
    return Evidence(
        people={WATCHED: orders[DISK], **orders}, answers=evidence(held, spoils).answers
    )
