"""The key list of a wave, served as the bytes that were written when it opened."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.params import FromPath

from survey_app.answering.outcomes import tell
from survey_app.answering.reply import Reply
from survey_app.shared.database import Login, fetch

SUFFIX = ".json"
_KEY_LIST = (
    "SELECT key_list, key_list_hash FROM asking.wave WHERE key = $1 AND key_list IS NOT NULL"
)
# it never changes: more than one list for a wave would be a breach (anonymity-design.md 5)
_FOR_GOOD = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"x-content-type-options", b"nosniff"),
    (b"access-control-allow-origin", b"*"),
]


@get("/keys/{name:str}")
async def show_key_list(request: Request[Any, Any, Any], name: FromPath[str]) -> Reply:
    """Show the key list of a wave that has opened, to anybody who wants to compare."""
    if not name.endswith(SUFFIX):
        return tell("unknown")
    rows = await fetch(Login.WEB, _KEY_LIST, name.removesuffix(SUFFIX))
    if not rows:
        return tell("unknown")
    tag = f'"{rows[0]["key_list_hash"]}"'
    headers = [*_FOR_GOOD, (b"etag", tag.encode())]
    if request.headers.get("if-none-match") == tag:
        return Reply(304, headers, b"")
    return Reply(200, headers, bytes(rows[0]["key_list"]))
