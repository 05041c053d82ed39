"""Colours of an agency: those of its own, as long as everybody can read what they say."""

import re
import shutil
from pathlib import Path

import pytest
from coloraide import Color

from questionnaires.agency import load_agency
from questionnaires.colours import DAY, NIGHT, contrast
from questionnaires.content import SETTING
from questionnaires.errors import QuestionnaireErrors
from survey_app.shared.colour_sheet import colour_sheet, colour_sheet_address
from tests.agencies import SECOND


@pytest.fixture
def content(tmp_path, monkeypatch):
    """A copy of the second agency's content, which this process reads."""
    root = tmp_path / "content"
    shutil.copytree(SECOND, root)
    monkeypatch.setenv(SETTING, str(root))
    return root


def recoloured(root, old, new):
    path = root / "agency.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def told(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_agency(root)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("one", ["#777777", "#0a5566", "#000000", "#86cbd7"])
@pytest.mark.parametrize("other", ["#ffffff", "#111b21"])
def test_contrast_is_that_of_the_guidelines(one, other):
    assert contrast(one, other) == pytest.approx(Color(one).contrast(other), rel=1e-3)


def test_the_grounds_are_those_of_the_style_sheets():
    for name in ("verdibarometer.css", "answer.css"):
        day, night = Path("static", name).read_text().split("prefers-color-scheme: dark", 1)
        for part, grounds in ((day, DAY), (night, NIGHT)):
            found = {
                re.search(rf"--vb-{one}:\s*(#[0-9a-f]{{6}})", part)[1]
                for one in ("paper", "ground")
            }
            assert found == set(grounds)


def test_a_colour_that_is_too_faint_by_day_is_told_with_what_it_needs(content):
    recoloured(content, "#7a1f3d", "#d98aa3")
    assert (
        "agency.toml: colours accent: #d98aa3 has a contrast of 2.6 with #ffffff, and text needs"
        " 4.5; take a darker one" in told(content)
    )


def test_a_colour_that_is_too_dark_by_night_is_told(content):
    recoloured(content, "#f2a7bd", "#7a1f3d")
    assert any(
        "colours night accent: #7a1f3d has" in line and line.endswith("take a lighter one")
        for line in told(content)
    )


def test_what_is_no_colour_is_told(content):
    recoloured(content, "#7a1f3d", "wine")
    assert "agency.toml: colours accent: «wine» is no colour; write it as #0a5566" in told(content)


def test_the_agency_s_colours_come_by_day_and_by_night(content):
    day, night = colour_sheet().split("@media (prefers-color-scheme: dark)")
    assert "--vb-accent: #7a1f3d; --vb-accent-strong: #4f1227; --vb-on-accent: #ffffff;" in day
    assert "--vb-accent: #f2a7bd; --vb-accent-strong: #f9d3de; --vb-on-accent: #14222b;" in night


def test_an_agency_without_colours_has_ours_and_asks_for_no_further_sheet():
    assert colour_sheet_address() == ""
