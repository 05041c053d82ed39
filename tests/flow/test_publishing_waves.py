"""Publishing: from responses to the shelf, once, immutable, and the same when made again."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import asyncpg
import numpy as np
import pytest

from survey_app.asking.campaigns.commands import ANSWERS_GONE, list_waves
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.errors import DatesRefused
from survey_app.asking.writing import writing
from survey_app.commands.export_wave import export_wave
from survey_app.commands.retract import retract_named
from survey_app.commands.waves import publish_named
from survey_app.counting.urn import keys
from survey_app.installation.tables import bind_web
from survey_app.publications import shelf
from survey_app.publications.check_files import check_files
from survey_app.publications.errors import NotOnShelfError, RetractedError
from survey_app.publications.retractions import retractions
from survey_app.publications.told_reason import UntellableError
from survey_app.publications.trends import trend
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.errors import (
    NothingStandsError,
    PublishingError,
    ShelfMovedError,
    UnknownPublicationError,
)
from survey_app.publishing.inputs.wave_inputs import read_inputs
from survey_app.publishing.releasing.publish_wave import prepare, publish_wave, store
from survey_app.publishing.releasing.retract_wave import retract_wave
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.clock import OSLO
from survey_app.shared.database import Login, connection, fetch
from survey_app.waves.move_results import move_results
from survey_app.waves.open_wave import open_wave
from survey_app.waves.progress import in_progress
from survey_app.waves.stop_answers import stop_answers
from tests.builders_publication.silent import silent_of
from tests.kept_agencies import PUBLIC, kept_agency
from tests.publishing_builders import rows, value

LATER = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def agency(postgres, tmp_path, kept_in):
    async with kept_agency(postgres, Settings(data_dir=tmp_path / "data"), kept_in) as agency:
        yield agency


async def test_a_wave_is_published_once_with_its_hashes(agency):
    wave, publication = await agency.published()
    assert await publish_wave(wave.key, now=wave.closed_at) == publication
    stored = await rows("SELECT * FROM publications.publication")
    assert len(stored) == 1
    manifest = json.loads(stored[0]["manifest"])
    assert manifest["content_hash"] == stored[0]["content_hash"]
    assert manifest["response_set_hash"] == await value(
        "SELECT response_set_hash FROM counting.wave_record"
    )
    assert manifest["parameters"]["instrument"] == "verdipuls"
    assert manifest["parameters"]["instrument_versions"] == [2]
    assert manifest["plan_hash"] == await value(
        "SELECT plan_hash FROM asking.wave WHERE key = $1", wave.key
    )
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "published"


async def test_nobody_sees_it_before_the_morning_that_the_campaign_promised(agency):
    [(wave, publication)] = await agency.with_published(0)
    morning = datetime.combine(wave.results_on, datetime.min.time(), tzinfo=OSLO) + timedelta(
        hours=9
    )
    minute = timedelta(minutes=1)
    bind_web()
    assert await shelf.heads("staff", at=morning - minute) == []
    with pytest.raises(NotOnShelfError):
        await shelf.load(publication, at=morning - minute)
    assert [head.id for head in await shelf.heads("staff", at=morning)] == [publication]
    assert (await shelf.load(publication, at=morning)).estimate("KI-kjerne").shown


async def _files_hold(wave):
    """Check record, key list and publication of a wave by their files alone."""
    (row,) = await rows(
        "SELECT r.content AS record, r.key_list, p.content FROM publications.wave_record r"
        " JOIN publications.publication p ON p.wave = r.wave WHERE r.wave_key = $1",
        wave.key,
    )
    found = check_files({name: bytes(content) for name, content in row.items()})
    assert [one.sentence for one in found if not one.holds] == []
    assert len(found) > 10
    counted = json.loads(await value("SELECT content FROM counting.wave_record"))
    assert counted["salt"] not in row["record"].decode() + row["content"].decode()


async def test_recomputing_gives_the_same_bytes(agency):
    [(wave, publication)] = await agency.with_published(0)
    found = await recompute(publication)
    assert found.verdict is Recomputation.SAME
    assert "the same" in found.sentence
    await _files_hold(wave)


async def test_the_trend_is_computed_from_what_all_earlier_waves_showed_and_again_the_same(agency):
    (_, first), (_, second) = await agency.with_published(0, 1)
    stored = {
        row["id"]: json.loads(row["content"])
        for row in await rows("SELECT id, content FROM publications.publication")
    }
    (alone,) = [row for row in stored[first]["trends"] if row["level"] == "agency"]
    (both,) = [row for row in stored[second]["trends"] if row["level"] == "agency"]
    assert (alone["waves"], alone["change"]) == (1, None)
    assert (both["waves"], both["warning"]) == (2, "too_short")
    assert both["since"] == stored[first]["wave"]["key"]
    shown = {
        name: next(
            row["mean"] for row in stored[name]["estimates"]
            if (row["measure"], row["level"], row["statistic"]) == ("KI-kjerne", "agency", "mean")
        )
        for name in (first, second)
    }  # fmt: skip
    assert both["change"] == round(shown[second] - shown[first], 1)
    hidden = {
        row["domain"] for row in stored[second]["estimates"]
        if row["measure"] == "KI-kjerne" and row["status"] != "published"
    }  # fmt: skip
    assert not hidden & {row["domain"] for row in stored[second]["trends"]}
    assert (await recompute(second)).agrees


async def test_a_response_that_was_changed_is_noticed(agency):
    [(_, publication)] = await agency.with_published(0)
    async with connection(Login.MIGRATOR) as link:
        await link.execute(
            "UPDATE counting.response SET answers[1] = 6 - answers[1] WHERE id ="
            " (SELECT id FROM counting.response WHERE answers[1] IN (1, 2, 4, 5) LIMIT 1)"
        )
    found = await recompute(publication)
    assert found.verdict is Recomputation.CHANGED
    assert "not those that its wave record names" in found.sentence


async def test_an_unknown_publication_cannot_be_verified(database):
    from uuid import uuid4

    with pytest.raises(UnknownPublicationError):
        await recompute(uuid4())


async def test_what_is_published_cannot_be_changed(agency):
    await agency.with_published(0)
    async with connection(Login.MIGRATOR) as link:
        with pytest.raises(asyncpg.RaiseError, match="immutable"):
            await link.execute("UPDATE publications.publication SET version = 2")
        with pytest.raises(asyncpg.RaiseError, match="immutable"):
            await link.execute("DELETE FROM publications.estimate")


async def test_a_correction_stands_beside_the_old_one_and_replaces_it_in_lists(agency):
    [(wave, first)] = await agency.with_published(0)
    told = []
    with pytest.raises(UntellableError, match="say why"):
        await publish_named(wave.key, agency.settings, told.append, correct=" ")
    await publish_named(wave.key, agency.settings, told.append, correct="Nothing is wrong")
    assert told == [f"{wave.key} comes out as it stands: nothing is published anew"]
    async with connection(Login.MIGRATOR) as link:
        await link.execute(
            "UPDATE asking.wave SET labels = jsonb_set(labels, '{name,nb}', '\"Rettet\"')"
            " WHERE key = $1",
            wave.key,
        )
    unseen = "It had\0 another\u200b name"
    await publish_named(wave.key, agency.settings, told.append, correct=unseen)
    [told_of] = await rows("SELECT actor, facts FROM audit.event WHERE action = 'wave corrected'")
    assert told_of["actor"] == "command line"
    assert json.loads(told_of["facts"])["reason"] == "It had another name."
    heads = await shelf.heads("staff", at=LATER)
    assert [(str(head.id), head.version) for head in heads] == [
        (json.loads(told_of["facts"])["publication"], 2)
    ]
    # readers are told why
    assert heads[0].correction.reason == "It had another name."
    assert f"is published as {heads[0].id}" in told[-1]
    assert (await shelf.load(first, at=LATER)).head.version == 1
    assert len(await trend("staff", "KI-kjerne", at=LATER)) == 1


async def test_what_is_taken_back_is_shown_to_nobody_and_stays_known_to_what_protects_later_figures(
    agency, tmp_path
):
    [(wave, first), (_, after)] = await agency.with_published(0, 1)
    assert {row["since"] for row in (await shelf.load(after, at=LATER)).content["changes"]}
    told = []
    with pytest.raises(UntellableError, match="say why"):
        await retract_named(wave.key, " ", told.append)
    # what cannot be done any more is not asked for
    kept = "UPDATE asking.wave SET closed_at = closed_at - interval '%s days' WHERE key = $1"
    await fetch(Login.MIGRATOR, kept % 10_000, wave.key)
    await retract_named(wave.key, "Two regions were exchanged", told.append)
    assert told[-1] == ANSWERS_GONE
    await list_waves(told.append)
    assert ANSWERS_GONE in told[-1]
    await fetch(Login.MIGRATOR, kept % -10_000, wave.key)
    await list_waves(told.append)
    assert f"wave publish {wave.key} --correct REASON" in told[-1]
    assert [str(head.id) for head in await shelf.heads("staff", at=LATER)] == [str(after)]
    assert (await find_wave(Login.WORKER, wave.key)).taken_back
    told.clear()
    await export_wave(wave.key, tmp_path, told.append)
    assert (
        told[-1] == f"these figures were taken back on {clock.today()}: Two regions were exchanged."
    )
    with pytest.raises(RetractedError, match="Two regions were exchanged"):
        await shelf.load(first, at=LATER)
    content = (await shelf.load(after, at=LATER)).content
    assert [*content["changes"], *content["trends"], *content["path"]] == []
    with pytest.raises(NothingStandsError):
        await retract_named(wave.key, "Once more", told.append)
    # what is stored is as it was, and a later wave knows it and is not compared with it
    [back] = await retractions(at=LATER)
    found = await recompute(back.publication)
    assert found.agrees
    assert found.sentence.startswith("taken back; recomputed: the same")
    assert (await recompute(after)).verdict is Recomputation.EXPLAINED
    inputs = await read_inputs(wave.key)
    assert len(inputs.versions) == 2
    # found to be right all the same, they are published anew, and the first stays gone
    await publish_named(wave.key, agency.settings, told.append, correct="They were not")
    heads = await shelf.heads("staff", at=LATER)
    assert (heads[0].version, heads[0].wave_key) == (3, wave.key)
    assert heads[0].correction.reason == "They were not."
    assert not (await find_wave(Login.WORKER, wave.key)).taken_back
    assert heads[0].retracted == ()
    with pytest.raises(RetractedError):
        await shelf.find_head(str(first), at=LATER)
    assert (await shelf.load(after, at=LATER)).content["changes"] == []


async def test_suppressed_cells_hold_a_status_and_nothing_else(agency):
    [(_, publication)] = await agency.with_published(0)
    content = (await shelf.load(publication, at=LATER)).content
    hidden = [row for row in content["estimates"] if row["status"] != "published"]
    assert hidden
    assert {frozenset(row) for row in hidden} == {
        frozenset({"measure", "statistic", "category", "level", "domain", "status"})
    }
    shown = [row for row in content["estimates"] if row["status"] == "published"]
    assert min(row["n"] for row in shown) >= 10
    for domain in content["domains"]:
        if domain["status"] != "published":
            assert domain["answered"] is None
            assert domain["rate"] is None


async def test_the_report_says_that_weighting_does_not_remove_the_bias_of_motivation(agency):
    [(_, publication)] = await agency.with_published(0)
    head = (await shelf.load(publication, at=LATER)).head.head
    codes = [warning["code"] for warning in head["warnings"]]
    assert "weighting_does_not_remove_motivation" in codes
    assert "new_instrument" in codes
    assert "plan_changed" not in codes


async def test_a_second_wave_is_compared_with_the_first(agency):
    (first, _), (_, publication) = await agency.with_published(0, 1)
    published = await shelf.load(publication, at=LATER)
    change = published.change("KI-kjerne", "agency", "")
    assert change["since"] == first.key
    assert change["since_labels"]["since"]["nb"].startswith("siden ")
    now = published.estimate("KI-kjerne").mean
    (before, after) = [p.estimate.mean for p in await trend("staff", "KI-kjerne", at=LATER)]
    assert after == now
    assert change["difference"] == pytest.approx(after - before, abs=0.11)
    # of one wave beside another little is sure: what is known of the change lies nearer to none
    assert abs(change["model_difference"]) <= abs(change["difference"])
    assert change["model_low"] < change["model_difference"] < change["model_high"]
    assert change["low"] < change["difference"] < change["high"]


async def test_what_is_said_of_the_silent_follows_from_what_is_published(agency):
    await agency.with_published(0, 1)
    stored = await rows("SELECT content FROM publications.publication ORDER BY sequence")
    contents = [json.loads(row["content"]) for row in stored]
    said = contents[-1].pop("nonresponse")
    assert silent_of(contents[-1], contents[:-1]) == said
    assert said["ranges"]


async def test_a_letter_sample_is_published_with_groups_and_keeps_no_unit(agency):
    [(wave, publication)] = await agency.with_published(PUBLIC)
    await _files_hold(wave)
    published = await shelf.load(publication, at=LATER)
    assert await value("SELECT count(*) FROM counting.response WHERE domain <> ''") == 0
    groups = {row["code"].split(":")[0] for row in published.domains if row["level"] == "group"}
    assert groups == {"age", "gender", "county", "education", "knowledge", "contact", "channel"}
    young = next(row for row in published.domains if row["code"] == "age:18-29")
    assert young["name"] == {"nb": "18–29 år", "nn": "18–29 år", "en": "18–29"}
    assert published.estimate("EVN", "group", "gender:woman").n >= 50
    assert published.content["response"]["rr2"] == pytest.approx(0.27, abs=0.05)
    assert (await recompute(publication)).agrees


async def test_stored_combinations_of_the_public_occur_k_times_among_the_invited(agency):
    await agency.with_published(PUBLIC)
    invited = {
        (row["county"], row["age"], row["gender"]): row["invited"]
        for row in await rows("SELECT * FROM asking.sample_count")
    }
    from questionnaires.model import Questionnaire

    form = Questionnaire.from_json(
        await value("SELECT content FROM asking.questionnaire WHERE form = 'omdomme'")
    )
    at = [form.columns.index(item) for item in ("d.fylke", "d.alder", "d.kjonn")]
    stored = await rows("SELECT DISTINCT answers FROM counting.response")
    for answers in (row["answers"] for row in stored):
        county, age, gender = (answers[place] for place in at)
        told = (f"{county:02d}" if county > 0 else "", str(age) if age > 0 else "",
                str(gender) if gender in (1, 2) else "")  # fmt: skip
        fits = sum(
            people
            for cell, people in invited.items()
            if all(part in ("", own) for part, own in zip(told, cell, strict=True))
        )
        assert fits >= 5


async def test_fewer_than_k_answers_store_nothing_and_publish_nothing(agency):
    wave = agency.history[0]

    await open_wave(wave.key, now=wave.opened_at, settings=agency.settings, rehearse=None)
    closed = await close_wave(wave.key, key_dir=agency.settings.key_folder, now=wave.closed_at)
    assert closed.accepted == 0
    assert closed.publication is None
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "counted"
    assert keys.held(agency.settings.key_folder) == ()
    assert await in_progress("staff") is None  # no page waits for figures
    with pytest.raises(PublishingError, match="fewer than 5"):
        await publish_wave(wave.key, now=wave.closed_at)


async def test_a_handful_of_answers_is_published_with_every_figure_hidden(agency):
    wave = agency.history[0]
    drawn = await open_wave(wave.key, now=wave.opened_at, settings=agency.settings, rehearse=None)
    silent = np.arange(agency.staff.agency.people) >= 12
    await agency.fielding.answer_staff(
        agency.staff, wave, drawn.wave, agency.earlier, silent=silent
    )
    publication = await agency.fielding.finish(wave)
    content = (await shelf.load(publication, at=LATER)).content
    assert 5 <= content["response"]["answers"] < 10
    assert {row["status"] for row in content["estimates"]} == {"suppressed_primary"}
    assert content["pooled"] == []


async def test_a_small_letter_sample_is_published_as_coarsely_as_it_must(agency):
    half = agency.halves[0]
    await agency.fielding.hold_public(half, gross=120)
    publication = await agency.fielding.finish(half)
    content = (await shelf.load(publication, at=LATER)).content
    assert {row["status"] for row in content["estimates"]} == {"suppressed_primary"}
    told = {one["code"]: one for one in content["warnings"]}
    assert told["margin_made_coarser"]["categories"]


async def test_a_closed_wave_is_shown_on_the_day_that_its_results_were_moved_to(agency):
    wave = await agency.answered(0)
    await value("UPDATE asking.campaign SET release = '09:00'")
    await stop_answers(wave.key, now=wave.closed_at)
    told = {"now": wave.closed_at, "today": wave.closed_at.date(), "reason": "", "actor": "hr"}
    moved = wave.results_on + timedelta(days=9)
    with pytest.raises(DatesRefused, match="at most 183 days"):
        await move_results(wave.key, moved + timedelta(days=300), **told)
    await move_results(wave.key, moved, **told)
    await agency.fielding.finish(wave)
    released = await value("SELECT released_at FROM publications.publication")
    assert released.astimezone(OSLO).date() == moved
    # now its figures name the day
    with pytest.raises(DatesRefused, match="stands in them"):
        await move_results(wave.key, wave.results_on, **told)


async def test_figures_are_not_stored_where_what_they_rest_on_moved_meanwhile(agency):
    wave, _ = await agency.published()
    await value(
        "UPDATE asking.wave SET labels = jsonb_set(labels, '{name,nb}', '\"Rettet\"')"
        " WHERE key = $1",
        wave.key,
    )
    before = await prepare(wave.key)
    await value("UPDATE asking.wave SET results_on = results_on + 9 WHERE key = $1", wave.key)
    with pytest.raises(PublishingError, match="moved meanwhile"):
        await store(before, now=wave.closed_at)
    assert await value("SELECT count(*) FROM publications.publication") == 1
    await retract_wave(wave.key, now=wave.closed_at, reason="Feil i inndelingen.")
    # what was computed before would end a retraction that it knows nothing of
    with pytest.raises(ShelfMovedError, match="taken back while"):
        await store(before, now=wave.closed_at)
    assert await value("SELECT count(*) FROM publications.publication") == 2


async def test_figures_wait_for_what_is_being_taken_back_before_they_are_stored(agency):
    first, _ = await agency.published()
    second, _ = await agency.published(1)
    await value(
        "UPDATE asking.wave SET labels = jsonb_set(labels, '{name,nb}', '\"Rettet\"')"
        " WHERE key = $1",
        second.key,
    )
    begun = asyncio.Event()
    prepared = await prepare(second.key)

    async def stored():
        await begun.wait()
        await store(prepared, now=second.closed_at)

    # begun outside the transaction, which it would be a part of otherwise
    storing = asyncio.create_task(stored())
    async with writing():
        await retract_wave(first.key, now=second.closed_at, reason="Feil i inndelingen.")
        begun.set()
        await asyncio.wait([storing], timeout=0.5)
    with pytest.raises(ShelfMovedError):
        await storing


async def test_no_wave_is_shown_before_one_that_it_is_compared_with(agency):
    held_back = await agency.answered(0)
    await value(
        "UPDATE asking.wave SET results_on = results_on + 400 WHERE key = $1", held_back.key
    )
    await value("UPDATE asking.campaign SET release = '09:00'")
    await agency.fielding.finish(held_back)
    await agency.published(1)
    # a change since it, beside the own level, would tell its level
    released = [
        await value("SELECT released_at FROM publications.publication WHERE wave_key = $1", key)
        for key in (held_back.key, agency.history[1].key)
    ]
    assert released[1] == released[0]
