"""Where no page is, or none for the reader: what they are told, and by what menu."""

import pytest

from survey_app.accounts.roles import Role
from tests.builders_publication import words


async def test_a_unit_that_no_wave_has_is_not_found_by_those_who_see_all(web, sign_in, shelf):
    await sign_in(Role.HR)
    answer = await web.get("/culture?unit=no-such-unit")
    assert answer.status_code == 404
    assert "Siden er ikke for din rolle" not in answer.text


async def test_a_refused_page_says_which_role_and_whom_to_ask(web, sign_in, shelf):
    await sign_in(Role.HR)
    answer = await web.get("/reputation")
    assert answer.status_code == 403
    assert "Du er logget inn som HR" in words(answer)
    await sign_in(Role.LEADER, unit="ost-5")
    told = words(await web.get("/reputation"))
    assert "Du er logget inn som leder" in told
    assert "be administratoren" in told
    # the role reads such pages; the unit is another's, or none: the two look the same
    for address in ("/culture?unit=sor-1", "/culture?unit=no-such", "/actions?unit=sor-1"):
        told = words(await web.get(address))
        assert "Du har ikke tilgang til denne enheten" in told
        assert "Enten gjelder ikke kontoen denne enheten, eller så finnes den ikke." in told
        assert "rollen" not in told
    await sign_in(Role.ADMIN)
    told = words(await web.get("/reputation"))
    assert "Du er logget inn som administrator" in told
    assert "be administratoren" not in told


@pytest.mark.parametrize("address", ["/nowhere", "/culture/nowhere"])
async def test_somebody_signed_in_is_not_told_to_sign_in_where_no_page_is(
    web, sign_in, shelf, address
):
    assert "/sign-in" in (await web.get(address)).text
    await sign_in(Role.HR)
    answer = await web.get(address)
    assert answer.status_code == 404
    assert "/sign-in" not in answer.text
    assert "Oversikt" in answer.text
