"""A provider of OpenID Connect that runs beside a test, and somebody who signs in there."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.live_server import free_port
from tests.node import ROOT, node

CLIENT_ID = "barometer"
CLIENT_SECRET = "a secret of the client, long enough"
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")


@contextmanager
def provider(redirect: str, people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Run oidc-provider, whose people have these claims; yields its issuer."""
    port = free_port()
    process = subprocess.Popen(
        [node(), str(SCRIPT), str(port), redirect, json.dumps(people)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.communicate()


async def signed_in_there(address: str, person: str, redirect: str) -> str:
    """Sign in at the provider and agree; returns where it sends the browser back to."""
    async with httpx.AsyncClient(timeout=60) as browser:
        reply = await browser.get(address)
        for _ in range(12):
            if reply.is_redirect:
                onward = urljoin(str(reply.url), reply.headers["location"])
                if onward.startswith(redirect):
                    return onward
                reply = await browser.get(onward)
                continue
            assert reply.status_code == 200, reply.text
            form = re.search(r'<form[^>]*action="([^"]+)"', reply.text)
            assert form, reply.text
            prompt = re.search(r'name="prompt" value="(\w+)"', reply.text)
            assert prompt, reply.text
            data = {"prompt": prompt[1]}
            if prompt[1] == "login":
                data |= {"login": person, "password": "any"}
            reply = await browser.post(urljoin(str(reply.url), html.unescape(form[1])), data=data)
    raise AssertionError("the provider did not send the browser back")
