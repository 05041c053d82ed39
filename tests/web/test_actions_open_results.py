"""What staff may read of figures is what the campaign shows to everybody."""

from survey_app.installation.tables import bind_web, bind_worker
from tests.actions_builders import an_action
from tests.builders_publication import put_on_shelf, staff_series, words
from tests.web.test_actions_pages import BEFORE_LAST_MAIN, UNIT


async def page_of_the_unit(web, open_results):
    staff = staff_series()
    bind_worker()
    await put_on_shelf(staff[0], staff[3], open_results=open_results)
    await an_action(unit=UNIT, visible=True, starts_on=BEFORE_LAST_MAIN)
    await an_action(unit="", visible=True, starts_on=BEFORE_LAST_MAIN, measure="NYT")
    bind_web()
    return words(await web.get(f"/actions/unit/{UNIT}")), words(await web.get("/actions/unit"))


async def test_a_units_change_is_told_where_all_results_are_open(web, database):
    unit, _ = await page_of_the_unit(web, open_results=2)
    assert "siden høsten 2024" in unit
    assert "Vi kan ikke si at tiltaket er årsaken." in unit


async def test_nothing_is_told_where_no_results_are_open(web, database):
    unit, agency = await page_of_the_unit(web, open_results=0)
    for text in (unit, agency):
        assert "siden høsten 2024" not in text
        assert "poeng" not in text
