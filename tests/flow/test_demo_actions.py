"""The demo's actions: pages of actions live from the first minute."""

from __future__ import annotations

import contextlib
import re

import httpx


def signed_in(demo, role):
    client = httpx.Client(base_url=demo.facts["base_url"], timeout=30, follow_redirects=True)
    assert client.post("/sign-in", data=demo.facts["accounts"][role]).status_code == 200
    return contextlib.closing(client)


def test_leader_and_representative_see_the_same_actions_and_hr_more(demo):
    seen = {}
    for role in ("leader", "representative", "hr"):
        with signed_in(demo, role) as client:
            seen[role] = set(
                re.findall(r'href="(/actions/[0-9a-f-]{36})"', client.get("/actions").text)
            )
    assert len(seen["leader"]) == 5
    assert seen["leader"] == seen["representative"]
    assert seen["leader"] < seen["hr"]


def test_some_were_measured_since_some_are_too_early_and_one_came_to_nothing(demo):
    with signed_in(demo, "hr") as client:
        text = client.get("/actions").text
        for sentence in ("Ikke målt ennå", "Ikke startet ennå", "Stanset", "over fristen"):
            assert sentence in text
        assert re.search(r'class="verdict (up|down|steady|uncertain)"', text)


def test_staff_find_their_unit_without_an_account(demo):
    with httpx.Client(base_url=demo.facts["base_url"], timeout=30) as client:
        units = client.get("/actions/unit").text
        [address] = re.findall(r'href="(/actions/unit/[^"]+)">[^<]+</a> <span[^>]+>4 tiltak', units)
        page = client.get(address)
        assert page.text.count('<article class="case">') >= 4
        assert not page.cookies
