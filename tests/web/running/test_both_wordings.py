"""A question was rewritten: the plan says what it costs to go over it, and lets halves get both."""

import re
import shutil

import pytest

from questionnaires.content import SETTING
from questionnaires.library import Library
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.queries import list_waves
from survey_app.asking.invitations.sample import Drawn
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from tests.asking_builders import open_wave
from tests.builders_answering import a_public_wave
from tests.builders_publication import put_on_shelf, staff_series
from tests.first_versions import first_versions
from tests.halves import with_second_version
from tests.reworded_version import renew
from tests.shown import text_of
from tests.web.running.desk import WAVE, send, work


@pytest.fixture
async def asked(hr, monkeypatch):
    """The wave is open in the first version's words, and earlier ones are published."""
    monkeypatch.setenv(SETTING, str(first_versions()))
    bind_worker()
    await open_wave()
    await put_on_shelf(*staff_series())
    bind_web()
    return hr


def box(page):
    from lxml import html

    found = html.fromstring(page).xpath("//*[@id='overlap']")
    return text_of(found[0]) if found else ""


async def test_while_the_words_are_the_same_nothing_is_asked(asked):
    assert box((await asked.get(f"{WAVE}/next")).text) == ""


async def test_the_plan_says_what_halves_cost_and_keeps_the_choice(asked, monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path)
    said = box((await asked.get(f"{WAVE}/next")).text)
    assert "1 spørsmål er skrevet om siden det ble stilt sist" in said
    assert re.search(r"Det trengs omtrent \d[\d\s]* svar .* høyst 1,5 poeng", said)
    assert re.search(r"Denne målingen ventes å gi \d+ svar, og da blir den \d+,\d poeng", said)
    assert "Det er for usikkert til å knytte tallene sammen." in said
    told = re.search(r"være ([\d,]+) poeng for å oppdages .* holder det med ([\d,]+)\.", said)
    across, same = (float(number.replace(",", ".")) for number in told.groups())
    assert across > same
    assert "Minst 5 i hver halvdel må ha svart." in said
    assert "Nå: Nå:" in said

    sent = fields(await asked.get(f"{WAVE}/next")) | {"anyway": "yes"}
    await send(asked, "next", **sent, overlap="v1")
    await work()
    [planned] = [one for one in await list_waves(Login.WEB) if one.key != "vp-1"]
    assert planned.overlap == "v1"
    assert "koblet til den forrige versjonen" in (await asked.get(f"/waves/{planned.key}")).text
    page = (await asked.get(f"/waves/{planned.key}/plan")).text
    assert re.search(r'name="overlap"\s+value="v1"\s+checked', page)
    assert 'overlap = "v1"' in (await asked.get("/campaigns/verdipuls/file")).text
    # a second person approves what halves are asked, and can read both
    approved = (await asked.get(f"/waves/{planned.key}/open")).text
    assert "Halvparten får den gamle ordlyden, og resten den nye." in approved
    address = f"/questionnaires/{planned.form}?wave={planned.key}"
    assert f'href="{address}"' in approved
    assert "Den gamle ordlyden, til halvparten" in (await asked.get(address)).text


async def test_the_plan_goes_back_to_the_wave_that_asked_what_was_reworded(
    hr, own_content, monkeypatch, tmp_path
):
    bind_worker()
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET form = 'verdipuls.k2'")
    await open_wave(form="verdipuls.k2")
    bind_web()
    sent = fields(await hr.get(f"{WAVE}/next")) | {"form": "verdipuls.k1", "anyway": "yes"}
    await send(hr, "next", **sent)
    await work()
    [pulse] = [one for one in await list_waves(Login.WEB) if one.key != "vp-1"]
    bind_worker()
    await open_wave(pulse.key, form="verdipuls.k1", today=pulse.opens_on)
    bind_web()
    with_second_version(monkeypatch, tmp_path, item="vp.try.2")
    # the pulse between did not ask it, and the publication will compare with the wave that did
    assert box((await hr.get(f"/waves/{pulse.key}/next")).text) == ""
    said = box((await hr.get(f"{WAVE}/next")).text)
    [asked] = [one for one in await list_waves(Login.WEB) if one.key == "vp-1"]
    assert (
        f"1 spørsmål er skrevet om siden det ble stilt sist ({asked.labels['name']['nb']}" in said
    )


async def test_a_version_that_is_none_is_refused_in_the_readers_words(asked, monkeypatch, tmp_path):
    with_second_version(monkeypatch, tmp_path)
    sent = fields(await asked.get(f"{WAVE}/next"))
    reply = await send(asked, "next", **sent, overlap="v7")
    assert reply.status_code == 422
    assert "Halvparten kan ikke få den gamle ordlyden i denne målingen." in text_of_page(reply)


def text_of_page(reply):
    from lxml import html

    return text_of(html.fromstring(reply.text))


def fields(reply):
    """What the form is filled in with."""
    from lxml import html

    form = html.fromstring(reply.text).xpath("//form[@id='plan']")[0]
    return {name: value for name, value in form.form_values() if name not in {"csrf", "overlap"}}


async def test_the_plan_of_a_wave_of_the_public_speaks_of_groups_and_not_of_units(
    own_content, web, sign_in, settings, monkeypatch, tmp_path
):
    sample = [Drawn("03", "2", "1", "nb", row) for row in range(2, 62)]
    wave = await a_public_wave(settings, sample, form="omdomme")
    hr = await sign_in(Role.HR)
    with_second_version(monkeypatch, tmp_path, "om.int.1", "omdomme")
    said = box((await hr.get(f"/waves/{wave.key}/next")).text)
    assert "1 spørsmål er skrevet om siden det ble stilt sist (Mai 2026" in said
    assert "Færre grupper får derfor egne tall." in said
    assert "enheter" not in said


async def test_the_plan_offers_the_old_words_of_every_instrument_that_the_wave_asks(
    own_content, web, sign_in, settings, monkeypatch, tmp_path
):
    sample = [Drawn("03", "2", "1", "nb", row) for row in range(2, 62)]
    wave = await a_public_wave(settings, sample, form="omdomme")
    hr = await sign_in(Role.HR)
    content = with_second_version(monkeypatch, tmp_path, "om.int.1", "omdomme")
    renew(content, "ea.2", "ekstern")
    page = await hr.get(f"/waves/{wave.key}/next")
    assert "2 spørsmål er skrevet om siden de ble stilt sist (Mai 2026" in box(page.text)
    # reputation is made of both, and the words of one alone would not lead it back
    assert re.search(r'name="overlap"\s+value="v1 ekstern/v1"', page.text)
    await send(hr, "next", at=wave.key, **fields(page), anyway="yes", overlap="v1 ekstern/v1")
    await work()
    [planned] = [one for one in await list_waves(Login.WEB) if one.key != wave.key]
    assert planned.overlap == "v1 ekstern/v1"
    asked = (await hr.get(f"/questionnaires/omdomme?wave={planned.key}")).text
    assert asked.count("Den gamle ordlyden, til halvparten") == 2


async def test_a_plan_puts_together_each_version_and_not_each_choice_of_several(
    own_content, web, sign_in, settings, monkeypatch, tmp_path
):
    sample = [Drawn("03", "2", "1", "nb", row) for row in range(2, 62)]
    wave = await a_public_wave(settings, sample, form="omdomme")
    hr = await sign_in(Role.HR)
    content = with_second_version(monkeypatch, tmp_path, "om.int.1", "omdomme")
    renew(content, "ea.2", "ekstern")
    for number in (3, 4, 5):
        renew(content, "om.int.1", "omdomme", number=number)
        renew(content, "ea.2", "ekstern", number=number)
    put_together, ordinary = [], Library._overlapping

    def counted(self, form, version, first_wave):
        put_together.append(version)
        return ordinary(self, form, version, first_wave)

    monkeypatch.setattr(Library, "_overlapping", counted)
    page = (await hr.get(f"/waves/{wave.key}/next")).text
    # the wave asked v1 of both, and no later one leads back to it
    assert re.search(r'name="overlap"\s+value="v1 ekstern/v1"', page)
    # four earlier versions of each, and the one pair that is worth it: not all 5 x 5 - 1
    assert len(set(put_together)) == 4 + 4 + 1


async def test_who_opens_a_wave_is_told_what_the_halves_it_was_planned_with_do_not_lead_on(
    own_content, web, sign_in, settings, monkeypatch, tmp_path
):
    sample = [Drawn("03", "2", "1", "nb", row) for row in range(2, 62)]
    wave = await a_public_wave(settings, sample, form="omdomme")
    hr = await sign_in(Role.HR)
    content = with_second_version(monkeypatch, tmp_path / "one", "om.int.1", "omdomme")
    page = await hr.get(f"/waves/{wave.key}/next")
    await send(hr, "next", at=wave.key, **fields(page), anyway="yes", overlap="v1")
    await work()
    [planned] = [one for one in await list_waves(Login.WEB) if one.key != wave.key]
    begin_anew = "Annet er også endret siden sist, og kurvene som bygger på det, begynner på nytt."
    asked = f"/waves/{planned.key}/open"
    assert begin_anew not in (await hr.get(asked)).text
    # an upgrade after the plan brings other words of another instrument
    both = shutil.copytree(content, tmp_path / "two")
    renew(both, "ea.2", "ekstern")
    monkeypatch.setenv(SETTING, str(both))
    told = (await hr.get(asked)).text
    assert "Halvparten får den gamle ordlyden, og resten den nye." in told
    assert begin_anew in told
    assert f'href="/waves/{planned.key}/plan#overlap"' in told
    # who wanted figures to go on finds that chosen, now with the words of both
    plan = (await hr.get(f"/waves/{planned.key}/plan")).text
    assert re.search(r'name="overlap"\s+value="v1 ekstern/v1"\s+checked', plan)
