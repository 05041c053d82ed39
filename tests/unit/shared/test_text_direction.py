"""A language that is written from right to left turns the pages, and nothing else is needed."""

import re
import shutil
from pathlib import Path

import pytest

from questionnaires.content import SETTING
from questionnaires.loader import load_library
from survey_app.answering.example_question import example_question
from survey_app.shared.i18n import languages, text_direction
from survey_app.shared.pages import spoken
from tests.agencies import FIRST

STATIC = Path(__file__).parents[3] / "static"
ARABIC = """[[language]]
code = "ar"
name = "العربية"
locale = "ar"
partial = true
added = true
fallback = "nb"
quotes = ["«", "»"]
time = "%H:%M"
register = "ARA"

# Alone: at the head of a form"""
CATALOGUE = """msgid ""
msgstr ""
"Language: ar\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "Resultater"
msgstr "النتائج"
"""


@pytest.fixture
def content(tmp_path, monkeypatch):
    """The first agency's content with Arabic beside its languages, which this process reads."""
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    agency = root / "agency.toml"
    head = "# Alone: at the head of a form"
    agency.write_text(agency.read_text("utf-8").replace(head, ARABIC, 1), "utf-8")
    catalogue = root / "locale" / "ar" / "pages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(CATALOGUE, "utf-8")
    monkeypatch.setenv(SETTING, str(root))
    return root


def test_our_languages_run_from_the_left():
    assert {text_direction(one) for one in languages()} == {"ltr"}


def test_a_form_in_arabic_runs_from_the_right_and_what_stands_in_from_the_left(content):
    del content
    page = example_question(load_library(), "verdipuls.main", "vp.try.1", "ar").plain.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert '<p class="stem" id="stamme"><span lang="nb" dir="ltr">' in page
    assert spoken({"ar": "نعم"}, "ar") == "نعم"


@pytest.mark.parametrize("sheet", ["answer.css", "verdibarometer.css"])
def test_pages_are_laid_out_by_the_start_and_the_end_of_a_line(sheet):
    rules = (STATIC / sheet).read_text("utf-8")
    sides = r"(?:margin|padding|border)-(?:left|right)\b|text-align: (?:left|right)\b"
    assert re.findall(sides, rules) == []
