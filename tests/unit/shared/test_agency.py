"""A text that is missing in a language is shown in the one that stands in for it."""

from dataclasses import replace

from survey_app.shared.agency import agency, in_language, language_of_text
from survey_app.shared.pages import spoken


def test_a_text_is_given_in_the_language_that_was_asked_for():
    assert in_language({"nb": "Hei", "nn": "Hei der"}, "nn") == "Hei der"


def test_a_missing_text_is_given_in_the_first_language_in_whatever_order_it_was_stored():
    stored = {"en": "Hello", "nb": "Hei", "nn": " Hei der"}  # as PostgreSQL orders keys
    assert in_language(stored, "se") == "Hei"
    assert language_of_text(stored, "se") == "nb"


def test_a_text_of_a_language_that_was_taken_out_is_still_shown():
    assert in_language({"se": "Bures"}, "en") == "Bures"


def test_no_text_at_all_is_empty():
    assert in_language({}, "nn") == ""


def test_a_language_names_those_that_stand_in_for_it():
    ours = agency()
    sami = replace(ours.styles[0], code="se", fallback="nn")
    ours = replace(ours, styles=(*ours.styles, sami))
    assert ours.fallback_chain("se") == ("se", "nn", "nb")
    assert ours.fallback_chain("nb") == ("nb",)


def test_a_page_says_which_language_stands_in():
    assert spoken({"nb": "Hei & ha det"}, "en") == '<span lang="nb">Hei &amp; ha det</span>'
    assert spoken({"nb": "Hei & ha det"}, "nb") == "Hei &amp; ha det"
