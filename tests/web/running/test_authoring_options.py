"""Sets of answers are made on pages: a new one for each change of what was asked."""

import re

import pytest

from questionnaires.authoring.option_sets import own_sets
from questionnaires.authoring.version_files import OPTIONS
from survey_app.accounts.roles import Role
from tests.web.running.authoring_desk import BASE, begun, draft, sends

SETS = f"{BASE}/options"
WRITE = f"{SETS}/write"
LANGUAGES = ("nb", "nn", "en")


@pytest.fixture
async def hr(own_content, sign_in):
    await sign_in(Role.HR, "hr2@example.org")
    client = await sign_in(Role.HR)
    await begun(client)
    return client


async def test_a_new_set_is_made_of_another_and_says_what_it_costs(hr):
    page = (await hr.get(SETS)).text
    assert "<code>enig5</code>" in page
    assert f"{WRITE}?set=enig5" not in page  # what was asked is not changed
    page = (await hr.get(f"{WRITE}?from=enig5")).text
    cost = page[page.index('value="vp.try.1"') :]
    assert re.search(r"Kurven brytes for\s+Trygghet, .*Kulturindeks", cost)
    assert re.search(r"Åpenhet, .*\d+ andre spørsmål i samme deler mister teksten", cost)
    words = {"answer.3.nb": "Midt imellom", "answer.3.nn": "Midt imellom", "answer.3.en": "Between"}
    reply = await sends(hr, f"{WRITE}?from=enig5", items=["vp.try.1"], **words)
    assert reply.headers["location"] == f"{SETS}#enig5.2"
    files = (await draft()).files
    assert own_sets(files) == ("enig5.2",)
    assert 'id = "vp.try.1"\nversion = 2' in files.texts["instrument.toml"]
    page = (await hr.get(SETS)).text
    assert "Helt uenig · Nokså uenig · Midt imellom · Nokså enig · Helt enig · Vet ikke" in page
    assert "Midt imellom" in (await hr.get(f"{BASE}/preview?item=vp.try.1&lang=nb")).text
    review = (await hr.get(f"{BASE}/review")).text
    assert "Ingenting. Alle språk er klare." in review
    assert "Midt imellom" in review
    assert f'name={OPTIONS}"' in review


async def test_a_set_that_is_sent_as_it_stands_changes_nothing(hr):
    await sends(hr, f"{WRITE}?from=ambassador11", items=["vp.amb.1"])
    before = await draft()
    assert (await sends(hr, f"{WRITE}?set=ambassador11.2")).status_code == 303
    assert await draft() == before
    assert "[0, 10]" in before.files.texts[OPTIONS]


async def test_a_language_that_lacks_is_asked_for_where_it_is_written(hr):
    await sends(hr, f"{WRITE}?from=enig5", items=["vp.try.1"], **{"answer.3.en": ""})
    page = (await hr.get(f"{BASE}/review")).text
    assert f'<a href="{SETS}">Svarskalaen enig5.2: English mangler.</a>' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"id": "enig5"}, "Kortnavnet er brukt av en annen svarskala."),
        ({"id": "Enig 5"}, "Kortnavnet kan ha små bokstaver"),
        ({"answer.1.nb": "x" * 601}, "En tekst er for lang."),
    ],
)
async def test_what_cannot_be_kept_is_said_and_stays_on_the_page(hr, fields, sentence):
    reply = await sends(hr, f"{WRITE}?from=enig5", **{"answer.2.nb": "Litt uenig"} | fields)
    assert reply.status_code == 422
    assert sentence in reply.text
    assert 'value="Litt uenig"' in reply.text
    assert own_sets((await draft()).files) == ()


async def test_a_set_without_questions_is_taken_out_again(hr):
    await sends(hr, f"{WRITE}?from=enig5")
    assert "Ingen spørsmål har den ennå." in (await hr.get(SETS)).text
    assert (await sends(hr, SETS, f"{SETS}/remove")).status_code == 303
    assert OPTIONS not in (await draft()).files.texts


async def test_two_who_write_a_set_at_once_are_told(hr):
    first = await sends(hr, f"{WRITE}?from=enig5", id="en.a")
    assert first.status_code == 303
    assert (await sends(hr, f"{WRITE}?from=enig5", id="en.b", saved="1")).status_code == 409
    assert own_sets((await draft()).files) == ("en.a",)


def answers(count):
    return {f"answer.{at}.{one}": f"Svar {at}" for at in range(1, count + 1) for one in LANGUAGES}


async def test_a_set_with_more_answers_than_the_page_has_rows_keeps_them_all(hr):
    await sends(hr, f"{WRITE}?from=enig5", id="mange", kind="choice", **answers(40))
    page = (await hr.get(f"{WRITE}?set=mange")).text
    assert 'value="Svar 40"' in page
    await sends(hr, f"{WRITE}?set=mange", **{"answer.1.nb": "Svar én"})
    assert (await draft()).files.texts[OPTIONS].count("value = ") == 40
    before = await draft()
    reply = await sends(hr, f"{WRITE}?set=mange", WRITE, **answers(201))
    assert (reply.status_code, "høyst 200 svar" in reply.text) == (422, True)
    assert await draft() == before


@pytest.mark.parametrize(("low", "high"), [("en", "10"), ("0", "ti"), ("-1", "5"), ("0", "5,5")])
async def test_the_ends_of_a_row_of_numbers_that_are_none_are_refused_and_kept(hr, low, high):
    ends = {"id": "rad", "kind": "numbers", "low": low, "high": high}
    reply = await sends(hr, f"{WRITE}?from=enig5", **ends)
    assert (reply.status_code, "Skriv hele tall fra 0 til 999" in reply.text) == (422, True)
    assert f'name="low" inputmode="numeric" value="{low}"' in " ".join(reply.text.split())
    assert f'name="high" inputmode="numeric" value="{high}"' in " ".join(reply.text.split())
    assert own_sets((await draft()).files) == ()
