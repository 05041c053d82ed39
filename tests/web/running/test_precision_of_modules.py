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
from tests.split_form import with_split_form
from tests.web.running.desk import WAVE, coming
from tests.web.running.test_precision import box


@pytest.fixture
async def published(hr, monkeypatch, tmp_path):
    bind_worker()
    await put_on_shelf(*staff_series())
    with_split_form(monkeypatch, tmp_path)
    earlier = CAMPAIGN[CAMPAIGN.index("[[waves]]") :].replace('"vp-1"', '"vp-0"')
    await import_campaign(coming(CAMPAIGN, after=120) + coming(earlier, after=60))
    bind_web()
    return hr


async def test_a_change_of_a_module_is_measured_from_what_a_module_told(published):
    """Half of those who answered before were asked it, too, where that wave was split as well."""
    page = (await published.get(f"{WAVE}/plan")).text
    fields = {"csrf": re.search(r'name="csrf" value="([^"]+)"', page)[1], "do": "recount"}
    day = clock.today() + timedelta(days=120)
    fields |= {"form": SPLIT, "invite": "everybody", "opens_on": day.isoformat()}

    async def smallest():
        said = box((await published.post(f"{WAVE}/plan", data=fields)).text)
        assert "slik vi venter at den blir" in said
        whole, each = re.search(r"Hele etaten(.*)Hver av 2 moduler(.*)", said).groups()
        found = (re.search(r"En endring på (\d+,\d) poeng", one)[1] for one in (whole, each))
        return [float(one.replace(",", ".")) for one in found]

    whole, after_all = await smallest()
    assert whole < after_all
    bind_worker()
    await fetch(Login.WORKER, "UPDATE asking.wave SET form = $1 WHERE key = 'vp-0'", SPLIT)
    bind_web()
    same, after_half = await smallest()
    assert same == whole
    assert after_half > after_all
