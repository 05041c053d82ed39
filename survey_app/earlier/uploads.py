"""Uploaded files while somebody says what they are: kept for a day, apart from all results.

They lie in Redis and vanish by themselves; nothing of them is on any page until they are taken in.
With each lies a proof under the installation's secret: what is taken in becomes figures on pages,
and whoever writes to Redis is not to choose them.
"""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from survey_app.earlier.model import Audience
from survey_app.shared.queue import redis_client
from survey_app.shared.secret import with_proof, without_proof

HOURS: Final = 24
LARGEST: Final = 5_000_000  # bytes of all files together


@dataclass(frozen=True, slots=True)
class SourceUpload:
    """Files and what was said of them; ``replaces`` is the key of the source that they renew."""

    id: str
    account: str
    audience: Audience
    replaces: str
    files: Mapping[str, bytes]
    fields: Mapping[str, str]

    @property
    def manifest(self) -> str:
        """Name of the manifest among the files, where there is one."""
        return next((name for name in self.files if name.casefold().endswith(".toml")), "")


async def keep_source_upload(upload: SourceUpload, secret: bytes) -> SourceUpload:
    """Keep it for a day, under a new id if it has none."""
    kept = replace(upload, id=upload.id or secrets.token_urlsafe(16))
    files = {name: base64.b64encode(content).decode() for name, content in kept.files.items()}
    content = json.dumps(asdict(kept) | {"files": files}, ensure_ascii=False).encode()
    place = _place(kept.id)
    proved = with_proof(place, zlib.compress(content), secret)
    await redis_client().set(place, proved, ex=HOURS * 3600)
    return kept


async def find_source_upload(
    upload: str, secret: bytes, *, account: str, audience: Audience
) -> SourceUpload | None:
    """Find one of the account's own, on its side; None where it is not, or not any more."""
    place = _place(upload)
    raw = without_proof(place, await redis_client().get(place) or b"", secret)
    if raw is None:
        return None
    stored = json.loads(zlib.decompress(raw))
    stored["files"] = {n: base64.b64decode(content) for n, content in stored["files"].items()}
    found = SourceUpload(**stored)
    return found if (found.account, found.audience) == (account, audience) else None


async def forget_source_upload(upload: str) -> None:
    """Forget one that was taken in."""
    await redis_client().delete(_place(upload))


def _place(upload: str) -> str:
    # a version from before the proof, at work beside this one, reads what lies under the plain name
    return f"earlier-upload:{upload}:proved"
