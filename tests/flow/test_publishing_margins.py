"""A wave is judged by the margins that stood when it opened, whatever the agency says later."""

import json
import shutil

import pytest

from questionnaires.content import SETTING
from survey_app.publications.formats import margins_in, read_content
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from tests.agencies import FIRST
from tests.kept_agencies import kept_agency
from tests.publishing_builders import value


@pytest.fixture
async def agency(postgres, tmp_path, kept_in):
    async with kept_agency(postgres, Settings(data_dir=tmp_path / "data"), kept_in) as agency:
        yield agency


@pytest.fixture
def say(tmp_path, monkeypatch):
    """Let the agency say from how many points on a change counts, from now on."""

    def said(name, margins):
        root = tmp_path / name
        shutil.copytree(FIRST, root)
        path = root / "agency.toml"
        path.write_text(f"{path.read_text('utf-8')}\n[margins]\n{margins}", encoding="utf-8")
        monkeypatch.setenv(SETTING, str(root))

    return said


async def content_of(publication):
    sql = "SELECT content FROM publications.publication WHERE id = $1"
    return json.loads(await value(sql, publication))


def margins_of(content, table):
    return {
        ("unit" if row.get("level") == "unit" else "other", row["margin"])
        for row in content[table]
        if "margin" in row
    }


async def test_a_wave_is_judged_by_the_margins_of_its_opening_before_and_after_they_change(
    agency, say
):
    [(_, first)] = await agency.with_published(0)
    say("own", "general = 4\nunit = 7.5\n")
    wave = await agency.answered(1)
    # too late: some have answered, and a margin that is chosen now could be chosen for its verdicts
    say("later", "general = 1\nunit = 1\n")
    second = await agency.fielding.finish(wave)
    before, after = await content_of(first), await content_of(second)
    # of whoever says nothing a publication is what it was, to the byte
    assert "margins" not in before["findings"]
    assert after["findings"]["margins"] == {"general": 4.0, "unit": 7.5}
    assert margins_of(after, "changes") == {("other", 4.0), ("unit", 7.5)}
    assert {row["margin"] for row in after["trends"]} == {4.0}
    assert {row["margin"] for row in after["path"]} <= {4.0}
    assert margins_in(read_content(json.dumps(after).encode())).unit == 7.5
    for row in after["changes"]:
        if row["status"] == "published" and row["verdict"] in {"up", "down"}:
            assert abs(row["model_difference"]) >= row["margin"]
    for publication in (first, second):
        assert (await recompute(publication)).verdict is Recomputation.SAME


async def test_margins_that_somebody_changed_after_the_opening_are_an_alarm(agency, say):
    await agency.with_published(0)
    say("own", "general = 4\nunit = 7.5\n")
    wave, publication = await agency.published(1)
    async with connection(Login.MIGRATOR) as link:
        await link.execute(
            """UPDATE asking.wave SET verdict_margins = '{"general": 3.0, "unit": 5.0}'"""
            " WHERE key = $1",
            wave.key,
        )
    assert (await recompute(publication)).verdict is Recomputation.UNEXPLAINED
