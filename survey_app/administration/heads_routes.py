"""``/log/heads.json``: where the log stood on each day, for whoever wants to hold us to it."""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from survey_app.audit.heads import heads_as_json, list_heads
from survey_app.shared.database import Login


@get("/log/heads.json")
async def show_heads() -> Response[dict[str, Any]]:
    """Give a number and a hash for each day: they tell nothing of what the log says."""
    return Response(
        heads_as_json(await list_heads(Login.WEB)), headers={"cache-control": "max-age=3600"}
    )


OPEN_HANDLERS = [show_heads]
