"""A unit that is hidden in every pulse of a year gets one figure for the year, and only one."""

import json
from datetime import UTC, datetime

import pytest

from survey_app.publications import shelf
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.settings import Settings
from tests.kept_agencies import kept_agency
from tests.publishing_builders import rows

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def agency(postgres, tmp_path, kept_in):
    settings = Settings(data_dir=tmp_path / "data")
    chosen = {"people": 700, "waves": 6, "panels": True}
    async with kept_agency(postgres, settings, kept_in, **chosen) as agency:
        yield agency


def shown_units(content):
    return {
        row["domain"]
        for row in content["estimates"]
        if row["level"] == "unit" and row["status"] == "published"
    }


async def test_the_first_wave_of_a_year_carries_the_pulses_of_the_year_before(agency):
    # 2025: two pulses, a main wave that is not held, and a pulse; 2026: a pulse
    keys = [wave.key for wave in agency.history]
    held = [*await agency.with_published(0, 1), *[await agency.published(at) for at in (3, 4)]]
    published = {
        wave.key: (publication, (await shelf.load(publication, at=LATER)).content)
        for wave, publication in held
    }
    tables = {key: content["yearly"] for key, (_, content) in published.items()}
    assert [key for key, table in tables.items() if table] == [keys[4]]

    (table,) = tables[keys[4]]
    pulses = [keys[0], keys[1], keys[3]]
    assert table["year"] == 2025
    assert [one["key"] for one in table["waves"]] == pulses
    figures = [one for one in table["figures"] if one["status"] == "published"]
    assert {one["measure"] for one in figures} == {
        "KI-kjerne", "TRY-kjerne", "APN-kjerne", "NYT-kjerne", "AMB",
    }  # fmt: skip
    for unit in {one["domain"] for one in figures}:
        # whether the number itself is told depends on what would follow from it (docs/adr/0036)
        [row] = await rows(
            "SELECT count(*) AS n FROM counting.response r JOIN asking.wave w ON w.id = r.wave"
            " WHERE w.key = ANY($1) AND r.domain = $2",
            pulses, unit,
        )  # fmt: skip
        assert row["n"] >= 10
        assert {one["n"] for one in figures if one["domain"] == unit} <= {None, row["n"]}
    seen = set().union(*(shown_units(published[key][1]) for key in pulses))
    assert not seen & {one["domain"] for one in table["figures"]}
    for row in table["figures"]:
        if row["status"] != "published":
            assert set(row) == {"measure", "level", "domain", "status"}

    again = await recompute(published[keys[4]][0])
    assert again.verdict is Recomputation.SAME
    (manifest,) = await rows(
        "SELECT manifest FROM publications.publication WHERE wave_key = $1", keys[4]
    )
    assert json.loads(manifest["manifest"])["parameters"]["yearly"]["waves"] == pulses


async def test_a_year_is_not_pooled_while_one_of_its_pulses_is_not_published(agency):
    await agency.with_published(0, 1)
    await agency.answered(3)
    _, publication = await agency.published(4)
    assert (await shelf.load(publication, at=LATER)).content["yearly"] == []
