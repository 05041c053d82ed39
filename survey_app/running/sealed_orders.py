"""What a page asks a worker to print: sealed on its way there, fetched once on its way back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response

from survey_app.accounts.sessions import SignedIn, session_key
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.cards.order import CardOrder
from survey_app.asking.letters.order import LetterOrder
from survey_app.asking.letters.requests import (
    AskedLetters,
    leave_request,
    mark_fetched,
    sealed_letters,
)
from survey_app.key_holding.standing import live_counter
from survey_app.running.letter_sealing import open_letters, seal_order
from survey_app.shared.clock import now

KINDS: Final = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


async def leave_order(
    request: Request[Any, Any, Any],
    wave: WaveRow,
    order: LetterOrder | CardOrder,
    facts: Mapping[str, Any],
    reader: SignedIn,
) -> UUID | None:
    """Leave an order, sealed to a worker that is there, until it is confirmed.

    Returns
    -------
    UUID or None
        None where no worker is there.
    """
    secret = request.app.state.settings.secret()
    worker = await live_counter(secret)
    if worker is None:
        return None
    name = uuid.uuid4()
    sealed = seal_order(
        order, name, session_key(request), public_key=worker.public_key, secret=secret
    )
    await leave_request(
        AskedLetters(
            name,
            wave.id,
            wave.key,
            UUID(reader.account),
            reader.email,
            now(),
            worker.id,
            order.file_name,
            facts,
            "waiting",
            "",
            sealed,
        )
    )
    return name


async def handed_back(
    request: Request[Any, Any, Any], found: AskedLetters
) -> Response[bytes] | None:
    """Return the file, once; None where it went out before.

    Raises
    ------
    OtherSession
        If it was made for another session.
    """
    content = open_letters(await sealed_letters(found.id), found.id, session_key(request))
    if not await mark_fetched(found.id):
        return None
    return Response(
        content,
        media_type=KINDS.get(found.file_name.rpartition(".")[2], "application/octet-stream"),
        headers={
            "Content-Disposition": f'attachment; filename="{found.file_name}"',
            "Cache-Control": "no-store",
        },
    )
