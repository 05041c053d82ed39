"""One transaction of the worker, with the raw connection beside Piccolo's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from survey_app.shared.database import Login, engine


@asynccontextmanager
async def writing() -> AsyncIterator[Any]:
    """Open a transaction as the worker and lend its asyncpg connection; joins one that is open."""
    chosen = engine(Login.WORKER)
    if chosen.current_transaction.get() is not None:
        yield current_link()
        return
    async with chosen.transaction():
        yield current_link()


def current_link() -> Any:  # noqa: ANN401 - asyncpg's connection, as Piccolo holds it
    """Return the connection of the worker's transaction that is open now.

    Raises
    ------
    RuntimeError
        If none is open: what writes several rows belongs in one transaction.
    """
    transaction = engine(Login.WORKER).current_transaction.get()
    if transaction is None:
        raise RuntimeError("open a transaction as the worker first")
    return transaction.connection
