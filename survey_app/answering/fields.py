"""The fields of a posted form, read by hand: forms here are small and plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request

MOST_FIELDS = 500

type Fields = Mapping[str, Sequence[str]]


async def read_fields(request: Request[Any, Any, Any]) -> Fields:
    """Return the codes chosen, by field name. What is no form at all has no fields."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        form = await request.form()
        return {name: [str(value) for value in form.getall(name)] for name in form}
    body = await request.body()
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return fields
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def single(fields: Fields, name: str) -> str:
    """Return the one value of a field of the page itself; empty when it is not there."""
    values = fields.get(name, ())
    return values[-1] if values else ""
