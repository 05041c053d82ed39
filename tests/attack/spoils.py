"""Take everything that is stored: data files, write-ahead log, dump, logs, Redis, statistics."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from survey_app.settings import Settings
from survey_app.shared.embedded.postgres import EmbeddedPostgres
from tests.attack.copied_urn import HeldWave, looked_up, rows_of_people
from tests.attack.heap_pages import Column, RowVersion, row_versions
from tests.attack.linkers import DISK, WATCHED, Evidence, Guess
from tests.attack.sealed_rows import keys_left, opened, read_plainly
from tests.attack.write_ahead_log import Entry, entries

EXPECTED = {"id", "wave", "domain", "answers"}
_DUMPED = re.compile(
    r"^COPY counting\.response \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL
)
_LOGGED_LINK = re.compile(r"/answer/([A-Za-z0-9_-]{20,})")


@dataclass(slots=True)
class Spoils:
    """What lies on the hosts after all waves have closed."""

    versions: dict[UUID, list[RowVersion]]
    visible: set[tuple[int, int]]
    response_file: int
    log: dict[int, list[Entry]]
    dump: dict[UUID, list[list[int]]]
    statistics: list[dict[str, Any]]
    lines: list[str] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)


async def take(
    server: EmbeddedPostgres, settings: Settings, database: str, waves: Sequence[HeldWave]
) -> Spoils:
    """Checkpoint, and read everything from the disk that is about ``waves``."""
    await looked_up("ANALYZE")
    await looked_up("CHECKPOINT")
    [place] = await looked_up(
        "SELECT pg_relation_filepath('counting.response') AS path,"
        " pg_relation_filenode('counting.response')::bigint AS response"
    )
    columns = await columns_of("counting.response")
    versions: dict[UUID, list[RowVersion]] = defaultdict(list)
    for row in row_versions(server.data / place["path"], columns):
        versions[row.values["wave"]].append(row)
    files = {row["file"] for held in waves for row in [*held.urn, *held.invitations]}
    files |= {place["response"]}
    alive = await looked_up("SELECT ctid FROM counting.response")
    return Spoils(
        versions=dict(versions),
        visible={tuple(row["ctid"]) for row in alive},
        response_file=place["response"],
        log=_by_file(entries(server, server.data / "pg_wal", files)),
        dump=_dumped(server, database),
        statistics=await looked_up(
            "SELECT schemaname, tablename, attname, most_common_vals::text AS common,"
            " histogram_bounds::text AS bounds, most_common_elems::text AS elements"
            " FROM pg_stats WHERE schemaname IN ('asking', 'counting')"
        ),
        lines=_logged(settings.data_dir),
        keys=keys_left(all_small_files(settings)),
    )


def _by_file(log: Iterable[Entry]) -> dict[int, list[Entry]]:
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in log:
        found[entry.file].append(entry)
    return found


def all_small_files(settings: Settings) -> list[Path]:
    """Return what root finds: beside the database, and where keys of waves lie."""
    return [*small_files(settings.data_dir), *small_files(settings.key_folder)]


def small_files(data_dir: Path) -> list[Path]:
    """Return what lies in a folder beside the database: keys, secrets, settings."""
    return [
        path
        for path in data_dir.rglob("*")
        if path.is_file()
        and not any(part.startswith("postgres") for part in path.parts)
        and path.suffix not in {".log", ".eml"}
    ]


async def columns_of(table: str) -> list[Column]:
    """Describe the columns of a table in the order in which rows hold them."""
    rows = await looked_up(
        "SELECT a.attname AS name, t.typname AS kind, a.attlen AS length,"
        " a.attalign::text AS alignment FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 ORDER BY a.attnum",
        table,
    )
    return [
        Column(row["name"], row["kind"], row["length"], _letter(row["alignment"])) for row in rows
    ]


def _letter(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _dumped(server: EmbeddedPostgres, database: str) -> dict[UUID, list[list[int]]]:
    """Return the answers of each wave in the order of a dump of both sides."""
    program = server.binaries / "pg_dump"
    done = subprocess.run(
        [program, "-n", "asking", "-n", "counting", server.url(database=database)],
        capture_output=True,
        text=True,
        check=True,
    )
    block = _DUMPED.search(done.stdout)
    assert block, "the dump holds no responses"
    names = block[1].split(", ")
    found: dict[UUID, list[list[int]]] = defaultdict(list)
    for line in block[2].splitlines():
        row = dict(zip(names, line.split("\t"), strict=True))
        answers = [int(code) for code in row["answers"].strip("{}").split(",")]
        found[UUID(row["wave"])].append(answers)
    return found


def _logged(data_dir: Path) -> list[str]:
    return [
        line
        for path in sorted(data_dir.rglob("*.log"))
        for line in path.read_text(errors="replace").splitlines()
    ]


def evidence(held: HeldWave, spoils: Spoils) -> Evidence:
    """Put together what is known of one wave."""
    return Evidence(
        people=_orders_of_people(held, spoils),
        answers=_orders_of_answers(held, spoils),
        read=_read_outright(held, spoils),
    )


def _orders_of_people(held: HeldWave, spoils: Spoils) -> dict[str, Sequence[int]]:
    def by(name: str, rows: Sequence[dict[str, Any]] = held.invitations) -> list[int]:
        return [row["person"] for row in sorted(rows, key=lambda row: _sortable(row[name]))]

    linked = {ballot: person for person, ballot in rows_of_people(held).items()}
    orders = {
        WATCHED: held.order,
        "transaction of the mark": by("xmin"),
        "marked invitation on disk": by("ctid"),
        "erased invitation on disk": by("ctid", held.erased or held.invitations),
        "transaction of erasing": by("xmin", held.erased or held.invitations),
        "key of the invitation": by("id"),
        "link": by("pid"),
        "key in the register": by("register"),
        "number in the register": by("number"),
        "key of the message": by("message"),
        "sealed row on disk": [
            linked[row["ballot"]] for row in held.urn if row["ballot"] in linked
        ],
        "bytes of the sealed row": [linked[ballot] for ballot in sorted(linked)],
        "marks in the write-ahead log": _marks_logged(held, spoils),
        "seals in the write-ahead log": _seals_logged(held, spoils, linked),
        "links in a server's log": _links_logged(held, spoils),
        "times in both hosts' logs": _times_paired(held, spoils),
        "mails": held.mailed,
    }
    columns = sorted(held.invitations[0]) if held.invitations else []
    orders |= {name: by(name) for name in columns if name.startswith("card ")}
    return orders | _orders_of_credentials(held)


def _orders_of_credentials(held: HeldWave) -> dict[str, Sequence[int]]:
    orders: dict[str, Sequence[int]] = {}
    by_invitation = held.person_by("id")
    credentials = held.others.get("asking.credential", [])
    for name in credentials[0] if credentials else ():
        if name not in {"wave", "invitation"}:
            ordered = sorted(credentials, key=lambda row: _sortable(row[name]))
            orders[f"credential by {name}"] = [by_invitation[row["invitation"]] for row in ordered]
    # what is spent stands in the transaction of the sealed row: both belong to the same person
    by_row = {ballot: person for person, ballot in rows_of_people(held).items()}
    by_transaction = {row["xmin"]: by_row.get(row["ballot"]) for row in held.urn}
    spent = held.others.get("counting.spent", [])
    for name in ("ctid", "xmin", "receipt") if spent else ():
        ordered = sorted(spent, key=lambda row: _sortable(row[name]))
        orders[f"spent by {name}"] = [
            person for row in ordered if (person := by_transaction.get(row["xmin"])) is not None
        ]
    return orders


def _sortable(value: Any) -> Any:
    return value.bytes if isinstance(value, UUID) else value


def _marks_logged(held: HeldWave, spoils: Spoils) -> list[int]:
    people = {row["xmin"]: row["person"] for row in held.invitations if row["marked"]}
    # the table is written anew after each wave, under another number
    files = {row["file"] for row in held.invitations}
    return list(
        dict.fromkeys(
            people[entry.xid]
            for file in files
            for entry in spoils.log.get(file, [])
            if entry.xid in people
        )
    )


def _seals_logged(held: HeldWave, spoils: Spoils, linked: dict[bytes, int]) -> list[int]:
    rows = {(row["file"], *row["ctid"]): linked.get(row["ballot"]) for row in held.urn}
    files = {row["file"] for row in held.urn}
    found = [
        rows.get((entry.file, *place))
        for file in files
        for entry in spoils.log.get(file, [])
        if "INSERT" in entry.what
        for place in entry.places
    ]
    return [person for person in found if person is not None]


def _links_logged(held: HeldWave, spoils: Spoils) -> list[int]:
    people = {token: person for person, token in enumerate(held.wave.tokens)}
    found = [
        people[link]
        for line in spoils.lines
        for link in _LOGGED_LINK.findall(line)
        if link in people
    ]
    return list(dict.fromkeys(found))


def _times_paired(held: HeldWave, spoils: Spoils) -> list[int]:
    """Pair each ballot that a log tells with the link that was used just before."""
    people = {token: person for person, token in enumerate(held.wave.tokens)}
    found: list[int] = []
    last = ""
    for line in sorted(line for line in spoils.lines if line[:2] == "20"):
        link = _LOGGED_LINK.search(line)
        if link:
            last = link[1]
        elif "/ballot" in line and last in people:
            found.append(people[last])
    return found


def _orders_of_answers(held: HeldWave, spoils: Spoils) -> dict[str, Sequence[int]]:
    def code(row: RowVersion) -> int:
        return held.code_of(row.values["answers"])

    every = spoils.versions.get(held.wave.id, [])
    rows = [row for row in every if row.place in spoils.visible]
    return orders_of_rows(every, spoils.visible, code, EXPECTED) | {
        "what was answered": [code(row) for row in sorted(rows, key=_answered)],
        "dump": [held.code_of(one) for one in spoils.dump.get(held.wave.id, [])],
        "write-ahead log": inserts_logged(rows, spoils.log[spoils.response_file], code),
        "planner's statistics": _answers_in_statistics(held, spoils),
    }


def _answered(row: RowVersion) -> Any:
    return row.values["answers"]


def orders_of_rows(
    versions: Sequence[RowVersion],
    visible: set[tuple[int, int]],
    told: Callable[[RowVersion], int],
    expected: set[str],
) -> dict[str, Sequence[int]]:
    """Name every order in which a wave's rows stand in their table: what each row tells.

    A column that is not ``expected`` makes an order of its own.
    """
    rows = [row for row in versions if row.place in visible]

    def by(key: Callable[[RowVersion], Any]) -> list[int]:
        return [told(row) for row in sorted(rows, key=key)]

    orders: dict[str, Sequence[int]] = {
        DISK: by(lambda row: row.place),
        "xmin": by(lambda row: row.xmin),
        "xmax": by(lambda row: row.xmax),
        "cmin": by(lambda row: row.command),
        "key": by(lambda row: row.values["id"].bytes),
        "row length": by(lambda row: row.size),
        "dead rows on disk": [told(row) for row in versions if row.place not in visible],
    }
    for name in sorted(set(rows[0].values) - expected if rows else ()):
        # a column without a value anywhere keeps the order on disk
        orders[f"column {name}"] = by(
            lambda row, name=name: (row.values[name] is not None, row.values[name] or 0)
        )
    return orders


def inserts_logged(
    rows: Sequence[RowVersion], log: Iterable[Entry], told: Callable[[RowVersion], int]
) -> list[int]:
    """Return what rows tell in the order in which the write-ahead log put them in."""
    by_place = {row.place: told(row) for row in rows}
    made = {row.xmin for row in rows}
    return [
        by_place[place]
        for entry in log
        if entry.xid in made and "INSERT" in entry.what
        for place in entry.places
        if place in by_place
    ]


def _answers_in_statistics(held: HeldWave, spoils: Spoils) -> list[int]:
    kept = [
        text
        for row in spoils.statistics
        if (row["tablename"], row["attname"]) == ("response", "answers")
        for text in (row["common"], row["bounds"])
        if text
    ]
    sheets = [match for text in kept for match in re.findall(r"\{([-\d,]+)\}", text)]
    return [held.code_of([int(code) for code in one.split(",")]) for one in sheets]


def _read_outright(held: HeldWave, spoils: Spoils) -> dict[str, Guess]:
    rows = rows_of_people(held)
    columns, comment = len(held.form.columns), bool(held.tags)
    # all rows of a wave are sealed to one key: what does not open the first opens none
    first = next(iter(rows.values()))
    keys = [
        key for key in spoils.keys if opened(first, held.wave.id, [key], columns, comment=comment)
    ]
    plain: Guess = {}
    by_key: Guess = {}
    for person, row in rows.items():
        if (ballot := read_plainly(row, columns, comment=comment)) is not None:
            plain[person] = held.code_of(ballot.answers)
        if (ballot := opened(row, held.wave.id, keys, columns, comment=comment)) is not None:
            by_key[person] = held.code_of(ballot.answers)
    return {"sealed row read as it is": plain, "sealed row opened with a key left": by_key}
