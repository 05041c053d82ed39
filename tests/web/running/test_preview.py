"""What will be sent and shown of a wave is looked at before it is, and nothing in it works."""

import html
import re

import pytest

from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.campaigns.queries import find_wave
from survey_app.asking.cards.sheet import PrintedCard, PrintedPile, cards_html
from survey_app.asking.delivery.compose import compose
from survey_app.asking.delivery.mailbox import paragraphs_of
from survey_app.asking.delivery.outbox import claim_next
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.running.preview import UNIT, preview_of, shown_card
from survey_app.shared import clock
from survey_app.shared.database import Login, connection, fetch
from survey_app.shared.i18n import languages, translator
from tests.asking_builders import CAMPAIGN, import_campaign, import_people, open_wave
from tests.web.running.desk import CAMPAIGN_PAGE, WAVE, coming

PUBLIC = """
key = "omdomme"
form = "omdomme"
population = "public"
legal_basis = "GDPR article 6 (1) e"
retention_days = 1825
sender = "Kommunikasjon <post@example.org>"
contact = "post@example.org"
title = { nb = "Omdømmemåling", nn = "Omdømmemåling" }
purpose = { nb = "Måle tilliten", nn = "Måle tilliten" }

[[waves]]
key = "vp-1"
opens_on = 2026-05-12
closes_on = 2026-05-26
results_on = 2026-06-09
"""
EXAMPLE = "7KQ4-9XMT-2PBT"


def words(page):
    """Return what a page says, without its tags, each space once."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


def said(mail):
    """Return the paragraphs of a mail, with its token in the place of everybody's."""
    for paragraph in paragraphs_of(mail):
        text = "".join(piece for piece, _ in paragraph)
        yield " ".join(re.sub(r"(answer|stop)/[\w-]{34}", r"\1/eksempel", text).split())


@pytest.mark.parametrize("invite", ["proportional:30", "rotation:1/2:1"])
async def test_mails_to_a_part_of_the_staff_are_shown_as_those_to_everybody(hr, invite):
    shown = words((await hr.get(f"{WAVE}/preview")).text)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET invite = $1", invite)
    assert words((await hr.get(f"{WAVE}/preview")).text) == shown
    assert "eksempel" in shown


async def test_the_sender_of_a_mail_is_shown_as_mail_programs_show_it(hr):
    sender = "HR-avdelingen (demo) <hr@example.org>"
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET sender = $1", sender)
    assert sender in words((await hr.get(f"{WAVE}/preview")).text)


@pytest.mark.parametrize("language", languages())
async def test_a_mail_is_shown_before_it_is_approved_as_it_is_sent_later(hr, settings, language):
    shown = words((await hr.get(f"{WAVE}/preview?lang={language}")).text)
    bind_worker()
    form = load_library().questionnaire("verdipuls.k1", first_wave=True)
    await open_wave(questionnaire=form, today=clock.today(), now=clock.now())
    await fetch(Login.WORKER, "UPDATE asking.invitation SET language = $1", language)
    async with connection(Login.WORKER) as link, link.transaction():
        for kind in ("invitation", "reminder-1"):
            await link.execute("UPDATE asking.outbox SET kind = $1, due_at = '2020-01-01'", kind)
            claim = await claim_next(link, secret=settings.secret(), now=clock.now())
            mail = compose(
                claim.envelope,
                claim.recipient,
                load_library().messages,
                base_url=settings.answering_url,
                now=clock.now(),
            )
            assert " ".join(str(mail["Subject"]).split()) in shown
            for paragraph in said(mail):
                assert paragraph in shown


async def test_the_form_and_the_thanks_are_shown_as_they_are_and_take_nothing(hr):
    page = (await hr.get(f"{WAVE}/preview")).text
    for part, word in (("form", "Dette lover vi deg"), ("thanks", "Dette skjer nå")):
        address = f"{WAVE}/preview/{part}"
        assert f'src="{address}?lang=nb"' in page
        reply = await hr.get(address)
        assert word in reply.text
        policy = reply.headers["content-security-policy"]
        assert policy.startswith("sandbox allow-same-origin;")
        assert "form-action 'none'" in policy
        assert "script-src 'none'" in policy
        assert (await hr.post(address, data={"vp.apn.1": "3"})).status_code == 405
        assert ('href="?lang=en"' in reply.text) == (part == "form")
    assert (await hr.get(f"{WAVE}/preview/letters")).status_code == 404


async def test_the_link_in_a_preview_opens_nothing(hr):
    assert "/answer/eksempel" in (await hr.get(f"{WAVE}/preview")).text
    for address in ("/answer/eksempel", "/stop/eksempel"):
        assert (await hr.get(address)).status_code == 404


async def test_the_second_person_is_led_to_the_texts(hr):
    assert f'href="{WAVE}/preview"' in (await hr.get(f"{WAVE}/open")).text
    assert f'href="{WAVE}/open"' in (await hr.get(f"{WAVE}/preview")).text


async def test_letters_are_shown_where_a_wave_writes_them(web, sign_in):
    bind_worker()
    await import_campaign(coming(PUBLIC))
    bind_web()
    page = words((await (await sign_in(Role.COMMUNICATIONS)).get(f"{WAVE}/preview")).text)
    assert "Du er trukket ut til å svare" in page
    assert "Vi har nylig sendt deg et brev" in page
    assert "Formål: Måle tilliten. Behandlingsgrunnlag: GDPR article 6 (1) e." in page
    assert "Invitasjonen E-post" not in page


async def test_a_card_is_shown_before_it_is_approved_as_it_is_printed(hr, settings):
    assert 'id="h-card"' not in (await hr.get(f"{WAVE}/preview")).text
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET cards = true")
    wave = await find_wave(Login.WEB, "vp-1")
    for language in languages():
        sheet = shown_card(await preview_of(Login.WEB, wave, settings), language)
        pile = PrintedPile(translator(language).gettext(UNIT), 1, (PrintedCard(EXAMPLE, "/kode"),))
        [printed] = re.findall(r"(?s)<article.*?</article>", cards_html(pile, sheet))
        card = re.sub(r"(?s)<svg.*?</svg>", "", printed)
        page = words((await hr.get(f"{WAVE}/preview?lang={language}")).text)
        assert EXAMPLE in page
        assert words(card).replace(" ", "") in page.replace(" ", "")


async def test_a_campaign_without_an_address_to_send_from_shows_no_mail_and_says_why(web, sign_in):
    bind_worker()
    await import_people()
    await import_campaign(re.sub(r"sender = .*\n", "", coming(CAMPAIGN)))
    bind_web()
    page = words((await (await sign_in(Role.HR)).get(f"{WAVE}/preview")).text)
    assert "E-postene kan ikke vises ennå" in page
    assert "Avsenderen mangler en e-postadresse" in page


async def test_only_those_who_run_a_wave_see_its_preview(campaign, sign_in):
    for role in (Role.COMMUNICATIONS, Role.LEADER, Role.ANALYST):
        reader = await sign_in(role)
        assert (await reader.get(f"{WAVE}/preview")).status_code == 403
        assert (await reader.get(f"{WAVE}/preview/form")).status_code == 403


async def test_the_first_wave_is_looked_over_with_the_questions_that_it_will_ask(hr):
    # the form has fifteen, of which one looks back on what came of the wave before
    looks_back = "Resultatene fra forrige måling er blitt brukt til noe der jeg jobber."
    for address in (f"{WAVE}/open", CAMPAIGN_PAGE, f"{WAVE}/preview"):
        said = words((await hr.get(address)).text)
        assert re.search(r"14 (korte )?spørsmål", said), address
        assert "15 spørsmål" not in said, address
    form = (await hr.get("/questionnaires/verdipuls.k1?wave=vp-1")).text
    assert "14 spørsmål" in words(form)
    assert looks_back not in html.unescape(form)
    assert looks_back in html.unescape((await hr.get("/questionnaires/verdipuls.k1")).text)


async def test_a_campaign_is_shown_where_a_form_of_its_is_not_there_any_more(hr):
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET form = 'verdipuls.gone'")
    reply = await hr.get(CAMPAIGN_PAGE)
    assert reply.status_code == 200
    assert "verdipuls.gone" in words(reply.text)
    assert 'href="/questionnaires/verdipuls.gone' not in reply.text


async def test_a_wave_whose_form_is_not_there_any_more_is_cancelled_and_not_opened(hr):
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET form = 'verdipuls.gone'")
    reply = await hr.get("/waves/vp-1/open")
    assert reply.status_code == 409
    assert "Skjemaet finnes ikke lenger. Planlegg målingen med et annet." in words(reply.text)
    assert (await hr.get("/waves/vp-1/cancel")).status_code == 200
