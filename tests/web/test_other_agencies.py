"""An agency that asks its staff alone, and one that asks the public alone: pages and commands.

Neither writes Norwegian, and their strategies have goals without sub-goals.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from questionnaires.content import SETTING
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.commands import list_waves
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from survey_app.simulation.demo import build_demo
from tests.other_agencies import PUBLIC_ALONE, STAFF_ALONE, content_of
from tests.stocked_shelf import emptied, stocked_database
from tests.web.test_earlier_upload import form_of, send, stored


def stocked(postgres, folder, name):
    """Give the demo of an agency in a database of its own, while its content is read."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(SETTING, str(content_of(name, folder)))

        async def stock():
            with ThreadPoolExecutor(2) as pool:
                await build_demo(
                    Settings(data_dir=folder / "data"),
                    people=300,
                    waves=2,
                    public_waves=2,
                    today=clock.today(),
                    executor=pool,
                )

        with stocked_database(postgres, stock) as addresses:
            yield addresses


@pytest.fixture(scope="module", params=[STAFF_ALONE, PUBLIC_ALONE])
def asked(request):
    return request.param


@pytest.fixture(scope="module")
def stock(asked, postgres, tmp_path_factory):
    yield from stocked(postgres, tmp_path_factory.mktemp(asked), asked)


@pytest.fixture
async def database(stock):
    return await emptied(stock, "accounts.account", "audit.event")


async def test_its_demo_holds_waves_of_those_whom_it_asks_and_of_nobody_else(database, asked):
    rows = await fetch(
        Login.WORKER,
        "SELECT c.population, w.state, count(*) AS waves FROM asking.wave w"
        " JOIN asking.campaign c ON c.id = w.campaign GROUP BY c.population, w.state",
    )
    found = {(row["population"], row["state"]): row["waves"] for row in rows}
    if asked == STAFF_ALONE:
        assert found == {("staff", "published"): 2, ("staff", "open"): 1}
    else:
        assert found == {("public", "published"): 2, ("open", "open"): 1}


async def test_its_demo_is_told_in_its_first_language(database):
    [row] = await fetch(Login.WORKER, "SELECT DISTINCT purpose->>'en' AS purpose, contact"
                        " FROM asking.campaign WHERE demo")  # fmt: skip
    assert row["purpose"] == "To follow how things develop"
    assert "department (demo)" in row["contact"]


async def test_its_waves_are_listed_by_what_they_are_called_in_its_first_language(database):
    told: list[str] = []
    await list_waves(told.append)
    assert len(told) == 3
    assert all("survey" in line or "open link" in line for line in told)


async def test_goals_without_sub_goals_are_statements_that_questions_measure(
    database, web, sign_in, asked
):
    await sign_in(Role.HR, language="en")
    page = " ".join((await web.get("/strategy")).text.split())
    measured = {STAFF_ALONE: 4, PUBLIC_ALONE: 2}[asked]
    assert f"{measured} statements in the strategy concern" in page
    assert "We measure all of them." in page
    assert "goals not measured" not in page
    assert "goal not measured" not in page
    # a sentence of the strategy stands between the marks of the language that it is written in
    assert {STAFF_ALONE: "“People want to stay with us”", PUBLIC_ALONE: "“People trust us”"}[
        asked
    ] in page
    assert "«" not in page


async def test_pages_speak_of_those_whom_it_asks_and_of_its_own_languages(
    database, web, sign_in, asked
):
    results = " ".join((await web.get("/results?lang=en")).text.split())
    whom = {STAFF_ALONE: "How staff see", PUBLIC_ALONE: "How residents see"}[asked]
    assert f"<h1>{whom} the " in results
    assert f'content="{whom} the ' in results
    assert "The results from staff are not open" not in results
    assert "Trust index" not in results  # its own name is another
    accessible = (await web.get("/accessibility?lang=en")).text
    assert "answer: English and Northern Sami." in " ".join(accessible.split())
    await sign_in(Role.HR, language="en")
    assert "We ask in English and Northern Sami." in (await web.get("/questionnaires")).text


async def test_nobody_is_told_what_is_held_of_people_whom_it_does_not_ask(
    database, web, sign_in, asked
):
    held = (await web.get("/privacy?lang=en")).text
    assert ("drawn from the population" in held) == (asked == PUBLIC_ALONE)
    assert ("language, unit, and" in held) == (asked == STAFF_ALONE)
    assert ("For staff the unit stands beside" in held) == (asked == STAFF_ALONE)
    await sign_in(Role.COMMUNICATIONS, language="en")
    strategy = (await web.get("/strategy")).text
    drawn = "Figures for the population are from a random sample" in strategy
    assert drawn == (asked == PUBLIC_ALONE)


async def test_earlier_results_are_taken_in_on_a_page_in_its_own_languages(
    database, web, sign_in, asked
):
    await sign_in(Role.HR if asked == STAFF_ALONE else Role.COMMUNICATIONS, language="en")
    side = {STAFF_ALONE: "/culture", PUBLIC_ALONE: "/reputation"}[asked]
    files = {
        "results.csv": "year,unit,measure,value,n\n2024,north,trust,72,900\n",
        "units.csv": "code,name,name_se\nnorth,The north,Davvi\n",
    }
    sent = await send(
        web, {name: text.encode() for name, text in files.items()}, f"{side}/history/add"
    )
    described = await web.get(sent.headers["location"])
    assert "Name in Northern Sami" in described.text
    assert not re.search("Norwegian|[Nn]ynorsk|_nb|_nn", described.text)
    told = form_of(described) | {
        "kind": "outside", "title_en": "Trust elsewhere", "title_se": "Luohttámuš",
        "source": "Somebody", "licence": "CC BY 4.0", "measure-0-name": "Trust",
    }  # fmt: skip
    looked = await web.post(sent.headers["location"], data=told, follow_redirects=False)
    review = await web.get(looked.headers["location"])
    assert "The north" in review.text
    done = await web.post(looked.headers["location"], data=form_of(review), follow_redirects=False)
    assert "Trust elsewhere" in (await web.get(done.headers["location"])).text
    [source] = (await stored()).values()
    assert source.title == {"en": "Trust elsewhere", "se": "Luohttámuš"}
    assert [unit.name for unit in source.units] == [{"en": "The north", "se": "Davvi"}]


async def test_a_goal_that_is_a_scale_has_its_questions_under_its_name_and_own_areas_no_map(
    database, web, sign_in, asked
):
    await sign_in(Role.COMMUNICATIONS, language="en")
    page = " ".join((await web.get("/reputation")).text.split())
    public = asked == PUBLIC_ALONE
    assert ("Help: 1 question" in page) == public
    assert ("Trust in us</h2>" in page) == public
    assert "Questions outside the goals" not in page
    # every area of its own stands in the table, and none on a map of counties
    assert all((area in page) == public for area in ("Süßen", "Isles", "Town"))
    assert "on a map" not in page


async def test_a_page_of_whom_nobody_asks_promises_no_figures(database, web, sign_in, asked):
    page = {STAFF_ALONE: "/reputation", PUBLIC_ALONE: "/culture"}[asked]
    whose = {STAFF_ALONE: Role.COMMUNICATIONS, PUBLIC_ALONE: Role.HR}[asked]
    await sign_in(whose, language="en")
    told = (await web.get(page)).text
    assert "None of the forms asks about this" in told
    assert "The figures appear here when" not in told
    home = (await web.get("/")).text
    assert "No survey has been published yet" not in home
    assert ("None of the forms asks the public" in home) == (asked == STAFF_ALONE)


async def test_where_no_outcome_is_described_no_page_leads_to_what_goes_with_one(
    web, sign_in, asked
):
    if asked != STAFF_ALONE:
        return
    await sign_in(Role.HR)
    for address in ("/culture", "/workplace"):
        answer = await web.get(address)
        assert answer.status_code == 200
        assert "/culture/drivers" not in answer.text
