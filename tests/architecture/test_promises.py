"""PP1 to PP9: every sentence stands on the page and is true of the running system."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from analytics.disclosure.rules import DisclosureRules
from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED
from survey_app.answering.promise import deleted_in
from survey_app.asking.delivery import clean_up
from survey_app.counting.urn import keys
from survey_app.counting.urn.unseal import unseal
from survey_app.installation.tables import COUNTING, bind_worker
from survey_app.publishing.closing import close_wave as closing
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import NOW, an_open_page, an_open_wave, some_answers
from tests.urn_reading import sealed_rows

MESSAGES = load_library().messages
LANGUAGES = ("nb", "nn", "en")


async def assert_said(web, wave, key, **values):
    """The sentence stands on the page, word for word, in every language."""
    for language in LANGUAGES:
        page = unescape((await web.get(f"/answer/{wave.tokens[-1]}?lang={language}")).text)
        assert MESSAGES.text(f"landing.{key}", language, **values) in page
        assert MESSAGES.text("landing.promise_heading", language) in page


async def send(web, wave, at=0, fields=None):
    data = some_answers() if fields is None else fields
    return await web.post(f"/answer/{wave.tokens[at]}", data=data, follow_redirects=False)


async def opened(settings, wave, form="verdipuls.k2"):
    async with connection(Login.WORKER) as link:
        rows = await sealed_rows(link, wave.id)
    return unseal(
        rows,
        wave=wave.id,
        private_key=keys.read(settings.key_folder, wave.id),
        questionnaire=load_library().questionnaire(form, first_wave=True),
        domains=frozenset({"", "nord-1", "sor-1"}),
    ).ballots


async def close(settings, wave):
    bind_worker()
    return await closing.close_wave(wave.key, key_dir=settings.key_folder, now=NOW)


async def test_the_page_carries_the_promise_of_its_grade_word_for_word(web, settings):
    wave = await an_open_wave(settings)
    for language in LANGUAGES:
        page = unescape((await web.get(f"/answer/{wave.tokens[0]}?lang={language}")).text)
        assert MESSAGES.text("promise.worker", language) in page
        # neither shown nor there for a script to show
        assert MESSAGES.text("promise.trustees", language) not in page
        assert MESSAGES.text("landing.pp3", language) not in page


async def test_pp1_everything_may_be_skipped(web, settings):
    wave = await an_open_wave(settings)
    await assert_said(web, wave, "pp1")
    page = (await web.get(f"/answer/{wave.tokens[0]}")).text
    assert " required" not in page
    # all of it at once is asked about: the link opens no form afterwards
    assert "Vil du sende inn likevel?" in (await send(web, wave, fields={})).text
    reply = await send(web, wave, fields={"blank": "yes"})
    assert reply.headers["location"].startswith("/answer/thanks?")
    [ballot] = await opened(settings, wave)
    assert set(ballot.answers) == {NOT_ANSWERED}


async def test_pp2_nothing_about_the_person_is_stored_with_the_answer(web, settings):
    wave = await an_open_wave(settings)
    await assert_said(web, wave, "pp2")
    for at in range(20):
        await send(web, wave, at)
    ballots = await opened(settings, wave)
    assert {(type(one.domain), len(one.answers)) for one in ballots} == {(str, 15)}
    await close(settings, wave)
    stored = {column._meta.name for table in COUNTING for column in table._meta.columns}
    assert not re.search("name$|mail|phone|address|token|pid|person|invitation", " ".join(stored))
    row = (await fetch(Login.WORKER, "SELECT * FROM counting.response"))[0]
    assert set(row) == {"id", "wave", "domain", "answers"}


async def test_pp3_a_link_works_once_and_the_mark_has_no_time(web, settings):
    wave = await an_open_wave(settings)
    await assert_said(web, wave, "pp3_worker")
    await send(web, wave)
    assert (await send(web, wave)).headers["location"].startswith("/answer/used?")
    [row] = await fetch(Login.WORKER, "SELECT * FROM asking.invitation WHERE marked")
    assert not [name for name, value in row.items() if hasattr(value, "isoformat")]
    assert len(await opened(settings, wave)) == 1


async def test_pp4a_the_unit_named_is_the_one_stored_and_nothing_more(web, settings):
    wave = await an_open_wave(settings)
    page = unescape((await web.get(f"/answer/{wave.tokens[0]}")).text)
    named = re.search(r"<strong>(Fengsel [^<]+)</strong>", page)[1]
    # twice: in the promise, and beside the button, where it is in bold
    sentence = MESSAGES.text("landing.pp4a", "nb", enhet=named)
    assert page.replace("<strong>", "").replace("</strong>", "").count(sentence) == 2
    await send(web, wave)
    [ballot] = await opened(settings, wave)
    rows = await fetch(
        Login.WORKER,
        "SELECT name FROM asking.wave_domain WHERE wave = $1 AND code = $2",
        wave.id,
        ballot.domain,
    )
    assert [row["name"] for row in rows] == [named]


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ("omdomme.open", ["d.alder", "d.kjonn", "d.fylke", "d.utd", "d.arbeid"]),
        ("kandidat", ["d.alder", "d.kjonn", "d.utd", "d.arbeid"]),
        ("interessent.off", ["in.off.rolle"]),
        ("interessent.sam", []),
    ],
)
async def test_pp4b_what_is_asked_about_oneself_is_named_as_it_is_asked(web, settings, form, asked):
    wave = await an_open_wave(
        settings, "open", form=form, population="open", kind="open", invite="open"
    )
    questionnaire = load_library().questionnaire(form, first_wave=True)
    for language in LANGUAGES:
        page = unescape((await web.get(f"/open/open?lang={language}")).text)
        [told] = re.findall('<section class="promise".*?</section>', page, re.DOTALL)
        background = [item for item in questionnaire.items if item.purpose == "background"]
        assert [item.id for item in background] == asked
        assert [item.text[language] in told for item in background] == [True] * len(asked)
        begins = MESSAGES.raw("landing.pp4b", language).partition("{{")[0]
        assert (begins in told) == bool(asked)
        # and not a word of what is not asked
        county = {"nb": "fylke", "nn": "fylke", "en": "county"}[language]
        assert (county in told) == ("d.fylke" in asked)
    first = next(item for item in questionnaire.items if item.purpose != "background")
    answer = {first.id: questionnaire.option_set(first).options[0].code}
    answer |= an_open_page(settings, wave)
    await web.post("/open/open", data=answer, follow_redirects=False)
    [ballot] = await opened(settings, wave, form)
    assert ballot.domain == ""
    kept = dict(zip(questionnaire.columns, ballot.answers, strict=True))
    of_background = {kept[one] for item in background for one in questionnaire.item_columns(item)}
    assert of_background <= {NOT_ANSWERED, -4}


async def test_pp5_the_number_on_the_page_is_the_display_limit(web, settings):
    wave = await an_open_wave(settings)
    limit = DisclosureRules(minimum_group=settings.minimum_group).limit("staff_mean")
    assert limit == 10
    await assert_said(web, wave, "pp5", min_n=limit)


async def test_pp6_nothing_is_kept_before_the_button_is_pressed(web, settings):
    wave = await an_open_wave(settings)
    await assert_said(web, wave, "pp6")
    counted = "SELECT (SELECT count(*) FROM counting.urn) AS urn, count(*) AS marks FROM"
    before = await fetch(Login.WORKER, f"{counted} asking.invitation WHERE marked")
    await web.get(f"/answer/{wave.tokens[0]}")
    await send(web, wave, fields=some_answers() | {"show_language": "nn"})
    assert await fetch(Login.WORKER, f"{counted} asking.invitation WHERE marked") == before
    assert dict(before[0]) == {"urn": 0, "marks": 0}


async def test_pp7_two_answers_of_one_person_share_nothing(web, settings):
    first = await an_open_wave(settings, "first")
    await assert_said(web, first, "pp7")
    second = await an_open_wave(settings, "second")
    for wave in (first, second):
        for at in range(len(wave.tokens)):
            await send(web, wave, at)
        await close(settings, wave)
    ids = await fetch(Login.WORKER, "SELECT wave, id FROM counting.response")
    assert len({row["id"] for row in ids}) == len(ids) == 80
    pids = await fetch(Login.WORKER, "SELECT pid FROM asking.invitation")
    assert len({row["pid"] for row in pids}) == 80


async def test_pp8_after_sending_nobody_finds_the_answer_again(web, settings):
    wave = await an_open_wave(settings)
    await assert_said(web, wave, "pp8")
    for at in range(20):
        await send(web, wave, at)
    await close(settings, wave)
    assert not keys.key_file(settings.key_folder, wave.id).exists()
    marked = await fetch(Login.WORKER, "SELECT 1 FROM asking.invitation WHERE marked")
    assert marked == []
    record = (await fetch(Login.WORKER, "SELECT content FROM counting.wave_record"))[0]["content"]
    assert not re.search("token|invitation|person", json.dumps(record))


async def test_pp9_the_address_list_goes_within_thirty_days_of_closing(web, settings):
    wave = await an_open_wave(settings)
    for language in LANGUAGES:
        page = unescape((await web.get(f"/answer/{wave.tokens[-1]}?lang={language}")).text)
        said = MESSAGES.text("landing.pp9", language, slettefrist=deleted_in(language))
        assert said in page
        assert "30" in said
    for at in range(20):
        await send(web, wave, at)
    await close(settings, wave)
    count = "SELECT count(*) FROM asking.invitation"
    await clean_up.forget_invitations(now=NOW + timedelta(days=20))
    assert (await fetch(Login.WORKER, count))[0]["count"] == 40
    await clean_up.forget_invitations(now=NOW + timedelta(days=29, seconds=1))
    assert (await fetch(Login.WORKER, count))[0]["count"] == 0
