"""May these two people's keys seal this wave? One pair of keys, one wave."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.asking.errors import OpeningRefused
from survey_app.asking.reasons import Against, Reason
from survey_app.shared.database import Link
from survey_app.shared.trustees import Trustee, trustees_of


async def check_trustees(link: Link, key: str, trustees: Sequence[Trustee]) -> None:
    """Refuse keys that another wave was sealed to.

    Whoever keeps a key for a later wave cannot destroy it after this one, and old copies of this
    wave's urn could still be opened.

    Raises
    ------
    OpeningRefused
        With a sentence for each key that was used before.
    """
    rows = await link.fetch(
        "SELECT key, trustees FROM asking.wave"
        " WHERE key <> $1 AND state <> 'draft' AND trustees <> '[]'::jsonb ORDER BY opened_at",
        key,
    )
    used = {
        trustee.public_key: row["key"] for row in rows for trustee in trustees_of(row["trustees"])
    }
    reasons = [
        Reason(Against.KEY_USED, name=trustee.name, wave=used[trustee.public_key])
        for trustee in trustees
        if trustee.public_key in used
    ]
    if reasons:
        raise OpeningRefused(key, reasons)
