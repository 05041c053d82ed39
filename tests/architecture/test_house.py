"""The map of the house is drawn from the contracts, and shows all of them."""

import re

from tests.house_map import MAP, contracts, draw


def test_the_map_in_the_documents_is_that_of_the_contracts():
    assert MAP.read_text() == draw(contracts()), "draw it anew: make map"


def test_every_room_and_every_wall_is_on_it():
    shown = set(re.findall(r">([^<]+)</text>", MAP.read_text()))
    for one in contracts():
        if one["type"] == "layers":
            rooms = {room.strip() for layer in one["layers"] for room in layer.split("|")}
            assert rooms <= shown | {"survey_app", "analytics", "questionnaires"}
        else:
            assert one["name"].replace("`", "") in shown
