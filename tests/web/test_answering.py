"""The personal link, from the mail to the thanks (design.md 4)."""

import asyncio
import re
from html import unescape

import pytest
from redis.asyncio import Redis

from questionnaires.loader import load_library
from questionnaires.model import NOT_ANSWERED, NOT_ASKED
from survey_app.asking.invitations.tokens import token_for
from survey_app.shared.database import Login, connection, fetch
from tests.builders_answering import an_open_page, an_open_wave, some_answers
from tests.urn_reading import change, marks, urn_of

FORM = {"content-type": "application/x-www-form-urlencoded"}


async def send(web, path, fields, **more):
    return await web.post(path, data=fields, follow_redirects=False, **more)


async def test_what_was_chosen_is_in_the_urn_once_it_has_been_thanked_for(web, settings):
    wave = await an_open_wave(settings)
    reply = await send(web, f"/answer/{wave.tokens[0]}", some_answers(**{"vp.try.1": "2"}))
    assert reply.status_code == 303
    assert reply.headers["location"] == "/answer/thanks?survey=verdipuls-2026-k2&lang=nb"
    questionnaire, (ballot,) = await urn_of(settings, wave)
    assert ballot.domain in {"nord-1", "sor-1"}
    assert ballot.answers[questionnaire.columns.index("vp.try.1")] == 2
    assert ballot.answers[questionnaire.columns.index("vp.try.3")] == 4


async def test_looking_changes_nothing(web, settings):
    wave = await an_open_wave(settings)
    for _ in range(3):
        assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 200
    assert await marks(wave) == 0


async def test_the_form_is_plain_html_with_one_name_for_each_item(web, settings):
    wave = await an_open_wave(settings)
    page = (await web.get(f"/answer/{wave.tokens[0]}")).text
    questionnaire = load_library().questionnaire("verdipuls.k2", first_wave=True)
    for item in questionnaire.items:
        for option in questionnaire.option_set(item).options:
            assert f'<input type="radio" name="{item.id}" value="{option.code}">' in page
        assert item.text["nb"] in unescape(page)
    assert " checked" not in page
    # who fills in half of it and comes back tomorrow is told before
    assert re.search(r"\.\s+Svar i én omgang: Lukker du siden, blir ingenting lagret\.", page)
    assert wave.tokens[0] not in page
    assert "htmx" not in page
    assert re.findall(r'<(?:link|script)[^>]+(?:href|src)="(/[^"?]+)', page) == [
        "/static/answer.css",
        "/static/built/blind.js",
    ]


async def test_skipping_everything_is_fine(web, settings):
    wave = await an_open_wave(settings)
    reply = await send(web, f"/answer/{wave.tokens[0]}", {"lang": "nb", "blank": "yes"})
    assert reply.headers["location"].startswith("/answer/thanks?")
    _, (ballot,) = await urn_of(settings, wave)
    assert set(ballot.answers) == {NOT_ANSWERED}


@pytest.mark.parametrize(
    ("language", "lang", "heading"),
    [("nn", "nn", "Kor einig"), ("en", "en", "How much"), ("nb", "nb", "Hvor enig")],
)
async def test_another_language_keeps_the_answers_and_stores_nothing(
    web, settings, language, lang, heading
):
    wave = await an_open_wave(settings)
    fields = some_answers() | {"show_language": language, "lang": "nb"}
    reply = await send(web, f"/answer/{wave.tokens[0]}", fields)
    assert reply.status_code == 200
    assert f'<html lang="{lang}"' in reply.text
    assert heading in reply.text
    chosen = re.findall(r'name="([^"]+)" value="([^"]+)" checked', reply.text)
    assert dict(chosen) == some_answers()
    assert await marks(wave) == 0
    _, ballots = await urn_of(settings, wave)
    assert ballots == ()


async def test_the_address_chooses_the_language_of_the_first_visit(web, settings):
    wave = await an_open_wave(settings)
    await change("UPDATE asking.invitation SET language = 'nn'")
    for query, lang in (("", "nn"), ("?lang=en", "en"), ("?lang=xx", "nn")):
        assert f'<html lang="{lang}"' in (await web.get(f"/answer/{wave.tokens[0]}{query}")).text


async def test_a_second_form_is_met_kindly_and_not_counted(web, settings):
    wave = await an_open_wave(settings)
    for expected in ("/answer/thanks", "/answer/used", "/answer/used"):
        reply = await send(web, f"/answer/{wave.tokens[0]}", some_answers())
        assert reply.status_code == 303
        assert reply.headers["location"].partition("?")[0] == expected
    page = await web.get(reply.headers["location"])
    assert page.status_code == 200
    assert "Denne lenken er allerede brukt" in page.text
    _, ballots = await urn_of(settings, wave)
    assert len(ballots) == 1


async def test_fifty_at_once_are_one(live, settings):
    wave = await an_open_wave(settings)
    replies = await asyncio.gather(
        *(send(live, f"/answer/{wave.tokens[0]}", some_answers()) for _ in range(50))
    )
    places = [reply.headers["location"].partition("?")[0] for reply in replies]
    assert places.count("/answer/thanks") == 1
    assert places.count("/answer/used") == 49
    _, ballots = await urn_of(settings, wave)
    assert len(ballots) == 1


async def test_everybody_who_sends_is_counted_once(live, settings):
    wave = await an_open_wave(settings)
    replies = await asyncio.gather(
        *(send(live, f"/answer/{token}", some_answers()) for token in wave.tokens * 3)
    )
    thanked = [r for r in replies if r.headers["location"].startswith("/answer/thanks")]
    _, ballots = await urn_of(settings, wave)
    assert len(thanked) == len(ballots) == len(wave.tokens) == await marks(wave) == 40


@pytest.mark.parametrize(
    ("prepare", "status", "heading"),
    [
        ("UPDATE asking.invitation SET marked = true", 410, "allerede brukt"),
        ("UPDATE asking.wave SET state = 'closed'", 410, "Undersøkelsen er avsluttet"),
        ("UPDATE asking.wave SET state = 'published'", 410, "Undersøkelsen er avsluttet"),
        ("UPDATE asking.invitation SET withdrawn = true", 404, "trukket tilbake"),
        ("UPDATE asking.invitation SET generation = 1", 404, "trukket tilbake"),
        ("DELETE FROM asking.invitation", 404, "kjenner ikke"),
    ],
)
async def test_a_link_that_opens_no_form_says_why(web, settings, prepare, status, heading):
    wave = await an_open_wave(settings)
    await change(prepare)
    page = await web.get(f"/answer/{wave.tokens[0]}")
    assert (page.status_code, heading in page.text) == (status, True)
    reply = await send(web, f"/answer/{wave.tokens[0]}", some_answers())
    assert reply.status_code == (404 if status == 404 else 303)
    if status == 410:
        assert reply.headers["location"].startswith(("/answer/used?", "/answer/closed?"))
    _, ballots = await urn_of(settings, wave)
    assert ballots == ()


async def test_a_wrong_code_learns_nothing_about_the_invitation(web, settings):
    wave = await an_open_wave(settings)
    await change("UPDATE asking.invitation SET marked = true")
    guess = wave.tokens[0][:12] + "A" * 22
    for token in (guess, "a" * 34, "short", "å" * 34):
        page = await web.get(f"/answer/{token}")
        assert page.status_code == 404
        assert "Vi kjenner ikke denne lenken" in page.text
        assert "Verdipuls" not in page.text


async def test_a_new_link_takes_the_place_of_a_lost_one(web, settings):
    wave = await an_open_wave(settings)
    [row] = await fetch(
        Login.WORKER,
        "UPDATE asking.invitation SET generation = 1 WHERE id ="
        " (SELECT id FROM asking.invitation LIMIT 1) RETURNING pid",
    )
    token = token_for(settings.secret(), wave.id, row["pid"], 1)
    assert (await web.get(f"/answer/{token}")).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        some_answers(**{"vp.try.1": "17"}),
        some_answers(**{"vp.try.1": ["1", "2"]}),
        some_answers(**{"vp.try.1": "<script>"}),
    ],
)
async def test_a_code_that_the_form_does_not_offer_gives_the_form_again(web, settings, fields):
    wave = await an_open_wave(settings)
    reply = await send(web, f"/answer/{wave.tokens[0]}", fields)
    assert reply.status_code == 422
    assert "Noe i skjemaet kunne ikke leses" in reply.text
    assert "<script>" not in reply.text.replace('<script src="', "")
    assert 'name="vp.try.3" value="4" checked' in reply.text
    assert await marks(wave) == 0


async def test_a_form_sent_as_multipart_is_read_too(web, settings):
    wave = await an_open_wave(settings)
    parts = {name: (None, str(code)) for name, code in some_answers().items()}
    reply = await web.post(f"/answer/{wave.tokens[0]}", files=parts, follow_redirects=False)
    assert reply.headers["location"].startswith("/answer/thanks?")
    questionnaire, (ballot,) = await urn_of(settings, wave)
    assert ballot.answers[questionnaire.columns.index("vp.try.1")] == 4


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 2000, b"vp.try.1=\xff", b"=&&="])
async def test_a_body_that_is_no_form_of_ours_breaks_nothing(web, settings, body):
    wave = await an_open_wave(settings)
    reply = await web.post(
        f"/answer/{wave.tokens[0]}", content=body, headers=FORM, follow_redirects=False
    )
    assert reply.status_code in {303, 422}


async def test_a_body_larger_than_any_form_is_refused(web, settings):
    wave = await an_open_wave(settings)
    reply = await web.post(
        f"/answer/{wave.tokens[0]}", content=b"a" * 100_000, headers=FORM, follow_redirects=False
    )
    assert reply.status_code == 413
    # what was not read would be taken for the next request
    assert reply.headers["connection"] == "close"
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "Svaret er for langt" in reply.text
    assert "Det er ikke sendt inn" in reply.text
    assert "Vi kjenner ikke denne lenken" not in reply.text
    assert await marks(wave) == 0


async def test_an_answer_that_could_not_be_kept_comes_back_filled_in(web, settings):
    wave = await an_open_wave(settings)
    await change(f"ALTER TABLE counting.urn DETACH PARTITION counting.urn_{wave.id.hex}")
    reply = await send(web, f"/answer/{wave.tokens[0]}", some_answers())
    assert reply.status_code == 503
    assert "svaret er ikke sendt inn ennå" in reply.text
    assert 'name="vp.try.1" value="4" checked' in reply.text
    assert await marks(wave) == 0


async def test_a_wave_that_is_emptied_while_somebody_sends_is_closed_to_them(live, settings):
    wave = await an_open_wave(settings)
    number = int.from_bytes(wave.id.bytes[:8], "big", signed=True)
    async with connection(Login.WORKER) as emptying:
        transaction = emptying.transaction()
        await transaction.start()
        await emptying.execute("SELECT pg_advisory_xact_lock($1)", number)
        sending = asyncio.create_task(send(live, f"/answer/{wave.tokens[0]}", some_answers()))
        await asyncio.sleep(0.3)
        assert not sending.done()
        await emptying.execute("UPDATE asking.wave SET state = 'counted' WHERE id = $1", wave.id)
        await emptying.execute(f"DROP TABLE counting.urn_{wave.id.hex}")
        await transaction.commit()
        reply = await sending
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/answer/closed?")
    assert await marks(wave) == 0


async def test_the_thanks_say_what_happens_next_and_when(web, settings):
    await an_open_wave(settings)
    # of a campaign whose results come at once
    for lang, closes, results in (
        ("nb", "29.\u00a0mai", "12.\u00a0juni eller før"),
        ("nn", "29.\u00a0mai", "12.\u00a0juni eller før"),
        ("en", "29\u00a0May", "12\u00a0June or earlier"),
    ):
        page = (await web.get(f"/answer/thanks?survey=verdipuls-2026-k2&lang={lang}")).text
        assert f"<strong>{closes}</strong>" in page
        assert f"<strong>{results}</strong>" in page
    page = (await web.get("/answer/thanks?survey=verdipuls-2026-k2&lang=nb")).text
    assert "En enhet får ingen egne tall hvis færre enn" in page
    assert "mange skjemaer" not in page
    assert (await web.get("/answer/thanks")).status_code == 200
    assert (await web.get("/answer/thanks?survey=nothing")).status_code == 200


async def test_the_main_wave_tells_where_to_get_help(web, settings):
    wave = await an_open_wave(settings, "main", form="verdipuls.main", kind="main")
    page = (await web.get(f"/answer/{wave.tokens[0]}")).text
    assert "bedriftshelsetjenesten. Andre steder du kan få hjelp: Mental Helse" in page
    assert "116 123" in (await web.get("/answer/thanks?survey=main")).text


async def test_the_unit_is_named_beside_the_button(web, settings):
    wave = await an_open_wave(settings)
    page = (await web.get(f"/answer/{wave.tokens[0]}")).text
    send_part = page[page.index('<div class="send">') :]
    assert "<strong>Fengsel " in send_part
    assert "Vi viser aldri resultater for grupper der færre enn 10 har svart." in send_part


async def test_unknown_links_are_slowed_down_and_known_ones_are_not(web, settings, redis):
    wave = await an_open_wave(settings)
    async with Redis.from_url(redis.url) as box:
        await box.flushdb()
        statuses = [(await web.get("/answer/" + "a" * 34)).status_code for _ in range(70)]
        assert statuses == [404] * 60 + [429] * 10
        assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 200
        names = [name async for name in box.scan_iter("limits:link:*")]
        assert {await box.type(name) for name in names} == {b"string"}
        assert all([0 < await box.ttl(name) <= 600 for name in names])
        await box.flushdb()


async def test_answering_works_without_redis(web, settings):
    from survey_app.shared import queue

    wave = await an_open_wave(settings)
    queue.configure("unix:///nowhere/redis.sock")
    assert (await web.get("/answer/" + "a" * 34)).status_code == 404
    reply = await send(web, f"/answer/{wave.tokens[0]}", some_answers())
    assert reply.headers["location"].startswith("/answer/thanks?")


async def test_stopping_reminders_asks_first_and_leaves_the_link_open(web, settings):
    wave = await an_open_wave(settings)
    page = await web.get(f"/stop/{wave.tokens[0]}")
    assert "Stopp påminnelser" in page.text
    count = "SELECT count(*) FROM asking.invitation WHERE opted_out"
    assert (await fetch(Login.WORKER, count))[0]["count"] == 0
    reply = await send(web, f"/stop/{wave.tokens[0]}", {"lang": "nn"})
    assert reply.headers["location"] == "/stop/done?lang=nn"
    assert "ingen fleire påminningar" in (await web.get(reply.headers["location"])).text
    assert (await fetch(Login.WORKER, count))[0]["count"] == 1
    assert "ingen flere påminnelser" in (await web.get(f"/stop/{wave.tokens[0]}")).text
    assert (await web.get(f"/answer/{wave.tokens[0]}")).status_code == 200
    assert (await web.get("/stop/" + "a" * 34)).status_code == 404
    assert (await send(web, "/stop/" + "a" * 34, {})).status_code == 404


@pytest.mark.parametrize("path", ["/promise", "/trustees", "/privacy", "/accessibility"])
async def test_what_protects_respondents_is_told_in_three_languages(web, settings, path):
    await an_open_wave(settings)
    pages = {lang: (await web.get(f"{path}?lang={lang}")).text for lang in ("nb", "nn", "en")}
    headings = {re.search("<h1>(.*?)</h1>", page)[1] for page in pages.values()}
    assert len(headings) == 3
    if path == "/privacy":
        held = " ".join(pages["nb"].split())
        assert "om lenken er brukt. Er du trukket ut fra befolkningen, har vi" in held
        assert "Svarene fra alle, stokket. For ansatte står enheten" in held
        assert "GDPR art. 6 (1) e" in pages["nb"]
        assert "5 år" in pages["nb"]


async def test_filtered_questions_are_dropped_as_not_asked(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    fields = some_answers("omdomme.open", **{"om.fil.2": "6", "om.fil.3": "6", "om.pla.1": "5"})
    fields |= an_open_page(settings, wave)
    assert (await send(web, "/open/open", fields)).status_code == 303
    questionnaire, (ballot,) = await urn_of(settings, wave, "omdomme.open", frozenset({""}))
    assert ballot.answers[questionnaire.columns.index("om.pla.1")] == NOT_ASKED
    assert ballot.answers[questionnaire.columns.index("om.fil.2:6")] == 1


async def test_somebody_screened_out_is_thanked_and_counted_and_leaves_no_answers(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    inside, outside = [
        await send(
            web,
            "/open/open",
            some_answers("omdomme.open", **{"om.fil.2": code}) | an_open_page(settings, wave),
        )
        for code in ("7", "6")
    ]
    # the address stands in the browser's history: it may not tell the two apart
    assert inside.headers["location"] == outside.headers["location"]
    page = (await web.get(inside.headers["location"])).text
    assert "Takk! Denne undersøkelsen er for dem som ikke jobber i kriminalomsorgen." in page
    _, ballots = await urn_of(settings, wave, "omdomme.open", frozenset({""}))
    assert sorted((ballot.screened_out, bool(ballot.answers)) for ballot in ballots) == [
        (False, True),
        (True, False),
    ]


async def test_the_open_link_has_no_unit_and_no_mark(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    page = (await web.get("/open/open")).text
    assert "<select" in page
    assert "Svar bare hvis" in page
    assert "Vi sletter adresselisten" not in page
    again = await send(
        web, "/open/open", {"show_language": "en", "d.fylke": "55", "om.fil.3": ["1", "2"]}
    )
    assert '<option value="55" selected>Troms</option>' in again.text
    assert again.text.count(" checked>") == 2
    assert (
        await send(web, "/open/open", {"d.fylke": "99"} | an_open_page(settings, wave))
    ).status_code == 422
    await change("UPDATE asking.wave SET state = 'closed'")
    assert (await web.get("/open/open")).status_code == 410
    closed = await send(web, "/open/open", {})
    assert closed.headers["location"].startswith("/answer/closed?")
    assert (await web.get("/open/nothing")).status_code == 404
    assert (await send(web, "/open/nothing", {})).status_code == 404
    _, ballots = await urn_of(settings, wave, "omdomme.open", frozenset({""}))
    assert ballots == ()


async def test_a_staff_wave_has_no_open_link(web, settings):
    wave = await an_open_wave(settings)
    assert (await web.get(f"/open/{wave.key}")).status_code == 404


async def test_a_changed_contact_is_on_the_next_page(web, settings):
    wave = await an_open_wave(settings)
    assert "hr@example.org" in (await web.get(f"/answer/{wave.tokens[0]}")).text
    await change("UPDATE asking.campaign SET contact = 'post@example.org'")
    assert "post@example.org" in (await web.get(f"/answer/{wave.tokens[0]}")).text
