"""Letters that came back: counted by whoever opens the post, and part of the rates; never whose."""

import json
import re

import pytest

from analytics.response_rates import Dispositions, response_rates
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.nights import NightCount, write_nights
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.letters.came_back import LettersBack
from survey_app.asking.writing import writing
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.computing.told_returned import told_returned
from survey_app.running.carry_out import carry_out_acts
from survey_app.running.field.letters_back import rates_so_far
from survey_app.shared.database import Login, fetch
from tests.builders_publication import words
from tests.letters import KEY, a_sampled_wave, letters

PAGE = f"/waves/{KEY}"
TOLD = "Tallene ble ikke lagret. Skriv hele tall"


@pytest.fixture
async def communications(web, settings, sign_in):
    await a_sampled_wave(settings)
    bind_web()
    return await sign_in(Role.COMMUNICATIONS)


async def write(web, undelivered, outside):
    token = re.search(r'name="csrf" value="([^"]+)"', (await web.get(PAGE)).text)[1]
    numbers = {"csrf": token, "undelivered": undelivered, "outside": outside}
    return await web.post(f"{PAGE}/letters-back", data=numbers)


async def noted():
    [row] = await fetch(
        Login.MIGRATOR, "SELECT letters_undelivered AS u, letters_outside AS o FROM asking.wave"
    )
    return row["u"], row["o"]


async def work():
    bind_worker()
    await carry_out_acts({})
    bind_web()


async def test_numbers_are_written_on_the_page_noted_by_the_worker_and_stand_in_the_log(
    communications,
):
    assert "Tallene blir lagret nå" in words(await write(communications, "2", "1"))
    await work()
    assert await noted() == (2, 1)
    # the sum so far stands in place of the one before
    await write(communications, "3", "1")
    await work()
    assert await noted() == (3, 1)
    page = (await communications.get(PAGE)).text
    assert re.search(r'name="undelivered"\s+value="3"', page)
    events = await fetch(
        Login.MIGRATOR, "SELECT facts FROM audit.event WHERE action = 'letters returned'"
    )
    assert json.loads(events[-1]["facts"]) == {"undelivered": 3, "outside": 1}


@pytest.mark.parametrize("numbers", [("5", "2"), ("-1", "0"), ("many", "0"), ("1.5", "")])
async def test_numbers_that_cannot_be_are_refused_with_a_sentence(communications, numbers):
    assert TOLD in words(await write(communications, *numbers))
    await work()
    assert await noted() == (0, 0)


async def test_once_the_wave_has_closed_nothing_is_noted_any_more(communications):
    await write(communications, "2", "0")
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed'")
    await work()
    assert await noted() == (0, 0)
    [act] = await fetch(Login.MIGRATOR, "SELECT state FROM asking.wave_act")
    assert act["state"] == "refused"


async def test_the_page_says_both_rates_once_answers_are_told(communications):
    bind_worker()
    wave = await find_wave(Login.WORKER, KEY)
    async with writing() as link:
        await write_nights(link, wave.id, [NightCount(wave.opens_on, 3)])
    bind_web()
    await write(communications, "2", "1")
    await work()
    said = words(await communications.get(PAGE)).replace("\xa0", " ")
    # 3 of 5 who may be asked: one is not; of the two unknown, 3 of 4: 3 / (3 + 0.75 * 2)
    assert "Svarprosenten er 60,0 %" in said
    assert "Den er 66,7 % når bare 75 % av dem regnes med (RR4)" in said


def test_the_rates_so_far_are_those_of_the_standard_definitions():
    # instruments.md 9.7, all that answered taken to be complete
    noted = LettersBack(undelivered=300, outside=80, letters=7400, invited=7400)
    rates = rates_so_far(noted, 2000)
    assert rates == response_rates(Dispositions(2000, 0, 0, 5020, 0, 300, 80))
    assert (rates.e, rates.rr2) == (pytest.approx(7020 / 7100), pytest.approx(2000 / 7320))
    # letters that came back to people who answered all the same count no further
    assert rates_so_far(LettersBack(9, 3, 10, 10), 8).rr2 == 1.0
    assert rates_so_far(LettersBack(0, 10, 10, 10), 0) is None


@pytest.mark.parametrize(
    ("undelivered", "outside", "most", "told"),
    [
        (300, 80, 4000, {"letters_undelivered": 300, "letters_outside": 80}),
        (4, 80, 4000, {"letters_outside": 80}),
        (5, 4, 4000, {"letters_undelivered": 5}),
        (0, 0, 4000, {}),
        # no more than were silent
        (300, 80, 310, {"letters_undelivered": 300, "letters_outside": 10}),
        (300, 80, 302, {"letters_undelivered": 300}),
    ],
)
def test_fewer_than_k_letters_are_not_told_and_move_no_rate(undelivered, outside, most, told):
    record = {"letters_undelivered": undelivered, "letters_outside": outside}
    assert told_returned(record, 5, most=most) == told


def test_what_was_counted_before_letters_were_has_none():
    assert told_returned({}, 5, most=100) == {}


async def test_the_page_of_a_public_wave_lists_counties_and_leads_to_its_letters(
    communications, settings, tmp_path
):
    page = (await communications.get(PAGE)).text
    table = page.partition('id="enheter"')[2]
    assert "Svart per fylke" in table
    assert ">Fylke</a>" in table
    # nobody's letter is known not to have arrived
    for unit in (">Enhet<", "per enhet", "For hver enhet", "Ikke fram"):
        assert unit not in table.partition("</table>")[0]
    assert "Uten brevet kan ikke mottakerne svare." in page
    assert f'href="{PAGE}/letters">Lag brev</a>' in page
    await letters(settings, tmp_path / "letters.csv")
    page = (await communications.get(PAGE)).text
    assert "Sist laget" in page
    assert f'href="{PAGE}/letters">Se og lag brev</a>' in page
