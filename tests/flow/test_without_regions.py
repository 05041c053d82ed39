"""An agency without regions: its units stand directly under it, from register to publication."""

import csv
import io
import json
from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.publications.formats import read_content
from survey_app.settings import Settings
from survey_app.simulation.files import register_csv
from tests.publishing_builders import SmallAgency, rows


def without_regions(register):
    """Take the regions out of a register, and put their units under the agency.

    In its largest unit eight people can be reached.
    """
    told = list(csv.reader(io.StringIO(register)))
    regions = {row[1] for row in told if row[3] == "region"}
    agency = next(row[1] for row in told if row[3] == "agency")
    [(large, _)] = Counter(row[7] for row in told if row[0] == "person").most_common(1)
    for row in [row for row in told if row[7] == large][8:]:
        row[5] = ""
    text = io.StringIO()
    csv.writer(text).writerows(
        [*row[:4], agency if row[4] in regions else row[4], *row[5:]]
        for row in told
        if row[1] not in regions
    )
    return text.getvalue()


@pytest.fixture
async def agency(database, tmp_path):
    made = await SmallAgency(Settings(data_dir=tmp_path)).imported()
    day = made.history[0].opens_on - timedelta(days=20)
    register = read_register(without_regions(register_csv(made.staff.agency)))
    await apply_import(
        await plan_import(register, today=day),
        rng=np.random.default_rng(1),
        today=day,
        now=made.history[0].opened_at - timedelta(days=20),
    )
    return made


async def test_small_units_answer_for_the_whole_and_every_level_adds_up(agency):
    wave, _ = await agency.published()
    frame = await rows("SELECT level, code, parent, invited FROM asking.wave_domain")
    assert {row["level"] for row in frame} == {"agency", "unit"}
    assert {row["parent"] for row in frame} == {""}
    small = [row for row in frame if row["level"] == "unit" and row["invited"] < 10]
    assert len(small) == 1  # no key group of its own: its answers carry the whole's code
    stored = Counter(row["domain"] for row in await rows("SELECT domain FROM counting.response"))
    assert min(stored.values()) >= 5
    assert not {row["code"] for row in small} & set(stored)
    [found] = await rows("SELECT * FROM publications.publication")
    content = json.loads(json.dumps(read_content(found["content"])))
    levels = {row["level"] for row in content["domains"]}
    assert levels == {"agency", "unit_type", "unit"}
    assert {row["level"] for row in content["estimates"]} <= levels
    assert content["response"]["answers"] == sum(stored.values())
    assert wave.key
