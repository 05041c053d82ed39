"""A draft's questions are tried out by a few, told of in protected figures, and gone."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

import pytest
from lxml import html

from questionnaires.content import SETTING
from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.answering import form_token
from survey_app.asking.instruments.versions import written_versions
from survey_app.asking.pilots.pilots import KEPT_DAYS, ask_for_pilot
from survey_app.counting.urn import keys, partitions, spent
from survey_app.installation.alarms.alarm import KeptAlarm
from survey_app.installation.alarms.host import look_at_host
from survey_app.installation.alarms.wave_looks import missing_keys, wrong_keys
from survey_app.installation.alarms.words import say_alarm
from survey_app.installation.key_findings import snapshot_findings
from survey_app.installation.renew_secret import former_secret_findings
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.piloting.close_pilot import close_due, destroy_left_over_keys_of_pilots
from survey_app.piloting.forget_pilots import forget_given_up, forget_pilots
from survey_app.piloting.open_pilot import keys_of_pilots, open_asked
from survey_app.piloting.pilot_keys import (
    pilot_keys_elsewhere,
    undestroyed_pilot_keys,
)
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests import split_form
from tests.builders_answering import some_answers
from tests.first_versions import write_first_versions
from tests.one_app import the_app
from tests.web.running.authoring_desk import BASE, begun, sends
from tests.web.test_renewed_secret import FORMER, NEW, host, renewed

PILOTS = f"{BASE}/pilots"
FORM = "verdipuls.k2"
TRIAL = {
    "nb": "Dette er en utprøving av spørsmål, ikke en undersøkelse.",
    "nn": "Dette er ei utprøving av spørsmål, ikkje ei undersøking.",
    "en": "This is a pilot test of questions, not a survey.",
}


@pytest.fixture
async def hr(own_content, sign_in):
    client = await sign_in(Role.HR)
    await begun(client)
    return client


async def at_work(job, settings, **when):
    bind_worker()
    done = await job(settings, **{"now": clock.now(), **when})
    bind_web()
    return done


async def a_pilot(hr, settings, form=FORM):
    """Ask for one on the page, and let the worker open it; return the address of its form."""
    reply = await sends(hr, PILOTS, form=form, contact="HR på hr@example.org")
    assert reply.headers["location"] == PILOTS
    assert await at_work(open_asked, settings) == 1
    return re.search(r'href="http[^"]*(/open/pilot-[0-9a-f]{32})"', (await hr.get(PILOTS)).text)[1]


async def answer(hr, settings, address, **fields):
    [row] = await fetch(Login.WORKER, "SELECT id FROM asking.pilot WHERE state = 'open'")
    served = clock.now() - timedelta(seconds=60)
    token = {form_token.FIELD: form_token.new_token(settings.secret(), row["id"], served)}
    return await hr.post(address, data=token | {"lang": "nb"} | fields, follow_redirects=False)


async def answered(hr, settings, address, number, **fields):
    for _ in range(number):
        reply = await answer(hr, settings, address, **some_answers(FORM, **fields))
        assert reply.headers["location"].startswith("/answer/thanks")
    return reply.headers["location"]


async def ended(hr, settings, waiting=1):
    address = re.search(rf'href="({PILOTS}/end\?pilot=[^"]+)"', (await hr.get(PILOTS)).text)[1]
    await sends(hr, address, f"{PILOTS}/end")
    assert await at_work(close_due, settings) == waiting
    return (await hr.get(PILOTS)).text


async def pilot_of(address):
    code = address.rpartition("/")[2]
    return (await fetch(Login.WORKER, "SELECT id FROM asking.pilot WHERE code = $1", code))[0]["id"]


async def nothing_is_left(pilot, settings):
    found = [
        await fetch(Login.MIGRATOR, "SELECT to_regclass($1) AS it", name)
        for name in (partitions.partition(pilot), spent.receipts_table(pilot))
    ]
    held = keys.held(keys_of_pilots(settings))
    return not any(row["it"] for [row] in found) and pilot not in held


async def test_a_draft_is_tried_out_and_its_author_reads_what_people_left_out(hr, settings):
    address = await a_pilot(hr, settings)
    for language, words in TRIAL.items():
        page = (await hr.get(f"{address}?lang={language}")).text
        assert words in page
        assert f'lang="{language}"' in page
    assert 'name="remark.vp.apn.1"' in page
    pilot, blank = await pilot_of(address), {"vp.apn.1": ""}
    await answered(hr, settings, address, 6)
    for at in range(5):
        remark = {"remark.vp.apn.1": f"Hvem er <lederen>? {5 - at}"}
        thanks = await answered(hr, settings, address, 1, **blank | remark)
    assert "Utprøvingen er åpen til" in (await hr.get(thanks)).text
    page = await ended(hr, settings)
    assert "Mellom 11 og 20 har svart." in page
    row = re.search(r"Hvem er &lt;lederen&gt;\? 1.*?</tr>", page, re.DOTALL)[0]
    # 5 of 11 left it out
    assert re.search(r"om lag 50\s%", row)
    assert page.count("færre enn 5") > 20
    # in the order of the alphabet, not in which they came
    assert [int(one) for one in re.findall(r"lederen&gt;\? (\d)", page)] == [1, 2, 3, 4, 5]
    assert await nothing_is_left(pilot, settings)
    assert "ikke imot flere svar" in (await hr.get(address)).text


async def test_of_fewer_than_k_nothing_is_kept(hr, settings):
    address = await a_pilot(hr, settings)
    pilot = await pilot_of(address)
    await answered(hr, settings, address, 4, **{"remark.vp.apn.1": "Uklart"})
    page = await ended(hr, settings)
    assert "Færre enn 5 svarte." in page
    assert "Uklart" not in page
    [row] = await fetch(Login.MIGRATOR, "SELECT figures::text, remarks::text FROM asking.pilot")
    assert tuple(row.values()) == ("{}", "{}")
    assert await nothing_is_left(pilot, settings)


async def test_remarks_of_fewer_than_k_are_deleted_unread(hr, settings):
    address = await a_pilot(hr, settings)
    await answered(hr, settings, address, 4, **{"remark.vp.apn.1": "Uklart"})
    await answered(hr, settings, address, 4)
    page = await ended(hr, settings)
    assert "Mellom 5 og 10 har svart." in page
    assert "Uklart" not in page
    [row] = await fetch(Login.MIGRATOR, "SELECT remarks::text FROM asking.pilot")
    assert row["remarks"] == "{}"


async def test_how_many_have_answered_is_shown_nowhere_while_it_is_open(hr, settings):
    address = await a_pilot(hr, settings)
    before = (await hr.get(PILOTS)).text
    await answered(hr, settings, address, 6)
    assert (await hr.get(PILOTS)).text == before


async def test_a_pilot_is_no_wave_and_stands_in_no_list_of_readers(hr, settings):
    address = await a_pilot(hr, settings)
    await answered(hr, settings, address, 6)
    await ended(hr, settings)
    for table in ("asking.wave", "counting.response", "publications.publication"):
        assert not await fetch(Login.MIGRATOR, f"SELECT 1 FROM {table}")
    code = address.rpartition("/")[2]
    for page in ("/", "/campaigns", "/results", "/promise", "/privacy", "/culture"):
        assert code not in (await hr.get(page)).text
    for closed in (f"/keys/{code}.json", f"/records/{code}.json"):
        assert (await hr.get(closed)).status_code == 404


async def test_what_is_changed_in_the_draft_does_not_change_its_open_pilot(hr, settings):
    address = await a_pilot(hr, settings)
    before = (await hr.get(address)).text
    await sends(hr, f"{BASE}/edit?item=vp.apn.1", f"{BASE}/edit", **{"text.nb": "Noe annet."})
    assert "Noe annet." not in (await hr.get(address)).text
    assert before.count("<fieldset") == (await hr.get(address)).text.count("<fieldset")


async def test_a_pilot_goes_with_all_that_it_found_after_its_time_and_with_its_draft(hr, settings):
    address = await a_pilot(hr, settings)
    await answered(hr, settings, address, 6)
    pilot, last = await pilot_of(address), clock.today() + timedelta(days=7)
    assert await at_work(forget_pilots, settings, today=last + timedelta(days=KEPT_DAYS)) == 0
    assert await at_work(forget_pilots, settings, today=last + timedelta(days=KEPT_DAYS + 1)) == 1
    assert await nothing_is_left(pilot, settings)
    pilot = await pilot_of(await a_pilot(hr, settings))
    await sends(hr, f"{BASE}/delete")
    assert await at_work(forget_pilots, settings, today=clock.today()) == 1
    assert await nothing_is_left(pilot, settings)
    assert not await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.pilot")


async def test_a_pilot_whose_key_is_lost_says_so_is_given_up_and_another_begins(hr, settings):
    pilot = await pilot_of(address := await a_pilot(hr, settings))
    await answered(hr, settings, address, 5, **{"remark.vp.apn.1": "Uklart"})
    key = keys.key_file(keys_of_pilots(settings), pilot)
    kept = key.read_bytes()
    key.unlink()
    page = await ended(hr, settings)
    assert "Kan ikke telles opp: Nøkkelen er borte" in page
    assert "Blir talt opp om litt" not in page
    # nor is anything counted, and lost, with the key of something else
    key.write_bytes(bytes(32))
    await at_work(close_due, settings)
    assert key.exists()
    assert "Nøkkelen er borte" in (await hr.get(PILOTS)).text
    bind_worker()
    [told] = await wrong_keys([await look_at_host(settings)])
    bind_web()
    assert "en utprøving av verdipuls kan ikke brukes" in _title(told)
    assert told.sentence.startswith(f"keys: {key} is not the key of the pilot of the draft of")
    # brought back it is counted by itself
    key.write_bytes(kept)
    assert await at_work(close_due, settings) == 1
    assert "Mellom 5 og 10 har svart." in (await hr.get(PILOTS)).text
    pilot = await pilot_of(address := await a_pilot(hr, settings))
    await answered(hr, settings, address, 5)
    keys.destroy(keys_of_pilots(settings), pilot)
    page = await ended(hr, settings)
    asks = re.search(rf'href="({PILOTS}/give-up\?pilot=[^"]+)"', page)[1]
    await sends(hr, asks, f"{PILOTS}/give-up")
    assert (await hr.get(asks)).status_code == 404
    assert await pilot_of(again := await a_pilot(hr, settings)) != pilot
    assert await at_work(forget_given_up, settings) == 1
    assert await nothing_is_left(pilot, settings)
    assert (await hr.get(address)).status_code == 404
    assert (await hr.get(again)).status_code == 200


async def test_of_several_who_ask_for_a_pilot_at_once_one_gets_it(hr, settings):
    [version] = await written_versions(Login.WEB, "verdipuls")
    questionnaire = load_library().questionnaire(FORM)

    async def asked():
        return await ask_for_pilot(
            Login.WEB, version, questionnaire, form=FORM, closes_on=clock.today(), contact="HR",
            account=str(version.changed_by), actor="hr@example.org", now=clock.now(),
        )  # fmt: skip

    assert sorted(await asyncio.gather(*(asked() for _ in range(6)))) == [False] * 5 + [True]
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.pilot")) == 1


@pytest.mark.parametrize(
    ("language", "own"),
    [("nb", "selv inn minst 4"), ("nn", "sjølv inn minst 4"), ("en", "fills in at least 4")],
)
async def test_the_form_says_what_an_author_who_fills_in_all_forms_but_one_learns(
    hr, settings, language, own
):
    page = " ".join((await hr.get(f"{await a_pilot(hr, settings)}?lang={language}")).text.split())
    assert own in page
    for stronger in ("Ingen kan spore", "Nobody can trace", "aldri se hva"):
        assert stronger not in page


async def test_a_split_form_is_tried_whole_or_as_one_person_is_asked_it(
    own_content, sign_in, settings, monkeypatch, tmp_path
):
    content = write_first_versions(tmp_path / "content")
    with (content / "forms.toml").open("a", encoding="utf-8") as file:
        file.write(split_form.TOML)
    monkeypatch.setenv(SETTING, str(content))
    hr = await sign_in(Role.HR)
    await begun(hr)
    one = f"{split_form.FORM}:{split_form.SAFETY}"
    module = (*split_form.CORE, *split_form.MODULES[split_form.SAFETY])
    every = (*module, *split_form.MODULES[split_form.WORKPLACE])
    for form, asked, minutes in ((split_form.FORM, every, 4), (one, module, 3)):
        address = await a_pilot(hr, settings, form)
        page = (await hr.get(address)).text
        assert set(re.findall(r'name="((?:vp|aa)\.[a-z0-9.]+)"', page)) == set(asked)
        assert f"omtrent {minutes} minutter" in page
        sent = {name: code for name, code in some_answers(split_form.FORM).items() if name in asked}
        for _ in range(11):
            reply = await answer(hr, settings, address, **sent)
            assert reply.headers["location"].startswith("/answer/thanks")
        told = await ended(hr, settings)
        assert "Mellom 11 og 20 har svart." in told
    assert "modulen «trygghet»" in told


async def test_only_one_pilot_of_a_version_is_open_and_its_dates_are_near(hr, settings):
    far = (clock.today() + timedelta(days=31)).isoformat()
    for wrong in ({"day": far}, {"day": ""}, {"contact": " "}, {"form": "omdomme.open"}):
        reply = await sends(hr, PILOTS, **{"form": FORM, "contact": "HR"} | wrong)
        assert reply.status_code == 422
        assert "Ingen utprøving er laget ennå" in reply.text
        # the box leads to the field, and the field to its sentence
        [name] = wrong
        told = html.fromstring(reply.text)
        [link] = told.xpath("//div[@role='alert']//a")
        [field] = told.xpath("//*[@aria-invalid='true']")
        assert (link.get("href"), field.get("id")) == (f"#{name}", name)
        ids = field.get("aria-describedby").split()
        said = " ".join(told.get_element_by_id(one).text_content() for one in ids)
        assert link.text_content() in said
    reply = await sends(hr, PILOTS, form=FORM, day="", contact=" ")
    assert re.findall(r'<a href="#(\w+)">', reply.text) == ["day", "contact"]
    csrf = await hr.get(PILOTS)
    await a_pilot(hr, settings)
    token = re.search(r'name="csrf" value="([^"]+)"', csrf.text)[1]
    day = clock.today().isoformat()
    sent = {"csrf": token, "form": FORM, "day": day, "contact": "HR"}
    await hr.post(PILOTS, data=sent)
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM asking.pilot")) == 1


async def test_a_pilot_that_somebody_changed_in_the_database_is_not_counted(hr, settings):
    address = await a_pilot(hr, settings)
    await answered(hr, settings, address, 1, **{"remark.vp.apn.1": "Uklart"})
    await fetch(Login.MIGRATOR, "UPDATE asking.pilot SET minimum_group = 1, state = 'closing'")
    await at_work(close_due, settings)
    assert "Uklart" not in (await hr.get(PILOTS)).text
    assert await pilot_of(address) in keys.held(keys_of_pilots(settings))
    await fetch(Login.MIGRATOR, "UPDATE asking.pilot SET minimum_group = 5")
    await at_work(close_due, settings)
    assert "Færre enn 5 svarte." in (await hr.get(PILOTS)).text


def emptied(key):
    key.write_bytes(b"")


def not_to_be_read(key):
    key.unlink()
    key.mkdir()


@pytest.mark.parametrize("spoil", [emptied, not_to_be_read])
async def test_a_pilot_that_cannot_be_counted_holds_no_other_up(hr, settings, caplog, spoil):
    broken = await pilot_of(await a_pilot(hr, settings))
    key = keys.key_file(keys_of_pilots(settings), broken)
    spoil(key)
    await fetch(
        Login.MIGRATOR, "UPDATE asking.pilot SET state = 'closing', closes_on = closes_on - 1"
    )
    # another draft's, asked for later
    await fetch(Login.MIGRATOR, "UPDATE asking.pilot SET draft = gen_random_uuid()")
    address = await a_pilot(hr, settings)
    await ended(hr, settings, waiting=2)
    assert await nothing_is_left(await pilot_of(address), settings)
    assert "waits to be counted" in caplog.text
    if key.is_dir():
        key.rmdir()


async def test_after_its_last_day_a_pilot_takes_no_answers_also_while_nobody_has_counted_it(
    hr, settings
):
    address = await a_pilot(hr, settings)
    await fetch(Login.MIGRATOR, "UPDATE asking.pilot SET closes_on = closes_on - 8")
    assert (await hr.get(address)).status_code == 410
    reply = await answer(hr, settings, address, **some_answers(FORM))
    assert reply.headers["location"].startswith("/answer/closed")
    pilot = await pilot_of(address)
    urn = partitions.partition(pilot)
    assert not await fetch(Login.MIGRATOR, f"SELECT 1 FROM {urn}")


async def test_no_ballot_with_a_credential_is_taken_of_a_pilot(hr, settings):
    address = await a_pilot(hr, settings)
    sent = {"wave": address.rpartition("/")[2], "group": "", "message": "AA", "signature": "AA"}
    reply = await hr.post("/ballot", json=sent | {"answers": {}})
    assert reply.status_code < 500
    unknown = await hr.post("/ballot", json=sent | {"wave": "x", "answers": {}})
    assert reply.json() == unknown.json()


async def test_a_key_that_a_killed_worker_left_is_destroyed_and_that_of_an_open_pilot_stays(
    hr, settings
):
    address = await a_pilot(hr, settings)
    pilot, folder = await pilot_of(address), keys_of_pilots(settings)
    bind_worker()
    await destroy_left_over_keys_of_pilots(settings)
    bind_web()
    assert keys.held(folder) == (pilot,)
    await answered(hr, settings, address, 5)
    await ended(hr, settings)
    keys.make(folder, pilot)
    bind_worker()
    assert await destroy_left_over_keys_of_pilots(settings) == 1
    bind_web()
    assert keys.held(folder) == ()


async def test_a_key_that_something_else_needs_is_kept_whatever_name_it_was_given(hr, settings):
    address = await a_pilot(hr, settings)
    pilot, folder = await pilot_of(address), keys_of_pilots(settings)
    other = keys.key_file(folder, UUID(int=1))
    keys.key_file(folder, pilot).rename(other)
    bind_worker()
    assert await destroy_left_over_keys_of_pilots(settings) == 0
    [told] = await undestroyed_pilot_keys(settings)
    assert f"{other} is the key of another pilot or of a wave" in told
    # nothing needs it once the pilot is counted
    await fetch(Login.WORKER, "UPDATE asking.pilot SET state = 'too_few'")
    assert await destroy_left_over_keys_of_pilots(settings) == 1
    bind_web()
    assert not other.exists()


def _title(raised):
    kept = KeptAlarm(
        UUID(int=0), raised.kind, raised.subject, raised.facts, clock.now(), clock.now(),
        None, None, None,
    )  # fmt: skip
    return say_alarm(kept, "nb").title


async def test_the_doctor_and_the_alarms_know_where_the_key_of_a_pilot_lies(hr, settings, tmp_path):
    address = await a_pilot(hr, settings)
    pilot, folder = await pilot_of(address), keys_of_pilots(settings)
    path = keys.key_file(folder, pilot)
    bind_worker()

    async def looked():
        here = await look_at_host(settings)
        lost = await missing_keys(here.waves)
        left = [*await undestroyed_pilot_keys(settings), *await pilot_keys_elsewhere(settings)]
        assert all("verdipuls" in _title(one) for one in lost)
        return [one.sentence for one in lost], left

    assert await looked() == ([], [])
    [snapshot] = await snapshot_findings(settings)
    assert "would hold the keys of a pilot of «verdipuls»" in snapshot.sentence
    # it is brought away
    path.rename(tmp_path / "away")
    [lost], [elsewhere] = await looked()
    assert "a pilot of the draft of «verdipuls» lies on no machine with a worker" in lost
    assert "does not lie here" in elsewhere
    # it is back, and of a pilot that was counted
    (tmp_path / "away").rename(path)
    await fetch(Login.WORKER, "UPDATE asking.pilot SET state = 'too_few'")
    assert await looked() == (
        [],
        [f"{path} is of a pilot that is counted or gone: start the worker here, which destroys it"],
    )
    bind_web()


async def test_remarks_that_do_not_fit_come_back_and_an_exchanged_key_takes_no_answers(
    hr, settings
):
    address = await a_pilot(hr, settings)
    page = (await hr.get(address)).text
    fields = re.findall(r'name="(remark\.[^"]+)"', page)
    reply = await answer(hr, settings, address, **dict.fromkeys(fields[:11], "x" * 190))
    assert (reply.status_code, reply.text.count("x" * 190)) == (422, 11)
    assert "2000 tegn" in reply.text
    await fetch(
        Login.MIGRATOR, "UPDATE asking.pilot SET public_key = decode(repeat('01', 32), 'hex')"
    )
    assert (await hr.get(address)).status_code == 503


async def test_while_a_pilot_is_answered_the_secret_that_it_was_opened_under_must_stay(
    hr, settings
):
    address = await a_pilot(hr, settings)
    await renewed(settings)
    beside = host(settings, NEW, FORMER)
    found = [one.sentence for one in await former_secret_findings(beside.secret(), Login.WEB)]
    assert any("must stay: a pilot of the draft of «verdipuls» was" in one for one in found)
    the_app(settings).state.settings = beside
    try:
        reply = await answer(hr, beside, address, **some_answers(FORM))
    finally:
        the_app(settings).state.settings = settings
    assert reply.headers["location"].startswith("/answer/thanks")
