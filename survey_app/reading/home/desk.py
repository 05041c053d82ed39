"""What is open and what waits for the reader; it is known elsewhere, and lent by ``app.py``."""

from __future__ import annotations

from typing import Any

from litestar import Request

from survey_app.accounts.guards import signed_in
from survey_app.shared.pages import language_of


async def desk_of(request: Request[Any, Any, Any]) -> object | None:
    """Ask what concerns the reader; ``None`` where nothing does, or nobody lends it."""
    ask, reader = request.app.state.get("desk"), signed_in(request)
    if ask is None or reader is None:
        return None
    found: object | None = await ask(reader, language_of(request))
    return found
