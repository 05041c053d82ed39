"""The map of the house is drawn from the contracts, shows all of them, and no room is too large."""

import re
import subprocess

from tests.house_map import MAP, ROOT, contracts, draw


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


def test_no_module_of_the_product_has_more_than_400_lines():
    rooms = [ROOT / one for one in ("analytics", "questionnaires", "survey_app")]
    modules = [path for room in rooms for path in room.rglob("*.py")]
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in modules}
    assert {name: lines for name, lines in sizes.items() if lines > 400} == {}


def test_toml_has_one_reader():
    rooms = [ROOT / one for one in ("analytics", "questionnaires", "survey_app")]
    modules = [path for room in rooms for path in room.rglob("*.py")]
    readers = [path.name for path in modules if "import tomllib" in path.read_text()]
    assert readers == ["toml_text.py"]


def test_no_key_of_a_wave_lies_with_the_code():
    kept = subprocess.run(
        ["git", "ls-files", "*.key", "*secret_key*"], cwd=ROOT, capture_output=True, check=True
    )
    assert kept.stdout == b""
