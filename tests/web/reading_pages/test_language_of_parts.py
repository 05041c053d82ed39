"""What stands in another language than its page says so (WCAG 2.2, 3.1.2)."""

import pytest
from lxml import html

from survey_app.accounts.roles import Role
from survey_app.reading.strategy_text import statements

PAGES = (
    "/", "/strategy", "/workplace", "/reputation", "/culture", "/culture/units",
    "/culture/items/vp.apn.4", "/culture/drivers?outcome=culture", "/questionnaires",
    "/questionnaires/verdipuls.main", "/reports", "/results", "/method",
)  # fmt: skip
WITHOUT_ACCOUNT = ("/promise", "/privacy", "/accessibility", "/trustees")


def in_what_language(page, text):
    """The languages of every place where a text stands, of the element nearest to it."""
    return {
        one.xpath("string(ancestor-or-self::*[@lang][1]/@lang)")
        for one in page.iter()
        if isinstance(one.tag, str) and text in (one.text or "")
    } | {
        one.getparent().xpath("string(ancestor-or-self::*[@lang][1]/@lang)")
        for one in page.iter()
        if isinstance(one.tag, str) and text in (one.tail or "")
    }


@pytest.mark.parametrize("lang", ["nn", "en"])
@pytest.mark.parametrize("role", [Role.HR, Role.COMMUNICATIONS])
async def test_the_strategy_s_own_words_are_marked_as_bokmal(web, sign_in, shelf, role, lang):
    """The strategy is written in one language, and quoted in it wherever it is named."""
    await sign_in(role)
    known = [one.text.rstrip(".") for one in statements().values() if len(one.text.split()) > 3]
    found = set()
    for address in PAGES:
        reply = await web.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        if reply.status_code == 403:
            continue
        assert reply.status_code == 200, address
        page = html.fromstring(reply.text)
        assert page.get("lang") == lang
        for text in known:
            where = in_what_language(page, text)
            assert where <= {"nb"}, (address, text)
            found |= {text} if where else set()
        labels = page.xpath("//@aria-label | //@title | //@alt")
        assert not [one for one in labels if any(text in one for text in known)], address
    assert len(found) > len(known) / 2


async def test_pages_that_know_no_account_are_told_the_language_in_their_address(
    web, sign_in, shelf
):
    await sign_in(Role.HR)
    for address in ("/culture?", "/reports?", "/culture?unit=ost-6&"):
        page = html.fromstring((await web.get(f"{address}lang=nn")).text)
        led = [one for one in page.xpath("//a/@href") if one.partition("?")[0] in WITHOUT_ACCOUNT]
        assert len(led) > 3, address
        assert {one for one in led if "lang=nn" not in one} == set(), address
