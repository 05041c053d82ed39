"""Where no unit is to be talked with, the page does not deny that some stand apart."""

import pytest

from survey_app.accounts.roles import Role
from survey_app.installation.tables import bind_web, bind_worker
from tests.builders_publication import put_on_shelf, staff_series, words

MAIN = 3
NOBODY = "Ingen enhet skiller seg sikkert ut."
SOME = "Ingen enhet er sikkert lavere enn etaten på minst halvparten av målene"


@pytest.mark.parametrize("apart", [True, False])
async def test_units_that_stand_apart_on_something_are_not_denied(web, database, sign_in, apart):
    content = staff_series()[MAIN]
    pooled = [row | {"difference": "none"} for row in content["pooled"]]
    if apart:
        next(row for row in pooled if row["domain"] == "ost-1")["difference"] = "low1"
    changes = [row | {"verdict": "uncertain"} for row in content["changes"]]
    bind_worker()
    await put_on_shelf(content | {"pooled": pooled, "changes": changes})
    bind_web()
    await sign_in(Role.HR)
    told = words(await web.get("/culture/units"))
    assert (NOBODY in told, SOME in told) == (not apart, apart)
    assert ("1 enhet er sikkert lavere enn etaten på noe" in told) == apart
    assert "enhet til" not in told


async def test_a_region_that_fell_is_not_followed_by_a_word_that_no_fall_is_sure(
    web, database, sign_in
):
    content = staff_series()[MAIN]
    pooled = [row | {"difference": "none"} for row in content["pooled"]]
    next(row for row in pooled if row["domain"] == "ost-1")["difference"] = "low1"
    changes = [row | {"verdict": "uncertain"} for row in content["changes"]]
    fell = next(row for row in changes if row["level"] == "region" and row["difference"])
    fell |= {"verdict": "down", "difference": -8.0, "low": -11.0, "high": -5.0}
    bind_worker()
    await put_on_shelf(content | {"pooled": pooled, "changes": changes})
    bind_web()
    await sign_in(Role.HR)
    told = words(await web.get("/culture/units"))
    assert "redusert" in told
    assert f"{SOME} eller har en sikker nedgang." in told
    assert "ingen nedgang" not in told
