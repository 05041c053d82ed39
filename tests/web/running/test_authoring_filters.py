"""A question is asked of some only: an earlier one and its answers are picked on a page."""

import pytest

from survey_app.accounts.roles import Role
from tests.web.running.authoring_desk import BASE, begun, draft, sends

FILTER = f"{BASE}/filter"


@pytest.fixture
async def hr(own_content, sign_in):
    client = await sign_in(Role.HR)
    await begun(client)
    return client


async def structure():
    return (await draft()).files.texts["instrument.toml"]


async def test_who_gets_a_question_is_picked_from_an_earlier_one_and_taken_away_again(hr):
    before = await structure()
    page = (await hr.get(f"{FILTER}?item=vp.hen.2")).text
    assert "Alle som får skjemaet." in page
    assert '<option value="vp.hen.1"' in page
    assert '<option value="aa.1"' not in page  # stands after it
    of = f"{FILTER}?item=vp.hen.2&of=vp.hen.1"
    assert "Velg minst ett svar." in (await sends(hr, of, codes=[])).text
    reply = await sends(hr, of, FILTER, codes=["1", "2"])
    assert reply.headers["location"] == f"{FILTER}?item=vp.hen.2"
    wrote = 'filter = [{item = "vp.hen.1", any_of = ["1", "2"]}]'
    assert wrote in await structure()
    page = (await hr.get(f"{FILTER}?item=vp.hen.2")).text
    assert "De som svarte «Ja, én gang» og «Ja, 2–5 ganger» på:" in " ".join(page.split())
    assert "merknaden må si hvem som skal svare" in page
    assert (
        "Bare noen får spørsmålet. Skriv i merknaden hvem det er."
        in (await hr.get(f"{BASE}/review")).text
    )
    await sends(hr, f"{FILTER}?item=vp.hen.2", remove="0")
    assert await structure() == before


async def test_what_it_costs_is_said_before(hr):
    page = " ".join((await hr.get(f"{FILTER}?item=vp.nyt.3")).text.split())
    assert "brytes kurven for det, og for Nytenking, Nytenking, kjerne, Kulturindeks" in page


async def test_a_question_that_only_some_get_decides_nothing(hr):
    await sends(hr, f"{FILTER}?item=vp.hen.1&of=vp.try.1", FILTER, codes=["1"])
    assert '<option value="vp.hen.1"' not in (await hr.get(f"{FILTER}?item=vp.hen.2")).text
    reply = await sends(
        hr, f"{FILTER}?item=vp.hen.2&of=vp.try.1", FILTER, of="vp.hen.1", codes=["1"]
    )
    assert "Velg et spørsmål som alle får." in reply.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"codes": ["99", "\0"]}, "Velg minst ett svar."),
        ({"of": "vp.ukjent.1", "codes": ["1"]}, "Velg minst ett svar."),
        ({"remove": "9" * 5000}, "Spørsmålet finnes ikke lenger i denne versjonen."),
        ({"remove": "7"}, "Spørsmålet finnes ikke lenger i denne versjonen."),
    ],
)
async def test_what_no_page_offers_is_refused_and_changes_nothing(hr, fields, sentence):
    before = await structure()
    reply = await sends(hr, f"{FILTER}?item=vp.hen.2&of=vp.hen.1", FILTER, **fields)
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert await structure() == before


async def test_a_question_that_there_is_not_has_no_page(hr):
    assert (await hr.get(f"{FILTER}?item=vp.ukjent.1")).status_code == 404
