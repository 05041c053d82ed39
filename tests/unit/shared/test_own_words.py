"""What an agency calls itself and its parts stands in every text of the interface."""

import shutil

import pytest

from questionnaires.agency import load_agency
from questionnaires.content import SETTING
from survey_app.shared.i18n import _translated, in_own_words, translator
from survey_app.shared.written import idle_words
from tests.agencies import FIRST, SECOND


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A copy of the second agency's content, which this process reads."""
    root = tmp_path / "content"
    shutil.copytree(SECOND, root)
    monkeypatch.setenv(SETTING, str(root))
    return root


@pytest.mark.parametrize(
    ("ours", "own"),
    [
        ("Hele etaten", "Hele kommunen"),
        ("Etatens egne tall vises også for alle.", "Kommunens egne tall vises også for alle."),
        ("Tallene etter fylke", "Tallene etter grend"),
        ("Et fylke får farge", "En grend får farge"),
        ("%(n)s svar fra hele landet, vektet.", "%(n)s svar fra hele kommunen, vektet."),
        ("Enheter sammenlignes med regionen sin", "Enheter sammenlignes med sektoren sin"),
    ],
)
def test_own_words_stand_in_the_place_of_ours_with_their_capital(content, ours, own):
    assert translator("nb").gettext(ours) == own


def test_a_text_that_stands_in_has_the_words_of_its_own_language(content):
    assert translator("se").gettext("Hele etaten") == "Hele kommunen"


def test_what_is_filled_in_later_and_parts_of_words_are_no_words(content):
    told = "{region} og %(region)s i statsetaten <b class='region'>region</b>"
    assert in_own_words(told, "nb") == (
        "{region} og %(region)s i statsetaten <b class='region'>sektor</b>"
    )


def test_an_agency_without_words_of_its_own_has_ours():
    assert translator("nb").gettext("Hele etaten") == "Hele etaten"


def test_our_catalogues_are_read_once_whatever_content_is_in_use(tmp_path, monkeypatch):
    before = translator("nn")
    shutil.copytree(FIRST, tmp_path / "released")
    monkeypatch.setenv(SETTING, str(tmp_path / "released"))
    read = _translated.cache_info().misses
    assert translator("nn") is not before
    assert translator("nn").messages == before.messages
    assert _translated.cache_info().misses == read


def test_a_word_that_no_text_has_is_told(content):
    path = content / "agency.toml"
    path.write_text(path.read_text() + '"regjonen" = "sektoren"\n')
    (problem,) = idle_words(load_agency())
    assert str(problem) == (
        "agency.toml: words nb regjonen: no text of the interface has this word; correct it or"
        " take it out"
    )
