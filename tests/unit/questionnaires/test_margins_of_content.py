"""From how many points on a change counts is the agency's own."""

import shutil

import pytest

from questionnaires.agency import load_agency
from questionnaires.errors import QuestionnaireErrors
from questionnaires.margins import Margins
from tests.agencies import FIRST


@pytest.fixture
def with_margins(tmp_path):
    """Write an agency whose margins are others."""

    def wrote(text):
        root = tmp_path / "content"
        shutil.copytree(FIRST, root)
        agency = root / "agency.toml"
        agency.write_text(f"{agency.read_text('utf-8')}\n[margins]\n{text}", encoding="utf-8")
        return root

    return wrote


def test_left_out_a_change_counts_from_three_points_on_and_a_units_from_five():
    assert load_agency(FIRST).margins == Margins(general=3.0, unit=5.0)


@pytest.mark.parametrize(
    ("said", "margins"),
    [
        ("general = 4\nunit = 6.5\n", Margins(4.0, 6.5)),
        ("general = 2.5\n", Margins(2.5, 5.0)),
        ("unit = 3\n", Margins(3.0, 3.0)),
    ],
)
def test_an_agency_says_from_how_many_points_on_a_change_counts(with_margins, said, margins):
    found = load_agency(with_margins(said)).margins
    assert found == margins
    assert [found.at(level) for level in ("agency", "region", "unit_type", "group", "unit")] == [
        margins.general, margins.general, margins.general, margins.general, margins.unit,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("general = 0\n", "margins general: 0 is out of range; write 0.5 to 20 points"),
        ("unit = 20.1\n", "margins unit: 20.1 is out of range; write 0.5 to 20 points"),
        ("unit = nan\n", "margins unit: nan is out of range; write 0.5 to 20 points"),
        ("unit = inf\n", "margins unit: inf is out of range; write 0.5 to 20 points"),
        (f"unit = 1{'0' * 400}\n", "margins unit: this number is too large"),
        ("general = 2.25\n", "margins general: 2.25 has more than one decimal"),
        ('general = "3"\n', "margins general: this must be a number, such as 3 or 2.5, not '3'"),
        ("general = true\n", "margins general: this must be a number, such as 3 or 2.5, not True"),
        ("general = 6\n", "margins unit: 5 is less than general, 6; a unit has fewer people"),
        ("units = 6\n", "margins units: this key is not known here"),
    ],
)
def test_a_margin_that_cannot_be_is_told_with_its_mend(with_margins, said, told):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_agency(with_margins(said))
    assert any(f"agency.toml: {told}" in str(one) for one in caught.value.problems)


def test_margins_that_are_no_table_are_told(tmp_path):
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    agency = root / "agency.toml"
    agency.write_text(f"margins = 3\n{agency.read_text('utf-8')}", encoding="utf-8")
    with pytest.raises(QuestionnaireErrors) as caught:
        load_agency(root)
    assert any("margins: this must be a table" in str(one) for one in caught.value.problems)
