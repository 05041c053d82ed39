"""A form with a file that must lie nowhere: read whole, in memory, and never on a disk.

Litestar keeps a file of more than a megabyte in a temporary one, and what was there can be read
from the disk long after it is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Request
from litestar.exceptions import ClientException
from multipart import MultipartSegment, PushMultipartParser, parse_options_header

MOST_FIELDS: Final = 1000  # as Litestar reads of other forms: many times what any of ours has


class FormInMemory:
    """Fields by name, and files by the name of their field; the last of each stands.

    ``file_names`` are what the files were called where they came from.
    """

    def __init__(
        self,
        fields: dict[str, str],
        files: dict[str, bytes],
        file_names: Mapping[str, str] | None = None,
    ) -> None:
        self.fields, self.files, self.file_names = fields, files, file_names or {}

    def __getitem__(self, name: str) -> str:
        """Return a field without blanks around it; empty where there is none."""
        return self.fields.get(name, "").strip()


async def form_in_memory(request: Request[Any, Any, Any]) -> FormInMemory:
    """Read a form, with its files or without.

    Raises
    ------
    ClientException
        If it cannot be read, or has more fields than any form of ours.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    body = await request.body()
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    file_names: dict[str, str] = {}
    try:
        if kind != "multipart/form-data":
            text = body.decode(errors="replace")
            return FormInMemory(dict(parse_qsl(text, max_num_fields=MOST_FIELDS)), {})
        for part, content in _parts(options.get("boundary", ""), body):
            name = part.name or ""
            if part.filename is None:
                fields[name] = content.decode(errors="replace")
            elif part.filename:
                files[name], file_names[name] = content, part.filename
    except ValueError as error:  # what the parser raises is one
        raise ClientException("Send a form that can be read") from error
    return FormInMemory(fields, files, file_names)


def _parts(boundary: str, body: bytes) -> Iterator[tuple[MultipartSegment, bytes]]:
    """Yield each part with its content, and look into none: what is nested stays as it came."""
    with PushMultipartParser(boundary, max_segment_count=MOST_FIELDS) as parser:
        part, content = None, bytearray()
        for one in parser.parse(body):
            if isinstance(one, MultipartSegment):
                part, content = one, bytearray()
            elif one:
                content.extend(one)
            elif part is not None:
                yield part, bytes(content)
