import asyncio
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape

import lxml.html
import pytest

from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.actions.states import ActionState
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.actions_builders import an_action
from tests.builders_publication import SMALL_UNIT, put_on_shelf, staff_series, words
from tests.stocked_shelf import emptied, stocked_database

UNIT, OTHER = "ost-6", "ost-7"
BEFORE_LAST_MAIN = date(2025, 1, 10)  # between the two main waves
FORM = {
    "unit": UNIT,
    "said": "Få forstår hvorfor viktige beslutninger blir som de blir.",
    "what": "Ledermøtet skriver tre linjer om hva som er bestemt og hvorfor.",
    "who": "enhetsleder",
    "starts_on": "2026-01-10",
    "due_on": "2027-02-01",
    "state": "under_way",
    "measure": "APN",
    "statement": "verdi.apenhet.2",
}


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """All staff waves."""

    async def stock() -> None:
        await put_on_shelf(*staff_series())

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    """The same shelf for every test here; accounts and actions are each test's own."""
    return await emptied(stocked, "accounts.account", "actions.action", "audit.event")


async def send(web, address, fields):
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get(address)).text)[1]
    return await web.post(address, data={"csrf": csrf, **fields}, follow_redirects=False)


async def stored():
    return await fetch(Login.WORKER, "SELECT * FROM actions.action ORDER BY created_at")


async def test_each_role_sees_its_actions_and_no_other(web, sign_in):
    action = await an_action(unit=UNIT)
    own = (f"/actions/{action}", "/actions")
    writing = (f"/actions/{action}/edit", "/actions/new")
    for role in Role:
        await sign_in(role, unit=UNIT if role in UNIT_ROLES else "")
        reads = role in {Role.HR, Role.LEADER, Role.REPRESENTATIVE}
        writes = role in {Role.HR, Role.LEADER}
        for address in own:
            assert (await web.get(address)).status_code == (200 if reads else 403), (role, address)
        for address in writing:
            assert (await web.get(address)).status_code == (200 if writes else 403), (role, address)


async def test_a_stranger_is_asked_to_sign_in_and_comes_back(web, database):
    reply = await web.get("/actions?show=late", follow_redirects=False)
    assert reply.status_code == 303
    assert "next=%2Factions%3Fshow%3Dlate" in reply.headers["Location"]


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPRESENTATIVE])
async def test_nobody_of_a_unit_reaches_the_actions_of_another(web, sign_in, role):
    foreign = await an_action(unit=OTHER)
    await an_action(unit=UNIT, said="Vi får ikke nok opplæring.")
    await sign_in(role, unit=UNIT)
    listed = words(await web.get("/actions"))
    assert "Vi får ikke nok opplæring." in listed
    assert "Få forstår" not in listed
    for address in (f"/actions/{foreign}", f"/actions/{foreign}/edit", f"/actions?unit={OTHER}"):
        assert (await web.get(address)).status_code == 403, address


async def test_a_leader_cannot_post_an_action_into_another_unit(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    reply = await send(web, "/actions/new", FORM | {"unit": OTHER})
    assert reply.status_code == 403
    assert await stored() == []


async def test_a_leader_makes_an_action_and_the_log_says_so(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    reply = await send(web, "/actions/new", FORM | {"visible": "yes"})
    assert reply.status_code == 303
    [row] = await stored()
    assert reply.headers["Location"] == f"/actions/{row['id']}"
    assert (row["unit"], row["state"], row["visible"]) == (UNIT, "under_way", True)
    text = words(await web.get(f"/actions/{row['id']}"))
    assert "Ledermøtet skriver tre linjer" in text
    assert "Ansvarlig: enhetsleder." in text
    assert "Du får en e-post en uke før fristen" in text
    [event] = await fetch(Login.MIGRATOR, "SELECT * FROM audit.event WHERE action <> 'signed in'")
    assert (event["actor"], event["action"]) == ("leader@example.org", "action created")
    assert event["subject"] == str(row["id"])
    assert "Ledermøtet" not in str(event["facts"])


async def test_a_button_that_is_pressed_twice_makes_one_action_and_other_words_another(
    web, sign_in
):
    await sign_in(Role.LEADER, unit=UNIT)
    page = (await web.get("/actions/new")).text
    sent = FORM | dict(re.findall(r'name="(csrf|form)"\s+value="([^"]+)"', page))
    replies = await asyncio.gather(
        *(web.post("/actions/new", data=sent, follow_redirects=False) for _ in range(6))
    )
    assert {one.status_code for one in replies} == {303}
    assert len({one.headers["location"] for one in replies}) == len(await stored()) == 1
    # by the button back: the same form, and something else in it
    await web.post("/actions/new", data=sent | {"what": "Vi møtes hver fredag."})
    assert len(await stored()) == 2
    made = "SELECT FROM audit.event WHERE action = 'action created'"
    assert len(await fetch(Login.MIGRATOR, made)) == 2


async def test_a_form_with_mistakes_says_what_to_mend_and_keeps_every_word(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    wrong = FORM | {"who": "", "due_on": "2025-12-01", "state": "dropped", "said": "x" * 301}
    reply = await send(web, "/actions/new", wrong)
    assert reply.status_code == 422
    text = words(reply)
    assert "Tiltaket er ikke lagret ennå" in text
    for sentence in (
        "Skriv hvem som har ansvaret: en rolle, ikke et navn.",
        "Teksten er for lang: 301 tegn. Kort den ned til 300.",
        "Fristen må være samme dag som starten eller senere.",
        "Skriv hvorfor tiltaket er stanset.",
    ):
        assert text.count(sentence) == 2, sentence
    kept = unescape(reply.text)
    assert FORM["what"] in kept
    assert "x" * 301 in kept
    assert 'value="2025-12-01"' in kept
    assert re.search(r'<option value="APN" selected>', kept)
    assert await stored() == []


@pytest.mark.parametrize("language", ["nn", "en"])
async def test_mistakes_are_told_in_the_readers_language(web, sign_in, language):
    await sign_in(Role.LEADER, unit=UNIT, language=language)
    text = words(await send(web, "/actions/new", FORM | {"who": ""}))
    expected = {
        "nn": "Skriv kven som har ansvaret: ei rolle, ikkje eit namn.",
        "en": "Say who is responsible: a role, not a name.",
    }
    assert expected[language] in text


async def test_an_old_form_is_not_stored_and_not_lost(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    reply = await web.post("/actions/new", data=FORM | {"csrf": "of another session"})
    assert reply.status_code == 422
    assert FORM["what"] in unescape(reply.text)
    assert await stored() == []
    # the page that comes back carries a form that works
    csrf = re.search(r'name="csrf" value="([^"]+)"', reply.text)[1]
    again = await web.post("/actions/new", data=FORM | {"csrf": csrf}, follow_redirects=False)
    assert again.status_code == 303


async def test_a_form_from_another_site_is_refused(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    reply = await web.post("/actions/new", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403


async def test_two_who_change_at_once_do_not_overwrite_each_other(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    action = await an_action(unit=UNIT)
    address = f"/actions/{action}/edit"
    first = await send(web, address, FORM | {"version": "1", "what": "Det første."})
    assert first.status_code == 303
    second = await send(web, address, FORM | {"version": "1", "what": "Det andre."})
    assert second.status_code == 422
    assert "Noen andre har endret tiltaket mens du skrev" in words(second)
    assert "Det andre." in second.text
    assert [row["what"] for row in await stored()] == ["Det første."]
    version = re.search(r'name="version" value="(\d+)"', second.text)[1]
    third = await send(web, address, FORM | {"version": version, "what": "Det andre."})
    assert third.status_code == 303
    acts = await fetch(
        Login.MIGRATOR,
        "SELECT action, facts FROM audit.event WHERE action <> 'signed in' ORDER BY at",
    )
    assert [act["action"] for act in acts] == ["action created", *["action changed"] * 2]
    assert '"what"' in acts[-1]["facts"]
    assert "Det andre." not in acts[-1]["facts"]


async def test_what_was_chosen_once_stays_chosen_where_nothing_offers_it_any_more(web, sign_in):
    """The strategy was renewed, and the question taken out: whoever mends a word loses neither."""
    await sign_in(Role.LEADER, unit=UNIT)
    action = await an_action(unit=UNIT, statement="verdi.borte.1", measure="vp.borte.1")
    edit = lxml.html.fromstring((await web.get(f"/actions/{action}/edit")).text)
    chosen = {one.name: one.value for one in edit.xpath("//main//select")}
    assert (chosen["statement"], chosen["measure"]) == ("verdi.borte.1", "vp.borte.1")
    fresh = lxml.html.fromstring((await web.get("/actions/new")).text)
    assert not fresh.xpath("//option[contains(@value, 'borte')]")


async def test_a_dropped_action_keeps_its_reason_and_its_day(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    action = await an_action(unit=UNIT)
    change = {"version": "1", "state": "dropped", "reason": "Vi fikk ikke midler i år."}
    await send(web, f"/actions/{action}/edit", FORM | change)
    text = words(await web.get(f"/actions/{action}"))
    assert "Stanset: Vi fikk ikke midler i år." in text
    [row] = await stored()
    assert row["ended_on"] == clock.today()


async def test_a_finding_fills_the_form_in(web, sign_in):
    await sign_in(Role.HR)
    text = (await web.get(f"/actions/new?unit={UNIT}&measure=vp.apn.4&wave=2025-h")).text
    assert f'<option value="{UNIT}" selected>' in text
    assert '<option value="vp.apn.4" selected>' in text
    assert 'name="wave" value="2025-h"' in text
    named = re.search(
        r'<option value="([^"]+)" selected>Vi har|<option value="(verdi[^"]+)" selected', text
    )
    assert named, "the statement that the item measures is chosen"


async def test_a_representative_confirms_that_it_was_discussed_and_a_leader_cannot(web, sign_in):
    action = await an_action(unit=UNIT)
    await sign_in(Role.LEADER, unit=UNIT)
    assert "Ikke bekreftet ennå" in words(await web.get(f"/actions/{action}"))
    refused = await web.post(f"/actions/{action}/discussed", data={"discussed_on": "2026-01-20"})
    assert refused.status_code == 403
    await sign_in(Role.REPRESENTATIVE, unit=UNIT)

    async def confirm(day):
        page = (await web.get(f"/actions/{action}")).text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
        return await web.post(
            f"/actions/{action}/discussed",
            data={"csrf": csrf, "discussed_on": day},
            follow_redirects=False,
        )

    for _ in range(2):
        assert (await confirm("2026-01-20")).status_code == 303
    noted = "SELECT FROM audit.event WHERE action = 'action discussed'"
    assert len(await fetch(Login.MIGRATOR, noted)) == 1
    assert "Drøftet med tillitsvalgte og verneombud 20. januar 2026" in words(
        await web.get(f"/actions/{action}")
    )
    later = (clock.today() + timedelta(days=1)).isoformat()
    assert (await confirm(later)).status_code == 422
    assert (await confirm("")).status_code == 303
    assert (await stored())[0]["discussed_on"] is None


async def test_hr_sees_how_many_moved_and_which_way_without_a_ranking(web, sign_in):
    await an_action(unit=UNIT, starts_on=BEFORE_LAST_MAIN)
    await an_action(unit="", starts_on=BEFORE_LAST_MAIN, measure="NYT", said="Vi prøver lite nytt.")
    await an_action(unit=OTHER, starts_on=date(2026, 5, 20), said="Bemanningen er for lav.")
    await sign_in(Role.HR)
    text = words(await web.get("/actions"))
    assert "3 tiltak er planlagt eller pågår." in text
    # a sure change under the limit is neither unchanged nor uncertain
    assert re.search(
        r"Målt etter at tiltaket startet: Økt \d+ · Verken økt eller redusert \d+ ·", text
    )
    assert "Vi kan ikke si at tiltakene er årsaken." in text
    assert "Bemanningen er for lav." not in words(await web.get("/actions?unit="))


async def test_the_change_is_the_published_one_and_never_called_an_effect(web, sign_in):
    action = await an_action(unit=UNIT, starts_on=BEFORE_LAST_MAIN, measure="NYT")
    await sign_in(Role.LEADER, unit=UNIT)
    text = words(await web.get(f"/actions/{action}"))
    main = staff_series()[3]
    change = next(
        one
        for one in main["changes"]
        if (one["measure"], one["domain"], one["role"]) == ("NYT", UNIT, "previous")
    )
    figure = f"{abs(change['difference']):.1f}".replace(".", ",")
    assert figure in text
    assert "siden høsten 2024" in text
    assert "Hele etaten i samme tid:" in text
    assert "Vi kan ikke si at tiltaket er årsaken." in text


async def test_a_hidden_unit_is_hidden_here_as_well(web, sign_in):
    action = await an_action(unit=SMALL_UNIT, starts_on=BEFORE_LAST_MAIN)
    await sign_in(Role.LEADER, unit=SMALL_UNIT)
    text = words(await web.get(f"/actions/{action}"))
    assert "Vises ikke, for at ingen skal kunne kjennes igjen." in text
    assert "usikkerhet" not in text


async def test_the_empty_page_tells_each_role_what_to_do(web, sign_in):
    await sign_in(Role.LEADER, unit=UNIT)
    text = words(await web.get("/actions"))
    assert "Ingen tiltak ennå" in text
    assert "Velg ett eller to tiltak." in text
    await sign_in(Role.REPRESENTATIVE, unit=UNIT)
    text = words(await web.get("/actions"))
    assert "Når lederen lager et tiltak, ser du det her i samme øyeblikk." in text
    assert "Lag et tiltak" not in text


async def test_staff_read_what_the_leader_shows_without_an_account_or_a_cookie(web, database):
    await an_action(unit=UNIT, visible=True, starts_on=BEFORE_LAST_MAIN)
    await an_action(unit=UNIT, said="Bare for lederen.")
    await an_action(unit="ost", visible=True, said="Regionen følger opp bemanningen.")
    await an_action(unit="", visible=True, said="Etaten øver på å dempe konflikter.")
    chosen = await web.get("/actions/unit")
    assert f'href="/actions/unit/{UNIT}?lang=nb"' in chosen.text
    reply = await web.get(f"/actions/unit/{UNIT}")
    assert reply.status_code == 200
    assert "set-cookie" not in reply.headers
    assert reply.headers["X-Robots-Tag"] == "noindex"
    text = words(reply)
    assert "Få forstår hvorfor viktige beslutninger" in text
    assert "Regionen følger opp bemanningen." in text
    assert "Etaten øver på å dempe konflikter." in text
    assert "Bare for lederen." not in text
    assert "Bare for lederen." not in words(await web.get(f"/actions/unit/{OTHER}"))


async def test_staff_read_what_the_agency_did_first_and_find_their_unit_by_a_part_of_its_name(
    web, database
):
    await an_action(unit="", visible=True, said="Etaten øver på å dempe konflikter.")
    every = (await web.get("/actions/unit")).text
    assert every.index("Etaten øver") < every.index(f"/actions/unit/{UNIT}?")
    name = re.search(rf"/actions/unit/{UNIT}\?lang=nb\">([^<]+)<", every)
    found = (await web.get("/actions/unit", params={"find": name[1].upper()[2:]})).text
    assert found.index(f"/actions/unit/{UNIT}?") < found.index("Etaten øver")
    assert f"/actions/unit/{OTHER}?" not in found
    assert "Ingen enhet heter det." in words(await web.get("/actions/unit?find=qqq"))


async def test_staff_see_no_figure_of_a_unit_that_the_campaign_does_not_show_to_everybody(
    web, database
):
    await an_action(unit=UNIT, visible=True, starts_on=BEFORE_LAST_MAIN)
    closed = words(await web.get(f"/actions/unit/{UNIT}"))
    assert "Tallene for enheten er ikke åpne for alle." in closed
    assert not re.search(r"Økt|Redusert|Uendret|Usikkert|poeng|usikkerhet", closed)


async def test_the_agencys_own_figure_is_shown_where_its_results_are_open(web, database):
    await an_action(unit="", visible=True, starts_on=BEFORE_LAST_MAIN, measure="NYT")
    assert "siden høsten 2024" in words(await web.get("/actions/unit"))


async def test_an_unknown_unit_is_not_found_and_a_unit_without_actions_says_so(web, database):
    assert (await web.get("/actions/unit/nowhere")).status_code == 404
    assert "Ingen tiltak er lagt ut her ennå" in words(await web.get(f"/actions/unit/{OTHER}"))


async def test_what_leaders_write_is_text_and_never_markup(web, database):
    await an_action(unit=UNIT, visible=True, what="<script>alert(1)</script> & mer")
    reply = await web.get(f"/actions/unit/{UNIT}")
    assert "<script>alert" not in reply.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; mer" in reply.text


async def test_no_page_of_actions_has_inline_script_or_style(web, sign_in):
    action = await an_action(unit=UNIT, visible=True, starts_on=BEFORE_LAST_MAIN)
    await an_action(unit=UNIT, state=ActionState.DROPPED, reason="Ingen midler.")
    await sign_in(Role.LEADER, unit=UNIT)
    pages = (
        "/actions",
        f"/actions/{action}",
        "/actions/new",
        "/actions/unit",
        f"/actions/unit/{UNIT}",
    )
    for address in pages:
        reply = await web.get(address)
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", reply.text), (
            address
        )


async def test_htmx_gets_the_list_without_the_frame_at_the_same_address(web, sign_in):
    await an_action(unit=UNIT)
    await sign_in(Role.LEADER, unit=UNIT)
    whole = await web.get("/actions?show=open")
    part = await web.get("/actions?show=open", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="reading"')
    reading, _, beside = part.text.partition('<div id="dropped-choices"')
    assert reading.strip() in whole.text
    assert beside.endswith('hx-swap-oob="true"></div>')
    assert part.headers["Vary"] == "HX-Request"


async def test_first_pages_tell_what_is_open_late_and_next_to_those_who_see_actions(web, sign_in):
    today = clock.today()
    await an_action(unit=UNIT, due_on=today - timedelta(days=3), what="Det som er for sent.")
    await an_action(unit=UNIT, due_on=today + timedelta(days=9), what="Det som kommer.")
    await an_action(unit=OTHER, due_on=today + timedelta(days=5), what="Det naboen gjør.")
    await sign_in(Role.HR)
    told = words(await web.get("/"))
    assert "Planlagt eller pågår 3 Over fristen 1" in told
    assert re.search(r"Enheter uten tiltak 2\d", told)
    late, ahead = told.split("Neste frister")
    assert "Det som er for sent." in late
    assert ahead.index("Det naboen gjør.") < ahead.index("Det som kommer.")
    await sign_in(Role.LEADER, unit=UNIT)
    told = words(await web.get("/"))
    assert "Tiltakene i enheten 2 tiltak er planlagt eller pågår. 1 er over fristen." in told
    assert "Det naboen gjør." not in told
    await sign_in(Role.ANALYST)
    assert "Tiltakene i etaten" not in words(await web.get("/"))
