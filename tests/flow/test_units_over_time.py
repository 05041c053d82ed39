"""An agency is reorganised between two waves: what the second publication makes of it."""

import csv
import io
import json
from datetime import timedelta

import numpy as np
import pytest

from survey_app.asking.people.import_people import apply_import, plan_import, read_register
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.settings import Settings
from survey_app.simulation.files import register_csv
from tests.publishing_builders import SmallAgency, value

CORE = "KI-kjerne"


@pytest.fixture
async def agency(database, tmp_path):
    return await SmallAgency(Settings(data_dir=tmp_path), people=900).imported()


async def content_of(publication):
    stored = await value("SELECT content FROM publications.publication WHERE id = $1", publication)
    return json.loads(stored)


def means(content):
    return {
        row["domain"]: row
        for row in content["estimates"]
        if (row["measure"], row["statistic"], row["level"]) == (CORE, "mean", "unit")
    }


def with_units(text, becomes, gone=()):
    """Give people of some units another one; ``becomes`` maps codes, ``gone`` has no row."""
    read = list(csv.DictReader(io.StringIO(text)))
    kept = [dict(row) for row in read if not (row["kind"] == "unit" and row["code"] in gone)]
    for row in kept:
        for column in ("unit", "code") if row["kind"] == "unit" else ("unit",):
            row[column] = becomes.get(row[column], row[column])
    out = io.StringIO()
    writer = csv.DictWriter(out, list(read[0]))
    writer.writeheader()
    writer.writerows(kept)
    return out.getvalue()


def shown_alone(content):
    """Name units that are reported alone and have a figure, by region."""
    found = means(content)
    for one in content["domains"]:
        alone = one["level"] == "unit" and one["members"] == [one["code"]]
        if alone and found.get(one["code"], {}).get("status") == "published":
            yield one["parent"], one["code"]


async def test_a_reorganisation_is_followed_and_publications_can_be_made_again(agency):
    _, first = await agency.published()
    before = await content_of(first)
    units = sorted(shown_alone(before))
    taker, taken = next(
        (one, other) for a, one in units for b, other in units if a == b and one < other
    )
    recoded = next(code for _, code in units if code not in {taker, taken})
    becomes = {taken: taker, recoded: f"{recoded}-ny"}
    text = with_units(register_csv(agency.staff.agency), becomes, gone={taken})
    wave = agency.history[1]
    day = wave.opens_on - timedelta(days=20)
    plan = await plan_import(read_register(text), today=day)
    kinds = {one.target: one.kind for one in plan.questions}
    assert kinds[taker] == "merged"
    assert kinds[f"{recoded}-ny"] == "renamed"
    await apply_import(
        plan, rng=np.random.default_rng(1), today=day,
        now=wave.opened_at - timedelta(days=20), answers=kinds,
    )  # fmt: skip
    _, second = await agency.published(1)
    after = await content_of(second)
    assert {(one["kind"], one["from"], one["to"]) for one in after["lineage"]} >= {
        ("merged", taker, taker),
        ("merged", taken, taker),
        ("renamed", recoded, f"{recoded}-ny"),
    }
    assert "lineage" not in before
    changes = {
        (row["domain"], row["role"]): row
        for row in after["changes"]
        if row["measure"] == CORE and row["level"] == "unit" and row["status"] == "published"
    }
    people = {one["code"]: one["population"] for one in before["domains"]}
    then, now = means(before), means(after)
    parts = [(people[one], then[one]["mean"]) for one in (taker, taken)]
    union = sum(count * mean for count, mean in parts) / sum(count for count, _ in parts)
    change = changes[taker, "previous"]
    assert change["difference"] == pytest.approx(now[taker]["mean"] - union, abs=0.11)
    assert change["model_difference"] is not None
    assert change["p"] is None
    renamed = f"{recoded}-ny"
    change = changes[renamed, "previous"]["difference"]
    assert change == pytest.approx(now[renamed]["mean"] - then[recoded]["mean"], abs=0.051)
    for publication in (first, second):
        assert (await recompute(publication)).verdict is Recomputation.SAME
