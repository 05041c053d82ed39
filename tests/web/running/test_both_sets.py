"""A scale lost a question: the plan offers a wave that asks both sets, and all are asked them."""

import re
import shutil

import pytest
from lxml import html

from questionnaires.content import SETTING
from questionnaires.library import Library
from survey_app.asking.campaigns.queries import list_waves
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.asking_builders import open_wave
from tests.builders_answering import an_open_wave, some_answers
from tests.builders_publication import put_on_shelf, staff_series
from tests.first_versions import first_versions
from tests.halves import overlapping
from tests.recomposed_version import GONE, with_an_item_less
from tests.reworded_version import renew
from tests.shown import text_of
from tests.urn_reading import urn_of
from tests.web.running.desk import WAVE, send, work
from tests.web.running.test_both_wordings import box, fields


@pytest.fixture
async def asked(hr, monkeypatch):
    """The wave is open with the first version's scale, and earlier ones are published."""
    monkeypatch.setenv(SETTING, str(first_versions()))
    bind_worker()
    await open_wave()
    await put_on_shelf(*staff_series())
    bind_web()
    return hr


async def test_the_plan_offers_to_ask_everybody_both_and_keeps_the_choice(
    asked, monkeypatch, tmp_path
):
    with_an_item_less(monkeypatch, tmp_path)
    said = box((await asked.get(f"{WAVE}/next")).text)
    assert re.search(r"Skalaen «Åpenhet» har andre spørsmål enn da den ble målt sist \(\w", said)
    assert "Skjemaet får 1 spørsmål mer i denne målingen. Det tar omtrent 2 minutter." in said
    assert re.search(r"Tatt ut: \w", said)
    assert "Halvparten" not in said
    sent = fields(await asked.get(f"{WAVE}/next")) | {"anyway": "yes"}
    await send(asked, "next", **sent, overlap="v1")
    await work()
    [planned] = [one for one in await list_waves(Login.WEB) if one.key != "vp-1"]
    assert planned.overlap == "v1"
    assert "koblet til den forrige versjonen" in (await asked.get(f"/waves/{planned.key}")).text
    approved = text_of_page(await asked.get(f"/waves/{planned.key}/open"))
    assert "Alle får både spørsmålene som er nye i en skala, og dem som er tatt ut" in approved
    assert "Halvparten får den gamle ordlyden" not in approved
    form = (await asked.get(f"/questionnaires/{planned.form}?wave={planned.key}")).text
    assert "Spørsmålene er fra versjon 1 og 2." in form
    assert "Slik det etter planen blir sendt" in form
    assert "Nøyaktig slik det ble sendt" not in form
    assert "Tilfeldige halvdeler" not in form
    assert "@1" not in form


async def test_everybody_is_asked_both_sets_and_is_promised_what_all_are(
    web, settings, monkeypatch, tmp_path
):
    with_an_item_less(monkeypatch, tmp_path)
    wave = await an_open_wave(settings, form="verdipuls.k1", before_opening=overlapping)
    token = next(iter(wave.tokens))
    page = (await web.get(f"/answer/{token}")).text
    assert page.count(f'name="{GONE}"') == page.count('name="vp.apn.3"') > 1
    assert "@1" not in page
    for told in (page, (await web.get("/promise")).text):
        assert "Halvparten, tilfeldig valgt" not in told
    answers = some_answers("verdipuls.k1") | {GONE: "4"}
    reply = await web.post(f"/answer/{token}", data=answers, follow_redirects=False)
    assert reply.headers["location"].startswith("/answer/thanks")
    [row] = await stored(settings, wave)
    assert row == 4


async def stored(settings, wave):
    form, ballots = await urn_of(settings, wave, "verdipuls.k1", overlap="v1")
    return [one.answers[form.columns.index(GONE)] for one in ballots]


def text_of_page(reply):
    return text_of(html.fromstring(reply.text))


async def test_a_version_that_is_none_is_refused_in_words_about_the_questions(
    asked, monkeypatch, tmp_path
):
    with_an_item_less(monkeypatch, tmp_path)
    sent = fields(await asked.get(f"{WAVE}/next"))
    reply = await send(asked, "next", **sent, overlap="v7")
    [said] = html.fromstring(reply.text).xpath("//div[@role='alert']//li")
    assert text_of(said).replace(" :", ":") == (
        "Spørsmålene i skalaen: De gamle og de nye spørsmålene kan ikke stilles sammen i denne "
        "målingen. Velg bare de nye."
    )
    assert html.fromstring(reply.text).get_element_by_id("overlap") is not None


async def test_words_of_one_instrument_and_items_of_another_are_both_told_and_one_is_offered(
    hr, monkeypatch, tmp_path
):
    monkeypatch.setenv(SETTING, str(first_versions()))
    bind_worker()
    await fetch(Login.WORKER, "UPDATE asking.wave SET form = 'verdipuls.main', kind = 'main'")
    await open_wave(form="verdipuls.main")
    await put_on_shelf(*staff_series())
    bind_web()
    renew(with_an_item_less(monkeypatch, tmp_path), "aa.1", "arbeidsplass")
    page = await hr.get(f"{WAVE}/next")
    said = box(page.text)
    # no wave leads both on: offered is what leads more curves on, here the words
    assert "1 spørsmål er skrevet om siden" in said
    assert "Dessuten er «Åpenhet» satt sammen av andre spørsmål enn før" in said
    assert re.search(r"Før: \w.* Nå: \w.* Åpenhet Tatt ut: \w", said)
    assert "Halvparten får den gamle, og tallene knyttes sammen" in said
    # and the questions, were the words of the other instrument not to be had
    monkeypatch.setattr(Library, "overlaps", lambda _library, _form: (("v1",),))
    said = box((await hr.get(f"{WAVE}/next")).text)
    assert re.search(r"Skalaen «Åpenhet» har andre spørsmål enn da den ble målt sist \(\w", said)
    assert "Dessuten er 1 spørsmål skrevet om." in said
    assert re.search(r"Åpenhet Tatt ut: \w.* Før: \w.* Nå: \w", said)
    assert "Både de gamle og de nye, og tallene knyttes sammen" in said
    assert "Halvparten får den gamle" not in said


async def test_two_changes_at_once_are_refused_with_what_to_do(asked, monkeypatch, tmp_path):
    content = with_an_item_less(monkeypatch, tmp_path)
    put_otherwise(content / "instruments" / "verdipuls" / "v2", "vp.try.1")
    said = box((await asked.get(f"{WAVE}/next")).text)
    # nobody is offered what could not be linked
    assert "1 spørsmål er skrevet om siden det ble stilt sist" in said
    assert "Både ordlyden og spørsmålene i en skala er endret siden den versjonen" in said
    assert "Lag de to endringene i hver sin versjon. Tallene begynner derfor på nytt." in said
    sent = fields(await asked.get(f"{WAVE}/next")) | {"anyway": "yes"}
    assert "overlap" not in sent
    reply = await send(asked, "next", **sent, overlap="v1")
    assert reply.status_code == 422
    assert f"er endret siden den versjonen ({GONE})" in text_of_page(reply)


def put_otherwise(version, item):
    structure = version / "instrument.toml"
    text = structure.read_text(encoding="utf-8")
    asked = f'id = "{item}"\nversion = '
    assert f"{asked}1" in text
    structure.write_text(text.replace(f"{asked}1", f"{asked}2"), encoding="utf-8")
    for words in version.glob("text.*.toml"):
        before = words.read_text(encoding="utf-8")
        after = re.sub(rf'(\[item\."{item}"\]\ntext = "[^"]+)"', r'\1 Helt ærlig."', before)
        assert after != before
        words.write_text(after, encoding="utf-8")


async def test_another_rule_of_who_has_a_score_is_told_as_that_and_begins_anew(
    asked, monkeypatch, tmp_path
):
    root = with_an_item_less(monkeypatch, tmp_path)
    own = root / "instruments" / "verdipuls"
    shutil.rmtree(own / "v2")
    shutil.copytree(first_versions() / "instruments" / "verdipuls" / "v1", own / "v2")
    for name in ("forms.toml", "weak_links.toml"):
        shutil.copy(first_versions() / name, root / name)
    structure = own / "v2" / "instrument.toml"
    text = structure.read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    before, code, after = text.partition('code = "APN"')
    structure.write_text(f"{before}min_answered = 0.8\n{code}{after}", encoding="utf-8")
    said = box((await asked.get(f"{WAVE}/next")).text)
    assert "En skala regnes ut etter en annen regel" in said
    assert "Spørsmålene i «Åpenhet» er de samme som sist" in said
    assert "Før måtte 3 av 5 spørsmål være besvart, nå 4." in said
    assert "så ingen måling kan knytte tallene sammen. Tallene begynner derfor på nytt." in said
    assert "andre spørsmål" not in said
    assert 'name="overlap"' not in said
