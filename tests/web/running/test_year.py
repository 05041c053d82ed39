"""A year of measuring: seen by month, copied from the year before as proposals, and planned."""

import re
from datetime import timedelta

import lxml.html
import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.proposals import find_proposal, waves_proposed
from survey_app.asking.campaigns.queries import list_waves
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.shared.numbers import long_date, short_date
from tests.asking_builders import CAMPAIGN, import_campaign, import_people
from tests.web.running.desk import again, work

YEAR = clock.today().year + 1
PUBLIC = (
    CAMPAIGN.replace('"verdipuls"', '"omdomme"')
    .replace('"verdipuls.k1"', '"omdomme.open"')
    .replace('"staff"', '"open"')
    .replace('"everybody"', '"open"')
    .replace('key = "vp-1"', 'key = "mening"')
    .replace('nb = "Verdipuls"', 'nb = "Si din mening"')
    .replace("reminder_days = [4, 10]\n", "")
)
PAGE, COPY = f"/campaigns?year={YEAR}", f"/years/{YEAR}/copy"


def this_year(text):
    return text.replace("2026-", f"{YEAR - 1}-")


@pytest.fixture
async def campaign(web):
    """Two campaigns with a wave each this year, the one of staff and the other of everybody."""
    bind_worker()
    await import_people()
    await import_campaign(this_year(CAMPAIGN))
    await import_campaign(this_year(PUBLIC))
    bind_web()


async def copied(client, chosen=("vp-1", "mening")):
    page = (await client.get(COPY)).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    return await client.post(COPY, data={"csrf": csrf, "wave": list(chosen)})


async def hidden(client, address):
    page = (await client.get(address)).text.partition("<main")[2]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


async def planned(client, address, **fields):
    """Send the form of a plan as it stands."""
    page = (await client.get(address)).text.partition("<main")[2]
    said = await hidden(client, address)
    said |= dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', page))
    said |= {"form": "verdipuls.k1", "invite": "everybody", "do": ""}
    return await client.post(address.partition("?")[0], data=said | fields)


async def test_a_wave_stands_under_the_month_that_it_opens_in_whatever_it_is_called(web, hr):
    late = this_year(CAMPAIGN)
    for name, day in (("opens_on", "28"), ("closes_on", "12"), ("results_on", "20")):
        month = "11" if name == "opens_on" else "12"
        late = re.sub(rf"{name} = \S+", f"{name} = {YEAR}-{month}-{day}", late)
    bind_worker()
    await import_people()
    await import_campaign(late)
    bind_web()
    page = " ".join((await hr.get(PAGE)).text.split())
    assert re.findall(r'<th scope="rowgroup" colspan="5">([^<]+)<', page) == ["Åpner i november"]
    assert f"Desember {YEAR}" in page


async def test_a_year_is_copied_and_each_proposal_becomes_a_plan_that_opens_with_two(hr):
    assert "Ingen målinger i" in (await hr.get(PAGE)).text
    assert (await copied(hr)).status_code == 200
    page = (await hr.get(PAGE)).text
    assert page.count("Forslag</span>") == 2
    assert "2 er forslag" in page
    address = re.search(r'href="(/waves/vp-1/next\?proposal=[^"]+)"', page)[1]
    assert "Forslaget er som" in (await hr.get(address)).text
    # days after the opening are copied as they were, onto a Saturday
    reply = await planned(hr, address)
    assert reply.status_code == 422
    assert "kommer i helgen eller på en helligdag" in reply.text
    assert (await planned(hr, address, reminder_days="7, 14")).status_code == 200
    await work()
    days = {one.key: one.opens_on for one in await list_waves(Login.WEB)}
    [key] = [one for one in days if one.startswith("verdipuls-")]
    assert days[key].year == YEAR
    page = (await hr.get(PAGE)).text
    assert page.count("Forslag</span>") == 1
    assert f"/waves/{key}/plan" in page
    await hr.post(f"/waves/{key}/open", data=await hidden(hr, f"/waves/{key}/open"))
    assert "Til godkjenning</span>" in (await hr.get(PAGE)).text
    await again(hr, "hr2@example.org")
    confirm = await hidden(hr, f"/waves/{key}/open")
    await hr.post(f"/waves/{key}/open", data=confirm | {"step": "confirm"})
    assert "Godkjent</span>" in (await hr.get(PAGE)).text


async def test_copying_twice_makes_nothing_twice_and_says_what_stands(hr):
    await copied(hr)
    first = await waves_proposed(Login.WEB, YEAR)
    page = (await hr.get(COPY)).text
    assert "Det er ikke mer å kopiere" in page
    assert "Disse står der alt" in page
    token = re.search(
        r'name="csrf" value="([^"]+)"', (await hr.get("/waves/new?form=verdipuls.k1")).text
    )
    await hr.post(COPY, data={"csrf": token[1], "wave": ["vp-1", "mening"]})
    assert await waves_proposed(Login.WEB, YEAR) == first
    logged = await fetch(Login.WEB, "SELECT * FROM audit.event WHERE action = 'year copied'")
    assert len(logged) == 1


async def test_nothing_can_be_sent_or_opened_from_a_proposal(hr):
    before = await list_waves(Login.WEB)
    await copied(hr)
    await work()
    assert await list_waves(Login.WEB) == before
    assert await fetch(Login.WEB, "SELECT 1 FROM asking.wave_act") == []
    for one in await waves_proposed(Login.WEB, YEAR):
        for act in ("open", "remind", "plan"):
            assert (await hr.get(f"/waves/{one.id}/{act}")).status_code == 404


async def test_a_proposal_is_taken_out_and_can_be_copied_again(hr):
    await copied(hr, ["vp-1"])
    [one] = await waves_proposed(Login.WEB, YEAR)
    address = f"/proposals/{one.id}/drop"
    assert "ut av året?" in (await hr.get(address)).text
    await hr.post(address, data=await hidden(hr, address))
    assert await waves_proposed(Login.WEB, YEAR) == []
    # once more, from a page that was left open
    assert (await hr.get(address)).url.path == "/campaigns"
    assert (await hr.get(f"/waves/vp-1/next?proposal={one.id}")).url.path == "/campaigns"
    await copied(hr, ["vp-1"])
    assert len(await waves_proposed(Login.WEB, YEAR)) == 1


async def test_one_proposal_becomes_one_wave_however_many_plan_it_at_once(hr):
    await copied(hr, ["vp-1"])
    [one] = await waves_proposed(Login.WEB, YEAR)
    address = f"/waves/vp-1/next?proposal={one.id}"
    # the first two are one button that was pressed twice
    for days in ("7", "7", "14"):
        assert (await planned(hr, address, reminder_days=days)).status_code == 200
    await work()
    assert sum(wave.opens_on.year == YEAR for wave in await list_waves(Login.WEB)) == 1
    assert await find_proposal(Login.WEB, one.id) is None
    assert "Noen andre har alt laget planen" in (await hr.get("/campaigns/verdipuls")).text
    assert (await hr.get(address)).url.path == "/campaigns"


async def test_a_plan_of_a_proposal_that_went_meanwhile_keeps_what_was_filled_in(hr):
    await copied(hr, ["vp-1"])
    [one] = await waves_proposed(Login.WEB, YEAR)
    address = f"/waves/vp-1/next?proposal={one.id}"
    said = await hidden(hr, address)
    days = {
        name: getattr(one, name).isoformat() for name in ("opens_on", "closes_on", "results_on")
    }
    drop = f"/proposals/{one.id}/drop"
    await hr.post(drop, data=await hidden(hr, drop))
    reply = await hr.post(
        "/waves/vp-1/next",
        data=said | days | {"form": "verdipuls.k1", "invite": "everybody", "reminder_days": "7"},
    )
    assert reply.status_code == 422
    assert "Noen andre har alt laget planen" in reply.text
    assert 'value="7"' in reply.text


async def test_communications_copy_the_public_s_year_and_see_nothing_of_staff(
    campaign, web, sign_in
):
    hr = await sign_in(Role.HR)
    await copied(hr, ["vp-1"])
    [staff] = await waves_proposed(Login.WEB, YEAR)
    reader = await sign_in(Role.COMMUNICATIONS)
    for address in (PAGE, COPY):
        text = (await reader.get(address)).text
        assert "vp-1" not in text
        assert "Verdipuls" not in text
        assert "ansatt blir spurt" not in text
    await copied(reader)
    proposed = {one.source for one in await waves_proposed(Login.WEB, YEAR)}
    assert len(proposed) == 2
    assert (await reader.get(f"/proposals/{staff.id}/drop")).status_code == 403
    assert (await reader.get(f"/waves/vp-1/next?proposal={staff.id}")).status_code == 403
    assert (await reader.get(PAGE)).text.count("Forslag</span>") == 1


async def test_those_who_only_read_copy_nothing(campaign, web, sign_in):
    reader = await sign_in(Role.LEADER)
    for address in (PAGE, COPY):
        assert (await reader.get(address)).status_code == 403


async def test_a_day_of_another_year_is_told_with_its_year(hr):
    days = f"opens_on = '{YEAR}-11-24', closes_on = '{YEAR}-12-15'"
    await fetch(Login.MIGRATOR, f"UPDATE asking.wave SET {days}, results_on = '{YEAR + 1}-01-04'")
    page = " ".join((await hr.get(PAGE)).text.split())
    assert "24. november til 15. desember" in page
    assert f"15. desember {YEAR}" not in page
    assert f"4. januar {YEAR + 1}" in page
    days = f"opens_on = '{YEAR - 1}-12-28', closes_on = '{YEAR}-01-15'"
    await fetch(Login.MIGRATOR, f"UPDATE asking.wave SET {days}")
    page = " ".join((await hr.get(PAGE)).text.split())
    assert f"28. desember {YEAR - 1} til 15. januar" in page


async def test_the_year_says_how_often_staff_are_asked_and_which_days_do_not_fit(hr):
    bind_worker()
    await import_campaign(
        this_year(CAMPAIGN)
        + f"""
[[waves]]
key = "vp-2"
invite = "panel:A"
opens_on = {YEAR}-07-06
closes_on = {YEAR}-07-26
results_on = {YEAR}-12-25
"""
    )
    bind_web()
    page = (await hr.get(PAGE)).text
    assert "1 av høyst 3" in page
    assert page.count("0 av høyst 3") == 2
    assert "Målingen er åpen i juli" in page
    assert "Resultatene kommer på en dag da få er på jobb" in page
    assert (await hr.get(f"/campaigns?year={YEAR + 9}")).status_code == 404


async def test_a_wave_that_was_closed_by_hand_stands_with_the_day_it_ended(hr):
    days = clock.today() - timedelta(days=9), clock.today() + timedelta(days=9)
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = 'closed', opens_on = $1, closes_on = $2, opened_at = $3,"
        " closed_at = $3 WHERE key = 'vp-1'",
        *days,
        clock.now(),
    )
    page = " ".join((await hr.get(f"/campaigns?year={days[0].year}")).text.split())
    first, last, planned = (
        " ".join(long_date(day, "nb").split())
        if day.year != days[0].year
        else " ".join(short_date(day, "nb").split())
        for day in (days[0], clock.today(), days[1])
    )
    assert f"{first} til {last}" in page
    assert f"{first} til {planned}" not in page


@pytest.mark.parametrize(
    ("state", "told"),
    [("counted", "For få svar"), ("closed", "Stengt, telles opp"), ("cancelled", "Avlyst")],
)
async def test_where_a_wave_stands_is_told_in_the_year_as_on_the_page_of_its_campaign(
    hr, state, told
):
    """Counted, and nothing else keeps it: of the year it was «Talt opp» beside «for få svarte»."""
    today = clock.today()
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = $1, opened_at = $2, closed_at = $2,"
        " opens_on = $3, closes_on = $3 WHERE key = 'vp-1'",
        *(state, clock.now(), today),
    )
    for address in (f"/campaigns?year={today.year}", "/campaigns/verdipuls"):
        page = lxml.html.fromstring((await hr.get(address)).text)
        tags = page.xpath("//td//span[contains(@class, 'ds-tag')]/text()")
        assert told in [tag.strip() for tag in tags], address
