"""The services of an installation, as its settings name them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from survey_app.asking.digital_post.altinn import AltinnMailbox
from survey_app.asking.digital_post.contact_register import Krr
from survey_app.asking.digital_post.maskinporten import PATIENCE, Maskinporten
from survey_app.asking.digital_post.ports import DigitalPost
from survey_app.shared.digital_post_settings import DigitalPostSettings


@asynccontextmanager
async def digital_post(chosen: DigitalPostSettings) -> AsyncIterator[DigitalPost | None]:
    """Open the connections to register and mailboxes; None where the settings name none."""
    if not chosen.has_digital_post:
        yield None
        return
    async with httpx2.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
        tokens = Maskinporten(chosen, client)
        yield DigitalPost(Krr(chosen, client, tokens), AltinnMailbox(chosen, client, tokens))
