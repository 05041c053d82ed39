"""Verifying alarms where nothing explains a difference, and says what does where something does."""

import hashlib
import io
import json
from datetime import timedelta

import pandas as pd
import pytest

from questionnaires.canonical import canonical_json
from survey_app.accounts.forget_accounts import forget_closed_accounts
from survey_app.asking.forget_actors import forget_actors
from survey_app.asking.people.forget_leavers import forget_leavers
from survey_app.publishing.closing.forget_responses import forget_responses
from survey_app.publishing.errors import ResponsesGoneError
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from tests.kept_agencies import kept_agency
from tests.publishing_builders import value


@pytest.fixture
async def agency(postgres, tmp_path, kept_in):
    async with kept_agency(postgres, Settings(data_dir=tmp_path / "data"), kept_in) as agency:
        yield agency


async def change(sql, *values):
    async with connection(Login.MIGRATOR) as link:
        # as whoever has the server: no trigger stands in the way
        await link.execute("SET session_replication_role = replica")
        await link.execute(sql, *values)


async def stored(publication):
    async with connection(Login.MIGRATOR) as link:
        return await link.fetchrow(
            "SELECT content, manifest FROM publications.publication WHERE id = $1", publication
        )


async def forge(publication, manifest=None):
    """Lift one mean, and let content, hash, manifest and the figures for trends agree."""
    row = await stored(publication)
    content = json.loads(row["content"])
    cell = next(
        one for one in content["estimates"]
        if (one["measure"], one["level"], one["statistic"]) == ("KI-kjerne", "agency", "mean")
    )  # fmt: skip
    cell["mean"] += 4
    written = canonical_json(content)
    name = f"sha256:{hashlib.sha256(written).hexdigest()}"
    manifest = json.loads(row["manifest"]) | {"content_hash": name} | (manifest or {})
    await change(
        "UPDATE publications.publication SET content = $2, content_hash = $3, manifest = $4"
        " WHERE id = $1",
        publication,
        written,
        name,
        json.dumps(manifest),
    )
    await change(
        "UPDATE publications.estimate SET mean = $2 WHERE publication = $1"
        " AND measure = 'KI-kjerne' AND level = 'agency' AND statistic = 'mean'",
        publication,
        cell["mean"],
    )


async def test_a_figure_that_was_lifted_everywhere_is_an_alarm(agency):
    [(_, publication)] = await agency.with_published(0)
    await forge(publication)
    found = await recompute(publication)
    assert found.verdict is Recomputation.UNEXPLAINED
    assert "yet this very programme made it from the same answers" in found.sentence
    assert ".mean" in found.sentence


async def test_what_another_version_made_otherwise_is_no_alarm_and_not_called_the_same(agency):
    [(_, publication)] = await agency.with_published(0)
    manifest = json.loads((await stored(publication))["manifest"])
    await forge(publication, {"code_version": "0.1.0"})
    found = await recompute(publication)
    assert found.verdict is Recomputation.EXPLAINED
    assert "another version of this programme made it (0.1.0; this is 0.2.0+" in found.sentence
    # and by this version from other content
    of_then = {"made_from": manifest["made_from"] | {"content": "sha256:1"}}
    await forge(publication, {"code_version": manifest["code_version"], **of_then})
    found = await recompute(publication)
    assert found.verdict is Recomputation.EXPLAINED
    assert "drivers.toml or weak_links.toml is another since" in found.sentence


async def test_the_same_values_by_another_version_are_told_to_be_so(agency):
    [(_, publication)] = await agency.with_published(0)
    row = await stored(publication)
    spaced = row["content"].replace(b'{"agreement"', b'{ "agreement"', 1)
    name = f"sha256:{hashlib.sha256(spaced).hexdigest()}"
    manifest = json.loads(row["manifest"]) | {"content_hash": name}
    for lock_hash, verdict in (
        ("sha256:1", Recomputation.SAME_VALUES),
        (None, Recomputation.UNEXPLAINED),
    ):
        made = manifest | ({"lock_hash": lock_hash} if lock_hash else {})
        await change(
            "UPDATE publications.publication SET content = $1, content_hash = $2, manifest = $3",
            spaced,
            name,
            json.dumps(made),
        )
        found = await recompute(publication)
        assert found.verdict is verdict
    assert "first at how it is written" in found.sentence


async def test_a_correction_of_the_wave_before_explains_what_comes_out_otherwise(agency):
    (before, _), (_, publication) = await agency.with_published(0, 1)
    assert (await recompute(publication)).verdict is Recomputation.SAME
    await change(
        "UPDATE asking.wave SET labels = jsonb_set(labels, '{since,nb}', '\"siden i fjor\"')"
        " WHERE key = $1",
        before.key,
    )
    await publish_wave(before.key, now=before.closed_at, correct=True)
    found = await recompute(publication)
    assert found.verdict is Recomputation.EXPLAINED
    assert (
        f"«{before.key}», which it is compared with, was corrected, taken back or deleted"
        in found.sentence
    )


async def test_answers_of_the_wave_before_that_were_deleted_explain_it_too(agency):
    (before, first), (_, publication) = await agency.with_published(0, 1)
    gone = before.closed_at + timedelta(days=1826)
    assert await forget_responses(now=gone) == 1
    found = await recompute(publication)
    assert found.verdict is Recomputation.EXPLAINED
    assert "corrected, taken back or deleted since" in found.sentence
    with pytest.raises(ResponsesGoneError):
        await recompute(first)
    # what is stored is looked at all the same
    await change("UPDATE publications.publication SET content = content || ' '::bytea")
    assert (await recompute(first)).verdict is Recomputation.CHANGED


async def test_exact_figures_of_the_wave_before_that_were_changed_are_found(agency):
    (before, _), (_, publication) = await agency.with_published(0, 1)
    table = pd.read_parquet(io.BytesIO(await value(
        "SELECT t.content FROM counting.wave_table t JOIN asking.wave w ON w.id = t.wave"
        " WHERE w.key = $1", before.key)))  # fmt: skip
    whole = (table["level"] == "agency") & (table["statistic"] == "mean")
    table.loc[whole, "mean"] -= 2
    await change(
        "UPDATE counting.wave_table t SET content = $2 FROM asking.wave w"
        " WHERE w.id = t.wave AND w.key = $1",
        before.key,
        table.to_parquet(index=False),
    )
    found = await recompute(publication)
    assert found.verdict is Recomputation.CHANGED
    assert f"what is kept of «{before.key}» is not what it was compared with" in found.sentence


@pytest.mark.slow
async def test_a_publication_comes_out_the_same_when_all_whom_it_asked_have_left_and_are_forgotten(
    agency,
):
    [(_, publication)] = await agency.with_published(0)
    await change("DELETE FROM asking.invitation")
    await change("UPDATE asking.person SET active = false, left_on = '2020-01-01'")
    chosen = {"settings": Settings(leaver_days=90)}
    for night in (forget_leavers, forget_actors, forget_closed_accounts):
        await night(chosen)
    async with connection(Login.MIGRATOR) as link:
        assert await link.fetchval("SELECT count(*) FROM asking.person") == 0
    assert (await recompute(publication)).verdict is Recomputation.SAME
