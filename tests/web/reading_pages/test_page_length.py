"""Pages that a reader should take in at once: what stands open, in words."""

import pytest
from lxml import html

from survey_app.accounts.roles import Role
from tests.shown import text_of

LONGEST = 500


def open_words(reply) -> int:
    """Count the words that stand open: no folds, choices, drawings, or words for the ear."""
    [main] = html.fromstring(reply.text).xpath("//main")
    shut = "//details[not(@open)]/*[not(self::summary)] | //select | //svg"
    for one in main.xpath(f"{shut} | //*[contains(@class, 'visually-hidden')]"):
        one.drop_tree()
    return len(text_of(main).split())


@pytest.mark.parametrize(
    "address", ["/culture?unit=ost-6&wave=2025-h", "/culture?unit=ost-5", "/culture/units"]
)
async def test_a_page_of_units_is_read_at_once(web, sign_in, shelf, address):
    await sign_in(Role.HR)
    assert open_words(await web.get(address)) <= LONGEST
