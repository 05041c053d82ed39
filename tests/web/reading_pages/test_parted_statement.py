"""The page of the strategy says why a statement is not followed from its first wave on."""

import copy
import re
from collections.abc import Iterator

import lxml.html
import pytest

from survey_app.accounts.roles import Role
from survey_app.shared.database import Login
from tests.builders_publication import put_on_shelf, staff_series
from tests.builders_publication.sections import statements_of
from tests.stocked_shelf import emptied, stocked_database

ITEM, SINCE = "vp.apn.5", "2025-h"  # with vp.apn.4 it measures open processes of decision
STATEMENT = "Vi har åpne og synlige beslutningsprosesser"
ALONE = "vp.nyt.3"  # the only item of a statement, which is asked in each wave
OTHER = "Vi er fleksible og endringsvillige"
NOTE = "1 av 2 spørsmål ble endret høsten 2025. Utsagnet kan ikke sammenlignes med før."


def reworded(contents):
    """Let one of a statement's two items, and the only one of another, be asked otherwise.

    Nothing links what was asked before: the other's first change is told from a later wave.
    """
    keys = [one["wave"]["key"] for one in contents]
    at = keys.index(SINCE)
    rows = [{"measure": item, "before": keys[at - 1], "since": SINCE, "waves": keys[:at],
             "why": "reworded", "items": [item]} for item in (ITEM, ALONE)]  # fmt: skip
    for content in contents[at:]:
        content["breaks"] = rows
        content["changes"] = [
            one | ({"role": "first"} if one["measure"] == ALONE else {})
            for one in content["changes"]
            if one["measure"] not in (ITEM, ALONE) or one["since"] not in keys[:at]
        ]
        content["statements"] = statements_of(content)
    return contents


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    async def stock() -> None:
        await put_on_shelf(*reworded(copy.deepcopy(staff_series())))

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(stocked, "accounts.account", "audit.event")


async def test_the_statement_says_how_many_of_its_questions_were_changed_and_when(
    database, web, sign_in
):
    rows = await rows_of(web, sign_in)
    assert [STATEMENT in row for row in rows if NOTE in row] == [True]


async def test_a_change_that_is_told_from_the_wave_that_asked_otherwise_says_why_from_there(
    database, web, sign_in
):
    [row] = [row for row in await rows_of(web, sign_in) if OTHER in row]
    assert "siden februar 2026" in row
    assert "Spørsmålet ble endret høsten 2025. Utsagnet kan ikke sammenlignes med før." in row


async def test_its_summary_says_that_the_first_survey_of_such_a_statement_was_not_its_first(
    database, web, sign_in
):
    await sign_in(Role.HR)
    told = re.sub(r"\s+", " ", (await web.get("/strategy")).text)
    assert "1 utsagn ble målt på en annen måte før. Der er første måling den første som" in told


async def rows_of(web, sign_in):
    """What stands of each statement on the page of the strategy."""
    await sign_in(Role.HR)
    page = lxml.html.fromstring((await web.get("/strategy")).text)
    return [re.sub(r"\s+", " ", row.text_content()) for row in page.iter("li")]
