"""Those who stand on a list answer by their links, by mail or by letter, and are published."""

import json

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.delivery.sink import start_sink
from survey_app.asking.invitations.listed import read_list
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.closing.rehearse_wave import rehearse_wave
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.shared.database import Login, fetch
from survey_app.simulation.candidate_model import simulate_candidates
from survey_app.waves.open_wave import open_wave
from survey_app.waves.plan import plan_tables, units_of
from tests.attack.listed_rows import OF_ONESELF, old_or_retired, seen
from tests.attack.public_rows import BLANK, suspects
from tests.builders_answering import NOW, a_draft, opened, some_answers, without_pools
from tests.letters import letters, rows_of, still_open

KEY = "samarbeid-2026"
FORM = "interessent.sam"


async def a_listed_wave(
    settings, mailed, lettered, *, key=KEY, form=FORM, population="stakeholders", rehearse=None
):
    people = [f"p{n}@example.org,nb\n" for n in range(mailed)] + [",en\n"] * lettered
    bind_worker()
    await a_draft(key, form=form, population=population, kind="yearly", invite="list")
    with without_pools():
        sample = read_list("email,language\n" + "".join(people))
        await open_wave(key, now=NOW, settings=settings, rehearse=rehearse, sample=sample)
    wave = await opened(settings, key)
    bind_web()
    return wave


async def test_the_first_page_says_who_of_a_list_waits_for_a_letter(web, settings, sign_in):
    await a_listed_wave(settings, 20, 2)
    await still_open()
    desk = await sign_in(Role.COMMUNICATIONS)
    first = " ".join((await desk.get("/")).text.split())
    # the others have their mail
    assert "ingen brev er laget.</strong> De som ikke har e-post, kan ikke svare før" in first
    assert f'href="/waves/{KEY}/letters"' in first


async def test_what_a_list_answers_is_published_with_its_response_rate(web, settings):
    wave = await a_listed_wave(settings, 50, 10)
    for token in wave.tokens[:40]:
        reply = await web.post(f"/answer/{token}", data=some_answers(FORM), follow_redirects=False)
        assert reply.headers["location"].startswith("/answer/thanks")
    bind_worker()
    with without_pools():
        await close_wave(KEY, key_dir=settings.key_folder, now=NOW)
        await publish_wave(KEY, now=NOW)
    [row] = await fetch(Login.WORKER, "SELECT content FROM publications.publication")
    response = json.loads(row["content"])["response"]
    assert (response["invited"], response["answers"], response["rr2"]) == (60, 40, 0.6667)


async def published(web, settings, answers, *, plan_of_before=False):
    wave = await a_listed_wave(settings, 30, 0)
    for number, token in enumerate(wave.tokens[:answers]):
        await web.post(f"/answer/{token}", data=some_answers(FORM, str(2 + number % 4)))
    bind_worker()
    with without_pools():
        if plan_of_before:
            asked = load_library().questionnaire(FORM, first_wave=True)
            stricter = plan_tables(asked, units_of(()), population="open", minimum_group=5).hash
            await fetch(Login.MIGRATOR, "UPDATE asking.wave SET plan_hash = $1", stricter)
        await close_wave(KEY, key_dir=settings.key_folder, now=NOW)
        await publish_wave(KEY, now=NOW)
    [row] = await fetch(Login.WORKER, "SELECT content FROM publications.publication")
    content = json.loads(row["content"])
    shown = {
        (one["level"], one["statistic"])
        for one in content["estimates"]
        if one["status"] == "published"
    }
    return shown, {one["code"] for one in content["warnings"]}


async def test_a_list_is_shown_from_as_many_answers_as_its_people_were_told(web, settings):
    # ten to a mean, twenty to shares, and no group of a list that somebody knows
    shown, warned = await published(web, settings, 12)
    assert shown == {("agency", "mean")}
    assert "plan_changed" not in warned


async def test_a_list_that_was_opened_under_the_limits_of_an_open_link_keeps_them(web, settings):
    shown, warned = await published(web, settings, 12, plan_of_before=True)
    assert shown == set()
    assert "plan_changed" not in warned


async def test_whoever_knows_everybody_on_the_list_finds_nobody_behind_a_row(web, settings):
    rehearsed = []

    async def rehearse(link, wave):
        rehearsed.append(await rehearse_wave(link, wave, now=NOW))

    wave = await a_listed_wave(
        settings, 60, 0, key="k-26", form="kandidat", population="candidates", rehearse=rehearse
    )
    assert rehearsed[0].answers == 36
    theirs = simulate_candidates(0, seed=7)
    told = list(zip(*(theirs[item][:40].tolist() for item in OF_ONESELF), strict=True))
    for token, codes in zip(wave.tokens, told, strict=False):
        answers = some_answers("kandidat", **dict(zip(OF_ONESELF, map(str, codes), strict=True)))
        reply = await web.post(f"/answer/{token}", data=answers, follow_redirects=False)
        assert reply.headers["location"].startswith("/answer/thanks")
    bind_worker()
    with without_pools():
        await close_wave("k-26", key_dir=settings.key_folder, now=NOW)
        stored = await fetch(Login.WORKER, "SELECT * FROM counting.response")
        [published] = await fetch(Login.WORKER, "SELECT id FROM publications.publication")
        verified = await recompute(published["id"])
    # neither language nor channel, nor anything else of the list, stands beside an answer
    assert {(*row, row["domain"]) for row in stored} == {("id", "wave", "domain", "answers", "")}
    form = load_library().questionnaire("kandidat", first_wave=True)
    rows = seen(form, [row["answers"] for row in stored])
    found = suspects([(*codes, old_or_retired(codes)) for codes in told], rows)
    assert len(rows) == 40
    assert found.below(5) == 0
    assert {row[0] for row in rows} > {BLANK}, "something is still told of themselves"
    assert verified.verdict is Recomputation.SAME


async def test_mails_go_to_the_list_in_words_of_its_own(web, settings, tmp_path):
    wave = await a_listed_wave(settings, 5, 1)
    sink = start_sink(tmp_path / "mail")
    bind_worker()
    with without_pools():
        async with MailServer(sink.url) as server:
            tally = await send_due(
                server, load_library().messages, secret=settings.secret(),
                base_url=settings.answering_url, clock=lambda: NOW,
            )  # fmt: skip
    sink.stop()
    bind_web()
    assert tally.sent == 5
    mails = [path.read_text() for path in (tmp_path / "mail").glob("*")]
    assert len(mails) == 5
    assert all("Du er invitert til =C3=A5 svare" in mail for mail in mails)
    assert not [mail for mail in mails if "Verdipuls" in mail or "arbeidshverdag" in mail]
    assert len(wave.tokens) == 6


async def test_letters_are_made_for_those_without_an_address_alone(web, settings, tmp_path):
    await a_listed_wave(settings, 5, 2)
    await still_open()
    await letters(settings, tmp_path / "letters.csv", key=KEY)
    rows = rows_of((tmp_path / "letters.csv").read_bytes())
    assert [(row["row"], row["language"]) for row in rows] == [("7", "en"), ("8", "en")]
    reply = await web.post("/kode", data={"code": rows[0]["code"]}, follow_redirects=False)
    form = await web.get(reply.headers["location"])
    assert form.status_code == 200
