"""A pooler that lends connections by transaction is found out before queries fail at random."""

import asyncio
import contextlib
import struct
from urllib.parse import urlsplit

import pytest

from survey_app.installation.pooler import refuse_pooler
from survey_app.shared.database import Login, connect
from survey_app.shared.embedded.postgres import PORT
from survey_app.shared.errors import ServiceError

READY, SYNC, QUERY, TERMINATE = b"Z", b"S", b"Q", b"X"
SSL_REQUEST = 80877103


class TransactionPooler:
    """Lends one connection of the real server to whoever has a transaction, as PgBouncer does."""

    def __init__(self, socket: str) -> None:
        self._socket, self._turn = socket, asyncio.Lock()
        self._reader = self._writer = None
        self._greeting = b""

    async def serve(self, reader, writer) -> None:
        startup = await self._startup(reader, writer)
        async with self._turn:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_unix_connection(self._socket)
                self._writer.write(startup)
                self._greeting = await self._until_ready()
        writer.write(self._greeting)
        with contextlib.suppress(asyncio.IncompleteReadError):
            while (head := await reader.readexactly(5))[:1] != TERMINATE:
                async with self._turn:
                    await self._one_transaction(head, reader, writer)
        writer.close()

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def _startup(self, reader, writer) -> bytes:
        while True:
            head = await reader.readexactly(8)
            size, code = struct.unpack(">ii", head)
            if code != SSL_REQUEST:
                return head + await reader.readexactly(size - 8)
            writer.write(b"N")

    async def _one_transaction(self, head, reader, writer) -> None:
        replies = asyncio.create_task(self._until_ready(writer))
        while True:
            body = await reader.readexactly(struct.unpack(">i", head[1:])[0] - 4)
            self._writer.write(head + body)
            if head[:1] in {SYNC, QUERY}:
                await replies
                return
            head = await reader.readexactly(5)

    async def _until_ready(self, writer=None) -> bytes:
        told = b""
        while True:
            head = await self._reader.readexactly(5)
            body = await self._reader.readexactly(struct.unpack(">i", head[1:])[0] - 4)
            told += head + body
            if writer:
                writer.write(head + body)
            if head[:1] == READY:
                return told


async def test_a_pooler_that_mixes_up_statements_is_told_in_a_sentence(database, postgres):
    pooler = TransactionPooler(f"{postgres.socket}/.s.PGSQL.{PORT}")
    async with await asyncio.start_server(pooler.serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        name = urlsplit(database[Login.WEB]).path
        connect({Login.WEB: f"postgresql://web@127.0.0.1:{port}{name}?sslmode=disable"})
        with pytest.raises(ServiceError, match="max_prepared_statements = 200"):
            await refuse_pooler(Login.WEB)
        server.close_clients()
        await pooler.close()


async def test_the_server_itself_is_no_pooler(database):
    await refuse_pooler(Login.WEB)
