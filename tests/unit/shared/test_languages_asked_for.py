"""Which language is shown to whom, of several that may have been asked for."""

from survey_app.shared.i18n import as_language, first_language


def test_the_first_that_is_one_of_ours_counts():
    assert as_language("en", "nn") == "en"
    assert as_language("xx", "nn") == "nn"
    assert as_language(None, "", "en") == "en"


def test_where_none_is_ours_it_is_the_first_of_all():
    assert as_language(None) == as_language("xx", "") == as_language() == first_language()
