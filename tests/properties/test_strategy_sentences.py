"""Whatever was published, what the strategy page says in sentences is what its rows show."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.accounts.roles import Role
from survey_app.accounts.sessions import SignedIn
from survey_app.reading.levels import LevelRow, change_cell
from survey_app.reading.rows import Change, Estimate
from survey_app.reading.strategy.findings import count_movements
from survey_app.reading.strategy.overview import StrategyPage
from survey_app.reading.strategy.questions import untied
from survey_app.reading.strategy.rows import Section, StandingLine, StatementItem, StatementLine
from survey_app.reading.strategy_text import measured_by, statements
from survey_app.reading.waves import Wave
from survey_app.shared.pages import render
from tests.examples import examples
from tests.shown import of_class, text_of

NAME = {"nb": "Mai 2026", "nn": "Mai 2026", "en": "May 2026"}
WAVE = Wave(
    "0", "k", "k-1", 1, "main", {"name": NAME, "short": NAME, "year": 2026}, "2026-05-01",
    datetime(2026, 5, 2, tzinfo=UTC), 1, 0, frozenset(),
)  # fmt: skip
MEASURED = [one for one in statements().values() if one.kind in ("value_statement", "subgoal")]

tenths = st.integers(0, 1000).map(lambda value: value / 10)
moves = st.tuples(
    st.integers(-150, 150).map(lambda value: value / 10),
    st.integers(0, 90).map(lambda value: value / 10),
    st.integers(0, 90).map(lambda value: value / 10),
    st.sampled_from(["up", "down", "steady", "uncertain", "under"]),
    st.booleans(),
)
standings = st.tuples(st.sampled_from(["staff", "public"]), tenths, st.none() | moves)
rows = st.lists(
    st.tuples(st.sampled_from(MEASURED), st.lists(standings, max_size=2, unique_by=lambda s: s[0])),
    max_size=12,
    unique_by=lambda row: row[0].id,
)


def a_change(move):
    difference, below, above, verdict, comparable = move
    return Change(
        "m", "agency", "", "w0", {"since": {"nb": "siden 2023", "nn": "", "en": ""}}, "first",
        difference, round(difference - below, 1), round(difference + above, 1),
        "uncertain" if verdict == "under" else verdict, under_limit=verdict == "under",
        margin=3.0, status="published", comparable=comparable,
    )  # fmt: skip


def a_row(statement, told, lang):
    lines = tuple(
        StandingLine(
            population, WAVE, 1, level, max(0, level - 2), min(100, level + 2), None, None,
            None if move is None else change_cell(a_change(move), lang),
        )
        for population, level, move in told
    )  # fmt: skip
    items = tuple(StatementItem(code, code, None, None, "") for code in measured_by()[statement.id])
    return StatementLine(
        statement, items or (StatementItem("x", "x", None, None, ""),), False, lines
    )


def the_page(drawn, lang):
    return page_of(tuple(a_row(*one, lang) for one in drawn), lang)


def page_of(made, lang):
    view = StrategyPage(
        "S", "verdiene", "omdomme", (Section("value", "", "Verdi", made),), (), untied((), lang),
        count_movements(made, lang),
    )  # fmt: skip
    frame = {"path": "/strategy", "query": "", "demo": False, "base_url": "", "csrf": "",
             "own_menu": (), "this_page": "", "desk": None, "dropped": (),
             "partial": False, "taken_back": ()}  # fmt: skip
    reader = SignedIn("0", "hr@example.org", Role.HR, "", lang, "token")
    html = render("strategy/overview.html", lang, {"view": view, "reader": reader, **frame})
    return lxml.html.fromstring(html)


@examples(8, audit=60)
@given(rows)
def test_what_is_counted_in_sentences_is_what_the_rows_show(drawn):
    for lang in SIGNS:
        page = the_page(drawn, lang)
        told = {
            one.get("class"): counted(text_of(one)) for one in of_class(page, "findings", "/li")
        }
        shown: dict[str, set[str]] = {}
        for row in of_class(page, "statements", "/li"):
            name = text_of(of_class(row, "says", "//*[@lang]")[0])
            for mark in verdicts(row):
                shown.setdefault(sign_of(mark, lang), set()).add(name)
        assert told == {sign: len(names) for sign, names in shown.items()}
        # whoever adds the sentences up reads right after them why they are more than statements
        after = [text_of(one) for one in page.xpath("//main/*[@class='findings']/following::p[1]")]
        more = sum(told.values()) > len(set().union(*shown.values()))
        assert any(TWICE[lang] in one for one in after) == more


def counted(sentence):
    """Read how many a sentence tells of; one is written as a word."""
    number = re.search(r"\d+(?= (?:utsagn|utsegner|statements))", sentence)
    return int(number[0]) if number else 1


def verdicts(row):
    return of_class(row, "say", "//*[contains(@class, 'verdict')]")


def sign_of(mark, lang):
    return SIGNS[lang].get(mark.text_content().strip(), "uncertain")


@examples(8, audit=60)
@given(rows)
def test_the_sentences_add_up_to_all_statements_that_are_measured(drawn):
    """Also of a new strategy, before a survey asked of it: of those it had no figure, and said it.

    21 were measured, and the sentences told of 18.
    """
    page = the_page(drawn, "nb")
    named: set[str] = set()
    for row in of_class(page, "statements", "/li"):
        if verdicts(row):
            named.add(text_of(of_class(row, "says", "//*[@lang]")[0]))
    after = text_of(page.find(".//main"))
    told = [
        int(number) for number in re.findall(r"(\d+) utsagn har (?:ikke noe|ingen samlet)", after)
    ]
    assert len(named) + sum(told) == len(of_class(page, "statements", "/li"))
    # and no row is without a word where its change would stand
    standings = of_class(page, "standing")
    assert all(text_of(of_class(one, "say")[0]) for one in standings)


# What each language calls a verdict, and whose answers it is where staff and the public differ:
# in a sentence, and beside the row that it is about. Written down apart from the catalogues.
SIGNS = {
    "nb": {
        "Økt": "up", "Redusert": "down", "Uendret": "steady", "Målbar, men liten": "slight",
        "Under grensen for endring": "slight",
    },
    "nn": {
        "Auka": "up", "Redusert": "down", "Uendra": "steady", "Målbar, men lita": "slight",
        "Under grensa for endring": "slight",
    },
    "en": {
        "Increased": "up", "Decreased": "down", "Unchanged": "steady",
        "Measurable but small": "slight",
        "Below the change threshold": "slight",
    },
}  # fmt: skip
TWICE = {
    "nb": "står utsagnet i to av linjene",
    "nn": "står utsegna i to av linjene",
    "en": "the statement is counted in two of the lines",
}
WHOSE = {
    "nb": {" (blant de ansatte)": "Ansatte", " (i befolkningen)": "Befolkningen"},
    "nn": {" (blant dei tilsette)": "Tilsette", " (i befolkninga)": "Befolkninga"},
    "en": {" (among the staff)": "Staff", " (in the population)": "The population"},
}


@examples(8, audit=60)
@given(rows)
def test_a_statement_that_a_sentence_names_moved_that_way_in_its_row(drawn):
    for lang in SIGNS:
        page = the_page(drawn, lang)
        for one in of_class(page, "findings", "/li"):
            for quoted in one.text_content().split("«")[1:]:
                name, _, after = quoted.partition("»")
                (row,) = (
                    row
                    for row in of_class(page, "statements", "/li")
                    if name in text_of(of_class(row, "says", "//*[@lang]")[0])
                )
                found = {sign_of(mark, lang) for mark in verdicts(row)}
                assert one.get("class") in found
                # whose it is stands there where staff and the public differ, and it is theirs
                whose = [said for said in WHOSE[lang] if after.startswith(said)]
                assert bool(whose) == (len(found) > 1)
                for said in whose:
                    standings = of_class(row, "standing")
                    (theirs,) = (s for s in standings if WHOSE[lang][said] in text_of(s))
                    signs = [sign_of(mark, lang) for mark in verdicts_in(theirs)]
                    assert signs == [one.get("class")]


def verdicts_in(standing):
    return standing.xpath(".//*[contains(@class, 'say')]//*[contains(@class, 'verdict')]")


# How each language tells of questions that have moved since the statement was measured as a whole.
SINCE_THEN = {
    "nb": ("Noe har økt i en nyere måling", "Noe har gått ned i en nyere måling"),
    "nn": ("Noko har auka i ei nyare måling", "Noko har gått ned i ei nyare måling"),
    "en": ("Something has risen in a later survey", "Something has fallen in a later survey"),
}


def with_a_later_question(move, of_the_statement, lang, days=30):
    """A statement with a level of its whole, and a question that was asked again since."""
    statement = MEASURED[0]
    row = a_row(statement, [("staff", 60.0, of_the_statement)], lang)
    wave = replace(WAVE, closed_on=str(WAVE.day + timedelta(days=days)))
    level = LevelRow(
        "x", "x", None, "", (), None, None, change_cell(a_change(move), lang), None, None
    )
    return replace(row, items=(StatementItem("x", "Asked again.", level, wave, "staff"),))


@pytest.mark.parametrize("lang", SINCE_THEN)
def test_what_has_moved_since_a_statement_was_measured_whole_is_told_first_and_in_its_row(lang):
    rose, fell = (4.0, 2.0, 2.0, "up", True), (-4.0, 2.0, 2.0, "down", True)
    unsure, same = (1.0, 2.0, 2.0, "uncertain", True), (4.0, 2.0, 2.0, "up", True)
    for move, sentence in zip((rose, fell), SINCE_THEN[lang], strict=True):
        told = with_a_later_question(move, unsure, lang)
        assert [one.code for one in told.later] == ["x"]
        first, second = count_movements([told], lang)
        assert first.sign == move[3]
        assert sentence in first.text
        assert MEASURED[0].text.rstrip(".") in first.text
        assert second.sign == "uncertain"
    # no news: a question of the same wave or one before, one that is unsure, one that did the same
    for told in (
        with_a_later_question(rose, unsure, lang, days=0),
        with_a_later_question(rose, unsure, lang, days=-30),
        with_a_later_question(unsure, rose, lang),
        with_a_later_question(rose, same, lang),
    ):
        assert told.later == ()
        assert len(count_movements([told], lang)) == 1


APART = {
    "nb": ("Endringen står under spørsmålene.", "1 utsagn har ingen samlet endring."),
    "nn": ("Endringa står under spørsmåla.", "1 utsegn har inga samla endring."),
    "en": ("The change stands under the questions.", "1 statement has no change as a whole;"),
}


@pytest.mark.parametrize("lang", APART)
def test_a_statement_whose_questions_alone_have_changes_says_so_and_is_counted(lang):
    told = [("staff", 68.0, None)]
    since_two_waves, first_time = (a_row(one, told, lang) for one in MEASURED[:2])
    change = change_cell(a_change((1.0, 1.0, 1.0, "uncertain", True)), lang)
    figure = Estimate("m", "mean", "", "agency", "", 900, 68.0, 1.0, 66.0, 70.0)
    level = LevelRow("m", "M", figure, "", (), None, change, None, None, None)
    moved = tuple(
        replace(one, row=level, wave=WAVE, population="staff") for one in since_two_waves.items
    )
    made = (replace(since_two_waves, items=moved), first_time)
    assert [row.apart(row.standings[0]) for row in made] == [True, False]
    page = page_of(made, lang)
    in_row, counted_there = APART[lang]
    assert [in_row in text_of(row) for row in of_class(page, "statements", "/li")] == [True, False]
    assert counted_there in text_of(page.find(".//main"))


PARTED = {
    "nb": "1 utsagn ble målt på en annen måte før.",
    "nn": "1 utsegn vart målt på ein annan måte før.",
    "en": "1 statement was measured in another way before.",
}


@pytest.mark.parametrize("lang", PARTED)
def test_a_first_survey_that_others_went_before_is_said_to_be_the_first_to_compare(lang):
    told = [("staff", 68.0, (4.0, 2.0, 2.0, "up", True))]
    since_a_break, since_ever = (a_row(one, told, lang) for one in MEASURED[:2])
    lines = tuple(replace(line, parted=True) for line in since_a_break.standings)
    broken = replace(since_a_break, standings=lines)
    assert PARTED[lang] in text_of(page_of((broken, since_ever), lang).find(".//main"))
    assert PARTED[lang] not in text_of(page_of((since_a_break, since_ever), lang).find(".//main"))
    # one that has no change since a first survey is told of none
    none = replace(broken, standings=tuple(replace(line, first=None) for line in lines))
    assert PARTED[lang] not in text_of(page_of((none, since_ever), lang).find(".//main"))
