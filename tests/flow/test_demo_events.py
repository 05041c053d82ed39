"""The demo's events: on the axis where the simulation changes, and held against its figures."""

from __future__ import annotations

import re

from tests.flow.test_demo_actions import signed_in


def test_the_reform_stands_on_the_axis_and_can_be_held_against_the_figures(demo):
    with signed_in(demo, "hr") as client:
        listed = client.get("/events").text
        events = dict(re.findall(r'href="(/events/[0-9a-f-]{36})">([^<]+)</a>', listed))
        assert {"Omorganisering i sør", "Verdidager i alle enheter"} <= set(events.values())
        assert '<line class="event"' in client.get("/culture?unit=").text
        reform = next(at for at, text in events.items() if text == "Omorganisering i sør")
        page = client.get(reform).text
        assert "Har noe endret seg siden?" in page
        assert "etter hendelsen" in page
