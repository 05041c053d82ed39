"""The demo's events: on the axis where the simulation changes, and held against its figures."""

from __future__ import annotations

import re

from tests.flow.test_demo_actions import signed_in


def test_what_happened_stands_on_the_axis_and_is_held_against_the_figures(demo):
    with signed_in(demo, "hr") as client:
        listed = client.get("/events").text
        events = {
            text: at
            for at, text in re.findall(r'href="(/events/[0-9a-f-]{36})">([^<]+)</a>', listed)
        }
        assert re.search(r'<line\s+class="event"', client.get("/culture?unit=").text)
        # of eight waves two lie before the reform, and five before the values days
        assert "For kort serie til å si noe" in client.get(events["Omorganisering i sør"]).text
        assert "etter hendelsen" in client.get(events["Verdidager i alle enheter"]).text
