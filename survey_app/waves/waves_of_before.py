"""Waves that rest on a former secret of the installation, while it is renewed (docs/adr/0142)."""

from __future__ import annotations

from typing import Final

from survey_app.asking.invitations.credential_keys import secret_of_wave
from survey_app.asking.invitations.queries import waves_with_links
from survey_app.counting.urn.proof import SEALING, rests_on_former_secret
from survey_app.shared.database import Link
from survey_app.shared.secret import Secret

_WAVES: Final = (
    f"SELECT {SEALING}, w.sealing_proof, w.state FROM asking.wave w"  # noqa: S608 - a constant
    " JOIN asking.campaign c ON c.id = w.campaign WHERE w.state IN ('open', 'closed')"
    " OR w.id = ANY($1) ORDER BY w.key"
)


async def waves_of_before(link: Link, secret: Secret) -> list[tuple[str, str]]:
    """Return key and state of waves that were opened under another secret than the one that makes.

    Those that are open or not counted, and those whose links are still told what became of them.
    """
    return [
        (row["key"], row["state"])
        for row in await link.fetch(_WAVES, await waves_with_links(link))
        # signing keys tell while there are any: after an alarm there is no proof of sealing
        if await secret_of_wave(link, row["id"], secret) != secret
        or rests_on_former_secret(secret, row)
    ]
