"""The library of questions: found by words and ties, with what publications show of them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.running.authoring.item_library import (
    KnownItem,
    Search,
    item_wordings,
    search_items,
)
from tests.builders_publication import staff_series, words

LIBRARY = "/questionnaires/items"


def found(**search):
    return {one.item.id for one in search_items(load_library(), Search(**search))}


def test_questions_are_found_by_words_in_any_language_or_in_one():
    assert found(words="LEDEREN lytter") == {"vp.apn.1"}
    assert found(words="manager listens") == {"vp.apn.1"}
    assert found(words="manager listens", language="nn") == set()
    assert found(words="leiaren", language="nn") == {"vp.apn.1"}
    assert found(words="finnes ikke noe slikt") == set()


def test_questions_are_found_by_statement_and_scale():
    library = load_library()
    measuring = {one.id for one in library.items.values() if "verdi.trygghet.1" in one.statements}
    assert found(statement="verdi.trygghet.1") == measuring
    assert found(scale="TRY-kjerne") == {"vp.try.1", "vp.try.3"}
    assert found(scale="TRY-kjerne", words="redd for") == {"vp.try.1"}


def test_a_wording_stands_once_with_the_number_that_waves_have_of_it():
    old = replace(load_library().items["vp.apn.1"], version=1)
    new = replace(old, version=2, text=old.text | {"nb": "Lederen min hører på oss."})
    # words of before were brought back by the last version
    versions = {
        number: SimpleNamespace(items={old.id: item})
        for number, item in enumerate((old, old, new, old), start=1)
    }
    known = KnownItem(old, "verdipuls", (1, 2, 3, 4), ("APN",))
    found = item_wordings(known, SimpleNamespace(versions={"verdipuls": versions}))
    assert [(one.number, one.versions) for one in found] == [(1, (1, 2, 4)), (2, (3,))]
    assert [one.item for one in found] == [old, new]


async def test_words_are_headed_by_their_wording_and_its_versions(web, sign_in, shelf):
    await sign_in(Role.HR)
    kept = words(await web.get(f"{LIBRARY}/vp.sik.2"))
    assert kept.count("Eg har fått god nok opplæring") == 1
    assert "Versjon 1 og 2" in kept
    reworded = words(await web.get(f"{LIBRARY}/vp.apn.1"))
    assert "Ordlyd 2: versjon 2" in reworded
    assert "Ordlyd 1: versjon 1" in reworded


async def test_what_publications_show_of_a_question_stands_there_wave_by_wave(web, sign_in, shelf):
    await sign_in(Role.HR)
    newest = staff_series()[-1]
    measures = {row["code"] for row in newest["measures"]}
    item = next(one for one in ("vp.apn.1", "vp.try.1") if one in measures)
    text = words(await web.get(f"{LIBRARY}/{item}"))
    [cell] = [
        row
        for row in newest["estimates"]
        if (row["measure"], row["statistic"], row["level"]) == (item, "mean", "agency")
    ]
    assert f"{cell['mean']:.1f}".replace(".", ",") in text
    assert "«vet ikke»" in text
    assert "alfa, " in text
    assert "Ingen måling du kan se, har stilt det ennå." in text


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (Role.COMMUNICATIONS, "Ingen publisering du kan lese, viser spørsmålet ennå."),
        (Role.ADMIN, "Rollen din leser ikke resultater."),
    ],
)
async def test_who_reads_no_results_of_staff_sees_none_here(web, sign_in, shelf, role, sentence):
    await sign_in(role)
    text = words(await web.get(f"{LIBRARY}/vp.apn.1"))
    assert sentence in text
    assert "alfa, " not in text


async def test_the_list_leads_to_each_question(web, sign_in, shelf):
    await sign_in(Role.HR)
    page = (await web.get(f"{LIBRARY}?q=lederen+lytter")).text
    assert f'href="{LIBRARY}/vp.apn.1"' in page
    assert "1 spørsmål" in page
    assert (await web.get(f"{LIBRARY}/vp.ukjent.1")).status_code == 404
    assert "Prøv med færre ord." in (await web.get(f"{LIBRARY}?q=zzz")).text
