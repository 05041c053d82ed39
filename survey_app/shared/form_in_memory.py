"""A form with a file that must lie nowhere: read whole, in memory, and never on a disk.

Litestar keeps a file of more than a megabyte in a temporary one, and what was there can be read
from the disk long after it is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request


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
    """Read a form, with its files or without."""
    kind, body = request.headers.get("content-type", ""), await request.body()
    if not kind.startswith("multipart/form-data"):
        return FormInMemory(dict(parse_qsl(body.decode(errors="replace"))), {})
    head = b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n"
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    file_names: dict[str, str] = {}
    for part in message_from_bytes(head + body, policy=HTTP).iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if (file := part.get_filename()) is None:
            fields[name] = content.decode(errors="replace")
        elif file:
            files[name], file_names[name] = content, file
    return FormInMemory(fields, files, file_names)
