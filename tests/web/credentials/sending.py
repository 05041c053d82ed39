"""What a browser with script does: ask for a credential, send a ballot, look for its receipt."""

import json

from survey_app.asking.invitations.tokens import token_for
from survey_app.counting.urn import spent
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import (
    Credential,
    get_credential,
)

ACCEPTED = b'{"outcome":"accepted"}'


async def groups_of(settings, wave) -> dict[str, str]:
    """The group of each token."""
    rows = await fetch(Login.WORKER, "SELECT * FROM asking.invitation WHERE wave = $1", wave.id)
    secret = settings.secret()
    return {token_for(secret, wave.id, row["pid"], 0): row["domain"] for row in rows}


async def a_credential(web, opened) -> Credential:
    wave, token, group = opened
    return await get_credential(web, wave.key, group, token)


async def receipts(wave) -> list[str]:
    async with connection(Login.WORKER) as link:
        return await spent.read_receipts(link, wave.id)


async def post(web, path, body):
    content = body if isinstance(body, bytes) else json.dumps(body)
    return await web.post(path, content=content, headers={"content-type": "text/plain"})
