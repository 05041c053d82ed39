"""A choice in the address that a page does not have is told of, and never dropped in silence."""

import pytest

from survey_app.accounts.roles import Role
from tests.builders_publication import words

SAID = "Adressen ber om «nothing-here», som ikke finnes her. Du ser det siden ellers viser."
CHOICES = [
    (Role.HR, "/culture", "index"),
    (Role.HR, "/culture/units", "order"),
    (Role.HR, "/culture/drivers", "outcome"),
    (Role.HR, "/culture/items/vp.try.1", "wave"),
    (Role.HR, "/culture/history", "index"),
    (Role.HR, "/culture/history", "source"),
    (Role.HR, "/actions", "show"),
    (Role.HR, "/reports", "publication"),
    (Role.HR, "/reports", "unit"),
    (Role.COMMUNICATIONS, "/reputation", "index"),
    (Role.COMMUNICATIONS, "/reputation", "group"),
    (Role.COMMUNICATIONS, "/reputation", "compare"),
    (Role.HR, "/workplace", "compare_public"),
    (Role.LEADER, "/", "index"),
]


@pytest.mark.parametrize(("role", "address", "name"), CHOICES)
async def test_an_unknown_choice_is_told_in_a_sentence_on_page_and_fragment(
    web, sign_in, shelf, role, address, name
):
    await sign_in(role, unit="ost-5" if role is Role.LEADER else "")
    asked = f"{address}?{name}=nothing-here"
    assert SAID in words(await web.get(asked))
    part = await web.get(asked, headers={"HX-Request": "true"})
    assert SAID in words(part)
    assert 'hx-swap-oob="true"' in part.text
    assert "Adressen ber om" not in words(await web.get(address))


async def test_an_index_that_a_wave_does_not_have_is_told_of_when_the_wave_is_changed(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    kept = await web.get("/culture?wave=2026-05&index=AAI", headers={"HX-Request": "true"})
    assert "Adressen ber om «AAI»" in words(kept)
    # a unit's page shows all indices at once
    for place in ("", "&unit=ost-5"):
        known = await web.get(f"/culture?wave=2025-h&index=AAI{place}")
        assert "Adressen ber om" not in words(known)
