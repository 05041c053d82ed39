"""Forms that hold no text where text is due are the sender's mistake."""

from __future__ import annotations

from litestar import Request
from litestar.connection.base import AuthT, StateT, UserT
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ClientException


class FormRequest(Request[UserT, AuthT, StateT]):
    """A request whose form may be refused: Litestar lets the decoder's own errors through.

    Each part of a multipart form says in which encoding its text is, and may lie. Some encodings
    make halves of signs, which neither a page nor the database takes.
    """

    async def form(self) -> FormMultiDict:
        """Return the form that was sent.

        Raises
        ------
        ClientException
            If a part is no text in the encoding that it names, or nobody knows that encoding.
        """
        try:
            found = await super().form()
            parts = [part for pair in found.multi_items() for part in pair]
            "".join(part for part in parts if isinstance(part, str)).encode()
        except (UnicodeError, LookupError) as error:
            raise ClientException("Send text in UTF-8") from error
        return found
