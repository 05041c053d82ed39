"""Publishing as jobs do it: what is due, what waits, what is deleted, and what the log says."""

import json
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from analytics.disclosure.rules import DisclosureError
from survey_app.commands.waves import close_named
from survey_app.counting.urn import keys
from survey_app.publications import shelf
from survey_app.publishing import claims, jobs
from survey_app.publishing.closing import count_urn
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.forget_responses import forget_responses
from survey_app.publishing.errors import PublishingError
from survey_app.publishing.releasing import publish_wave as publishing
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import recompute
from survey_app.settings import Settings
from survey_app.shared.database import Login
from survey_app.waves.progress import in_progress
from survey_app.waves.wave_keys import keys_elsewhere
from tests.kept_agencies import kept_agency
from tests.publishing_builders import value

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def agency(postgres, tmp_path, kept_in):
    async with kept_agency(postgres, Settings(data_dir=tmp_path / "data"), kept_in) as agency:
        yield agency


async def test_jobs_close_and_publish_what_is_due_and_may_run_twice(agency, monkeypatch):
    wave = await agency.answered()
    monkeypatch.setattr(jobs, "settings", lambda: agency.settings)
    for _ in range(2):
        for job in (jobs.finish_due_waves, jobs.destroy_keys, jobs.sweep_old_marks):
            await job({})
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "published"
    assert await value("SELECT count(*) FROM publications.publication") == 1


async def test_answers_are_deleted_when_the_campaign_promised_and_publications_stay(agency):
    [(wave, publication)] = await agency.with_published(0)
    # the campaign keeps responses for 1,825 days
    kept = wave.closed_at + timedelta(days=1824)
    assert await forget_responses(now=kept) == 0
    assert await forget_responses(now=kept + timedelta(days=2)) == 1
    assert await forget_responses(now=kept + timedelta(days=2)) == 0
    for table in ("response", "wave_table"):
        assert await value(f"SELECT count(*) FROM counting.{table}") == 0
    assert (await shelf.load(publication, at=LATER)).estimate("KI-kjerne").shown
    # nobody can try out answers against the hash of the responses any longer
    assert "salt" not in json.loads(await value("SELECT content FROM counting.wave_record"))
    with pytest.raises(PublishingError, match="deleted, as its campaign promised"):
        await recompute(publication)


async def test_a_page_that_waits_is_told_how_far_the_publication_is(agency, monkeypatch):
    wave = await agency.answered()
    assert await in_progress("staff") is None
    told = []
    told_before = publishing._tell

    async def tell(key, step, percent):
        await told_before(key, step, percent)
        told.append(await in_progress("staff"))

    monkeypatch.setattr(publishing, "_tell", tell)
    await agency.fielding.finish(wave)
    assert [one.step for one in told] == [2, 2, 3, 4]
    assert told[0].name["nb"].endswith(", kortmåling")
    assert await in_progress("staff") is None


async def test_the_log_says_where_a_job_broke_and_never_which_answers_it_held(
    agency, monkeypatch, caplog
):
    wave = await agency.answered()
    monkeypatch.setattr(jobs, "settings", lambda: agency.settings)

    async def refuse(link, wave, emptied):
        # as a full disk or a new constraint would: the database's message shows the whole row
        domain, answers = emptied.rows[0]
        raise asyncpg.CheckViolationError(f"Failing row contains ({domain}, {answers}).")

    monkeypatch.setattr(count_urn, "_store_responses", refuse)
    await jobs.finish_due_waves({})
    (line,) = [one for one in caplog.records if one.name == "barometer.publishing"]
    assert "CheckViolationError at test_publishing_jobs.py:" in line.getMessage()
    assert wave.key in line.getMessage()
    assert line.exc_info is None
    assert "Failing row" not in caplog.text
    # nor does what `doctor` and the page are told
    (trouble,) = await claims.troubles(Login.WEB)
    assert "CheckViolationError at test_publishing_jobs.py:" in trouble.sentence


async def test_a_wave_whose_key_lies_elsewhere_is_left_to_that_host(agency, monkeypatch, caplog):
    wave = await agency.answered()
    monkeypatch.setattr(jobs, "settings", lambda: agency.settings)
    (held,) = keys.held(agency.settings.key_folder)
    keys.destroy(agency.settings.key_folder, held)
    await jobs.finish_due_waves({})
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "open"
    assert wave.key not in caplog.text
    (sentence,) = await keys_elsewhere(agency.settings.key_folder)
    assert f"the open wave «{wave.key}» does not lie here" in sentence


async def test_a_refused_wave_is_tried_again_after_an_hour_or_when_its_inputs_are_new(
    agency, monkeypatch
):
    wave = await agency.answered()
    monkeypatch.setattr(jobs, "settings", lambda: agency.settings)
    tried = []

    def refuse(_inputs, _estimated):
        tried.append(wave.key)
        raise DisclosureError("a hidden figure could be worked out")

    monkeypatch.setattr(publishing, "assemble", refuse)
    for _ in range(3):
        await jobs.finish_due_waves({})
    assert len(tried) == 1
    (trouble,) = await claims.troubles(Login.WEB)
    assert trouble.key == wave.key
    assert "a hidden figure could be worked out; nothing is lost" in trouble.sentence
    assert await in_progress("staff") is None

    await value("UPDATE asking.wave_work SET tried_at = tried_at - interval '61 minutes'")
    await jobs.finish_due_waves({})
    assert len(tried) == 2
    monkeypatch.setattr(claims, "code_version", lambda: "the next one")
    await jobs.finish_due_waves({})
    assert len(tried) == 3
    # a person who asks is not made to wait
    with pytest.raises(PublishingError, match="a hidden figure could be worked out"):
        await close_named(wave.key, agency.settings, print)
    assert len(tried) == 4
    monkeypatch.undo()
    await close_named(wave.key, agency.settings, print)
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "published"
    assert await claims.troubles(Login.WEB) == []


async def test_a_wave_that_is_not_counted_is_not_published(agency):
    wave = await agency.answered()
    with pytest.raises(PublishingError, match="close it first"):
        await publish_wave(wave.key, now=wave.closed_at)


async def test_a_wave_that_cannot_be_published_keeps_its_urn_and_its_key(agency, monkeypatch):
    wave = await agency.answered()
    folder = agency.settings.key_folder
    ballots = await value("SELECT count(*) FROM counting.urn")

    def refuse(_inputs, _estimated):
        raise DisclosureError("nothing is published: a hidden figure could be worked out")

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "assemble", refuse)
        with pytest.raises(PublishingError, match="the urn and its key are kept until this"):
            await close_wave(wave.key, key_dir=folder, now=wave.closed_at)
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "closed"
    assert await value("SELECT count(*) FROM counting.urn") == ballots
    assert await value("SELECT count(*) FROM counting.response") == 0
    assert len(keys.held(folder)) == 1
    closed = await close_wave(wave.key, key_dir=folder, now=wave.closed_at)
    assert closed.accepted == ballots
    assert await value("SELECT id FROM publications.publication") == closed.publication
