"""Campaign pages: what was promised, counts from k, and whom each role may see."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.live_counts import refresh_live_counts
from survey_app.asking.delivery.mail_server import MailServer
from survey_app.asking.delivery.send_due import send_due
from survey_app.asking.delivery.sink import start_sink
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from survey_app.shared.trustees import trustees_of
from tests.asking_builders import (
    CAMPAIGN,
    NOW,
    TODAY,
    an_open_wave,
    import_campaign,
    import_people,
    open_wave,
    register,
)
from tests.builders_publication import put_on_shelf, staff_series, words
from tests.shown import text_of, words_standing_open

OPEN = (
    CAMPAIGN.replace('"verdipuls"', '"apen"')
    .replace('"verdipuls.k1"', '"omdomme.open"')
    .replace('"staff"', '"open"')
    .replace('"everybody"', '"open"')
    .replace("vp-1", "open-1")
    .replace('nb = "Verdipuls"', 'nb = "Hva mener du?"')
)


@pytest.fixture
async def campaigns(web):
    bind_worker()
    await an_open_wave()
    await import_campaign(OPEN)
    await open_wave("open-1", form="omdomme.open")
    bind_web()


async def test_hr_sees_every_campaign_and_how_many_are_open(campaigns, sign_in):
    web = await sign_in(Role.HR)
    text = (await web.get("/campaigns")).text
    assert "2 målinger er åpne" in text
    assert "Mai 2026, kortmåling" in text
    assert "Hva mener du?" in text


async def test_communications_sees_the_public_s_campaigns_alone(campaigns, sign_in):
    web = await sign_in(Role.COMMUNICATIONS)
    text = (await web.get("/campaigns")).text
    assert "Hva mener du?" in text
    assert "Verdipuls</a>" not in text
    assert (await web.get("/campaigns/apen")).status_code == 200
    assert (await web.get("/campaigns/verdipuls")).status_code == 403


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPRESENTATIVE, Role.ANALYST])
async def test_campaigns_are_foreign_to_those_who_do_not_run_them(campaigns, sign_in, role):
    web = await sign_in(role)
    assert (await web.get("/campaigns")).status_code == 403
    assert (await web.get("/campaigns/verdipuls")).status_code == 403


async def test_a_campaign_page_says_what_was_promised_and_what_the_mail_server_learns(
    campaigns, sign_in, monkeypatch
):
    monkeypatch.setattr("survey_app.asking.desk.routes.now", lambda: NOW)
    web = await sign_in(Role.HR)
    text = (await web.get("/campaigns/verdipuls")).text
    for part in (
        "Følge verdiene",
        "GDPR article 6 (1) f",
        "5 år",
        "Ikke bekreftet",
        "hvem som ikke hadde svart den dagen",
        'href="/questionnaires/verdipuls.k1?wave=vp-1"',
        "15 spørsmål",
        "Planlagt lørdag 16.\u00a0mai kl.\u00a009.00, fredag 22.\u00a0mai kl.\u00a009.00.",
    ):
        assert part in text, part


async def test_nothing_is_called_promised_before_anybody_was_told(web, sign_in):
    bind_worker()
    await import_people()
    await import_campaign()
    bind_web()
    await sign_in(Role.HR)
    before = words(await web.get("/campaigns/verdipuls"))
    assert "Hva de som svarer, blir lovet" in before
    assert "er lovet" not in before
    bind_worker()
    await open_wave()
    bind_web()
    assert "Hva de som svarer, er lovet" in words(await web.get("/campaigns/verdipuls"))


async def test_what_is_to_be_opened_next_stands_above_what_the_campaign_says(web, sign_in):
    bind_worker()
    await import_people()
    await import_campaign()
    days = "opens_on = current_date + 30, closes_on = current_date + 60"
    await fetch(Login.WORKER, f"UPDATE asking.wave SET {days}, results_on = current_date + 70")
    bind_web()
    await sign_in(Role.HR)
    above = (await web.get("/campaigns/verdipuls")).text.partition("Hva de som svarer")[0]
    assert "og ingen har bedt om det ennå. Det tar to." in " ".join(above.split())
    assert 'href="/waves/vp-1/open"' in above
    # what is over before anybody asked is planned anew
    await fetch(
        Login.MIGRATOR,
        "UPDATE asking.wave SET opens_on = '2026-05-12', closes_on = '2026-05-26',"
        " results_on = '2026-06-09'",
    )
    above = (await web.get("/campaigns/verdipuls")).text.partition("Hva de som svarer")[0]
    assert 'href="/waves/vp-1/open"' not in above


async def test_before_a_wave_opens_its_page_says_how_exact_it_will_be(web, sign_in):
    bind_worker()
    await import_campaign()
    await put_on_shelf(staff_series()[-1])
    bind_web()
    await sign_in(Role.HR)
    text = words(await web.get("/campaigns/verdipuls"))
    assert "Hva neste måling kan vise" in text
    assert re.search(r"Hele etaten \d,\d \d,\d", text)
    assert re.search(r"\d+ enheter, den midterste \d+,\d \(\d+,\d–\d+,\d\)", text)


async def test_a_wave_over_new_year_is_told_with_both_years(campaigns, sign_in):
    days = "opens_on = '2026-12-31', closes_on = '2027-01-20', results_on = '2027-02-10'"
    await fetch(Login.WORKER, f"UPDATE asking.wave SET {days} WHERE key = 'vp-1'")
    web = await sign_in(Role.HR)
    for page in ("/campaigns", "/campaigns/verdipuls"):
        assert "31. desember 2026 til 20. januar 2027" in words(await web.get(page))


async def test_of_a_wave_that_is_open_it_says_nothing_any_more(campaigns, sign_in):
    bind_worker()
    await put_on_shelf(staff_series()[-1])
    bind_web()
    web = await sign_in(Role.HR)
    assert "Hva neste måling kan vise" not in words(await web.get("/campaigns/verdipuls"))


async def test_counts_are_shown_from_k_as_of_midnight_and_never_who(campaigns, sign_in):
    web = await sign_in(Role.HR)
    assert "Vises ikke ennå" in (await web.get("/campaigns/verdipuls")).text
    await fetch(
        Login.WORKER,
        "UPDATE asking.invitation SET marked = true WHERE id IN (SELECT id FROM asking.invitation"
        " WHERE domain = 'nord-1' LIMIT 30)",
    )
    bind_worker()
    await refresh_live_counts(TODAY)
    bind_web()
    text = (await web.get("/campaigns/verdipuls")).text
    assert "50\xa0% har svart" in text
    units = words(await web.get("/waves/vp-1"))
    # 30 of 34: five at least may be silent, and of the other unit none to four have answered
    assert "Fengsel Nord-1 34 0 25 (74 %)" in units
    assert units.count("vises ikke") == 1
    assert "@example.org</a>" not in text


async def test_a_mail_server_that_is_down_is_a_clear_state_on_the_page(campaigns, sign_in):
    web = await sign_in(Role.HR)
    text = (await web.get("/campaigns/verdipuls")).text
    assert "Utsendingen står stille" in text
    await fetch(Login.WORKER, "UPDATE asking.outbox SET problem = 'server 421' WHERE state = 'due'")
    text = (await web.get("/campaigns/verdipuls")).text
    assert "E-posttjeneren tar ikke imot nå (421)" in text


async def test_an_unknown_campaign_is_a_friendly_page(campaigns, sign_in):
    web = await sign_in(Role.HR)
    assert (await web.get("/campaigns/borte")).status_code == 404


async def test_before_the_first_campaign_the_page_says_how_one_is_made(web, sign_in):
    await sign_in(Role.HR)
    text = (await web.get("/campaigns")).text
    assert "Ingen måling er åpen nå" in text
    assert 'href="/waves/new"' in text


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_reads_every_questionnaire_with_its_statements(web, sign_in, role):
    await sign_in(role)
    library = load_library()
    listed = words(await web.get("/questionnaires"))
    assert "Verdipuls K1 Ansatte, kortmåling" in listed
    assert "Verdipuls, hovedmåling Ansatte, hovedmåling" in listed
    for form in library.forms if role is Role.ADMIN else ("verdipuls.k1",):
        reply = await web.get(f"/questionnaires/{form}")
        assert reply.status_code == 200
        assert all(f'id="{item}"' in reply.text for item in library.forms[form].items)


async def test_a_questionnaire_shows_three_languages_scale_options_and_strategy(web, sign_in):
    await sign_in(Role.ANALYST)
    text = (await web.get("/questionnaires/verdipuls.k1")).text
    asked = load_library().questionnaire("verdipuls.k1")
    item = asked.items[0]
    statement = load_library().strategy.statements[item.statements[0]]
    for part in (
        *item.text.values(),
        asked.option_set(item).options[0].label["nb"],
        statement.text,
    ):
        assert part in text, part


async def test_a_wave_s_questionnaire_is_the_one_it_froze(campaigns, sign_in):
    web = await sign_in(Role.HR)
    reply = await web.get("/questionnaires/verdipuls.k1?wave=vp-1")
    assert "Nøyaktig slik det ble sendt i mai 2026" in reply.text
    assert (await web.get("/questionnaires/verdipuls.k2?wave=vp-1")).status_code == 404
    assert (await web.get("/questionnaires/verdipuls.k1?wave=borte")).status_code == 404
    assert (await web.get("/questionnaires/borte")).status_code == 404


async def test_pages_speak_nynorsk_and_english(campaigns, sign_in):
    web = await sign_in(Role.HR, language="nn")
    assert "2 målingar er opne" in (await web.get("/campaigns")).text
    assert "2 surveys are open" in (await web.get("/campaigns?lang=en")).text
    for language, heading in (("nn", "Kva dei som svarer, er lova"), ("en", "What respondents")):
        assert heading in (await web.get(f"/campaigns/verdipuls?lang={language}")).text


async def test_there_is_no_mailbox_outside_a_demonstration(web, sign_in):
    await sign_in(Role.ADMIN)
    for address in ("/dev/mailbox", "/dev/mailbox/1", "/dev/mailbox/1/html"):
        assert (await web.get(address)).status_code == 404


async def test_the_demonstration_s_mailbox_shows_mails_with_their_links(
    campaigns, web, settings, tmp_path
):
    web.app.state.settings = settings.model_copy(update={"demo": True, "data_dir": tmp_path})
    sink = start_sink(tmp_path / "mail")
    bind_worker()
    async with MailServer(sink.url) as server:
        await send_due(
            server, load_library().messages, secret=b"s", base_url="https://svar.example.org",
            clock=lambda: NOW + timedelta(days=1), most=3,
        )  # fmt: skip
    sink.stop()
    bind_web()
    text = (await web.get("/dev/mailbox")).text
    assert "3 e-poster er sendt" in text
    name = text.split('href="/dev/mailbox/')[1].split('"')[0]
    mail = (await web.get(f"/dev/mailbox/{name}")).text
    assert 'href="https://svar.example.org/answer/' in mail
    assert "<p>Hei!</p>" in mail
    html = await web.get(f"/dev/mailbox/{name}/html")
    assert "inline-block" in html.text
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert (await web.get("/dev/mailbox/..%2Fsecret_key")).status_code == 404


async def test_a_wave_that_waits_for_its_key_holders_says_so_and_names_them(campaigns, sign_in):
    key = "A" * 43
    bind_worker()
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET trustees = $1 WHERE key = 'vp-1'",
        f'[{{"name": "Tillitsvalgt", "public_key": "{key}"}},'
        f' {{"name": "HR-sjef", "public_key": "{"B" * 43}"}}]',
    )
    bind_web()
    web = await sign_in(Role.HR)
    text = (await web.get("/campaigns/verdipuls")).text
    assert "Da ligger svarene låst til begge nøkkelholderne har åpnet sin lås" in text
    assert trustees_of(f'[{{"name": "-", "public_key": "{key}"}}]')[0].fingerprint in text
    assert "nøkkelen blir ødelagt" not in text
    assert "Venter på nøkler" not in text
    await fetch(
        Login.WORKER,
        "UPDATE asking.wave SET state = 'closed', closed_at = $1 WHERE key = 'vp-1'",
        datetime(2026, 5, 27, 3, 0, tzinfo=UTC),
    )
    text = words(await web.get("/campaigns/verdipuls"))
    assert "Venter på nøkler" in text
    by_both = "når Tillitsvalgt og HR-sjef bruker hver sin nøkkel."
    assert f"{by_both} Resultatene skulle kommet" in text
    await fetch(Login.WORKER, "UPDATE asking.wave SET results_on = '2126-06-09' WHERE key = 'vp-1'")
    assert f"{by_both} Resultatene er lovet" in words(await web.get("/campaigns/verdipuls"))
    assert "Venter på nøkler" in (await web.get("/campaigns")).text


async def test_a_wave_that_could_not_be_counted_is_told_and_that_nothing_is_lost(
    campaigns, sign_in
):
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.wave_work (wave, seconds, doublings, host, kind, problem, inputs,"
        " tried_at) SELECT id, 600, 0, '', 'refused', 'why, for who runs it', '',"
        " '2026-11-27T10:00Z' FROM asking.wave WHERE key = 'vp-1'",
    )
    web = await sign_in(Role.HR)
    text = (await web.get("/campaigns/verdipuls")).text
    assert "Mai 2026, kortmåling er ikke talt opp ennå" in text
    assert re.search(r"stoppet opptellingen, sist 27\.\snovember\s2026\. Ingen svar er tapt", text)
    assert "why, for who runs it" not in text
    assert (await web.get("/campaigns")).text.count("Opptellingen stoppet") == 1


async def test_a_clock_that_jumped_is_told_where_waves_are_run(campaigns, sign_in):
    web = await sign_in(Role.HR)
    assert "Klokka på serveren" not in (await web.get("/campaigns")).text
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.clock (host, boot, seconds, seen_at, settling, held)"
        " VALUES ('one', '', 0, now(), false, 'the clock has jumped')",
    )
    for address in ("/campaigns", "/campaigns/verdipuls"):
        assert "Klokka på serveren må kontrolleres" in (await web.get(address)).text


async def test_the_page_says_how_many_staff_could_not_be_invited(web, sign_in):
    bind_worker()
    await import_people(register().replace("p0.nord-1@example.org", ""))
    await import_campaign()
    await open_wave()
    bind_web()
    text = (await (await sign_in(Role.HR)).get("/campaigns/verdipuls")).text
    assert "<dt>Kan ikke nås på e-post</dt><dd>1</dd>" in text
    assert '<h2 id="h-letters' not in text


MANY_WAVES = CAMPAIGN + "".join(
    f"""
[[waves]]
key = "vp-{year}-{month}"
invite = "everybody"
opens_on = {year}-{month:02}-12
closes_on = {year}-{month:02}-26
results_on = {year}-{month + 1:02}-09
"""
    for year in (2023, 2024, 2025)
    for month in (2, 5, 8, 11)
)


async def many_waves():
    """One wave that is open, and twelve before it."""
    bind_worker()
    await import_people()
    await import_campaign(MANY_WAVES, now=datetime(2023, 1, 2, tzinfo=UTC))
    await open_wave()
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'published' WHERE key <> 'vp-1'")
    bind_web()


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_a_campaign_of_many_waves_is_read_in_five_hundred_words(web, sign_in, lang):
    await many_waves()
    await sign_in(Role.HR)
    page = await web.get(f"/campaigns/verdipuls?lang={lang}")
    assert words_standing_open(page) <= 500
    shown, before = html.fromstring(page.text).xpath("//main//table/tbody")
    assert [len(table.xpath("tr")) for table in (shown, before)] == [4, 9]
    assert before.xpath("ancestor::details[not(@open)]")


async def test_the_newest_results_stand_open_however_many_waves_are_planned(web, sign_in):
    await many_waves()
    await fetch(
        Login.MIGRATOR, "UPDATE asking.wave SET state = 'draft' WHERE opens_on > '2023-12-31'"
    )
    page = await (await sign_in(Role.HR)).get("/campaigns/verdipuls")
    shown, before = html.fromstring(page.text).xpath("//main//table/tbody")
    # one that is open, eight drafts and three of the four of 2023
    assert [len(table.xpath("tr")) for table in (shown, before)] == [12, 1]


async def test_the_list_of_campaigns_tells_of_waves_that_are_over_by_their_number(web, sign_in):
    await many_waves()
    page = await (await sign_in(Role.HR)).get("/campaigns")
    [table] = html.fromstring(page.text).xpath("//main//table/tbody")
    assert len(table.xpath("tr")) == 4
    [link] = html.fromstring(page.text).xpath("//main//a[contains(@href, '#waves-before')]")
    assert text_of(link) == "9 tidligere målinger"
    there = html.fromstring((await web.get(link.get("href"))).text)
    # within what is folded: browsers open it for whoever is led there
    assert there.xpath("//details//*[@id='waves-before']//tbody")
