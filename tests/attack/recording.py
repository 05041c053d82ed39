"""A page behind the proxy that writes down each request as it came: one line of JSON for each."""

from __future__ import annotations

import json
import os
from typing import Any


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Take a request in whole, write it down, and say that it is well."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    told = {
        "method": scope["method"],
        "path": scope["path"],
        "headers": [[name.decode("latin-1"), value.decode("latin-1")]
                    for name, value in scope["headers"]],
        "length": length,
    }  # fmt: skip
    file = os.open(os.environ["RECORDED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, json.dumps(told).encode() + b"\n")
    os.close(file)
    about = [(b"content-length", b"2"), (b"content-type", b"text/html")]
    start = {"type": "http.response.start", "status": 200, "headers": about}
    await send(start)
    await send({"type": "http.response.body", "body": b"ok"})
