"""The shared screen: a code opens the form once, no address holds a link, and nothing is kept."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from redis import Redis

from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.builders_answering import some_answers
from tests.letters import a_sampled_wave, letters, rows_of

SCRIPT = {"X-Kiosk": "yes"}


@pytest.fixture
async def codes(web, settings, tmp_path):
    await a_sampled_wave(settings)
    await letters(settings, tmp_path / "letters.csv")
    return [row["code"] for row in rows_of((tmp_path / "letters.csv").read_bytes())]


async def typed(web, code, **headers):
    return await web.post("/kiosk", data={"code": code}, headers=headers, follow_redirects=False)


async def opened(web, code):
    """Type a code; the form that it leads to."""
    reply = await typed(web, code)
    assert reply.status_code == 303
    assert re.fullmatch(r"/kiosk/form/[\w-]{60,90}", reply.headers["location"])
    return await web.get(reply.headers["location"], follow_redirects=False)


def link_in(form):
    return {"link": re.search(r'name="link" value="([^"]+)"', form.text)[1]}


async def hand_in(web, form, headers=None, **more):
    data = link_in(form) | {"lang": "nb"} | more
    return await web.post("/kiosk/answer", data=data, headers=headers, follow_redirects=False)


async def ballots():
    return (await fetch(Login.WORKER, "SELECT count(*) FROM counting.urn"))[0]["count"]


async def test_a_code_is_typed_the_form_sent_and_done_said_once(web, codes):
    form = await opened(web, codes[0].lower())
    reply = await hand_in(web, form, **some_answers("omdomme"))
    assert (reply.status_code, reply.headers["location"]) == (303, "/kiosk/done?lang=nb")
    assert "Ferdig" in (await web.get("/kiosk/done")).text
    assert await ballots() == 1
    again = await hand_in(web, form, **some_answers("omdomme"))
    assert again.headers["location"] == "/kiosk/used?lang=nb"
    assert (await opened(web, codes[0])).headers["location"] == "/kiosk/used?lang=nb"
    assert "Denne koden er allerede brukt" in (await web.get("/kiosk/used?lang=nb")).text
    assert await ballots() == 1


async def test_an_address_of_the_history_opens_no_form_a_second_time(web, codes):
    address = (await typed(web, codes[0])).headers["location"]
    assert (await web.get(address)).url.path == address
    for gone in (address, "/kiosk/form/none-of-ours", "/kiosk/form/" + "x" * 78):
        reply = await web.get(gone, follow_redirects=False)
        assert (reply.status_code, reply.headers["location"]) == (303, "/kiosk")
    assert (await opened(web, codes[0])).status_code == 200  # typed anew it does


@pytest.mark.parametrize("seconds", [-90, 90])
async def test_a_code_opens_the_form_also_on_a_host_whose_clock_goes_otherwise(
    web, codes, monkeypatch, seconds
):
    address = (await typed(web, codes[0])).headers["location"]

    class OtherHost(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(seconds=seconds)

    monkeypatch.setattr(clock, "datetime", OtherHost)
    assert (await web.get(address, follow_redirects=False)).status_code == 200


async def test_an_address_that_nobody_opened_is_forgotten_within_a_minute(web, codes, redis):
    address = (await typed(web, codes[0])).headers["location"]
    with Redis.from_url(redis.url) as client:
        [waiting] = client.scan_iter("*kiosk:*")
        assert 0 < client.ttl(waiting) <= 60
        client.delete(waiting)  # as Redis does then
    assert (await web.get(address, follow_redirects=False)).headers["location"] == "/kiosk"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "Skriv inn koden som står i brevet"),
        ("7KQ4-9XMT", "Koden har 12 tegn, og du har skrevet 8"),
        ("7KQ4-9XMT-2PBT", "Koden er ikke skrevet helt riktig"),
        ("7KQ4-9XMT-2PBU", "Koden har bare tall og bokstaver"),
    ],
)
async def test_a_wrong_code_says_what_is_wrong_and_is_shown_again_to_a_script_alone(
    web, codes, code, sentence
):
    by_script = await typed(web, code, **SCRIPT)
    assert by_script.status_code == 422
    assert sentence in by_script.text
    assert f'value="{code}"' in by_script.text
    plain = await typed(web, code)
    assert plain.status_code == 303
    shown = await web.get(plain.headers["location"])
    assert shown.status_code == 422
    assert 'role="alert"' in shown.text
    assert 'value=""' in shown.text


async def test_a_browsers_own_post_never_gets_a_page_that_it_would_keep_the_post_with(web, codes):
    answers = some_answers("omdomme")
    broken = dict.fromkeys(answers, "99")
    for number, more in enumerate(({"show_language": "nn"} | answers, {}, broken)):
        reply = await hand_in(web, await opened(web, codes[number]), **more)
        assert reply.status_code == 303, more
        form = await web.get(reply.headers["location"])
        assert " checked" not in form.text
    assert "Svaret er ikke sendt inn. Skjemaet er tømt" in form.text
    assert await ballots() == 0


async def test_a_script_gets_the_form_back_as_it_was_filled_in(web, codes):
    form = await opened(web, codes[0])
    item = re.search(r'type="radio"\s+name="([\w.]+)"\s+value="(\d+)"', form.text)
    back = await hand_in(web, form, SCRIPT, show_language="nn", **{item[1]: item[2]})
    assert '<html lang="nn"' in back.text
    assert back.text.count(" checked") == 1
    assert link_in(back) == link_in(form)
    sent = await hand_in(web, form, SCRIPT, **some_answers("omdomme"))
    assert (sent.status_code, sent.headers["x-go"]) == (204, "/kiosk/done?lang=nb")


async def test_nothing_of_it_is_kept_by_cookie_cache_address_or_draft(web, codes):
    first, form = await web.get("/kiosk"), await opened(web, codes[0])
    sent = await hand_in(web, form, **some_answers("omdomme"))
    done = await web.get(sent.headers["location"])
    for reply in (first, form, sent, done):
        assert "set-cookie" not in reply.headers
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert link_in(form)["link"] not in str(reply.url)
    assert "data-kiosk" in form.text
    assert "data-key" not in form.text  # no credential, no receipt, nothing that waits
    assert "_blank" not in form.text  # a second tab would stay


async def test_without_script_every_page_goes_back_by_itself(web, codes):
    for address in ("/kiosk", "/kiosk/done", "/kiosk/used"):
        page = (await web.get(address)).text
        assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="60; url=/kiosk', page)
    form = (await opened(web, codes[0])).text
    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="600; url=/kiosk', form)


async def test_the_page_sends_nobody_to_another_host_to_read_of_the_promise(web, settings):
    page = (await web.get("/kiosk", headers={"Host": "evil.example"})).text
    assert "evil.example" not in page
    assert f"{urlsplit(settings.answering_url).netloc}/promise" in page


async def test_the_form_speaks_the_language_of_the_letter(web, codes):
    assert '<html lang="nn"' in (await opened(web, codes[1])).text


async def test_an_unknown_link_opens_nothing(web, codes):
    data = some_answers("omdomme") | {"link": "x" * 34}
    reply = await web.post("/kiosk/answer", data=data, follow_redirects=False)
    assert reply.headers["location"] == "/kiosk?wrong=unknown"
    assert await ballots() == 0
