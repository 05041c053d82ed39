"""One transaction of the worker, with the raw connection beside Piccolo's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from survey_app.shared.database import Link, Login, engine


@asynccontextmanager
async def writing() -> AsyncIterator[Link]:
    """Open a transaction as the worker and lend its asyncpg connection; joins one that is open."""
    chosen = engine(Login.WORKER)
    if chosen.current_transaction.get() is not None:
        yield current_link()
        return
    async with chosen.transaction():
        yield current_link()


def current_link() -> Link:
    """Return the connection of the worker's transaction that is open now.

    Raises
    ------
    RuntimeError
        If none is open: what writes several rows belongs in one transaction.
    """
    transaction = engine(Login.WORKER).current_transaction.get()
    if transaction is None:
        raise RuntimeError("open a transaction as the worker first")
    link: Link = transaction.connection
    return link
