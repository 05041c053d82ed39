"""The page where a letter's code is typed: mended, checked, and hard to guess at."""

import asyncio

import pytest
from redis import Redis

from survey_app.answering import code_limit
from survey_app.answering.limit import MOST_A_MINUTE
from survey_app.asking.invitations.codes import ALPHABET, SIGNS, Flaw, code_for, read_code
from survey_app.shared.database import Login, fetch
from tests.builders_answering import some_answers
from tests.letters import KEY, a_sampled_wave, letters, rows_of

PAGES = ("/kode", "/stop")


@pytest.fixture
async def codes(web, settings, tmp_path):
    await a_sampled_wave(settings, people=3)
    await letters(settings, tmp_path / "letters.csv")
    return [row["code"] for row in rows_of((tmp_path / "letters.csv").read_bytes())]


def guesses(settings, number):
    """Codes with a right check sign that nobody has."""
    from uuid import UUID

    return [code_for(settings.secret(), UUID(int=n), b"123456789", 0) for n in range(1, number + 1)]


async def typed(web, code, page="/kode"):
    return await web.post(page, data={"code": code}, follow_redirects=False)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_the_page_asks_in_three_languages_and_keeps_to_the_one_that_was_chosen(
    web, codes, page, language
):
    reply = await web.get(f"{page}?lang={language}")
    assert reply.status_code == 200
    assert f'<html lang="{language}"' in reply.text
    assert f'action="?lang={language}"' in reply.text
    button = {"nb": "Fortsett", "nn": "Hald fram", "en": "Continue"}[language]
    assert f'type="submit">{button}</button>' in reply.text
    # what opens the form is no way to stop the letters
    assert ("QR" in reply.text) is (page == "/kode")
    sent = await web.post(
        f"{page}?lang={language}", data={"code": codes[0]}, follow_redirects=False
    )
    where = {"/kode": "/answer/", "/stop": "/stop/"}[page]
    assert sent.headers["location"].startswith(where)
    assert sent.headers["location"].endswith(f"lang={language}")


@pytest.mark.parametrize("page", [*PAGES, "/promise"])
async def test_the_short_address_on_paper_leads_to_the_page_in_its_language(web, page):
    for language in ("nb", "nn", "en"):
        reply = await web.get(f"{page}/{language}")
        assert (reply.url.path, reply.status_code) == (page, 200)
        assert f'<html lang="{language}"' in reply.text
    # a letter that was printed before
    assert '<html lang="en"' in (await web.get(f"{page}?lang=en")).text


async def test_a_code_behind_the_address_leads_to_where_it_is_typed(web, codes):
    reply = await web.get(f"/kode/{codes[0]}")
    assert (reply.url.path, reply.url.query) == ("/kode", b"")
    assert (await web.get("/promise/noe")).status_code == 404


async def test_without_a_choice_the_form_speaks_the_language_of_the_letter(web, codes):
    reply = await typed(web, codes[1])
    assert "lang" not in reply.headers["location"]
    assert '<html lang="nn"' in (await web.get(reply.headers["location"])).text


async def test_small_letters_spaces_and_signs_that_look_alike_are_mended(web, codes):
    code = codes[0]
    for written in (
        code.lower(),
        code.replace("-", " "),
        f" {code.replace('-', '')} ",
        code.replace("0", "o").replace("1", "l"),
        code.replace("1", "I"),
    ):
        assert (await typed(web, written)).status_code == 303


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda _code: "", "Skriv inn koden som står i brevet eller på kortet."),
        (lambda code: code[:-1], "Koden har 12 tegn, og du har skrevet 11."),
        (lambda code: "U" + code[1:], "Koden har bare tall og bokstaver, og aldri U"),
        (
            lambda code: ALPHABET[ALPHABET.index(code[0]) - 1] + code[1:],
            "Koden er ikke skrevet helt riktig.",
        ),
    ],
)
async def test_a_slip_is_told_with_what_was_typed_and_is_no_guess(web, codes, redis, change, says):
    wrong = change(codes[0])
    for _ in range(3):
        reply = await typed(web, wrong)
    assert reply.status_code == 422
    assert says in reply.text
    assert f'value="{wrong}"' in reply.text
    assert 'aria-invalid="true"' in reply.text
    assert "<title>Feil: " in reply.text
    with Redis.from_url(redis.url) as client:
        assert not list(client.scan_iter("*:code:*"))


async def test_an_unknown_code_is_told_kindly_and_counted(web, codes, settings):
    [guess] = guesses(settings, 1)
    reply = await typed(web, guess)
    assert reply.status_code == 404
    assert "Vi kjenner ikke denne koden." in reply.text
    assert 'name="code"' in reply.text


async def test_past_the_limit_no_code_is_looked_up_not_even_a_right_one(web, codes, settings):
    wrong = guesses(settings, MOST_A_MINUTE)
    assert {(await typed(web, one)).status_code for one in wrong} == {404}
    reply = await typed(web, codes[0])
    assert reply.status_code == 429
    assert reply.headers["retry-after"] == "60"
    assert "Vent et minutt og prøv igjen" in reply.text
    # links are counted for themselves: the QR code goes on working
    assert (await web.get("/answer/" + "a" * 34)).status_code == 404


async def test_all_networks_together_have_a_limit_over_all_processes(
    web, codes, settings, monkeypatch
):
    monkeypatch.setattr(code_limit, "MOST_IN_ALL", 5)
    assert {(await typed(web, one)).status_code for one in guesses(settings, 5)} == {404}
    assert (await typed(web, codes[0])).status_code == 429


async def test_without_redis_codes_open_all_the_same(web, codes, settings, monkeypatch):
    from survey_app.shared import queue

    queue.configure("redis://127.0.0.1:1")
    assert (await typed(web, codes[0])).status_code == 303
    [guess] = guesses(settings, 1)
    assert (await typed(web, guess)).status_code == 404


async def test_typing_a_code_writes_nothing(web, codes):
    def rows():
        return fetch(Login.WORKER, "SELECT xmin::text, i.* FROM asking.invitation i ORDER BY id")

    before = await rows()
    await asyncio.gather(*(typed(web, code) for code in codes for _ in range(3)))
    assert await rows() == before


async def test_what_was_typed_is_shown_as_text_and_not_too_much_of_it(web, codes):
    reply = await typed(web, '"><script>alert(1)</script>' + "x" * 5000)
    assert reply.status_code == 422
    assert "<script>alert" not in reply.text
    assert "x" * 100 not in reply.text


async def test_a_code_of_a_closed_wave_tells_that_it_is_closed(web, codes):
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'counted'")
    reply = await typed(web, codes[0])
    assert (await web.get(reply.headers["location"])).status_code == 410


def test_a_made_up_code_is_right_once_in_thirty_two():
    tried = [f"{n:012X}" for n in range(0, 16**SIGNS, 16**SIGNS // 3000)]
    right = [code for code in tried if not isinstance(read_code(code), Flaw)]
    assert 1 / 64 < len(right) / len(tried) < 1 / 16


async def test_a_used_code_that_is_typed_is_called_a_code_in_every_language(web, codes):
    form = await web.get((await typed(web, codes[0])).headers["location"])
    await web.post(form.url.path, data=some_answers("omdomme"), follow_redirects=False)
    address = (await typed(web, codes[0])).headers["location"]
    for language, code, link in (
        ("nb", "Denne koden er allerede brukt", "lenke"),
        ("nn", "Denne koden er alt brukt", "lenkj"),
        ("en", "This code has already been used", " link"),
    ):
        reply = await web.get(f"{address}&lang={language}")
        assert reply.status_code == 410
        assert code in reply.text
        told = reply.text.partition('id="explained"')[2].partition("</div>")[0]
        assert link not in told.lower().replace(' href="/promise', "")
        assert f"?typed=yes&amp;survey={KEY}&amp;lang=" in reply.text
    # a form that was open before is sent from the address where the code led
    for _ in range(2):
        again = await web.post(address, data=some_answers("omdomme"), follow_redirects=False)
        reply = await web.get(again.headers["location"])
        assert "Denne koden er allerede brukt" in reply.text
        assert "Lenken er brukt" not in reply.text
    # whoever followed the link of the QR code reads of that
    assert "Denne lenken er allerede brukt" in (await web.get(f"{form.url.path}?lang=nb")).text
