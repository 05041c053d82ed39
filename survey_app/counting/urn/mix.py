"""Lay the rows of a full urn in another order than that in which they came.

Rows that were written one after another tell by place and transaction who came when, and so does
a dump. Mixed rows share one transaction and stand by chance. The write-ahead log, and dead rows in
the data file, still have the old order for as long as they are kept: this is no protection against
who reads those, or follows along (docs/adr/0026).
"""

from __future__ import annotations

from uuid import UUID

from survey_app.counting.urn import partitions, spent
from survey_app.shared.database import Link


async def mix(link: Link, wave: UUID) -> bool:
    """Mix ballots and receipts of ``wave``, each by itself; tell whether there was any to mix.

    Parameters
    ----------
    link : asyncpg connection
        As ``worker``, in a transaction that holds `lock_for_emptying`: nobody sends meanwhile.
        Killed before its commit, nothing has happened.
    """
    urn = partitions.partition(wave)
    came = await link.fetchval(f"SELECT count(DISTINCT xmin::text) FROM {urn}")  # noqa: S608 - our own name
    if came < 2:  # noqa: PLR2004 - one alone, or mixed already
        return False
    # receipts first, as answers and emptying have it: in another order they would deadlock
    for table in (spent.receipts_table(wave), urn):
        # Not by TRUNCATE: a dump that began just before would find the table empty. The keys that
        # order the rows are made for secrets, unlike random().
        await link.execute(
            f"WITH all_rows AS (DELETE FROM {table} RETURNING *)"  # noqa: S608
            f" INSERT INTO {table} SELECT * FROM all_rows ORDER BY gen_random_uuid()"
        )
    return True
