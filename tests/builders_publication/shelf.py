"""Publications as rows of the tables, put on the shelf as the worker does."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from survey_app.publications.tables import Estimate, Publication
from survey_app.publishing.computing.content import head_of

CELL = (
    "measure", "statistic", "category", "level", "domain", "n", "mean", "se", "low", "high",
    "status",
)  # fmt: skip


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
    raw = raw or json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
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
    """Store publications as the worker does, with the means of indices and scales for trends."""
    for content in contents:
        columns = rows(content, raw=changed.get("content")) | changed
        await Publication.insert(Publication(**columns))
        kept = {m["code"] for m in content["measures"] if m["kind"] != "item"}
        cells = [
            Estimate(
                publication=columns["id"],
                **{name: cell.get(name) for name in CELL},
            )
            for cell in content["estimates"]
            if cell["measure"] in kept and cell["statistic"] == "mean"
        ]
        await Estimate.insert(*cells)
