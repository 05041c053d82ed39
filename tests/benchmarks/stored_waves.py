"""What it costs that all waves' responses lie in one table, and what a part for each would change.

``python -m tests.benchmarks.stored_waves --waves 100 --answers 100000`` fills both with the same
rows on an embedded PostgreSQL, fsync on, and takes the time of what is done with a wave: it is
stored, read and deleted, as ``counting/responses/store.py`` does. Bytes are those of one response
on disk.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import click
import numpy as np

from questionnaires.loader import load_library
from survey_app.counting.responses.rows import BATCH
from survey_app.shared.embedded.postgres import start_postgres

FORM = "omdomme"
ONE, PARTS = "one", "parts"
_COLUMNS = (
    "(id uuid NOT NULL, wave uuid NOT NULL, domain varchar(60) NOT NULL,"
    " answers smallint[] NOT NULL)"
)
_MAKE = {
    ONE: f"CREATE TABLE one {_COLUMNS}",
    PARTS: f"CREATE TABLE parts {_COLUMNS} PARTITION BY LIST (wave)",
}
_INDEX = {
    ONE: "ALTER TABLE one ADD PRIMARY KEY (id); CREATE INDEX ON one (wave)",
    # a key of the whole must hold what the parts are told apart by
    PARTS: "ALTER TABLE parts ADD PRIMARY KEY (wave, id)",
}
# the same answers in an order of their own for each row: what PostgreSQL stores of them is as long
_FILL = """
INSERT INTO {table} SELECT gen_random_uuid(), $1, '', s.answers
FROM generate_series(1, $2) AS n JOIN samples s ON s.at = n % 1000"""


def _wave(number: int) -> uuid.UUID:
    return uuid.UUID(int=(number + 1) << 64)


@click.command()
@click.option("--waves", default=100, show_default=True)
@click.option("--answers", default=100_000, show_default=True, help="of each wave")
def main(waves: int, answers: int) -> None:
    """Take the times, and print a table."""
    folder = Path(tempfile.mkdtemp(prefix="barometer-stored-"))
    server = start_postgres(folder)
    try:
        asyncio.run(_measure(server.url(), waves, answers))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(server.place, ignore_errors=True)


async def _measure(url: str, waves: int, answers: int) -> None:
    link = await asyncpg.connect(url)
    columns = len(load_library().questionnaire(FORM, first_wave=True).columns)
    rng = np.random.default_rng(7)
    samples = [(at, row.tolist()) for at, row in enumerate(rng.integers(0, 12, (1000, columns)))]
    await link.execute("CREATE TABLE samples (at integer PRIMARY KEY, answers smallint[] NOT NULL)")
    await link.copy_records_to_table("samples", records=samples)
    click.echo(f"{waves} waves of {answers} responses with {columns} answers each")
    for table in (ONE, PARTS):
        await _fill(link, table, waves, answers)
        size = await link.fetchval(_SIZE[table])
        click.echo(f"{table}: {size / waves / answers:.0f} bytes a response, indexes included")
        for name, action in _ACTIONS.items():
            seconds = await action(link, table, waves, answers)
            click.echo(f"{table}: {name}: {seconds:.2f} s")
        await link.execute(f"DROP TABLE {table}")
    await link.close()


_SIZE = {
    ONE: "SELECT pg_total_relation_size('one')",
    PARTS: "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('parts') WHERE isleaf",
}


async def _fill(link: asyncpg.Connection, table: str, waves: int, answers: int) -> None:
    await link.execute(_MAKE[table])
    for number in range(waves):
        if table == PARTS:
            await _put_up(link, number)
        await link.execute(_FILL.format(table=table), _wave(number), answers)
    await link.execute(_INDEX[table])
    await link.execute(f"VACUUM ANALYZE {table}")
    await link.execute("CHECKPOINT")


async def _put_up(link: asyncpg.Connection, number: int) -> None:
    wave = _wave(number)
    await link.execute(f"CREATE TABLE part_{wave.hex} PARTITION OF parts FOR VALUES IN ('{wave}')")


async def _store(link: asyncpg.Connection, table: str, waves: int, answers: int) -> float:
    sample = await link.fetchval("SELECT answers FROM samples LIMIT 1")
    wave = _wave(waves)
    begun = time.perf_counter()
    async with link.transaction():
        if table == PARTS:
            await _put_up(link, waves)
        await link.copy_records_to_table(
            table, records=((uuid.uuid4(), wave, "", sample) for _ in range(answers))
        )
    return time.perf_counter() - begun


async def _read(link: asyncpg.Connection, table: str, waves: int, _answers: int) -> float:
    begun = time.perf_counter()
    async with link.transaction():
        cursor = await link.cursor(
            f"SELECT domain, answers FROM {table} WHERE wave = $1", _wave(waves // 2)
        )
        while await cursor.fetch(BATCH):
            pass
    return time.perf_counter() - begun


async def _delete(link: asyncpg.Connection, table: str, waves: int, _answers: int) -> float:
    begun = time.perf_counter()
    if table == ONE:
        await link.execute("DELETE FROM one WHERE wave = $1", _wave(waves // 2))
    else:
        await link.execute(f"DROP TABLE part_{_wave(waves // 2).hex}")
    return time.perf_counter() - begun


async def _tidy(link: asyncpg.Connection, table: str, _waves: int, _answers: int) -> float:
    begun = time.perf_counter()
    await link.execute(f"VACUUM {table}")
    return time.perf_counter() - begun


type Action = Callable[[asyncpg.Connection, str, int, int], Awaitable[float]]
_ACTIONS: dict[str, Action] = {
    "one wave more is stored": _store,
    "one wave is read": _read,
    "one wave is deleted": _delete,
    "and tidied up after": _tidy,
}

if __name__ == "__main__":
    main()
