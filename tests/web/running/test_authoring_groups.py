"""Groups of the public are made of a question on a page, and its waves have them."""

import pytest

from questionnaires.authoring.own_groups import own_groups, read_groups, without_own_groups
from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.instruments.versions import written_versions
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login
from tests.builders_publication import public_series, put_on_shelf
from tests.builders_publication.figures import an_estimate
from tests.web.running.authoring_desk import form_of, sends, token
from tests.web.running.desk import again

VERSIONS = "/questionnaires/omdomme/versions"
BASE = "/questionnaires/omdomme/v2"
GROUPS = f"{BASE}/groups"
WRITE = f"{GROUPS}/write"
NEWS = f"{WRITE}?item=om.fil.4"
WORDS = {
    "name": "news",
    "title.nb": "Nyheter",
    "title.nn": "Nyhende",
    "title.en": "News",
    "word.nb": "nyheter",
    "word.nn": "nyhende",
    "word.en": "news",
}
SEEN = {"named.1.nb": "Har sett nytt", "named.1.nn": "Har sett nytt", "named.1.en": "Have seen it"}
TOGETHER = {"group.1": "1", "group.2": "1", "group.3": "1", "group.4": "2", "group.5": ""}


@pytest.fixture
async def hr(own_content, sign_in):
    await sign_in(Role.HR, "hr2@example.org")
    client = await sign_in(Role.HR)
    page = (await client.get(VERSIONS)).text
    await client.post(VERSIONS, data={"csrf": token(page)}, follow_redirects=False)
    return client


async def draft():
    return (await written_versions(Login.WEB, "omdomme"))[-1]


async def groups(hr, **fields):
    return await sends(hr, NEWS, WRITE, **WORDS | SEEN | TOGETHER | fields)


async def test_groups_of_a_question_are_released_and_its_waves_have_them(hr):
    page = (await hr.get(GROUPS)).text
    assert f'href="{NEWS}"' in page
    assert f"{WRITE}?item=om.til.1" not in page  # what measures something makes no groups
    reply = await groups(hr)
    assert reply.headers["location"] == f"{GROUPS}#groups-news"
    kept = (await draft()).files
    again_as_it_stands = await sends(hr, f"{WRITE}?name=news", WRITE)
    assert (again_as_it_stands.status_code, (await draft()).files) == (303, kept)
    page = (await hr.get(GROUPS)).text
    own = page[page.index('id="groups-news"') :]
    assert "<li>Har sett nytt</li>" in own[:900]
    page = (await hr.get(f"{BASE}/review")).text
    assert "Ingenting. Alle språk er klare." in page
    assert f'<p>Nyheter. <a href="{GROUPS}">' in page
    await sends(hr, f"{BASE}/review", act="send")
    await again(hr, "hr2@example.org")
    await sends(hr, f"{BASE}/review", act="release")
    library = load_library()
    news = library.background.variables["news"]
    assert news.known(library.questionnaire("omdomme")) == ("1-2-3", "4")
    assert library.background.pages[-1] == "news"


async def test_what_lacks_is_asked_for_where_it_is_written(hr):
    await groups(hr, **{"word.en": "", "named.1.nn": ""})
    page = (await hr.get(f"{BASE}/review")).text
    assert page.count(f'<a href="{GROUPS}">Gruppene news: English mangler.</a>') == 1
    assert f'<a href="{GROUPS}">Gruppene news: Nynorsk mangler.</a>' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "age"}, "Kortnavnet er brukt av andre grupper."),
        ({"name": "Nytt!"}, "Kortnavnet kan ha små bokstaver"),
        ({"group.4": ""}, "Velg svar til minst to grupper."),
        ({"named.1.nb": "", "named.1.nn": "", "named.1.en": ""}, "Gi hver gruppe av flere svar"),
        ({"title.en": "x" * 601}, "En tekst er for lang."),
    ],
)
async def test_what_cannot_be_kept_is_said_and_stays_on_the_page(hr, fields, sentence):
    before = await draft()
    reply = await groups(hr, **fields)
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert 'value="Nyheter"' in reply.text
    assert await draft() == before


async def test_two_who_write_at_once_are_told_and_lose_no_words(hr):
    page = (await hr.get(NEWS)).text
    late = form_of(page, WRITE) | WORDS | {"name": "late", "title.nb": "For sent"}
    await groups(hr)
    reply = await hr.post(WRITE, data=late, follow_redirects=False)
    assert (reply.status_code, own_groups((await draft()).files)) == (409, ("news",))
    assert 'value="For sent"' in reply.text


async def test_they_are_taken_out_by_themselves_and_with_their_question(hr):
    await groups(hr)
    page = (await hr.get(f"{BASE}/retire?item=om.fil.4")).text
    assert "Gruppene «Nyheter» slutter: målinger etter dette er uten dem." in page
    assert "background.toml" not in page
    await sends(hr, f"{BASE}/retire?item=om.fil.4", f"{BASE}/retire")
    assert own_groups((await draft()).files) == ()
    page = (await hr.get(GROUPS)).text
    assert NEWS not in page


async def test_a_question_about_oneself_makes_groups_or_is_said_to_make_none(hr):
    page = (await hr.get(GROUPS)).text
    assert f"{WRITE}?item=d.arbeid" in page
    words = {"title.nb": "Arbeid", "word.nb": "arbeid", "name": "work"}
    await sends(hr, f"{WRITE}?item=d.arbeid", WRITE, **WORDS | words)
    page = (await hr.get(GROUPS)).text
    assert "Av folk som er trukket ut, lagres ikke svaret" in page
    assert read_groups((await draft()).files, "work").placed
    sent = {"csrf": token(page), "saved": (await draft()).saved, "name": "work", "act": "remove"}
    await hr.post(GROUPS, data=sent, follow_redirects=False)
    assert own_groups((await draft()).files) == ()
    left = {"saved": (await draft()).saved, "name": "om.fil.4", "act": "without"}
    await hr.post(GROUPS, data=sent | left, follow_redirects=False)
    assert without_own_groups((await draft()).files) == ("om.fil.4",)


async def test_a_new_question_about_oneself_is_added_and_asks_for_its_groups(hr):
    add = f"{BASE}/add?after=om.fil.4"
    reply = await sends(hr, add, f"{BASE}/add", id="d.by", about="yes", scale="TRO")
    assert (reply.status_code, "teller ikke i en skala" in reply.text) == (422, True)
    reply = await sends(hr, add, f"{BASE}/add", id="d.by", about="yes")
    assert "måler ingenting." in (await hr.get(reply.headers["location"])).text
    page = (await hr.get(f"{BASE}/review")).text
    said = "d.by spør folk om dem selv, og gir ingen grupper."
    assert f'<a href="{GROUPS}">{said}' in page
    left = {"csrf": token(page), "saved": (await draft()).saved, "name": "d.by", "act": "without"}
    await hr.post(GROUPS, data=left, follow_redirects=False)
    assert said not in (await hr.get(f"{BASE}/review")).text


async def test_authors_of_a_form_for_staff_are_told_that_staff_have_no_groups(hr):
    versions = "/questionnaires/verdipuls/versions"
    page = (await hr.get(versions)).text
    await hr.post(versions, data={"csrf": token(page)}, follow_redirects=False)
    page = (await hr.get("/questionnaires/verdipuls/v2/groups")).text
    assert "De ansatte blir ikke spurt om seg selv" in page
    assert "Lag grupper" not in page
    add = "/questionnaires/verdipuls/v2/add"
    page = (await hr.get(f"{add}?after=vp.apn.1")).text
    assert 'name="about"' not in page
    sent = form_of(page, add) | {"about": "yes"}
    reply = await hr.post(add, data=sent, follow_redirects=False)
    assert (reply.status_code, "svaret kunne vise hvem de er" in reply.text) == (422, True)


async def test_whoever_reads_results_sees_how_many_each_group_would_have_had(hr, sign_in):
    content = public_series()[-1]
    for code, share in (("1", 0.3), ("2", 0.2), ("3", 0.2), ("4", 0.02)):
        cell = an_estimate("om.fil.4", "agency", "", 0.0, 1000)
        content["estimates"].append(cell | {"statistic": "share", "category": code, "mean": share})
    bind_worker()
    await put_on_shelf(content)
    bind_web()
    await groups(hr)
    assert "om lag" not in (await hr.get(GROUPS)).text
    client = await sign_in(Role.COMMUNICATIONS)
    page = (await client.get(f"{WRITE}?name=news")).text
    assert "om lag 300" in page
    page = " ".join((await client.get(GROUPS)).text.split())
    assert "<li>Har sett nytt: om lag 700</li>" in page
    assert "om lag 20 – <strong>ville ikke blitt vist</strong>" in page


async def test_other_answers_for_a_question_that_makes_groups_say_what_its_codes_mean(hr):
    page = (await hr.get(f"{BASE}/options/write?from=om.fil.1")).text
    offered = [one.partition('"')[::2] for one in page.split('name="items" value="')[1:]]
    told = {item for item, rest in offered if "grupper, som følges over tid" in rest}
    makes = {one.item for one in load_library().background.variables.values()}
    assert told == makes & {item for item, _ in offered}
    assert {"om.fil.1", "om.fil.2"} <= told
