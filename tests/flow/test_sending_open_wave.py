"""Opening a wave: what is drawn, in one transaction, and every reason why it may not open."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.asking.campaigns.commands import import_file, list_waves
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.errors import CampaignProblems, OpeningRefused, UnknownWave, WrongState
from survey_app.asking.invitations.insert_invitations import NewInvitation, insert_invitations
from survey_app.asking.invitations.sample import read_sample
from survey_app.asking.writing import writing
from survey_app.shared.database import Login, fetch
from survey_app.shared.trustees import as_two
from tests.asking_builders import (
    CAMPAIGN,
    an_open_wave,
    import_campaign,
    import_people,
    open_wave,
    register,
)

CAMPAIGN_PAGE = Path("docs/formats/campaign.md").read_text(encoding="utf-8")
PUBLIC = (
    CAMPAIGN.replace('"verdipuls"', '"omdomme"')
    .replace('"verdipuls.k1"', '"omdomme"')
    .replace('"staff"', '"public"')
    .replace('"everybody"', '"sample"')
    .replace("vp-1", "om-1")
)


async def count(table):
    (row,) = await fetch(Login.WORKER, f"SELECT count(*) AS n FROM asking.{table}")
    return row["n"]


async def test_everybody_gets_one_invitation_and_one_mail_that_is_due(database):
    drawn = await an_open_wave()
    assert (drawn.invited, drawn.mails) == (60, 60)
    assert await count("invitation") == 60
    rows = await fetch(Login.WORKER, "SELECT kind, state FROM asking.outbox")
    assert rows == [{"kind": "invitation", "state": "due"}] * 60
    wave = await find_wave(Login.WORKER, "vp-1")
    assert wave.state == "open"
    assert wave.questionnaire == drawn.questionnaire_hash


async def test_the_frame_is_frozen_with_its_names_and_counts(database):
    await an_open_wave()
    rows = await fetch(
        Login.WORKER,
        "SELECT level, code, parent, name, members, population, invited FROM asking.wave_domain"
        " ORDER BY position",
    )
    # sor-1 is a region of 12 and nord-2 a unit of 14: they are reported as one, under Nord
    assert [tuple(row.values()) for row in rows] == [
        ("agency", "", "", "Etaten", [], 60, 60),
        ("region", "nord", "", "Region Nord og Region Sor", ["nord", "sor"], 60, 60),
        ("unit", "nord-1", "nord", "Fengsel Nord-1", ["nord-1"], 34, 34),
        ("unit", "nord-2+sor-1", "nord", "Fengsel Nord-2 og Fengsel Sor-1",
         ["nord-2", "sor-1"], 26, 26),
    ]  # fmt: skip


async def test_a_unit_with_fewer_than_two_k_invited_answers_for_its_region(database):
    await import_people(register({"nord-1": 60, "nord-2": 24, "nord-3": 36}))
    await import_campaign(CAMPAIGN.replace("everybody", "panel:A"))
    drawn = await open_wave()
    # eight alone would be a group of eight under a region's name: the next smallest joins them
    assert drawn.key_groups == {"nord-1": 20, "nord": 20}
    rows = await fetch(Login.WORKER, "SELECT DISTINCT domain FROM asking.invitation ORDER BY 1")
    assert [row["domain"] for row in rows] == ["nord", "nord-1"]


async def test_a_region_that_invites_fewer_than_k_stops_the_opening(database):
    await import_people(register({"nord-1": 60, "sor-1": 15}))
    await import_campaign(CAMPAIGN.replace("everybody", "panel:A"))
    async with writing() as link:
        await link.execute(
            "UPDATE asking.person SET panel = 'A' WHERE id IN (SELECT p.id FROM asking.person p"
            " JOIN asking.unit u ON u.id = p.unit WHERE u.code = 'sor-1' AND p.panel = 'C' LIMIT 2)"
        )
    with pytest.raises(OpeningRefused, match=r"only 3 are invited .* «sor»"):
        await open_wave()
    assert await count("invitation") == 0


async def test_units_stay_merged_as_in_the_first_wave_of_the_year(database):
    second = """
[[waves]]
key = "vp-2"
invite = "everybody"
opens_on = 2026-11-10
closes_on = 2026-11-24
results_on = 2026-12-08
"""
    await import_people()
    await import_campaign(CAMPAIGN + second)
    await open_wave()
    await import_people(register({"nord-1": 34, "nord-2": 22, "sor-1": 15}))
    drawn = await open_wave("vp-2")
    assert [domain.code for domain in drawn.domains if domain.level == "unit"] == [
        "nord-1",
        "nord-2+sor-1",
    ]
    assert drawn.domains[-1].population == 37


async def test_a_wave_that_cannot_open_leaves_nothing_behind(database):
    await import_people()
    await import_campaign(
        CAMPAIGN.replace(', nn = "Følgje verdiane"', "")
        .replace("retention_days = 1825", "")
        .replace('legal_basis = "GDPR article 6 (1) f"', "")
    )
    with pytest.raises(OpeningRefused) as caught:
        await open_wave()
    assert [reason.split(":")[0] for reason in caught.value.reasons] == [
        "the campaign has no purpose in nn",
        "the campaign has no legal basis",
        "the campaign does not say how long responses are kept",
    ]
    assert await count("invitation") == await count("outbox") == await count("wave_domain") == 0
    assert (await find_wave(Login.WORKER, "vp-1")).state == "draft"


async def test_a_missing_nynorsk_text_on_one_item_keeps_a_wave_shut(database):
    # planted case 7.8.7; the Language Act, section 14
    await import_people()
    await import_campaign()
    whole = load_library().questionnaire("verdipuls.k1")
    item = replace(whole.items[3], text={**whole.items[3].text, "nn": " "})
    broken = replace(whole, items=(*whole.items[:3], item, *whole.items[4:]))
    with pytest.raises(OpeningRefused) as caught:
        await open_wave(questionnaire=broken)
    assert caught.value.reasons == (
        f"the questionnaire's «{item.id}» has no text in nn: translate it",
    )


async def test_a_wave_opens_once(database):
    await an_open_wave()
    with pytest.raises(WrongState, match="is open"):
        await open_wave()
    with pytest.raises(UnknownWave):
        await open_wave("vp-9")
    assert await count("invitation") == 60


async def test_a_wave_without_people_does_not_open(database):
    await import_people(register({"nord-1": 14}))
    await import_campaign()
    with pytest.raises(OpeningRefused, match="14 people"):
        await open_wave()


async def test_a_public_wave_invites_its_sample_by_letter_and_keeps_counts_only(database):
    await import_campaign(PUBLIC)
    questionnaire = load_library().questionnaire("omdomme")
    sample = read_sample("county;age;gender;language\n03;1;1;\n03;1;1;nn\n56;5;2;\n", questionnaire)
    drawn = await open_wave("om-1", questionnaire=questionnaire, sample=sample)
    adults = read_population().county_population()
    assert (drawn.invited, drawn.mails) == (3, 0)
    assert [(row.level, row.name, row.population, row.invited) for row in drawn.domains] == [
        ("agency", "Hele landet", adults["03"] + adults["56"], 3),
        ("county", "Oslo", adults["03"], 2),
        ("county", "Finnmark", adults["56"], 1),
    ]
    assert await fetch(Login.WORKER, "SELECT margins FROM asking.wave WHERE key = 'om-1'") == [
        {"margins": read_population().dated}
    ]
    rows = await fetch(
        Login.WORKER, "SELECT county, age, gender, invited FROM asking.sample_count ORDER BY 1"
    )
    assert [tuple(row.values()) for row in rows] == [("03", "1", "1", 2), ("56", "5", "2", 1)]
    (letters,) = await fetch(Login.WORKER, "SELECT DISTINCT channel, person FROM asking.invitation")
    assert letters == {"channel": "letter", "person": None}


async def test_a_public_wave_needs_its_sample(database):
    await import_campaign(PUBLIC)
    with pytest.raises(OpeningRefused, match="sample file"):
        await open_wave("om-1", form="omdomme")


async def test_seven_thousand_invitations_are_written_in_one_statement(database):
    await import_campaign()
    wave = await find_wave(Login.WORKER, "vp-1")
    counties = np.random.default_rng(1).choice(["03", "46"], 7400)
    async with writing() as link:
        ids = await insert_invitations(
            link, (NewInvitation(wave.id, str(county), channel="letter") for county in counties)
        )
    assert len(set(ids)) == await count("invitation") == 7400
    rows = await fetch(Login.MIGRATOR, "SELECT DISTINCT xmin, cmin FROM asking.invitation")
    assert len(rows) == 1


async def test_a_campaign_file_is_imported_twice_without_a_change(database):
    await import_campaign()
    plan = await import_campaign()
    assert (plan.is_new, plan.fields, plan.waves) == (False, (), ())


async def test_a_draft_can_change_and_waves_are_numbered_by_their_dates(database):
    earlier = (
        CAMPAIGN.split("[[waves]]")[1]
        .replace("vp-1", "vp-0")
        .replace("2026-05", "2026-02")
        .replace("2026-06", "2026-03")
    )
    await import_campaign()
    plan = await import_campaign(CAMPAIGN.replace("[4, 10]", "[5]") + "\n[[waves]]" + earlier)
    assert [(wave.key, wave.act) for wave in plan.waves] == [("vp-0", "added"), ("vp-1", "changed")]
    assert (await find_wave(Login.WORKER, "vp-0")).sequence == 1
    assert (await find_wave(Login.WORKER, "vp-1")).sequence == 2
    plan = await import_campaign()
    assert [(wave.key, wave.act) for wave in plan.waves] == [
        ("vp-1", "changed"),
        ("vp-0", "removed"),
    ]


async def test_what_was_promised_does_not_change_after_opening(database):
    await an_open_wave()
    with pytest.raises(CampaignProblems) as caught:
        await import_campaign(CAMPAIGN.replace("1825", "3650").replace("2026-05-26", "2026-06-02"))
    assert [problem.column for problem in caught.value.problems] == ["retention_days", "waves"]


async def test_results_do_not_come_at_once_of_a_wave_that_named_their_day(database):
    timed = CAMPAIGN.replace("retention_days", 'release = "09:00"\nretention_days')
    await import_people()
    await import_campaign(timed)
    await open_wave()
    with pytest.raises(CampaignProblems) as caught:
        await import_campaign(CAMPAIGN)
    assert [problem.column for problem in caught.value.problems] == ["release"]
    await import_campaign(timed.replace("09:00", "10:00"))


async def test_the_documented_campaigns_are_files_that_can_be_imported(database):
    examples = [each.split("```")[0] for each in CAMPAIGN_PAGE.split("```toml\n")[1:]]
    whole = [each for each in examples if "\npopulation =" in each]
    for example in whole:
        await import_campaign(example)
    assert await count("wave") == 3
    halves, trustees, comments = (each for each in examples if each not in whole)
    assert [one["overlap"] for one in tomllib.loads(halves)["waves"]] == ["v1"]
    (wave,) = tomllib.loads(trustees)["waves"]
    assert [one.name for one in as_two(wave["trustees"])] == ["Hovedtillitsvalgt", "HR-sjef"]
    days, reasons = comments.split("[comment]")
    await import_campaign(f"{days}{CAMPAIGN}\n[comment]{reasons}")


async def test_the_commands_import_a_campaign_and_list_its_waves(database, tmp_path):
    file, told = tmp_path / "campaign.toml", []
    file.write_text(CAMPAIGN, encoding="utf-8")
    await import_file(file, dry_run=True, echo=told.append)
    assert told[:2] == ["+ campaign verdipuls: added", "+ wave vp-1: added"]
    assert await count("campaign") == 0
    await import_file(file, dry_run=False, echo=told.append)
    told.clear()
    await list_waves(told.append)
    (line,) = told
    assert re.split(r" {2,}", line) == [
        "vp-1",
        "draft",
        "2026-05-12 to 2026-05-26",
        "results 2026-06-09",
        "everybody",
        "Mai 2026, kortmåling",
    ]
