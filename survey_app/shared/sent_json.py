"""JSON that comes from outside, read as what is expected of it."""

from __future__ import annotations

import codecs

import msgspec


def sent_json[Expected](body: bytes, expected: type[Expected]) -> Expected:
    """Read the body of a request.

    Parameters
    ----------
    body : bytes
        Whatever somebody sent; JSON is UTF-8 (RFC 8259), without infinite numbers. A mark of its
        order of bytes may stand before it: some programs write one.
    expected : type
        A `msgspec.Struct`, or ``dict``.

    Raises
    ------
    ValueError
        If it is no JSON, something else than expected, or nested too deeply to be read: a few
        thousand brackets are no fault of ours.
    """
    try:
        return msgspec.json.decode(body.removeprefix(codecs.BOM_UTF8), type=expected)
    except RecursionError:
        raise ValueError("nested too deeply") from None
