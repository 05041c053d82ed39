"""What a form asks is written on a page: parts, the text before each, questions and minutes."""

import re

import pytest

from questionnaires.authoring.edits import asked_order
from survey_app.accounts.roles import Role
from tests.web.running.authoring_desk import BASE, begun, draft, form_of, sends

FORM = f"{BASE}/form"
K1 = "verdipuls.k1"
MONTH = {"intro.nb": "Tenk på måneden.", "intro.nn": "Tenk på månaden.", "intro.en": "Think back."}


@pytest.fixture
async def hr(own_content, sign_in):
    client = await sign_in(Role.HR)
    await begun(client)
    return client


async def does(hr, act, form=K1, **fields):
    address = f"{FORM}?order={form}"
    sent = form_of((await hr.get(address)).text, address) | {"act": act} | fields
    return await hr.post(address, data=sent, follow_redirects=False)


async def order():
    return asked_order((await draft()).files, K1)


async def review(hr):
    return (await hr.get(f"{BASE}/review?order={K1}")).text


async def test_a_form_asks_less_and_more_and_the_difference_is_seen(hr):
    before = await order()
    await does(hr, "stop:vp.nyt.5")
    await does(hr, "ask", item="vp.try.2")
    assert await order() == (*(one for one in before if one != "vp.nyt.5"), "vp.try.2")
    page = await review(hr)
    assert "Kollegaene mine møter hverandre" in page
    assert re.search(r"Når vi endrer noe, tar vi vare", page)


async def test_what_a_form_has_no_figures_of_is_said_before_it_stops_asking_a_question(hr):
    before = await order()
    reply = await does(hr, "stop", item="vp.nyt.3")
    assert reply.status_code == 303
    # two scales, and the index that a third of the weight of is that of one of them
    address = reply.headers["location"]
    told = " ".join((await hr.get(address)).text.split())
    assert "Ta vp.nyt.3 ut av «Verdipuls K1»?" in told
    lost = "«Nytenking», «Nytenking, kjerne» og «Kulturindeks, kjerne»."
    assert f"Skjemaet stiller da ikke alle spørsmålene bak {lost}" in told
    assert await order() == before
    sent = form_of((await hr.get(address)).text, f"{FORM}?order={K1}")
    await hr.post(f"{FORM}?order={K1}", data=sent | {"act": "stop:vp.nyt.3"})
    assert await order() == tuple(one for one in before if one != "vp.nyt.3")
    # a question that the form has no other figure by is taken out at once
    await does(hr, "stop", item="vp.sik.1")
    assert "vp.sik.1" not in await order()
    for gone in ("order=verdipuls.k1&item=vp.nyt.3", "order=ukjent&item=vp.apn.1", ""):
        assert (await hr.get(f"{BASE}/stop?{gone}")).status_code == 404


async def test_a_form_that_is_too_long_says_how_many_questions_it_may_have(hr):
    for item in ("vp.try.2", "vp.try.4", "vp.sik.2", "vp.sik.3", "vp.sik.4", "aa.8"):
        await does(hr, "ask", item=item)
    assert (
        f'<a href="{FORM}?order={K1}">«Verdipuls K1» har 21 spørsmål til samme person, og kan ha'
        " høyst 20."
    ) in " ".join((await review(hr)).split())
    costs = " ".join((await hr.get(f"{BASE}/measures")).text.split())
    assert f'<a href="{FORM}?order={K1}">«Verdipuls K1» har 21 spørsmål' in costs
    # what depends on it comes along, and the question itself does not
    of = f"{BASE}/filter?item=vp.hen.2&of=vp.hen.1"
    assert (await sends(hr, of, f"{BASE}/filter", codes=["1", "2"])).status_code == 303
    await does(hr, "ask", item="vp.hen.2")
    assert (
        "«Verdipuls K1» stiller vp.hen.2 ut fra svaret på vp.hen.1, men stiller ikke vp.hen.1."
    ) in " ".join((await review(hr)).split())


async def test_what_the_form_could_ask_is_listed_by_purpose(hr):
    page = (await hr.get(FORM)).text
    more = page[page.index('id="more"') :]
    assert more.index("Bakgrunnsspørsmål") < more.index('value="bg.rolle"')
    assert 'value="vp.try.1"' not in more


async def test_a_part_gets_a_text_in_three_languages_and_people_meet_it(hr):
    await does(hr, "begin:vp.apn.1")
    assert (await does(hr, "intro:vp.apn.1", **MONTH | {"intro.en": ""})).status_code == 303
    assert "Teksten før en del av et skjema: English mangler." in await review(hr)
    await does(hr, "intro:vp.apn.1", **MONTH)
    read = await review(hr)
    assert "Ingenting. Alle språk er klare." in read
    # no question changed, and whoever releases the version reads the text all the same
    assert read.index("Alle spørsmålene er like.") < read.index("Tenk på måneden.")
    assert (
        '"verdipuls.v2.1" = "Tenk på månaden."' in (await draft()).files.texts["messages.nn.toml"]
    )
    page = (await hr.get(FORM)).text
    assert page.index("Tenk på måneden.") < page.index('value="vp.apn.1"')
    await does(hr, "join:vp.apn.1")
    assert "Slå del 3 sammen med delen over" in (await hr.get(FORM)).text
    assert "Slå del 4 sammen med delen over" not in (await hr.get(FORM)).text


async def test_a_text_that_is_sent_as_it_stands_changes_nothing(hr):
    before = await draft()
    main = "verdipuls.main"
    page = (await hr.get(f"{FORM}?order={main}")).text
    shown = re.findall(r'name="(intro\.\w+)"[^>]*>([^<]*)</textarea>', page)
    said = {name: text for name, text in shown if text.strip()}
    assert len(said) == 3
    await does(hr, "intro:vp.hen.1", form=main, **said)
    assert await draft() == before


@pytest.mark.parametrize(
    ("act", "fields", "sentence"),
    [
        ("minutes", {"minutes": "mange"}, "Skriv et helt antall minutter, fra 1 til 60."),
        ("intro:vp.try.1", {"intro.nb": "Her: {{lenke}}"}, "som skjemaet ikke kan fylle ut"),
        ("intro:vp.try.1", {"intro.nb": "x" * 601}, "En tekst er for lang."),
        ("intro:vp.try.1", {"intro.nb": "Tenk", "order": "no-form"}, "Skjemaet finnes ikke."),
        ("stop", {}, "Velg et spørsmål først."),
        ("stop:vp.ukjent.1", {}, "Spørsmålet finnes ikke lenger i denne versjonen."),
        ("ask", {"item": "vp.ukjent.1"}, "Spørsmålet finnes ikke lenger i denne versjonen."),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(hr, act, fields, sentence):
    before = await draft()
    reply = await does(hr, act, **fields)
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert await draft() == before


async def test_minutes_are_written_and_somebody_who_was_before_is_told_of(hr):
    assert (await does(hr, "minutes", minutes="3", saved="7")).status_code == 422
    await does(hr, "minutes", minutes="3")
    assert "minutes = 3" in (await draft()).files.texts["forms.toml"]
    reply = await sends(hr, FORM, f"{FORM}?order={K1}", act="minutes", minutes="4")
    assert reply.status_code == 303


async def test_a_question_of_another_instrument_is_asked_as_it_is_and_stays_one_question(hr):
    page = (await hr.get(f"{FORM}?order={K1}")).text
    more = page[page.index('id="more"') :]
    assert more.index('label="Fra Attraktiv arbeidsplass"') < more.index('value="aa.8"')
    # what asks who somebody is stays with those who ask that
    assert 'value="om.fil.2"' not in more
    before = await order()
    await does(hr, "ask", item="aa.8")
    assert await order() == (*before, "aa.8")
    # one item: the version writes nothing of it, and nothing must be mended
    files = (await draft()).files
    assert not any("aa.8" in text for name, text in files.texts.items() if name != "forms.toml")
    assert "Ingenting. Alle språk er klare." in await review(hr)
    edit = (await hr.get(f"{BASE}/edit?order={K1}")).text
    assert "Vi klarer å rekruttere dyktige folk" in edit
    assert f'href="{BASE}/edit?item=aa.8' not in edit
    await does(hr, "stop:aa.8")
    assert await order() == before


async def test_a_form_is_divided_into_modules_and_says_what_lacks_until_it_holds(hr):
    main = {"form": "verdipuls.main"}
    address = f"{FORM}?order=verdipuls.main"
    told = re.escape(f'<a href="{address}">')
    for item in ("vp.sik.1", "vp.sik.2"):
        await does(hr, f"begin:{item}", **main)
    await does(hr, "module:vp.sik.2", **main, module=" trygghet ")
    page = await review(hr)
    assert re.search(told + "«Verdipuls, hovedmåling» kan ha to eller tre moduler", page)
    assert re.search(told + "Spørsmålene i «Trygghet for ansatte» ligger ikke samlet", page)
    await does(hr, "without", **main)
    assert 'without_indices = ["SIK"]' in (await draft()).files.texts["forms.toml"]
    for item, module in (
        ("vp.sik.1", "trygghet"),  # the index has a figure again, and the form says no more
        ("vp.amb.1", "arbeidsplass"),
        ("aa.1", "arbeidsplass"),
    ):
        assert (await does(hr, f"module:{item}", **main, module=module)).status_code == 303
    assert "without_indices" not in (await draft()).files.texts["forms.toml"]
    page = (await hr.get(f"{BASE}/review?order=verdipuls.main")).text
    assert "Ingenting. Alle språk er klare." in page
    assert "Modulene: trygghet · arbeidsplass" in page
    page = " ".join((await hr.get(address)).text.split())
    assert "Hver person får én av modulene, trukket tilfeldig, og 18 spørsmål som alle får." in page
    assert "<strong>trygghet</strong>: 5 spørsmål, 23 i alt for den som får modulen." in page
    costs = (await hr.get(f"{BASE}/measures")).text
    assert "Kurven brytes" not in costs[: costs.index('id="scale-TRY"')]
    await does(hr, "module:vp.sik.1", **main)
    reply = await does(hr, "module:vp.sik.1", **main, module="én / to")
    assert (reply.status_code, "bokstaver, tall og bindestrek" in reply.text) == (422, True)
    # of a form that there is none of
    assert (await does(hr, "without", **main, order="nonsense")).status_code == 422


async def test_what_was_written_of_a_part_is_there_still_where_another_was_before(hr):
    address = f"{FORM}?order={K1}"
    page = (await hr.get(address)).text
    mine = form_of(page, address) | {name: [""] for name in MONTH} | MONTH
    for act, written in (
        ("minutes", {"minutes": "17"}),
        ("module:vp.try.1", {"module": "trygghet"}),
        ("intro:vp.try.1", {}),
    ):
        await does(hr, "intro:vp.try.1", **MONTH | {"intro.nb": f"Tenk <først>, {act}."})
        sent = mine | {"act": act} | written
        reply = await hr.post(address, data=sent)
        assert reply.status_code == 422
        assert "Noen har endret versjonen." in reply.text
        for text in written.values():
            assert f'value="{text}"' in reply.text
    # what the button would write over is read beside what was written
    assert 'lang="nb">Tenk &lt;først&gt;, intro:vp.try.1.</span>' in reply.text
    assert f"{MONTH['intro.nb']}</textarea>" in reply.text


async def test_what_was_written_of_a_part_that_begins_with_another_question_is_given_back(hr):
    address = f"{FORM}?order={K1}"
    mine = form_of((await hr.get(address)).text, address)
    await does(hr, "stop:vp.try.1")
    reply = await hr.post(address, data=mine | MONTH | {"act": "intro:vp.try.1"})
    assert reply.status_code == 422
    told = reply.text.partition("begynner ikke lenger med det samme spørsmålet")[2]
    for name, text in MONTH.items():
        assert f'<p class="lines" lang="{name[-2:]}">{text}</p>' in told
    reply = await hr.post(address, data=mine | {"module": "trygghet", "act": "module:vp.try.1"})
    assert '<p class="lines">trygghet</p>' in reply.text
