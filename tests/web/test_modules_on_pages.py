"""Pages of a wave whose form was divided into modules: beside all who answered stands who did not.

What is not about modules is tried on waves that asked everybody the same.
"""

from collections.abc import Iterator

import pytest

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import clock
from survey_app.shared.database import Login
from tests.builders_publication import public_series, put_on_shelf, staff_series
from tests.builders_publication.other_words import in_modules
from tests.stocked_shelf import emptied, stocked_database

STAFF = {"SIK": "safety", "vp.sik": "safety", "AMB": "work", "vp.amb": "work"}
PUBLIC = {"SAM": "society", "om.sam": "society", "PLA": "platforms", "om.pla": "platforms"}
SOME, ONE = "gikk bare til en tilfeldig halvpart. De tallene", "Spørsmålet gikk bare til"


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    async def stock() -> None:
        await put_on_shelf(in_modules(staff_series()[-1], STAFF))
        await put_on_shelf(in_modules(public_series()[-1], PUBLIC))

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(stocked, "accounts.account", "accounts.api_token", "audit.event")


async def test_pages_say_which_figures_a_random_part_gave(web, sign_in, database):
    await sign_in(Role.ANALYST)
    told = {
        "/culture": SOME,
        "/culture/units": SOME,
        "/culture/items/vp.sik.2": ONE,
        "/reputation": SOME,
    }
    for page, sentence in told.items():
        assert sentence in (await web.get(page)).text, page
    assert ONE not in (await web.get("/culture/items/vp.try.1")).text


async def test_the_api_says_of_whom_each_measure_is(web, database):
    bind_worker()
    made, _ = await create_token(name="tests", scopes=(Scope.STAFF,), days=30, now=clock.now())
    bind_web()
    headers = {"Authorization": f"Bearer {made}"}
    found = (await web.get("/api/v1/publications?population=staff", headers=headers)).json()
    address = f"/api/v1/publications/{found['items'][0]['id']}"
    measures = (await web.get(address, headers=headers)).json()["measures"]
    of_whom = {one["code"]: one["of_whom"] for one in measures}
    assert of_whom["SIK"]["en"].startswith("A random part of those who take part")
    assert of_whom["KI-kjerne"] == {}
