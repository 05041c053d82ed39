"""All odd requests, of every role, over the wire to a running system."""

import random

import httpx
import pytest

from survey_app.app import create_app
from survey_app.settings import Settings
from tests.attack.odd_requests import Told, a_few_of_each, ask_all, odd_bodies, odd_forms, odd_gets
from tests.attack.pages_learnt import Routes, learn
from tests.demo import start_demo, stop_demo
from tests.places import lent_place

SEED = 5
EACH = 2  # odd values of each part of an address and each field
MOST = 4  # requests of each method at each address, by chance


@pytest.fixture
def own_demo(tmp_path):
    """A demo that nobody else looks at: odd forms may be taken."""
    with lent_place(tmp_path) as folder:
        running = start_demo(folder, "--people", "600", "--waves", "4", "--public-waves", "3")
        yield running
        stop_demo(running)


@pytest.mark.slow
async def test_nothing_that_is_asked_oddly_of_a_running_system_is_a_fault_of_ours(own_demo):
    facts, told = own_demo.facts, Told()
    routes = Routes(create_app(Settings(secret_key="for the table of routes alone")))
    starts = [
        "/",
        facts["personal_links"][0].removeprefix(facts["base_url"]),
        "/open/si-din-mening",
    ]
    # administrators last: what they send may close accounts
    for role in (None, *sorted(facts["accounts"], key=lambda one: (one == "admin", one))):
        chance = random.Random(SEED)
        async with httpx.AsyncClient(base_url=facts["base_url"], timeout=60) as web:
            if role:
                reply = await web.post("/sign-in", data=facts["accounts"][role])
                assert reply.status_code == httpx.codes.SEE_OTHER
            learnt = await learn(web, routes, starts)
            requests = (
                *odd_gets(routes, learnt, chance, EACH),
                *odd_forms(learnt, chance, EACH),
                *odd_bodies(routes, learnt, chance, EACH),
            )
            await ask_all(web, a_few_of_each(requests, routes, chance, MOST), told)
    print(told)
    assert not told.faults, "\n".join(told.faults)
    assert "unexpected" not in own_demo.log.read_text()
