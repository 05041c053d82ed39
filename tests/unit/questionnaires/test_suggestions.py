"""What units may do about a measure: found by its own code, or by the scale it is in."""

from questionnaires.loader import load_library


def test_a_question_finds_the_theme_of_its_scale():
    library = load_library()
    assert library.suggested("SIK").id == "staff-safety"
    assert library.suggested(library.scales["SIK"].items[0]) is library.suggested("SIK")
    assert library.suggested("TRY-kjerne") is library.suggested("TRY")
    assert library.suggested("") is None


def test_every_theme_has_two_or_three_suggestions_with_their_source():
    for theme in load_library().suggestions:
        assert 2 <= len(theme.suggestions) <= 3
        assert all(one.source for one in theme.suggestions)
