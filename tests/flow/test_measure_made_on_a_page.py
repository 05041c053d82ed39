"""A wave of a version that brings a measure of its own: opened, answered, published."""

import pytest

from questionnaires.authoring.laid_over import lay_over
from questionnaires.authoring.own_measures import WrittenMeasure, write_measure
from questionnaires.authoring.version_files import begin_version
from questionnaires.content import LAID, LAID_OVER, SETTING
from questionnaires.loader import load_library
from survey_app.publications.formats import read_content
from survey_app.settings import Settings
from tests.first_versions import first_versions
from tests.publishing_builders import SmallAgency, rows

ITEMS = ("vp.try.1", "vp.apn.1", "vp.nyt.1")  # which every wave of staff asks


@pytest.fixture
async def agency(database, monkeypatch, tmp_path):
    words = dict.fromkeys(("nb", "nn", "en"), "Det felles")
    said = WrittenMeasure("FEL", "staff", words, about=words, items=ITEMS, placed=True)
    files = write_measure(begin_version(first_versions(), "verdipuls", "2021-1"), said)
    root = lay_over(first_versions(), [files], tmp_path / "laid", release=True)
    for name in (LAID, LAID_OVER):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv(SETTING, str(root))
    return await SmallAgency(Settings(data_dir=tmp_path), people=300, waves=1).imported()


async def test_it_is_published_with_its_name_and_is_the_mean_of_its_questions(agency):
    assert load_library().indices["FEL"].weights == {"FEL": 1.0}
    _wave, publication = await agency.published(0)
    [row] = await rows("SELECT content FROM publications.publication WHERE id = $1", publication)
    content = read_content(row["content"])
    named = {one["code"]: one for one in content["measures"]}
    assert named["FEL"]["title"]["nb"] == "Det felles"
    whole = {
        one["measure"]: one["mean"]
        for one in content["estimates"]
        if (one["domain"], one["statistic"]) == ("", "mean")
    }
    # every question counts alike; who left one out moves it a little
    assert whole["FEL"] == pytest.approx(sum(whole[name] for name in ITEMS) / 3, abs=1)
