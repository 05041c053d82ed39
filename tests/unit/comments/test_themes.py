"""Themes by a code book: words in every form, and counts that tell no small number."""

from analytics.comments.themes import OTHER, CommentTheme, count_themes, suggest, themes_of
from analytics.comments.words import Vocabulary
from survey_app.comments.word_lists import empty_stems

BOOK = (
    CommentTheme("staffing", Vocabulary.of(["bemanning*", "vakt", "shift"])),
    CommentTheme("leadership", Vocabulary.of(["leder", "leiar", "beslutning"])),
)


def test_a_theme_is_found_in_every_form_of_its_words_in_three_languages():
    assert themes_of("Bemanningsplanen og vaktene", BOOK) == {"staffing"}
    assert themes_of("Lederne tok beslutningene alene", BOOK) == {"leadership"}
    assert themes_of("Leiarane veit ikkje om vakta", BOOK) == {"leadership", "staffing"}
    assert themes_of("Too many shifts", BOOK) == {"staffing"}
    assert themes_of("Vaktmester ⟦vakt⟧", BOOK) == frozenset()


def test_small_themes_are_told_together_with_what_has_none():
    themes = [frozenset({"a"})] * 12 + [frozenset({"b"})] * 9 + [frozenset({"a", "b"}), frozenset()]
    assert count_themes(themes, ["b", "a", "c"], at_least=11) == {"a": 13, OTHER: 10}
    assert count_themes(themes, ["b", "a"], at_least=10) == {"b": 10, "a": 13, OTHER: 1}


def test_words_that_many_write_and_no_theme_has_are_suggested_by_their_usual_form():
    texts = [
        "Garderobene er trange, garderobene!",
        "Bygg ut garderobene",
        "Garderoben",
        "vakt vakt",
    ]
    found = suggest(texts, BOOK, without=empty_stems(), at_least=3)
    assert [(one.form, one.n) for one in found] == [("garderobene", 3)]
