"""A unit on one sheet for the wall: what it says, and that it is one."""

import dataclasses
import io
import re
from datetime import date
from itertools import cycle
from types import SimpleNamespace

import pypdf
import pytest
from lxml.html import fromstring

from survey_app.actions.states import ActionState
from survey_app.reading.culture.questions import QuestionFigure
from survey_app.reading.reports.paper import wall_sheet, wall_sheets
from survey_app.reading.reports.sheet import compose_sheet
from survey_app.reading.verdicts import SMALL, UNDER_LIMIT
from survey_app.shared.i18n import languages, translator
from survey_app.shared.pdf import on_one_page
from tests.composed_reports import order, plain
from tests.exported import main_wave
from tests.shown import text_of

TURNED = "Reversed: a high figure means that few agree."
UNLIKE = "Ingen spørsmål skiller seg sikkert fra etaten."
UNSEEN = (
    "Spørsmålene kan ikke sammenlignes med etaten: Tallene vises ikke, eller bygger på for få svar."
)


@pytest.fixture
async def sheet(report):
    """Of a unit that has figures of its own; ``report`` brings the database along."""
    return await compose_sheet(order(main_wave(), "ost-5", "en"), "https://barometer.example.org")


async def test_a_sheet_does_not_call_questions_alike_that_it_cannot_show(sheet):
    alike = dataclasses.replace(sheet, lang="nb", lower=(), higher=(), compared=7)
    unseen = dataclasses.replace(alike, compared=0)
    told = [" ".join(plain(wall_sheet(one)).split()) for one in (alike, unseen)]
    assert [(UNLIKE in text, UNSEEN in text) for text in told] == [(True, False), (False, True)]


async def test_a_sheet_with_all_that_it_may_hold_is_one_page(sheet):
    long = "I would get good support if I experienced violence or threats in my job."
    level = sheet.rows[0].estimate
    row = QuestionFigure("x", long, level, "", level, "lower", TURNED)
    of_some = dataclasses.replace(row, turned="", asked_of=f"Not everybody. The form said: {long}")
    done = SimpleNamespace(what=f"{long} {long}", state=ActionState.UNDER_WAY, due_on=date.max)
    full = dataclasses.replace(
        sheet,
        rows=[called(one, word) for one, word in zip(sheet.rows, cycle((SMALL, UNDER_LIMIT)))],
        lower=(row, row, of_some),
        higher=(row,) * 3,
        compared=24,
        actions=(done,) * 3,
        further=2,
    )
    [page] = pypdf.PdfReader(io.BytesIO(on_one_page(wall_sheets(full)))).pages
    told = page.extract_text()
    # actions that it has no room for are counted
    assert told.count("9999") + int(re.search(r"And (\d+) more", told)[1]) == 5


def called(row, verdict):
    """The row of a measure whose change is called by another word, in English."""
    word = translator("en").gettext(verdict.word)
    return dataclasses.replace(row, previous=dataclasses.replace(row.latest, word=word))


@pytest.mark.parametrize("lang", languages())
async def test_each_word_and_mark_in_the_figures_of_a_sheet_is_explained_on_it(report, lang):
    made = await compose_sheet(order(main_wave(), "ost-5", lang), "")
    said = fromstring(wall_sheet(made))
    used, explained = (
        {text_of(one) for one in part.find_class("verdict")}
        for part in (*said.find_class("rows"), *said.find_class("key"))
    )
    assert used
    assert used <= explained
    say = translator(lang).gettext
    marks = [say("Nivå med usikkerhet (95 %%)") % (), say("Hele etaten")]
    key = [text_of(one) for one in said.xpath("//ul[@class='key']/li")]
    assert [text for text in marks if text in key] == marks
