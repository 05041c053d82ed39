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
