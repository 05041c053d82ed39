"""Static files out of memory, small and to be kept: their addresses change when they do.

Litestar's own router asks the disk, a thread and the compressor anew for each of them, which was a
third of what an answer cost. Only these are compressed without a thought: a page that holds a
form's token is not (BREACH).
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from litestar import Request, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from survey_app.shared.finished_reply import Reply
from survey_app.shared.negotiation import accepted_encodings, takes_gzip
from survey_app.shared.pages import STATIC
from survey_app.shared.reply_headers import A_YEAR

_KEEP: Final = (b"cache-control", f"public, max-age={A_YEAR}, immutable".encode())
_WORTH: Final = 0.9  # of the size, or it travels as it is
# Python does not know it; a machine may, and a small container has no list of its own
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True, slots=True)
class _Held:
    plain: Reply
    zipped: Reply


@get("/static/{name:path}")
async def show_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Reply:
    """Give a file of ours as it is now."""
    path = _files().get(name.removeprefix("/"))
    if path is None:
        raise NotFoundException
    held = _held(path, path.stat().st_mtime_ns)
    return held.zipped if takes_gzip(accepted_encodings(request)) else held.plain


@cache
def _files() -> dict[str, Path]:
    # what is not in this list is not served, whatever the address says
    found = (path for path in STATIC.rglob("*") if path.is_file())
    names = {path.relative_to(STATIC): path for path in found}
    return {
        name.as_posix(): path
        for name, path in names.items()
        if not any(part.startswith(".") for part in name.parts)
    }


@cache
def _held(path: Path, _changed: int) -> _Held:
    content = path.read_bytes()
    packed = gzip.compress(content, 9, mtime=0)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    about = [_KEEP, (b"vary", b"accept-encoding"), (b"content-type", kind.encode())]
    plain = Reply(200, about, content)
    small = len(packed) < _WORTH * len(content)
    zipped = Reply(200, [*about, (b"content-encoding", b"gzip")], packed) if small else plain
    return _Held(plain, zipped)
