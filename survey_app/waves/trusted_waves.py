"""Waves that an earlier version opened: what they are sealed to is taken on trust, once.

They carry no proof, and answering takes no answers without one. Only ``barometer migrate`` and what
migrates by itself come here, once for each secret: that it was done stands beside the table, with a
proof under the secret, and which waves it was stands in the audit log.
"""

from __future__ import annotations

from survey_app.audit.record import record
from survey_app.counting.urn.proof import SEALING, is_proven, sealing_proof, trusted_proof
from survey_app.settings import Settings
from survey_app.shared.base64url import to_base64url
from survey_app.shared.clock import now
from survey_app.shared.database import Login, engine, fetch

_MARK = "SELECT obj_description('asking.wave'::regclass, 'pg_class') AS told"
_OPENED = (
    f"SELECT {SEALING} FROM asking.wave w JOIN asking.campaign c ON c.id = w.campaign"  # noqa: S608 - a constant
    " WHERE w.state IN ('open', 'closed') AND w.public_key IS NOT NULL ORDER BY w.key"
    " FOR UPDATE OF w"
)


async def trust_earlier_waves(settings: Settings) -> list[str]:
    """Prove the waves that are open or not counted, unless that was done with this secret.

    Returns
    -------
    list of str
        Keys of the waves that were taken on trust.
    """
    secret = settings.secret()
    async with engine(Login.MIGRATOR).transaction():
        if await _is_marked(secret):
            return []
        rows = await fetch(Login.MIGRATOR, _OPENED)
        for row in rows:
            await fetch(
                Login.MIGRATOR,
                "UPDATE asking.wave SET sealing_proof = $2 WHERE id = $1",
                row["id"],
                sealing_proof(secret, row),
            )
            await record(
                Login.MIGRATOR, now=now(), actor="system", subject=row["key"],
                action="sealing taken on trust", key_list=row["key_list_hash"],
            )  # fmt: skip
        await _mark(secret)
    return [row["key"] for row in rows]


async def keep_trust(secret: bytes) -> None:
    """Say under the secret that makes what was said under another: no wave is trusted anew."""
    if await _is_marked(secret):
        await _mark(secret)


async def _is_marked(secret: bytes) -> bool:
    [kept] = await fetch(Login.MIGRATOR, _MARK)
    return is_proven((kept["told"] or "").encode(), secret, lambda one: _mark_of(one).encode())


async def _mark(secret: bytes) -> None:
    await fetch(Login.MIGRATOR, f"COMMENT ON TABLE asking.wave IS '{_mark_of(secret)}'")


def _mark_of(secret: bytes) -> str:
    return to_base64url(trusted_proof(secret))
