"""Wave records, and the page where a person looks for a receipt.

Outside the session, like the answering pages: with it, a receipt and a name would meet in one
request. The receipt comes in the body of a POST: an address would be kept by the browser, by
proxies and in their logs.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from survey_app.publications import records
from survey_app.publications.errors import NotOnShelfError
from survey_app.reading.verify.lookup import look_up
from survey_app.shared import clock
from survey_app.shared.pages import language_of, page

LONGEST: Final = 1000  # characters of a form that are looked at
LARGEST: Final = 16_000  # bytes of a request
PRIVATE: Final = {
    # what was pasted stays in no cache, and the address is told to nobody
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


@get("/verify")
async def form(request: Request[Any, Any, Any]) -> Response[str]:
    """Ask for a receipt, and say how to look for it without us."""
    return await _page(request, {"answer": None})


@post("/verify", status_code=200, request_max_body_size=LARGEST)
async def answer(request: Request[Any, Any, Any]) -> Response[str]:
    """Say whether a receipt is in a published record; it is written down nowhere."""
    pasted = str((await request.form()).get("receipt", ""))[:LONGEST]
    return await _page(request, {"answer": await look_up(pasted, at=clock.now())})


@get("/records/{name:str}")
async def give_record(name: FromPath[str]) -> Response[bytes]:
    """Give the exact bytes of a wave's record."""
    wave, _, ending = name.rpartition(".")
    if ending != "json":
        raise NotFoundException
    return await _file(f"record-{wave}", records.record_bytes(wave, at=clock.now()))


@get("/records/{wave:str}/keys.json")
async def keys(wave: FromPath[str]) -> Response[bytes]:
    """Give the key list that was published with a record."""
    return await _file(f"keys-{wave}", records.key_list(wave, at=clock.now()))


@get("/records/{wave:str}/publication.json")
async def publication(wave: FromPath[str]) -> Response[bytes]:
    """Give a whole publication where it is open to everybody."""
    return await _file(f"publication-{wave}", records.open_publication(wave, at=clock.now()))


async def _file(name: str, content: Awaitable[bytes]) -> Response[bytes]:
    try:
        found = await content
    except NotOnShelfError:
        raise NotFoundException from None
    return Response(
        found,
        media_type="application/json",
        headers={
            # the wave is on the shelf, so its key is one of ours
            "Content-Disposition": f'attachment; filename="{name}.json"',
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _page(request: Request[Any, Any, Any], context: dict[str, Any]) -> Response[str]:
    heads = await records.records(at=clock.now())
    found = {"records": heads, "next": await _next_results(request)}
    return page(request, "verify/verify.html", found | context, headers=PRIVATE)


async def _next_results(request: Request[Any, Any, Any]) -> str:
    """Ask when the next results come; ``app.py`` gives the function as ``state.next_results``."""
    ask = request.app.state.get("next_results")
    return str(await ask(language_of(request))) if ask else ""


HANDLERS = [form, answer, give_record, keys, publication]
