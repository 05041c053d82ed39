"""A campaign goes on from its file after the agency got another language."""

import shutil

import pytest

from questionnaires.content import SETTING
from questionnaires.loader import load_library
from survey_app.asking.campaigns.campaign_toml import campaign_file_of, write_campaign
from survey_app.asking.campaigns.import_campaign import plan_campaign, read_campaign
from survey_app.asking.campaigns.queries import find_campaign, find_wave
from survey_app.asking.errors import CampaignProblems
from survey_app.shared.database import Login
from tests.agencies import FIRST
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave

GERMAN = """
[[language]]
code = "de"
name = "Deutsch"
locale = "de_DE"
fallback = "en"
partial = true
added = true
quotes = ["„", "“"]
time = "%H:%M"
register = "DEU"
"""
OWN = """
[waves.labels]
name = { nb = "Våren 2026", nn = "Våren 2026", en = "Spring 2026" }
"""
NEXT = """
[[waves]]
key = "vp-2"
invite = "everybody"
opens_on = 2026-09-15
closes_on = 2026-09-29
results_on = 2026-10-13
reminder_days = [4, 10]
"""


@pytest.fixture
def then_german(tmp_path, monkeypatch):
    """Let this process read content with one language more, from the moment that it is called."""

    def added():
        root = shutil.copytree(FIRST, tmp_path / "content")
        with (root / "agency.toml").open("a", encoding="utf-8") as agency:
            agency.write(GERMAN)
        monkeypatch.setenv(SETTING, str(root))

    return added


@pytest.mark.parametrize("said", [CAMPAIGN, CAMPAIGN + OWN])
async def test_the_next_wave_is_added_to_a_campaign_that_an_open_wave_has_named(
    database, then_german, said
):
    await import_people()
    await import_campaign(said)
    await open_wave()
    named = (await find_wave(Login.WORKER, "vp-1")).labels
    then_german()
    plan = await import_campaign(said + NEXT)
    assert [(change.key, change.act) for change in plan.waves] == [("vp-2", "added")]
    assert (await find_wave(Login.WORKER, "vp-1")).labels == named
    assert (await find_wave(Login.WORKER, "vp-2")).labels["name"]["de"].startswith("September 2026")


async def test_a_campaign_of_before_is_taken_out_as_a_file_that_changes_nothing(
    database, then_german
):
    await import_people()
    await import_campaign(CAMPAIGN + OWN)
    await open_wave()
    then_german()
    row = await find_campaign(Login.WORKER, "verdipuls")
    file = campaign_file_of(row, [await find_wave(Login.WORKER, "vp-1")])
    plan = await plan_campaign(read_campaign(write_campaign(file), load_library()))
    assert (plan.fields, plan.waves) == ((), ())


async def test_what_an_agency_calls_an_open_wave_itself_cannot_change_in_any_language(
    database, then_german
):
    await import_people()
    await import_campaign(CAMPAIGN + OWN)
    await open_wave()
    then_german()
    with pytest.raises(CampaignProblems, match="labels cannot change any more"):
        await import_campaign(CAMPAIGN + OWN.replace("Spring", "Autumn"))
