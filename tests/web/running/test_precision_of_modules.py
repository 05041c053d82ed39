"""How exact the modules of a split form will be, said on the plan of their wave."""

import re
from datetime import timedelta

import pytest

from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import CAMPAIGN, import_campaign
from tests.builders_publication import put_on_shelf, staff_series
from tests.split_form import FORM as SPLIT
from tests.split_form import HEADLINE_IN_A_MODULE, TOML, with_split_form
from tests.web.running.desk import WAVE, coming
from tests.web.running.test_precision import box


@pytest.fixture
async def published(hr, monkeypatch, tmp_path, request):
    bind_worker()
    await put_on_shelf(*staff_series())
    with_split_form(monkeypatch, tmp_path, getattr(request, "param", TOML))
    earlier = CAMPAIGN[CAMPAIGN.index("[[waves]]") :].replace('"vp-1"', '"vp-0"')
    await import_campaign(coming(CAMPAIGN, after=120) + coming(earlier, after=60))
    bind_web()
    return hr


def number(text):
    return float(text.replace(",", "."))


async def sizes(hr):
    """Plan the split form; return the margins and smallest changes of the whole and of modules."""
    page = (await hr.get(f"{WAVE}/plan")).text
    fields = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1], "do": "recount"}
    day = clock.today() + timedelta(days=120)
    fields |= {"form": SPLIT, "invite": "everybody", "opens_on": day.isoformat()}
    said = box((await hr.post(f"{WAVE}/plan", data=fields)).text)
    assert "slik vi venter at den blir" in said
    parts = re.search(r"Hele etaten(.*)Hver av 2 moduler(.*)", said).groups()
    margins = [number(re.search(r"±(\d+,\d) poeng", one)[1]) for one in parts]
    smallest = [number(re.search(r"En endring på (\d+,\d) poeng", one)[1]) for one in parts]
    return margins, smallest, said


async def the_wave_before_is_split():
    bind_worker()
    await fetch(Login.WORKER, "UPDATE asking.wave SET form = $1 WHERE key = 'vp-0'", SPLIT)
    bind_web()


async def test_a_change_of_a_module_is_measured_from_what_a_module_told(published):
    """Half of those who answered before were asked it, too, where that wave was split as well."""
    _, (whole, after_all), said = await sizes(published)
    assert "som bare de som får modulen" not in said
    assert whole < after_all
    await the_wave_before_is_split()
    _, (same, after_half), _ = await sizes(published)
    assert same == whole
    assert after_half > after_all


@pytest.mark.parametrize("published", [HEADLINE_IN_A_MODULE], indirect=True)
async def test_a_headline_index_that_one_module_asks_is_planned_by_who_is_asked_it(published):
    margins, (whole, module), said = await sizes(published)
    assert "Usikkerheten gjelder «Kulturindeks" in said
    assert "som bare de som får modulen «trygghet», blir spurt om." in said
    assert margins[0] == margins[1]
    assert whole == module
    # what the wave before tells of the index was told by a module of it, and not by half of that
    await the_wave_before_is_split()
    again, (after_half, same), _ = await sizes(published)
    assert again == margins
    assert after_half == same > whole


@pytest.mark.parametrize("published", [HEADLINE_IN_A_MODULE], indirect=True)
async def test_a_headline_index_whose_module_too_few_get_is_said_to_get_no_figures(published):
    """The margin beside its module's name was that of all, or of a figure that is not shown."""
    bind_worker()
    await fetch(
        Login.WORKER,
        "UPDATE asking.person SET active = false WHERE id NOT IN"
        " (SELECT id FROM asking.person ORDER BY unit, id LIMIT 26)",
    )
    bind_web()
    page = (await published.get(f"{WAVE}/plan")).text
    fields = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1], "do": "recount"}
    day = clock.today() + timedelta(days=120)
    fields |= {"form": SPLIT, "invite": "everybody", "opens_on": day.isoformat()}
    said = box((await published.post(f"{WAVE}/plan", data=fields)).text)
    whole, module = re.search(r"Hele etaten(.*)Hver av 2 moduler(.*)", said).groups()
    assert re.search(r"±\d+,\d poeng", whole)
    assert "» får ingen tall: Bare de som får modulen «trygghet», blir spurt om det" in whole
    assert "Tallene her gjelder det alle blir spurt om." in whole
    assert "som bare de som får modulen" not in said
    assert module.strip().startswith("Ingen tall")
    assert "En endring på" not in module.partition("Enheter")[0]
