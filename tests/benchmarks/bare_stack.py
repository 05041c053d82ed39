"""What our code is held against: the same libraries, with the least that takes an answer.

Litestar serves a fixed page and a script of the same sizes as ours; a form is parsed, its link
looked up, marked, and one sealed ballot inserted, in one transaction that is durable before the
redirect. The second way signs a blinded message by `gmpy2` in constant time, on a thread of its
own, stores the signature, and takes the ballot by checking it with OpenSSL, against a second use
too. Nothing is guarded, told or translated.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import gmpy2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from litestar import Litestar, Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.seal import seal_ballot

SIZE = 128
TABLES = """
CREATE SCHEMA bare;
CREATE TABLE bare.link (token text PRIMARY KEY, marked boolean NOT NULL DEFAULT false);
CREATE TABLE bare.signature (token text PRIMARY KEY, signature bytea NOT NULL);
CREATE TABLE bare.spent (receipt bytea PRIMARY KEY);
CREATE TABLE bare.urn (wave uuid NOT NULL, ballot bytea NOT NULL)
"""
_FIND = "SELECT marked FROM bare.link WHERE token = $1"
_TAKE = (
    "WITH marked AS (UPDATE bare.link SET marked = true WHERE token = $1 AND NOT marked"
    " RETURNING 1) INSERT INTO bare.urn (wave, ballot) SELECT $2, $3 FROM marked"
)
_SIGN = (
    "WITH marked AS (UPDATE bare.link SET marked = true WHERE token = $1 AND NOT marked"
    " RETURNING token) INSERT INTO bare.signature SELECT token, $2 FROM marked"
)
_DROP = (
    "WITH spent AS (INSERT INTO bare.spent VALUES ($1) ON CONFLICT DO NOTHING RETURNING 1)"
    " INSERT INTO bare.urn (wave, ballot) SELECT $2, $3 FROM spent"
)
_PADDING = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
FORM = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


def bare_application(folder: Path, database: str) -> Litestar:  # noqa: C901 - six handlers
    """Make it from what the benchmark wrote into a folder: page, script, wave and keys."""
    page, script = (folder / "page.html").read_bytes(), (folder / "script.js").read_bytes()
    public_key = (folder / "public_key").read_bytes()
    wave = uuid.UUID((folder / "wave").read_text())
    private = serialization.load_pem_private_key((folder / "rsa.pem").read_bytes(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    numbers, public = private.private_numbers(), private.public_key()
    p, q = gmpy2.mpz(numbers.p), gmpy2.mpz(numbers.q)
    pool: list[asyncpg.Pool] = []
    signer = ThreadPoolExecutor(1)

    def signed(blinded: bytes) -> bytes:
        number = gmpy2.mpz(int.from_bytes(blinded))
        one = gmpy2.powmod_sec(number, gmpy2.mpz(numbers.dmp1), p)
        other = gmpy2.powmod_sec(number, gmpy2.mpz(numbers.dmq1), q)
        return int(other + q * ((one - other) * numbers.iqmp % p)).to_bytes(256)

    def sealed(answers: dict[str, Any]) -> bytes:
        return seal_ballot(
            Ballot("", (4,) * len(answers)), wave=wave, public_key=public_key, size=SIZE
        )

    @get("/answer/{token:str}", media_type="text/html")
    async def form(token: str) -> bytes:
        async with pool[0].acquire() as link:
            assert await link.fetchval(_FIND, token) is False
        return page

    @get("/script.js", media_type="text/javascript")
    async def code() -> bytes:
        return script

    @post("/answer/{token:str}", status_code=303)
    async def send(token: str, data: FORM) -> Response[None]:
        async with pool[0].acquire() as link:
            assert await link.execute(_TAKE, token, wave, sealed(data)) == "INSERT 0 1"
        return Response(None, status_code=303, headers={"Location": "/thanks"})

    @post("/answer/{token:str}/credential", status_code=200)
    async def credential(token: str, request: Request[Any, Any, Any]) -> dict[str, str]:
        blinded = urlsafe_b64decode(json.loads(await request.body())["blinded"] + "==")
        signature = await asyncio.get_running_loop().run_in_executor(signer, signed, blinded)
        async with pool[0].acquire() as link:
            assert await link.execute(_SIGN, token, signature) == "INSERT 0 1"
        return {"signature": urlsafe_b64encode(signature).decode()}

    @post("/ballot", status_code=200)
    async def ballot(request: Request[Any, Any, Any]) -> dict[str, str]:
        told = json.loads(await request.body())
        message = urlsafe_b64decode(told["message"] + "==")
        signature = urlsafe_b64decode(told["signature"] + "==")
        public.verify(signature, message, _PADDING, hashes.SHA384())
        async with pool[0].acquire() as link:
            await link.execute(_DROP, message, wave, sealed(told["answers"]))
        return {"done": "yes"}

    @get("/thanks", media_type="text/html")
    async def thanks() -> bytes:
        return page[:2000]

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        pool.append(await asyncpg.create_pool(database, min_size=8, max_size=8))
        yield
        await pool[0].close()

    handlers = [form, code, send, credential, ballot, thanks]
    return Litestar(handlers, lifespan=[lifespan], openapi_config=None)
