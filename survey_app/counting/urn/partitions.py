"""The urn of one wave: a partition that the worker puts up at opening and drops at emptying."""

from __future__ import annotations

from uuid import UUID

from survey_app.counting.urn.seal import sealed_size
from survey_app.shared.database import Link


def partition(wave: UUID) -> str:
    """Return the name of a wave's urn."""
    return f"counting.urn_{wave.hex}"


async def put_up(link: Link, wave: UUID, size: int, *, keys: int = 1) -> None:
    """Create the urn of ``wave`` in the caller's transaction, as ``worker``.

    ``size`` is that of its ballots, ``keys`` to how many keys they are sealed: two with trustees.
    The database itself refuses a row of another length. Made apart and attached: that lock lets
    answers to other waves through, which creating it in place would not.
    """
    name = partition(wave)
    await link.execute(
        f"CREATE TABLE {name} (LIKE counting.urn INCLUDING DEFAULTS, "
        "CONSTRAINT one_length CHECK "
        f"(octet_length(ballot) = {int(sealed_size(size, keys=keys))}), "
        f"CONSTRAINT one_wave CHECK (wave = '{wave}'::uuid))"
    )
    # what does not fit in its row would lie beside it under a number that rises with each ballot
    await link.execute(f"ALTER TABLE {name} ALTER COLUMN ballot SET STORAGE PLAIN")
    await link.execute(f"ALTER TABLE counting.urn ATTACH PARTITION {name} FOR VALUES IN ('{wave}')")


async def take_down(link: Link, wave: UUID) -> None:
    """Drop the urn of ``wave`` in the caller's transaction: the last thing that emptying does."""
    await link.execute(f"DROP TABLE IF EXISTS {partition(wave)}")
