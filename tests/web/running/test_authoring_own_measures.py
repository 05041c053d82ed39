"""A scale or an index that nobody measured before is made on a page, and its waves have it."""

import pytest

from questionnaires.authoring.own_measures import own_measures, read_measure
from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.running.authoring import own_measure_routes
from tests.web.running.authoring_desk import BASE, begun, draft, form_of, sends, token
from tests.web.running.desk import again

MEASURES = f"{BASE}/measures"
WRITE = f"{MEASURES}/write"
WORDS = {
    "title.nb": "Rom for ro",
    "title.nn": "Rom for ro",
    "title.en": "Room for calm",
    "about.nb": "Om ro.",
    "about.nn": "Om ro.",
    "about.en": "About calm.",
}
ITEMS = ["vp.try.2", "vp.apn.2", "vp.nyt.2"]


@pytest.fixture
async def hr(own_content, sign_in):
    await sign_in(Role.HR, "hr2@example.org")
    client = await sign_in(Role.HR)
    await begun(client)
    return client


async def scale(hr, **fields):
    said = {"code": "ROM", "items": ITEMS, "placed": "yes"} | WORDS | fields
    return await sends(hr, f"{WRITE}?kind=scale", WRITE, **said)


async def index(hr, **fields):
    return await sends(hr, f"{WRITE}?kind=index", WRITE, **{"code": "SAM2"} | WORDS | fields)


async def test_a_scale_and_an_index_of_it_are_released_and_asked(hr):
    page = (await hr.get(f"{WRITE}?kind=scale")).text
    assert "Måler: " in page[page.index('value="vp.try.1"') :]  # what of the strategy
    reply = await scale(hr)
    assert reply.headers["location"] == f"{MEASURES}#own-ROM"
    again_as_it_stands = await sends(hr, f"{WRITE}?code=ROM", WRITE)
    assert (again_as_it_stands.status_code, own_measures((await draft()).files)) == (303, ("ROM",))
    named = {"title.nb": "Samlet ro", "title.nn": "Samla ro", "title.en": "All calm"}
    await index(hr, **named, **{"times.ROM": "2", "times.SIK": "1"})
    page = (await hr.get(MEASURES)).text
    own = page[page.index('id="own-ROM"') : page.index('id="scale-TRY"')]
    assert own.count("Målinger som får tallet: Verdipuls, hovedmåling") == 2
    assert "En ny kurve begynner." in page
    review = (await hr.get(f"{BASE}/review?order=verdipuls.main")).text
    assert "Ingenting. Alle språk er klare." in review
    assert "En ny kurve begynner." in review
    await sends(hr, f"{BASE}/review", act="send")
    assert (
        await hr.get(f"{WRITE}?kind=scale")
    ).status_code == 404  # nobody writes while it is read
    await again(hr, "hr2@example.org")
    await sends(hr, f"{BASE}/review", act="release")
    library = load_library()
    found = {one.code: one.weights for one in library.questionnaire("verdipuls.main").indices}
    assert found["SAM2"] == {"ROM": 2 / 3, "SIK": 1 / 3}
    assert library.measures.staff.alone[-1] == "ROM"
    page = (await hr.get(MEASURES)).text
    assert "Kurven fortsetter. Ingen måling" not in " ".join(page.split())


async def test_what_lacks_is_asked_for_where_it_is_written(hr):
    await scale(hr, items=["vp.try.2", "om.til.1"], **{"about.en": ""})
    page = (await hr.get(f"{BASE}/review")).text
    said = "Navnet på ROM, eller forklaringen: English mangler."
    assert f'<a href="{MEASURES}">{said}</a>' in page
    assert "Indeksen ROM: ikke ett skjema stiller alle spørsmålene i den." in page
    taken = {"title.nb": "Trygghet for ansatte"}
    await sends(hr, f"{WRITE}?code=ROM", WRITE, items=ITEMS, **taken)
    page = (await hr.get(f"{BASE}/review")).text
    assert "Et annet tall heter det samme som ROM. Gi det et eget navn." in page
    await sends(hr, f"{WRITE}?code=ROM", WRITE, items=["vp.try.2", "om.til.1"])
    assert "Ingen av skjemaene her stiller alle spørsmålene i det." in (await hr.get(MEASURES)).text


@pytest.mark.parametrize(
    ("make", "fields", "sentence"),
    [
        (scale, {"code": "KI"}, "Kortnavnet er eller har vært brukt av et annet tall."),
        (scale, {"code": "ro"}, "Bruk store bokstaver og tall i kortnavnet"),
        (scale, {"title.nn": "r" * 81}, "Navnet kan ha høyst 80 tegn"),
        (scale, {"title.nn": "r" * 41}, "må det ha et kort navn"),
        (scale, {"population": "public"}, "Skjemaet finnes ikke."),
        (scale, {"items": []}, "Velg et spørsmål først."),
        (scale, {"items": ["bg.rolle"]}, "Spørsmålet finnes ikke lenger i denne versjonen."),
        (scale, {"about.nb": "x" * 601}, "En tekst er for lang."),
        (index, {"times.SIK": "1"}, "En indeks må ha minst to skalaer."),
        (index, {"times.SIK": "1", "times.AMB": "mye"}, "Skriv et helt tall fra 1 til 99"),
        (index, {"times.SIK": "1", "times.KI": "1"}, "Skalaen finnes ikke i denne versjonen."),
    ],
)
async def test_what_cannot_be_kept_is_said_and_stays_on_the_page(hr, make, fields, sentence):
    before = await draft()
    reply = await make(hr, **fields)
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert 'value="Rom for ro"' in reply.text
    assert await draft() == before


async def test_two_who_write_at_once_are_told_and_lose_no_words(hr):
    page = (await hr.get(f"{WRITE}?kind=scale")).text
    late = form_of(page, WRITE) | WORDS | {"code": "SEN", "items": ITEMS, "title.nb": "For sent"}
    await scale(hr)
    reply = await hr.post(WRITE, data=late, follow_redirects=False)
    assert (reply.status_code, 'value="For sent"' in reply.text) == (409, True)
    assert own_measures((await draft()).files) == ("ROM",)


async def test_one_is_changed_and_taken_out_again(hr, monkeypatch):
    await scale(hr)
    await index(hr, **{"times.ROM": "1", "times.SIK": "1"})
    page = (await hr.get(MEASURES)).text
    taken = {"csrf": token(page), "code": "ROM", "saved": (await draft()).saved}
    reply = await hr.post(f"{MEASURES}/remove", data=taken, follow_redirects=False)
    assert (reply.status_code, "Ta skalaen ut av indeksen først." in reply.text) == (422, True)
    await sends(hr, f"{WRITE}?code=ROM", WRITE, items=ITEMS[:2])
    assert read_measure((await draft()).files, "ROM").items == tuple(ITEMS[:2])
    # what was changed since the page was opened is looked at first
    reply = await hr.post(f"{MEASURES}/remove", data=taken | {"code": "SAM2"})
    assert (reply.status_code, own_measures((await draft()).files)) == (409, ("ROM", "SAM2"))
    taken["saved"] = (await draft()).saved

    async def late(*_told, **_facts):
        return False  # somebody else wrote meanwhile

    with monkeypatch.context() as changed:
        changed.setattr(own_measure_routes, "keep_draft", late)
        reply = await hr.post(f"{MEASURES}/remove", data=taken | {"code": "SAM2"})
    assert (reply.status_code, own_measures((await draft()).files)) == (409, ("ROM", "SAM2"))
    for code in ("SAM2", "ROM", "ROM"):
        taken |= {"code": code, "saved": (await draft()).saved}
        reply = await hr.post(f"{MEASURES}/remove", data=taken, follow_redirects=False)
        assert reply.status_code == 303
    assert own_measures((await draft()).files) == ()


async def test_one_that_is_made_of_nothing_is_told_and_can_be_taken_out(hr):
    await scale(hr)
    written = (await draft()).files.texts["indices.toml"] + '\n[NY]\npopulation = "staff"\n'
    csrf = {"csrf": token((await hr.get(MEASURES)).text)}
    by_hand = {"file": ("indices.toml", written.encode())}
    assert (await hr.post(f"{BASE}/file", data=csrf, files=by_hand)).status_code == 200
    for page in ("review", "edit", "form", "measures", "measures/write?code=NY"):
        assert (await hr.get(f"{BASE}/{page}")).status_code == 200, page
    told = "Indeksen NY er laget av noe som ikke finnes lenger."
    assert told in (await hr.get(f"{BASE}/review")).text
    await hr.post(f"{MEASURES}/remove", data=csrf | {"code": "NY", "saved": (await draft()).saved})
    assert told not in (await hr.get(f"{BASE}/review")).text
