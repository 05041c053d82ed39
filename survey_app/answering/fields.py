"""The fields of a posted form, read by hand: forms here are small and plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus

from litestar import Request

MOST_FIELDS = 500

type Fields = Mapping[str, Sequence[str]]


async def read_fields(request: Request[Any, Any, Any]) -> Fields:
    """Return the codes chosen, by field name. What is no form at all has no fields."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        form = await request.form()
        return {name: [str(value) for value in form.getall(name)] for name in form}
    return decode_fields(await request.body())


def decode_fields(body: bytes) -> dict[str, list[str]]:
    """Read a form as ``urllib.parse.parse_qsl`` does, blank values kept; most need no decoding.

    What is no UTF-8, or has more fields than any form of ours, has none.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {}
    if text.count("&") >= MOST_FIELDS:
        return {}
    plain = "%" not in text and "+" not in text
    fields: dict[str, list[str]] = {}
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        if not plain:
            name, value = unquote_plus(name), unquote_plus(value)
        fields.setdefault(name, []).append(value)
    return fields


def single(fields: Fields, name: str) -> str:
    """Return the one value of a field of the page itself; empty when it is not there."""
    values = fields.get(name, ())
    return values[-1] if values else ""
