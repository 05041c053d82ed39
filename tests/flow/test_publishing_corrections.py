"""A correction stands beside what it corrects, and the two together give nothing away."""

import json
from dataclasses import replace

import numpy as np
import pytest

from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.computing.compute import compute
from survey_app.publishing.inputs import wave_inputs
from survey_app.publishing.inputs.wave_inputs import read_inputs
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import recompute
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from tests.publishing_builders import SmallAgency, value
from tests.unit.analytics.disclosure.attack import follows

INDEX, UNIT = "KI-kjerne", "ost-friomsorg-3"


@pytest.fixture
async def agency(database, tmp_path):
    return await SmallAgency(Settings(data_dir=tmp_path)).imported()


async def content_of(publication):
    stored = await value("SELECT content FROM publications.publication WHERE id = $1", publication)
    return json.loads(stored)


def shown_means(content, measure):
    return {
        (row["level"], row["domain"])
        for row in content["estimates"]
        if (row["measure"], row["statistic"], row["status"]) == (measure, "mean", "published")
    }


def units_given_away(measure, *versions):
    """Find units that no version shows and that all of them together do, in floating point."""
    codes = sorted({row["code"] for row in versions[0]["domains"]})  # answers carry one of them
    rows = []
    for content in versions:
        parent = {row["code"]: row["parent"] for row in content["domains"]}
        kind = {row["code"]: row["kind"] for row in content["domains"]}
        for level, domain in sorted(shown_means(content, measure)):
            of = {"unit_type": kind, "region": parent}.get(level, {})
            rows.append([level == "agency" or domain in (code, of.get(code)) for code in codes])
    shown = set().union(*(shown_means(content, measure) for content in versions))
    hidden = [
        row["code"]
        for row in versions[0]["domains"]
        if row["level"] == "unit" and ("unit", row["code"]) not in shown
    ]
    wanted = np.array([[float(code == unit) for code in codes] for unit in hidden])
    found = follows(np.array(rows, dtype=float), wanted.reshape(-1, len(codes)))
    return {unit for unit, yes in zip(hidden, found, strict=True) if yes}


async def move(wave, unit, region):
    async with connection(Login.MIGRATOR) as link:
        await link.execute(
            "UPDATE asking.wave_domain SET parent = $3 WHERE level = 'unit' AND code = $2"
            " AND wave = (SELECT id FROM asking.wave WHERE key = $1)",
            wave.key,
            unit,
            region,
        )


def publish_from(monkeypatch, k):
    """Publish with another k than the one that answers are stored by."""
    made = wave_inputs._wave_data

    def with_k(*given):
        return replace(made(*given), minimum_group=k)

    monkeypatch.setattr(wave_inputs, "_wave_data", with_k)


async def test_a_unit_that_stood_in_the_wrong_region_is_not_what_the_two_versions_differ_by(
    agency, monkeypatch
):
    wave = await agency.answered()
    # with k = 20 one unit, of 19 answers, is hidden in its region and its type
    publish_from(monkeypatch, 20)
    await close_wave(wave.key, key_dir=agency.settings.key_folder, now=wave.closed_at)
    first = await publish_wave(wave.key, now=wave.closed_at)
    before = await content_of(first)
    assert ("unit", UNIT) not in shown_means(before, INDEX)
    await move(wave, UNIT, "vest")
    inputs = await read_inputs(wave.key)
    alone = json.loads(compute(replace(inputs, versions=())).content)
    # by itself the correction is as good as the first; but ost was with the unit, and is without
    assert units_given_away(INDEX, alone) == set()
    assert units_given_away(INDEX, before, alone) == {UNIT}
    second = await publish_wave(wave.key, now=wave.closed_at, correct=True)
    after = await content_of(second)
    for measure in {row["measure"] for row in before["estimates"] if row["statistic"] == "mean"}:
        assert units_given_away(measure, before, after) == set()
    left, without = len(shown_means(after, INDEX)), len(shown_means(alone, INDEX))
    print(f"{left} of {without} cells of {INDEX} are shown beside the first version")
    assert left >= without - 3
    # made again, it knows the first version and not itself
    assert (await recompute(second)).agrees
    assert await publish_wave(wave.key, now=wave.closed_at, correct=True) == second
    corrects = await value(
        "SELECT manifest -> 'parameters' -> 'corrects' ->> 0 FROM publications.publication"
        " WHERE id = $1",
        second,
    )
    assert corrects == await value(
        "SELECT content_hash FROM publications.publication WHERE id = $1", first
    )
