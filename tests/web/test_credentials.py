"""Grade A from the server's side: name and answers in two requests that share nothing."""

import asyncio
import json

import pytest

from survey_app.counting.urn.spent import read_receipts
from survey_app.shared.database import Login, connection, fetch
from tests.blind_client import (
    ask_to_sign,
    b64url,
    finalize,
    fresh,
    get_credential,
    group_key,
    send_ballot,
    unb64url,
)
from tests.builders_answering import an_open_wave, some_answers


async def test_a_credential_is_signed_and_a_ballot_is_counted(web, settings):
    wave = await an_open_wave(settings)
    group = await group_of(wave.id, 0)
    credential = await get_credential(web, wave.key, group, wave.tokens[0])
    reply = await send_ballot(web, credential, some_answers())
    assert (reply.status_code, reply.json()) == (200, {"outcome": "accepted"})
    assert reply.headers["access-control-allow-origin"] == "*"
    async with connection(Login.WORKER) as link:
        assert await read_receipts(link, wave.id) == [credential.receipt]


async def group_of(wave, at: int) -> str:
    rows = await fetch(Login.WORKER, "SELECT domain FROM asking.invitation WHERE wave = $1", wave)
    return rows[at]["domain"]
