"""The key list of a wave, served as the bytes that were written when it opened."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from survey_app.answering.outcomes import STATUS
from survey_app.answering.reply import PRIVATE
from survey_app.waves.answered import published_key_list

SUFFIX = ".json"
# it never changes: more than one list for a wave would be a breach (anonymity-design.md 5)
_FOR_GOOD = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
}


@get("/keys/{name:str}")
async def show_key_list(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[Any]:
    """Show the key list of a wave that has opened, to anybody who wants to compare."""
    key = name.removesuffix(SUFFIX) if name.endswith(SUFFIX) else ""
    found = await published_key_list(key)
    if found is None:
        return Response({"outcome": "unknown"}, status_code=STATUS["unknown"], headers=PRIVATE)
    headers = {**_FOR_GOOD, "ETag": f'"{found["key_list_hash"]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    return Response(bytes(found["key_list"]), media_type="application/json", headers=headers)
