"""Publications as rows of the tables, put on the shelf as the worker does."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from survey_app.publications.store import NewPublication, put_publication
from survey_app.publishing.computing.content import head_of
from survey_app.shared.database import Login, connection


def rows(
    content: Mapping[str, Any],
    *,
    version: int = 1,
    raw: bytes | None = None,
) -> dict[str, Any]:
    """A publication's columns for the table ``publications.publication``.

    ``raw`` is the content as it lies there, where it is none of our made-up ones. The id follows
    the content, since processes keep a publication by its id.
    """
    # six times as quick as json, and a series is ten megabytes
    raw = raw or msgspec.json.encode(content, order="deterministic")
    digest = "sha256:" + hashlib.sha256(raw).hexdigest()
    closed = datetime.fromisoformat(content["wave"]["closed_on"]).replace(hour=8, tzinfo=UTC)
    return {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, digest + str(version)),
        "campaign": content["campaign"]["key"],
        "wave": uuid.uuid5(uuid.NAMESPACE_URL, content["wave"]["key"]),
        "wave_key": content["wave"]["key"],
        "sequence": content["wave"]["sequence"],
        "kind": content["wave"]["kind"],
        "population": content["campaign"]["population"],
        "version": version,
        "computed_at": closed,
        "released_at": closed,
        "open_results": 2 if content["campaign"]["population"] != "staff" else 1,
        "head": head_of(content),
        "content": raw,
        "content_hash": digest,
        "manifest": {"content_hash": digest},
    }


async def put_on_shelf(*contents: Mapping[str, Any], **changed: Any) -> None:
    """Store publications as the worker does, with the figures that trends are drawn from."""
    async with connection(Login.WORKER) as link:
        for content in contents:
            columns = rows(content, raw=changed.get("content")) | changed
            texts = {name: json.dumps(columns[name]) for name in ("head", "manifest")}
            await put_publication(link, NewPublication(**columns | texts), content["estimates"])
