"""A unit on one sheet for the wall: what it says, and that it is one."""

import dataclasses
import io

import pypdf
import pytest

from survey_app.reading.culture.questions import QuestionFigure
from survey_app.reading.reports.paper import wall_sheet
from survey_app.reading.reports.sheet import compose_sheet
from survey_app.shared.pdf import pdf_bytes
from tests.composed_reports import order, plain
from tests.exported import main_wave

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
    full = dataclasses.replace(sheet, lower=(row,) * 3, higher=(row,) * 3, compared=24)
    assert len(pypdf.PdfReader(io.BytesIO(pdf_bytes(wall_sheet(full)))).pages) == 1
