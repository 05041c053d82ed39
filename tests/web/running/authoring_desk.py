"""The second version of the pulse on its pages, and what its forms would send as they stand."""

import html
import re

from survey_app.asking.instruments.versions import written_versions
from survey_app.shared.database import Login

VERSIONS = "/questionnaires/verdipuls/versions"
BASE = "/questionnaires/verdipuls/v2"


def token(page):
    return re.search(r'name="csrf" value="([^"]+)"', page)[1]


def form_of(page, action):
    """Return what the form with an action would send as it stands."""
    start = rf'<form method="post" action="{re.escape(action)}[^>]*>'
    found = re.search(rf"{start}(.*?)</form>", page, re.DOTALL)
    sent = {}
    for tag in re.findall(r"<input\s[^>]*>", found[1]):
        name, value = (re.search(rf'\b{one}="([^"]*)"', tag) for one in ("name", "value"))
        kind = re.search(r'type="(\w+)"', tag)
        chosen = not kind or kind[1] not in {"checkbox", "radio"} or re.search(r"\schecked", tag)
        if name and chosen:
            sent.setdefault(name[1], []).append(html.unescape(value[1] if value else ""))
    for name, said in re.findall(r'<textarea[^>]*?name="([\w.]+)"[^>]*>([^<]*)<', found[1]):
        sent[name] = [html.unescape(said)]
    for name, inner in re.findall(
        r'<select[^>]*?name="([\w.]+)"[^>]*>(.*?)</select>', found[1], re.DOTALL
    ):
        chosen = re.search(r'<option\s+value="([^"]*)"\s+selected', inner)
        sent[name] = [html.unescape(chosen[1]) if chosen else ""]
    return sent


async def begun(client):
    page = (await client.get(VERSIONS)).text
    return await client.post(VERSIONS, data={"csrf": token(page)}, follow_redirects=False)


async def sends(client, address, action="", **fields):
    """Fill in the form of a page and send it; `fields` are its changes, a list for several."""
    action = action or address.partition("?")[0]
    sent = form_of((await client.get(address)).text, action) | fields
    return await client.post(action, data=sent, follow_redirects=False)


async def draft():
    return (await written_versions(Login.WEB, "verdipuls"))[-1]
