"""Receipts of used credentials, beside the urn: a partition per wave, put up and dropped with it.

A receipt is the SHA-256 of a credential's message. It tells that a ballot was taken and nothing of
what stands in it; the wave record lists all of them, sorted (``anonymity-design.md`` 5).
"""

from __future__ import annotations

from uuid import UUID

from survey_app.shared.database import Link

RECEIPT_BYTES = 32


def receipts_table(wave: UUID) -> str:
    """Return the name of the table with a wave's receipts."""
    return f"counting.spent_{wave.hex}"


async def put_up_receipts(link: Link, wave: UUID) -> None:
    """Create the place for receipts of ``wave`` in the caller's transaction, as ``worker``.

    Made apart and attached, as the urn's partition is: answers to other waves are let through.
    """
    name = receipts_table(wave)
    await link.execute(
        f"CREATE TABLE {name} (LIKE counting.spent INCLUDING INDEXES, "
        f"CONSTRAINT one_length CHECK (octet_length(receipt) = {RECEIPT_BYTES}), "
        f"CONSTRAINT one_wave CHECK (wave = '{wave}'::uuid))"
    )
    await link.execute(
        f"ALTER TABLE counting.spent ATTACH PARTITION {name} FOR VALUES IN ('{wave}')"
    )


async def take_down_receipts(link: Link, wave: UUID) -> None:
    """Drop the receipts of ``wave`` in the caller's transaction, with the urn's partition."""
    await link.execute(f"DROP TABLE IF EXISTS {receipts_table(wave)}")


async def read_receipts(link: Link, wave: UUID) -> list[str]:
    """Return every receipt of ``wave`` as 64 hexadecimal digits, sorted, as ``worker``."""
    rows = await link.fetch("SELECT receipt FROM counting.spent WHERE wave = $1", wave)
    return sorted(row["receipt"].hex() for row in rows)
