"""What staff may read of figures is what the campaign shows to everybody."""

from survey_app.installation.tables import bind_web, bind_worker
from tests.actions_builders import an_action
from tests.builders_answering import an_open_wave
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


async def test_the_thanks_page_leads_to_what_answers_led_to_and_names_no_unit(web, settings):
    wave = await an_open_wave(settings)
    text = (await web.get(f"/answer/thanks?survey={wave.key}&lang=nn")).text
    assert 'href="/actions/unit?lang=nn"' in text
    assert "/actions/unit/" not in text


async def test_the_thanks_page_of_the_public_leads_to_no_unit(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    assert "/actions" not in (await web.get(f"/answer/thanks?survey={wave.key}")).text


async def test_on_an_english_page_what_leaders_wrote_is_marked_as_norwegian(web, database):
    bind_worker()
    await put_on_shelf(staff_series()[0])
    await an_action(unit=UNIT, visible=True, statement="sikkerhet.ansatte.1")
    bind_web()
    text = (await web.get(f"/actions/unit/{UNIT}?lang=en")).text
    assert '<h2 class="said" lang="nb">' in text
    assert "You said" in text
    assert "Goal in the strategy:" in text  # what is measured is another thing
