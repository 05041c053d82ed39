"""The next wave is planned on a page, like the last one, and changed while it is a draft."""

from survey_app.asking.campaigns.queries import list_waves
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.asking_builders import (
    SIZES,
    TODAY,
    import_people,
    open_wave,
    register,
)
from tests.builders_publication import words
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, opened, planned, work
from tests.web.running.test_new_campaign import NEEDED, made


async def waves():
    return {wave.key: wave for wave in await list_waves(Login.WORKER)}


async def test_the_next_wave_is_planned_like_the_last_one_a_year_later(hr):
    page = (await hr.get(CAMPAIGN_PAGE)).text
    assert 'href="/waves/vp-1/next"' in page
    assert "i den samme uka et senere år" in (await hr.get(f"{WAVE}/next")).text
    reply = await planned(hr, f"{WAVE}/next", anyway="yes")
    assert reply.headers["location"] == CAMPAIGN_PAGE
    await work()
    found = await waves()
    assert found["vp-1"].state == "draft"
    (new,) = [wave for key, wave in found.items() if key != "vp-1"]
    assert (new.opens_on - found["vp-1"].opens_on).days == 364
    assert (new.form, new.invite, new.state) == ("verdipuls.k1", "everybody", "draft")
    assert list(new.reminder_days) == [4, 10]


async def test_who_plans_twice_reads_once_that_it_is_saved(hr):
    for days in ("5", "6"):
        await planned(hr, f"{WAVE}/next", anyway="yes", reminder_days=days)
    assert (await hr.get(CAMPAIGN_PAGE)).text.count("Planen lagres nå") == 1


async def test_a_plan_says_where_staff_without_an_address_of_their_own_are(hr):
    assert "kan ikke nås på e-post" not in (await hr.get(f"{WAVE}/plan")).text
    [first, second] = list(SIZES)[:2]
    text = register().replace(f"p0.{first}@example.org", "")
    text = text.replace(f"p1.{second}@example.org", f"p2.{second}@example.org")
    bind_worker()
    await import_people(text)
    bind_web()
    # and so does the page of whoever asks or approves: it says how many are invited
    for name in ("open", "plan"):
        page = words(await hr.get(f"{WAVE}/{name}"))
        assert "3 ansatte kan ikke nås på e-post" in page
        assert f"Fengsel {first.title()} 1 {SIZES[first]}" in page
        assert f"Fengsel {second.title()} 2 {SIZES[second]}" in page
    # of a panel fewer get a card than have no address
    part = "Målingen spør bare en del av de ansatte."
    assert part not in page
    asked = {"invite": "panel:A", "cards": "yes", "do": "recount"}
    page = words(await planned(hr, f"{WAVE}/plan", **asked))
    assert part in page
    assert "Får kort" not in page


async def test_a_plan_says_what_is_wrong_with_it_and_keeps_what_was_filled_in(hr):
    reply = await planned(hr, f"{WAVE}/next", closes_on="2031-01-01", reminder_days="10, 4, x")
    assert reply.status_code == 422
    assert "Skriv påminnelsene som dager etter åpning" in reply.text
    assert 'value="10, 4, x"' in reply.text
    assert 'value="2031-01-01"' in reply.text


async def test_days_on_which_few_answer_are_asked_about_once(hr):
    fields = {"opens_on": "2031-07-07", "closes_on": "2031-07-28", "results_on": "2031-08-20"}
    reply = await planned(hr, f"{WAVE}/next", **fields)
    assert reply.status_code == 422
    assert "Målingen er åpen i juli" in reply.text
    reply = await planned(hr, f"{WAVE}/next", anyway="yes", **fields)
    assert reply.status_code == 303


async def test_days_too_near_a_wave_of_the_same_people_are_asked_about_once(hr):
    # two weeks and four after the one that is planned, and eight must lie between
    day = clock.today() + TODAY.resolution * 28
    ends = {"closes_on": 14, "results_on": 28}
    fields = {name: (day + TODAY.resolution * at).isoformat() for name, at in ends.items()}
    fields["opens_on"] = day.isoformat()
    told = "En måling som spør de samme, har siste dag"
    reply = await planned(hr, f"{WAVE}/next", **fields)
    assert (reply.status_code, told in reply.text) == (422, True)
    assert f'value="{fields["opens_on"]}"' in reply.text
    await work()
    assert set(await waves()) == {"vp-1"}
    # so it is where a campaign begins
    reply = await made(hr, key="annen", **NEEDED, **fields)
    assert (reply.status_code, told in reply.text) == (422, True)
    # of the wave itself nothing is said
    reply = await planned(hr, f"{WAVE}/plan")
    assert told not in reply.text
    reply = await planned(hr, f"{WAVE}/next", anyway="yes", **fields)
    assert reply.status_code == 303
    await work()
    assert len(await waves()) == 2


async def test_the_dates_of_a_draft_can_be_changed_and_those_of_an_open_wave_cannot(hr):
    later = (clock.today() + TODAY.resolution * 40).isoformat()
    await planned(hr, f"{WAVE}/plan", results_on=later, anyway="yes")
    await work()
    assert (await waves())["vp-1"].results_on.isoformat() == later
    await opened(hr)
    reply = await hr.get(f"{WAVE}/plan", follow_redirects=False)
    assert reply.headers["location"] == CAMPAIGN_PAGE


async def test_a_plan_that_was_overtaken_says_so(hr):
    await planned(hr, f"{WAVE}/plan", anyway="yes")
    bind_worker()
    await open_wave(today=clock.today(), now=clock.now())
    await fetch(Login.WORKER, "UPDATE asking.wave SET reminder_days = '{5}'")
    bind_web()
    await work()
    page = (await hr.get(CAMPAIGN_PAGE)).text
    assert "Planen ble ikke lagret" in page
    assert "er ikke et utkast lenger. Det den er bundet av, kan ikke endres." in page
