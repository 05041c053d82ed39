"""Where the words for a level begin is the agency's own."""

import shutil

import pytest

from questionnaires.agency import load_agency
from questionnaires.content import SETTING
from questionnaires.errors import QuestionnaireErrors
from questionnaires.levels import Levels
from survey_app.reading.verdicts import band_number, band_words, bands
from tests.agencies import FIRST, SECOND


@pytest.fixture
def with_levels(tmp_path, monkeypatch):
    """Let this process read an agency whose levels begin elsewhere."""

    def wrote(text):
        root = tmp_path / "content"
        shutil.copytree(SECOND, root)
        agency = root / "agency.toml"
        agency.write_text(f"{agency.read_text('utf-8')}\n[levels]\n{text}", encoding="utf-8")
        monkeypatch.setenv(SETTING, str(root))
        return root

    return wrote


def test_left_out_they_are_as_usual():
    assert load_agency(FIRST).levels == Levels(40, 55, 70, 80)
    assert [band_number(level) for level in (0, 39.9, 40, 54.9, 55, 70, 80, 100)] == [
        1, 1, 2, 2, 3, 4, 5, 5,
    ]  # fmt: skip
    assert bands() == (
        ("Svak", 0, 39), ("Lav", 40, 54), ("Middels", 55, 69), ("God", 70, 79),
        ("Svært god", 80, 100),
    )  # fmt: skip


def test_an_agency_calls_good_what_it_has_decided_to_call_good(with_levels):
    with_levels("good = 75\nvery_good = 85\n")
    assert load_agency().levels == Levels(40, 55, 75, 85)
    assert band_words(72.0, 76.0) == ("Middels", "God")
    assert bands()[2:4] == (("Middels", 55, 74), ("God", 75, 84))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("low = 0\n", "levels low: 0 is no point between 0 and 100; write 1 to 99"),
        ("good = 55\n", "levels good: 55 must lie above medium, which begins at 55"),
        ('good = "70"\n', "levels good: this must be a whole number"),
        ("god = 70\n", "levels god: "),
    ],
)
def test_a_level_that_cannot_be_is_told_with_its_mend(with_levels, said, told):
    root = with_levels(said)
    with pytest.raises(QuestionnaireErrors) as caught:
        load_agency(root)
    assert any(told in str(one) for one in caught.value.problems), caught.value.problems
