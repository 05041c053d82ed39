"""What no page of a version offers is refused in a sentence, whoever sends it, and not stored."""

import pytest

from questionnaires.authoring.option_sets import own_sets
from survey_app.accounts.roles import Role
from tests.web.running.authoring_desk import BASE, begun, draft, form_of, sends

EDIT = f"{BASE}/edit"
FORM, MEASURES, SETS = f"{BASE}/form", f"{BASE}/measures", f"{BASE}/options/write"
CYRILLIC = "verdi.\u0430penhet.1"
NOBODYS = (
    (f"{EDIT}?item=vp.apn.1", EDIT, {"statements": ["finnes.ikke"]}, "utsagn"),
    (f"{EDIT}?item=vp.apn.1", EDIT, {"statements": ["verdi.apenhet.1", CYRILLIC]}, "utsagn"),
    (f"{EDIT}?item=vp.apn.1", EDIT, {"statements": [""]}, "utsagn"),
    (f"{EDIT}?item=vp.apn.1", EDIT, {"statements": ["x" * 20000]}, "utsagn"),
    (f"{EDIT}?item=vp.apn.1", EDIT, {"options": "finnes.ikke"}, "Svarskalaen"),
    (f"{EDIT}?item=vp.apn.1", EDIT, {"sensitivity": "finnes.ikke"}, "Siden har ikke"),
    (f"{EDIT}?item=vp.apn.1", EDIT, {"order": "finnes.ikke"}, "Skjemaet finnes ikke"),
    (f"{EDIT}?item=vp.apn.1", f"{BASE}/move", {"move": "bort:vp.apn.1"}, "Siden har ikke"),
    (f"{BASE}/add?after=vp.apn.1", f"{BASE}/add", {"id": "om.apn.3"}, "Kortnavnet er brukt"),
    (f"{BASE}/add?after=vp.apn.1", f"{BASE}/add", {"id": f"vp.{'x' * 58}"}, "60 tegn"),
    (f"{FORM}?order=verdipuls.k1", FORM, {"act": "ask", "item": "d.kjonn"}, "Spørsmålet finnes"),
    (f"{FORM}?order=verdipuls.k1", FORM, {"act": "bort"}, "Siden har ikke"),
    (
        f"{FORM}?order=verdipuls.k1",
        FORM,
        {"act": "module:vp.try.1", "module": "M\u043edul"},
        "Navnet på en modul",
    ),
    (MEASURES, MEASURES, {"act": "bort", "scale": "TRY", "item": "vp.apn.1"}, "Siden har ikke"),
    (f"{SETS}?from=enig5", SETS, {"id": "en.a", "kind": "bort"}, "Siden har ikke"),
    (f"{SETS}?from=enig5", SETS, {"id": "en.a", "code.1": "../x"}, "Et av svarene"),
    (f"{SETS}?from=enig5", SETS, {"id": "en.a", "value.1": "en"}, "Et av svarene"),
    (f"{SETS}?from=enig5", SETS, {"id": "e" * 61}, "60 tegn"),
    (f"{BASE}/review", f"{BASE}/review", {"act": "bort"}, "Siden har ikke"),
)
OF = f"{BASE}/filter?item=vp.hen.2&of=vp.hen.1"
CONDITIONS = (
    ({"of": "om.apn.1", "codes": ["1"]}, "Velg et spørsmål som alle får."),
    ({"of": "vp.hen.2", "codes": ["1"]}, "Velg et spørsmål som alle får."),
    ({"of": "finnes.ikke", "codes": ["1"]}, "Velg minst ett svar."),
    ({"codes": ["1", "finnes.ikke"]}, "Et av svarene finnes ikke i svarskalaen."),
    ({"codes": ["1"], "way": "bort"}, "Siden har ikke det som ble valgt."),
)


@pytest.fixture
async def hr(own_content, sign_in):
    client = await sign_in(Role.HR)
    await begun(client)
    return client


@pytest.mark.parametrize(("address", "action", "fields", "sentence"), NOBODYS)
async def test_what_no_page_offers_is_not_stored(hr, address, action, fields, sentence):
    before = (await draft()).files
    reply = await sends(hr, address, action, **fields)
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert (await draft()).files == before


@pytest.mark.parametrize(("fields", "sentence"), CONDITIONS)
async def test_a_condition_looks_at_what_everybody_was_asked_before(hr, fields, sentence):
    before = (await draft()).files
    form = form_of((await hr.get(OF)).text, f"{BASE}/filter")
    reply = await hr.post(f"{BASE}/filter", data=form | fields, follow_redirects=False)
    assert (reply.status_code, sentence in reply.text) == (422, True)
    assert (await draft()).files == before


async def test_what_is_sent_twice_is_stored_once(hr):
    again = ["verdi.trygghet.1"] * 2
    await sends(hr, f"{EDIT}?item=vp.apn.1", EDIT, statements=again)
    add = f"{BASE}/add"
    await sends(hr, f"{add}?after=vp.apn.1", add, id="vp.apn.7", forms=["verdipuls.k1"] * 2)
    files = (await draft()).files
    assert 'statements = ["verdi.trygghet.1"]' in files.texts["instrument.toml"]
    pulse = files.table("forms.toml")["verdipuls.k1"]["block"]
    assert [item for one in pulse for item in one["items"]].count("vp.apn.7") == 1


async def test_an_answer_of_many_digits_keeps_its_value(hr):
    choices = {f"answer.{number}.nb": f"År {number}" for number in (1, 2)}
    await sends(hr, SETS, id="aar", kind="choice", **choices)
    name = next(iter(own_sets((await draft()).files)))
    stored = (await draft()).files.texts["response_options.toml"]
    with_years = stored.replace("value = 1", "value = 1950").replace("value = 2", "value = 2026")
    files = {"file": ("response_options.toml", with_years.encode(), "application/toml")}
    csrf = form_of((await hr.get(f"{BASE}/review")).text, f"{BASE}/file")["csrf"]
    await hr.post(f"{BASE}/file", data={"csrf": csrf}, files=files)
    await sends(hr, f"{SETS}?set={name}", SETS, **{"answer.1.nb": "Året 1950"})
    after = (await draft()).files.table("response_options.toml")[name]["options"]
    assert [one["value"] for one in after] == [1950, 2026]
