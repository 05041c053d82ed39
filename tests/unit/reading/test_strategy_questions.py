from datetime import UTC, datetime

from survey_app.reading.strategy.lines import NewestAnswer, line
from survey_app.reading.strategy.questions import list_items, number_statements
from survey_app.reading.strategy.rows import StatementItem, StatementLine
from survey_app.reading.strategy_text import library, statements
from survey_app.reading.waves import Wave

FIRST, SECOND, TOUCHED, BARE = tuple(statements().values())[:4]


def a_row(statement, *items, touched=False):
    lines = tuple(StatementItem(code, code, None, None, "") for code in items)
    return StatementLine(statement, lines, touched=touched)


ROWS = (
    a_row(TOUCHED, "c", "a", touched=True),
    a_row(FIRST, "a", "b"),
    a_row(BARE),
    a_row(SECOND, "b"),
)


def test_statements_that_are_measured_are_numbered_as_they_stand_on_the_page():
    assert number_statements(ROWS) == {FIRST.id: 1, SECOND.id: 2}


def test_every_item_stands_once_and_what_only_touches_comes_last():
    found = [(one.line.code, one.numbers) for one in list_items(ROWS)]
    assert found == [("a", (1,)), ("b", (1, 2)), ("c", ())]


def test_a_figure_stands_beside_the_words_that_were_answered_and_not_beside_newer_ones():
    wave = Wave(
        "0", "k", "k-1", 1, "half_year", {}, "2026-05-01", datetime(2026, 5, 2, tzinfo=UTC), 1, 0,
        frozenset(),
    )  # fmt: skip
    answer = NewestAnswer({"nb": "De gamle ordene."}, None, "under 5 prosent", wave, "public")
    assert line("ea.2", {"ea.2": answer}, "nb").text == "De gamle ordene."
    assert line("ea.2", {}, "nb").text == library().items["ea.2"].text["nb"]
