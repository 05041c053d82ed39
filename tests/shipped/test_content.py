"""What is true of the content that ships, whatever it asks and whoever's it is."""

import tomllib

import httpx
import pytest

from questionnaires.content import SHIPPED
from questionnaires.loader import content_hashes
from questionnaires.unread import unread
from questionnaires.whole import check_content
from survey_app.simulation.asked import asked_forms
from tests.demo import start_demo, stop_demo
from tests.places import lent_place


@pytest.fixture(scope="module")
def library():
    return check_content(SHIPPED)


def test_it_is_sound_and_asks_staff_what_a_demo_needs(library):
    assert asked_forms(library).main


def test_all_of_it_that_is_asked_is_released_as_it_stands(library):
    released = tomllib.loads((SHIPPED / "released.toml").read_text(encoding="utf-8"))
    changing = {name for name, one in library.strategies.items() if one.status != "adopted"}
    hashes = content_hashes(SHIPPED)
    assert released == {
        name: one for name, one in hashes.items() if not any(map(name.__contains__, changing))
    }


def test_what_stands_alone_in_a_sentence_says_what_it_is(library):
    # «har høyere attraktiv arbeidsplass» is no Norwegian, and “A little” is nobody
    assert library.measures.name("AAI").noun["nb"] == "Attraktivitet som arbeidsplass"
    known = library.background.variables["knowledge"]
    named = [known.names[one]["en"] for one in known.known(library.questionnaire("omdomme"))]
    assert len(named) == 4
    assert all("know" in one.lower() for one in named)


def test_every_file_of_it_is_read(library):
    assert not [*unread(SHIPPED, library.agency.languages)]


def test_every_version_has_notes_on_source_and_pretest():
    versions = [*SHIPPED.glob("instruments/*/v*")]
    assert versions
    for path in versions:
        notes = (path / "NOTES.md").read_text(encoding="utf-8")
        assert "**Source.**" in notes, path
        assert "**Pretest.**" in notes, path


@pytest.mark.slow
def test_its_demo_is_read_and_answered(tmp_path_factory):
    with lent_place(tmp_path_factory.mktemp("shipped")) as folder:
        small = ("--people", "300", "--waves", "2", "--public-waves", "1")
        demo = start_demo(folder, *small, agency=SHIPPED)
        try:
            for address in (demo.link(), f"{demo.facts['base_url']}/results"):
                httpx.get(address, timeout=60, follow_redirects=True).raise_for_status()
        finally:
            stop_demo(demo)
