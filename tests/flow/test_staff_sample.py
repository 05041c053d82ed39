"""A sample of the staff: drawn by a seed that is kept as long as the invitations, and no longer."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from questionnaires.loader import load_library
from survey_app.asking.delivery.clean_up import forget_invitations
from survey_app.asking.errors import OpeningRefused
from survey_app.asking.people.staff_frame import read_staff_frame
from survey_app.asking.people.staff_sample import design_of, sample_of
from survey_app.asking.writing import writing
from survey_app.commands.waves import verify_named
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from survey_app.waves.open_wave import open_wave
from tests.asking_builders import CAMPAIGN, NOW, TODAY, import_campaign, import_people
from tests.publishing_builders import SmallAgency, rows, value

HEADLINE = load_library().measures.headline("staff")


def drawing(invite):
    return CAMPAIGN.replace('invite = "everybody"', f'invite = "{invite}"')


async def opened(tmp_path, invite, **more):
    await import_people()
    await import_campaign(drawing(invite))
    settings = Settings(data_dir=tmp_path, secret_key="for tests only, and long enough there")
    return await open_wave("vp-1", now=NOW, settings=settings, rehearse=None, **more)


async def invited():
    return {row["person"] for row in await rows("SELECT person FROM asking.invitation")}


async def test_a_sample_is_drawn_of_each_unit_by_its_people_and_can_be_drawn_again(
    database, tmp_path
):
    await opened(tmp_path, "proportional:30")
    units = await rows(
        "SELECT population, invited FROM asking.wave_domain WHERE level = 'unit' ORDER BY position"
    )
    # half of 34, and of 26
    assert [tuple(row.values()) for row in units] == [(34, 17), (26, 13)]
    seed = await value("SELECT draw_seed FROM asking.wave")
    async with writing() as link:
        frame = await read_staff_frame(link, today=TODAY, year=TODAY.year)
    again = sample_of(frame, design_of("proportional:30"), seed, {})
    assert {member.id for member in again} == await invited()
    other = sample_of(frame, design_of("proportional:30"), b"another", {})
    assert {member.id for member in other} != await invited()
    # the log can be held against the seed, and does not tell it
    [event] = await fetch(
        Login.MIGRATOR, "SELECT facts FROM audit.event WHERE action = 'wave opened'"
    )
    told = json.loads(event["facts"])
    assert told["seed"] == hashlib.sha256(seed).hexdigest()


async def test_more_are_drawn_where_answers_differed_more(database, tmp_path):
    await opened(tmp_path, "neyman:30", spreads={"": 10.0, "nord-1": 30.0})
    units = await rows(
        "SELECT invited FROM asking.wave_domain WHERE level = 'unit' ORDER BY position"
    )
    # 34 * 30 to 26 * 10
    assert [row["invited"] for row in units] == [24, 6]


async def test_the_seed_is_forgotten_with_the_invitations(database, tmp_path):
    await opened(tmp_path, "proportional:30")
    await rows("UPDATE asking.wave SET state = 'published', closed_at = $1", NOW)
    await forget_invitations(now=NOW + timedelta(days=20))
    assert await value("SELECT draw_seed FROM asking.wave") != b""
    await forget_invitations(now=NOW + timedelta(days=30))
    assert await value("SELECT draw_seed FROM asking.wave") == b""
    assert await invited() == set()


async def test_a_sample_that_the_staff_cannot_give_is_refused(database, tmp_path):
    with pytest.raises(OpeningRefused, match="at least 4, two of each unit, and at most 60 people"):
        await opened(tmp_path, "proportional:100")
    assert await invited() == set()


async def test_a_panel_that_was_asked_enough_is_not_drawn(database, tmp_path):
    await import_people()
    second = CAMPAIGN.split("[[waves]]")[1].replace("everybody", "proportional:30")
    for old, new in (("vp-1", "vp-2"), ("05-12", "09-08"), ("05-26", "09-22"), ("06-09", "10-06")):
        second = second.replace(old, new)
    first = CAMPAIGN.replace('"everybody"', '"panel:A"')
    await import_campaign(f"{first}\n[[waves]]{second}")
    settings = Settings(data_dir=tmp_path, secret_key="for tests only, and long enough there")
    await open_wave("vp-1", now=NOW, settings=settings, rehearse=None)
    asked = await invited()
    # panel A was asked three times this year, as far as anybody knows
    await rows(
        "INSERT INTO asking.wave SELECT (jsonb_populate_record(w, jsonb_build_object('id',"
        " gen_random_uuid(), 'key', 'before-' || n, 'opens_on', date '2026-01-13' + n,"
        " 'closes_on', date '2026-01-27' + n))).* FROM asking.wave w, generate_series(1, 2) n"
        " WHERE w.key = 'vp-1'"
    )
    drawn = await open_wave("vp-2", now=NOW, settings=settings, rehearse=None)
    assert drawn.invited == 30
    second_wave = {
        row["person"]
        for row in await rows("SELECT person FROM asking.invitation WHERE wave = $1", drawn.wave)
    }
    assert not second_wave & asked


async def test_answers_of_a_sample_stand_for_all_of_the_staff(database, tmp_path):
    agency = SmallAgency(Settings(data_dir=tmp_path), people=400)
    agency.history[0] = replace(agency.history[0], invite="proportional:240")
    await agency.imported()
    await agency.published(0)
    content = json.loads(await value("SELECT content FROM publications.publication"))
    [whole] = [one for one in content["domains"] if one["level"] == "agency"]
    assert (whole["population"], whole["invited"]) == (400, 240)
    assert 40 < whole["answered"] < 200
    # a person of a unit stands for as many as the unit has for each answer
    assert content["weights"]["sum"] == pytest.approx(400, abs=0.1)
    [figure] = [
        one
        for one in content["estimates"]
        if (one["measure"], one["level"], one["statistic"]) == (HEADLINE, "agency", "mean")
    ]
    assert figure["status"] == "published"


@pytest.mark.slow
async def test_waves_of_a_rotation_are_published_and_computed_anew(database, tmp_path):
    agency = SmallAgency(Settings(data_dir=tmp_path), people=400)
    for at in (0, 1):
        turn = f"rotation:2/3:{at + 1}"
        agency.history[at] = replace(agency.history[at], invite=turn, form=agency.history[0].form)
    await agency.imported()
    for at in (0, 1):
        await agency.published(at)
    found = await rows("SELECT content, manifest FROM publications.publication ORDER BY sequence")
    manifests = [json.loads(row["manifest"]) for row in found]
    assert [one["parameters"]["panel"] for one in manifests] == ["1+2/3", "2+3/3"]
    contents = [json.loads(row["content"]) for row in found]
    for content in contents:
        [whole] = [one for one in content["domains"] if one["level"] == "agency"]
        assert (whole["population"], abs(whole["invited"] - 267) < 20) == (400, True)
        assert content["weights"]["sum"] == pytest.approx(400, abs=0.1)
    assert await verify_named("latest", print) == 0
