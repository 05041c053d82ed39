"""What templates are written with, and what of it leaves the house."""

import jinja2

from survey_app.shared.pages import Unindented, environment
from tests.shown import shown


def page(text: str) -> str:
    return jinja2.Environment(extensions=[Unindented], autoescape=True).from_string(text).render()


def test_a_browser_gets_one_space_for_any_indentation_and_preformatted_text_as_it_is():
    told = page("<p>\n      one\n\ttwo</p>\n    <pre>\n    a\n  b</pre>")
    assert told == "<p>\n one\n two</p>\n <pre>\n    a\n  b</pre>"


def test_a_text_that_is_broken_over_lines_is_the_text_that_translators_have():
    text = "{% trans %}Deretter kan HR\n    lese den.{% endtrans %}"
    assert environment().from_string(text).render() == "Deretter kan HR lese den."


def test_a_percent_sign_thousands_and_the_mark_of_a_word_stay_on_their_line():
    text = '{{ _("usikkerhet (95 %%)") }} {% trans %}av 1 000, 100 %, ● kort{% endtrans %}'
    kept = "usikkerhet (95~%) av 1~000, 100~%, ●~kort".replace("~", "\N{NO-BREAK SPACE}")
    assert environment().from_string(text).render() == kept


def test_what_tests_read_has_the_white_space_that_browsers_show():
    told = (
        "<p>\n  12\N{NO-BREAK SPACE}% <b>av\n  alle</b>\n</p>\n"
        "<pre>\n a</pre> <button\n  id='x'>\n  Ja\n</button>"
    )
    assert shown(told) == (
        "<p>12\N{NO-BREAK SPACE}% <b>av alle</b></p><pre>\n a</pre> <button id='x'>Ja</button>"
    )
