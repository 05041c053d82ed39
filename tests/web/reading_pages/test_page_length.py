"""Pages that a reader should take in at once: what stands open, in words."""

import pytest

from survey_app.accounts.roles import Role
from tests.shown import words_standing_open

LONGEST = 500


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.HR, "/culture/units?wave=2025-h"),
        (Role.HR, "/workplace?staff=2025-h"),
        (Role.COMMUNICATIONS, "/workplace?staff=2025-h"),
    ],
)
async def test_a_main_page_is_read_in_five_hundred_words(web, sign_in, shelf, role, address, lang):
    await sign_in(role)
    assert words_standing_open(await web.get(f"{address}&lang={lang}")) <= LONGEST


@pytest.mark.parametrize("lang", ["nb", "nn"])
@pytest.mark.parametrize("unit", ["ost-6&wave=2025-h", "ost-5"])
async def test_the_page_of_a_unit_is_read_in_five_hundred_words(web, sign_in, shelf, unit, lang):
    await sign_in(Role.HR)
    assert words_standing_open(await web.get(f"/culture?unit={unit}&lang={lang}")) <= LONGEST
