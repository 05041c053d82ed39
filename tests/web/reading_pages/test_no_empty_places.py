"""No place of a table or a page is left empty: a word says why there is no figure."""

import lxml.html
import pytest

from survey_app.accounts.roles import Role
from survey_app.reading.strategy.overview import StrategyPage

EMPTY = "//main//tbody//td[not(normalize-space(.)) and not(.//svg)]"


@pytest.mark.parametrize("item", ["vp.amb.1", "vp.apn.4"])
async def test_a_question_with_other_answers_than_five_says_so_beside_its_level(
    web, sign_in, shelf, item
):
    await sign_in(Role.HR)
    reply = await web.get(f"/culture/items/{item}?wave=2025-h")
    assert reply.status_code == 200
    page = lxml.html.fromstring(reply.text)
    assert not page.xpath(EMPTY)


async def test_a_strategy_that_is_wholly_measured_has_no_part_on_what_is_not(
    web, sign_in, shelf, monkeypatch
):
    await sign_in(Role.HR)
    assert "Hva dekker målingene ikke?" in (await web.get("/strategy")).text
    monkeypatch.setattr(StrategyPage, "outside", property(lambda _page: 0))
    assert "Hva dekker målingene ikke?" not in (await web.get("/strategy")).text
