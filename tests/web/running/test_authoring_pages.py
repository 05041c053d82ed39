"""Who knows no TOML writes a version in three languages; a second releases it; it is asked."""

import html
import re

import pytest

from questionnaires.authoring.edits import retire_item
from questionnaires.authoring.numbering import read_items
from questionnaires.content import SETTING, content_folder
from questionnaires.loader import load_library
from survey_app.accounts.roles import Role
from survey_app.asking.instruments.versions import written_versions
from survey_app.running.authoring import routes
from survey_app.running.authoring.access import earlier_versions
from survey_app.shared.database import Login, fetch
from tests.agencies import FIRST
from tests.first_versions import first_versions
from tests.web.running.authoring_desk import BASE, VERSIONS, begun, draft, form_of, sends, token
from tests.web.running.desk import again, second

pytestmark = pytest.mark.usefixtures("own_content")
EDIT, REVIEW = f"{BASE}/edit", f"{BASE}/review"
NEAREST = {
    "text.nb": "Nærmeste lederen min lytter til innspill fra de ansatte.",
    "text.nn": "Den næraste leiaren min lyttar til innspel frå dei tilsette.",
    "text.en": "My immediate manager listens to input from staff.",
}


@pytest.fixture
async def hr(sign_in):
    await sign_in(Role.HR, "hr2@example.org")
    return await sign_in(Role.HR)


def filled(page):
    """Return what the form of the question would send as it stands."""
    form = page[page.index('name="saved"') - 400 :]
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    areas = re.findall(r'name="([\w.]+)"[^>]*?>([^<]*)</textarea>', form, re.DOTALL)
    sent |= {name: html.unescape(text) for name, text in areas}
    sent["options"] = re.search(r'<option value="([\w.]+)"\s+selected', form)[1]
    sent["reason"] = html.unescape(re.search(r'name="reason"\s+value="([^"]*)"', form)[1])
    care = next(
        one for one in re.findall(r"<input\s[^>]*?type=\"radio\"[^>]*>", form) if "checked" in one
    )
    sent["sensitivity"] = re.search(r'value="(\w*)"', care)[1]
    boxes = re.findall(r"<input\s[^>]*?type=\"checkbox\"[^>]*>", form)
    checked = [box for box in boxes if re.search(r"\schecked", box)]
    pairs = [(re.search(r'name="(\w+)"', one)[1], one) for one in checked]
    sent["statements"] = [
        re.search(r'value="([\w.]+)"', one)[1] for name, one in pairs if name == "statements"
    ]
    return sent | {name: "yes" for name, _ in pairs if name != "statements"}


async def wrote(client, item, **fields):
    page = (await client.get(f"{EDIT}?item={item}")).text
    return await client.post(EDIT, data=filled(page) | fields, follow_redirects=False)


async def decided(client, act, **fields):
    page = (await client.get(REVIEW)).text
    form = page[page.index('name="saved"') - 400 :]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return await client.post(REVIEW, data=hidden | {"act": act} | fields, follow_redirects=False)


async def test_a_version_is_written_read_released_and_asked(hr):
    assert (await begun(hr)).headers["location"] == EDIT
    reply = await wrote(hr, "vp.apn.1", next="yes", **NEAREST)
    assert reply.headers["location"] == f"{EDIT}?item=vp.apn.4&order=verdipuls.k1#question"
    page = (await hr.get(REVIEW)).text
    assert "<ins>" in page
    assert "Kurven brytes" in page
    assert (await decided(hr, "send")).status_code == 303
    assert "kan ikke frigi den" in (await hr.get(REVIEW)).text
    assert (await decided(hr, "release")).status_code == 422
    await second(hr)
    assert (await decided(hr, "release")).status_code == 303
    asked = load_library().questionnaire("verdipuls.k1").item("vp.apn.1")
    assert (asked.version, asked.text["nn"]) == (2, NEAREST["text.nn"])
    assert "er frigitt" in (await hr.get(REVIEW)).text
    assert "Nærmeste" in (await hr.get("/questionnaires/verdipuls.k1/changes")).text
    assert "Nærmeste lederen" in (await hr.get("/questionnaires/verdipuls.k1")).text
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT actor, action FROM audit.event WHERE subject = 'verdipuls/v2' ORDER BY at",
    )
    assert [(row["actor"].partition("@")[0], row["action"]) for row in rows] == [
        ("hr", "version begun"),
        ("hr", "version changed"),
        ("hr", "version sent to review"),
        ("hr2", "version released"),
    ]


async def test_a_form_that_is_sent_as_it_stands_changes_nothing(hr):
    await begun(hr)
    before = await draft()
    for item in ("vp.try.1", "vp.sik.3", "vp.opf.1", "bg.rolle"):
        page = await hr.get(f"{EDIT}?item={item}")
        assert page.status_code == 200
        assert (await wrote(hr, item)).status_code == 303
        assert (await draft()).files == before.files, item
    assert await draft() == before


async def test_what_is_missing_and_what_was_not_changed_yet_is_marked(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **{"text.nb": NEAREST["text.nb"], "text.en": ""})
    page = (await hr.get(f"{EDIT}?item=vp.apn.1")).text
    assert re.search(r"English\s*<span class=\"wrong\">mangler</span>", page)
    assert re.search(r"Nynorsk\s*<span class=\"wrong\">ikke endret ennå</span>", page)
    assert "My manager listens to input from staff." in page
    assert (await decided(hr, "send")).status_code == 422
    assert (await draft()).state == "draft"
    assert "Leder" in page


async def test_who_reviews_is_told_of_words_that_changed_in_some_languages_alone(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **{"text.nb": NEAREST["text.nb"]})
    page = (await hr.get(REVIEW)).text
    assert "Ordene er endret på noen språk, og ikke på alle." in page
    assert "Alle språk er klare" not in page
    await wrote(hr, "vp.apn.1", **NEAREST)
    page = (await hr.get(REVIEW)).text
    assert "Ordene er endret på noen språk" not in page
    assert "Alle språk er klare" in page


async def test_what_somebody_else_saved_is_not_written_over_and_nothing_is_lost(hr):
    await begun(hr)
    mine = filled((await hr.get(f"{EDIT}?item=vp.apn.1")).text)
    await second(hr)
    await wrote(hr, "vp.apn.1", **{"text.nb": "Det den andre skrev."})
    await again(hr, "hr@example.org")
    csrf = token((await hr.get(EDIT)).text)
    reply = await hr.post(EDIT, data=mine | {"text.nb": "Det jeg skrev.", "csrf": csrf})
    assert reply.status_code == 409
    assert "hr2@example.org lagret versjonen mens du skrev" in reply.text
    assert "Det jeg skrev." in reply.text
    assert "Det den andre skrev." in (await draft()).files.texts["text.nb.toml"]


CHOSEN = {
    "options": "tillit11",
    "statements": ["verdi.nytenking.1"],
    "core": "yes",
    "reversed": "yes",
    "reason": "Det jeg mener om retningen.",
    "sensitivity": "sensitive",
}


async def test_what_was_chosen_beside_the_words_is_kept_and_what_is_stored_now_is_told(hr):
    await begun(hr)
    mine = filled((await hr.get(f"{EDIT}?item=vp.apn.1")).text)
    await second(hr)
    await wrote(hr, "vp.apn.1", **{"text.nb": "Det <den> andre skrev."})
    await again(hr, "hr@example.org")
    csrf = token((await hr.get(EDIT)).text)
    said = mine | CHOSEN | {"text.nn": "Det eg skreiv.", "csrf": csrf}
    reply = await hr.post(EDIT, data=said)
    assert reply.status_code == 409
    # what this form would write over is read before it does
    told = " ".join(reply.text.replace("<span >", "<span>").split())
    assert 'Spørsmålet, Bokmål:</strong> <span lang="nb">Det &lt;den&gt; andre skrev.' in told
    assert "Svarskala:</strong> <span>Helt uenig – Helt enig (5)</span>" in told
    assert "Hvorfor det er snudd:</strong> <span>ingenting</span>" in told
    kept = filled(reply.text)
    assert {name: kept[name] for name in CHOSEN} == CHOSEN
    assert kept["text.nn"] == "Det eg skreiv."
    assert (await hr.post(EDIT, data=kept, follow_redirects=False)).status_code == 303
    assert 'options = "tillit11"' in (await draft()).files.texts["instrument.toml"]


async def test_what_was_chosen_beside_words_that_are_too_long_is_kept(hr):
    await begun(hr)
    mine = filled((await hr.get(f"{EDIT}?item=vp.apn.1")).text) | CHOSEN
    for long in ({"text.nb": "x" * 601}, {"reason": "x" * 601}):
        reply = await hr.post(EDIT, data=mine | long)
        assert reply.status_code == 422
        kept = filled(reply.text)
        assert {name: kept[name] for name in CHOSEN} == CHOSEN | {
            name: text for name, text in long.items() if name in CHOSEN
        }


async def test_what_was_written_of_a_question_that_was_taken_out_is_given_back(hr):
    await begun(hr)
    mine = filled((await hr.get(f"{EDIT}?item=vp.apn.5")).text)
    await second(hr)
    await sends(hr, f"{BASE}/retire?item=vp.apn.5")
    await again(hr, "hr@example.org")
    csrf = token((await hr.get(EDIT)).text)
    said = {"text.nb": "Det jeg skrev.", "text.en": "What I wrote <here>.", "csrf": csrf}
    reply = await hr.post(EDIT, data=mine | said)
    assert reply.status_code == 409
    assert "Noen tok spørsmålet ut av versjonen mens du skrev." in reply.text
    assert '<p lang="nb">Det jeg skrev.</p>' in reply.text
    assert '<p lang="en">What I wrote &lt;here&gt;.</p>' in reply.text


async def test_nothing_is_lost_where_it_was_taken_out_as_it_was_being_stored(hr, monkeypatch):
    await begun(hr)
    mine = filled((await hr.get(f"{EDIT}?item=vp.apn.5")).text)
    kept = routes.keep_draft

    async def taken_out_first(was, files, reader, **facts):
        monkeypatch.setattr(routes, "keep_draft", kept)
        without = retire_item(was.files, "vp.apn.5", earlier_versions(was.files)[-1])
        assert await kept(was, without, reader)
        return await kept(was, files, reader, **facts)

    monkeypatch.setattr(routes, "keep_draft", taken_out_first)
    reply = await hr.post(EDIT, data=mine | {"text.nb": "Det jeg skrev."})
    assert reply.status_code == 409
    assert '<p lang="nb">Det jeg skrev.</p>' in reply.text


async def test_the_first_page_names_a_version_to_whom_it_waits_for(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **NEAREST)
    await decided(hr, "send")
    assert "Versjon 2 av Verdipuls" not in (await hr.get("/")).text
    await second(hr)
    page = (await hr.get("/")).text
    assert "Versjon 2 av Verdipuls</strong> er skrevet av en annen" in page
    assert f'href="{REVIEW}"' in page
    await decided(hr, "back", reason="Si hvem lederen er.")
    assert "Versjon 2 av Verdipuls" not in (await hr.get("/")).text
    await again(hr, "hr@example.org")
    assert "Versjon 2 av Verdipuls</strong> er sendt tilbake" in (await hr.get("/")).text


async def test_a_version_goes_back_with_a_reason_and_comes_again(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **NEAREST)
    await decided(hr, "send")
    await second(hr)
    assert (await decided(hr, "back", reason=" ")).status_code == 422
    await decided(hr, "back", reason="Engelsk er upresist.")
    await again(hr, "hr@example.org")
    assert "Engelsk er upresist." in (await hr.get(EDIT)).text
    await decided(hr, "send")
    await decided(hr, "back")
    assert (await draft()).state == "draft"


async def test_a_question_moves_by_a_button_in_its_form(hr):
    await begun(hr)
    page = (await hr.get(EDIT)).text
    sent = {"csrf": token(page), "order": "verdipuls.k1", "move": "down:vp.try.1"}
    await hr.post(f"{BASE}/move", data=sent)
    page = (await hr.get(EDIT)).text
    order = page[page.index("item-order") :]
    assert order.index("item=vp.try.3") < order.index("item=vp.try.1")
    # one with other answers takes no sentence above theirs from those it comes among
    await hr.post(f"{BASE}/move", data=sent | {"csrf": token(page), "move": "up:vp.amb.1"})
    read = (await hr.get(f"{BASE}/review?order=verdipuls.k1")).text
    assert read.index("Alle spørsmålene er like.") < read.index("Flyttet")


async def test_the_question_is_shown_as_people_meet_it_in_each_language(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **NEAREST)
    for lang, text in (("nb", "text.nb"), ("nn", "text.nn"), ("en", "text.en")):
        shown = await hr.get(f"{BASE}/preview?item=vp.apn.1&lang={lang}")
        assert NEAREST[text] in shown.text
        assert "sandbox" in shown.headers["content-security-policy"]


async def test_remarks_stand_by_the_question_and_forbid_nothing(hr):
    await begun(hr)
    page = (await hr.get(f"{EDIT}?item=vp.apn.1")).text
    assert "Det er uklart hvem det gjelder." in page
    assert "«Lederen min»" in page


async def test_a_question_on_violence_is_marked_so_that_its_figures_are_shown_in_bands(hr):
    await begun(hr)
    words = {f"text.{one}": "Jeg har møtt vold" for one in ("nb", "nn", "en")}
    await wrote(hr, "vp.apn.1", **words)
    page = (await hr.get(f"{EDIT}?item=vp.apn.1")).text
    assert "Temaet er følsomt." in page
    # whoever looks for the next strategy here is told whose it is to put it to use
    assert 'Det er <a href="/strategy">strategien 2021–2026</a>. En ny tas i bruk' in page
    await wrote(hr, "vp.apn.1", sensitivity="sensitive")
    assert 'sensitivity = "sensitive"' in (await hr.get(f"{BASE}/file?name=instrument.toml")).text
    page = (await hr.get(f"{EDIT}?item=vp.apn.1")).text
    assert "Temaet er følsomt." not in page
    assert filled(page)["sensitivity"] == "sensitive"
    await wrote(hr, "vp.apn.1", sensitivity="violence")
    page = (await hr.get(f"{EDIT}?item=vp.apn.1")).text
    assert "kan ikke telle i en skala" in page.replace("\n", " ")
    assert "har et vern fra før" in (await hr.get(f"{EDIT}?item=vp.hen.1")).text


async def test_each_file_is_taken_out_as_it_stands(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **NEAREST)
    reply = await hr.get(f"{BASE}/file?name=text.nb.toml")
    assert NEAREST["text.nb"] in reply.text
    assert (await hr.get(f"{BASE}/file?name=../agency.toml")).status_code == 404


async def test_communications_write_what_is_asked_of_the_public_alone(sign_in):
    client = await sign_in(Role.COMMUNICATIONS)
    assert (await client.get(VERSIONS)).status_code == 403
    assert (await client.get("/questionnaires/omdomme/versions")).status_code == 200
    assert content_folder() == first_versions()


async def test_a_question_is_added_written_and_asked_in_the_forms_that_were_chosen(hr):
    await begun(hr)
    page = (await hr.get(f"{BASE}/add?after=vp.nyt.5")).text
    assert 'value="vp.nyt.6"' in page
    sent = {"csrf": token(page), "after": "vp.nyt.5", "id": "vp.nyt.6", "forms": "verdipuls.k1"}
    reply = await hr.post(f"{BASE}/add", data=sent, follow_redirects=False)
    assert reply.headers["location"] == f"{EDIT}?item=vp.nyt.6&order=verdipuls.k1"
    page = (await hr.get(REVIEW)).text
    assert page.count("<code>vp.nyt.6</code></a>") == 4  # three languages, and what it measures
    words = {"text.nb": "Vi prøver det nye først.", "text.nn": "Vi prøver det nye først."}
    words |= {"text.en": "We try new things first.", "statements": ["verdi.nytenking.1"]}
    await wrote(hr, "vp.nyt.6", **words)
    assert "Ingenting. Alle språk er klare." in (await hr.get(REVIEW)).text
    taken = await hr.post(f"{BASE}/add", data=sent | {"csrf": token(page)})
    assert taken.status_code == 422
    assert "Kortnavnet er brukt." in taken.text
    # with other answers than the last of a form have, it takes no sentence above theirs from them
    other = {"csrf": token(page), "after": "vp.hen.1", "id": "vp.hen.3", "forms": "verdipuls.k1"}
    await hr.post(f"{BASE}/add", data=other)
    read = (await hr.get(f"{BASE}/review?order=verdipuls.k1")).text
    assert "2 spørsmål er nye" in read
    assert "omskrevet" not in read


async def test_what_goes_with_a_question_is_said_before_it_is_taken_out(hr):
    await begun(hr)
    page = (await hr.get(f"{BASE}/retire?item=vp.nyt.5")).text
    assert re.search(r"Versjon 2</a>\s*/\s*Ta ut\s*</p>", page)
    assert "Skalaen Nytenking får et spørsmål mindre." in page
    assert "Vi utvikler kriminalomsorgen for framtiden" in page
    told = " ".join((await hr.get(f"{BASE}/retire?item=vp.sik.4")).text.split())
    assert "på siden «Hva henger sammen?» (Kulturen)." in told
    assert "Temaet «Bli tatt vare på» går ut av sammenligningen" in told
    assert "Dette må rettes etterpå" not in told
    await sends(hr, f"{BASE}/retire?item=vp.nyt.5")
    texts = (await draft()).files.texts
    assert [name for name, text in texts.items() if "vp.nyt.5" in text] == ["forms.toml"]
    assert '[["verdipuls.k1".earlier]]\nversion = 1\nitems = ["vp.nyt.5"]' in texts["forms.toml"]


async def test_a_file_is_put_back_changed_and_page_and_file_are_one(hr):
    await begun(hr)
    text = (await hr.get(f"{BASE}/file?name=text.en.toml")).text
    changed = text.replace("My manager listens to input from staff.", NEAREST["text.en"])
    csrf = {"csrf": token((await hr.get(REVIEW)).text)}
    file = {"file": ("text.en.toml", changed, "application/toml")}
    assert (await hr.post(f"{BASE}/file", data=csrf, files=file)).status_code == 200
    assert NEAREST["text.en"] in (await hr.get(f"{EDIT}?item=vp.apn.1")).text
    structure = (await draft()).files.texts["instrument.toml"]
    assert 'id = "vp.apn.1"\nversion = 2' in structure


async def test_a_file_that_cannot_be_used_gets_one_sentence_and_changes_nothing(hr):
    await begun(hr)
    before = await draft()
    for name, content in (
        ("text.en.toml", b"[item"),
        ("text.en.toml", b"\xff\xfe"),
        ("text.en.toml", b"item = 3"),
        ("text.en.toml", b"#" * 200_001),
        ("agency.toml", b"x = 1"),
        ("instrument.toml", b'key = "omdomme"\nversion = 2'),
        ("instrument.toml", b'key = "verdipuls"\nversion = 2\nitem = "x"'),
        ("instrument.toml", b'key = "verdipuls"\nversion = 2'),
        ("forms.toml", b'["omdomme"]\ninstrument = "verdipuls"'),
        ("forms.toml", b""),
    ):
        csrf = {"csrf": token((await hr.get(REVIEW)).text)}
        reply = await hr.post(f"{BASE}/file", data=csrf, files={"file": (name, content)})
        assert reply.status_code == 422, (name, content[:20])
        assert "Versjonen er som den var." in reply.text
        assert await draft() == before


async def test_a_draft_is_deleted_by_who_wrote_it_after_being_asked(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **NEAREST)
    assert f'href="{BASE}/delete"' in (await hr.get(VERSIONS)).text
    page = (await hr.get(f"{BASE}/delete")).text
    assert "1 spørsmål er endret eller nytt i utkastet." in page
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    await wrote(hr, "vp.apn.1", **{"text.en": "My nearest manager listens."})
    assert (await hr.post(f"{BASE}/delete", data=sent)).status_code == 409
    page = (await hr.get(f"{BASE}/delete")).text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    await second(hr)
    csrf = token((await hr.get(EDIT)).text)
    assert (await hr.post(f"{BASE}/delete", data=sent | {"csrf": csrf})).status_code == 403
    assert f"{BASE}/delete" not in (await hr.get(VERSIONS)).text
    await again(hr, "hr@example.org")
    sent["csrf"] = token((await hr.get(EDIT)).text)
    reply = await hr.post(f"{BASE}/delete", data=sent, follow_redirects=False)
    assert reply.headers["location"] == VERSIONS
    assert await written_versions(Login.WEB, "verdipuls") == ()
    [row] = await fetch(
        Login.MIGRATOR, "SELECT actor, subject FROM audit.event WHERE action = 'version deleted'"
    )
    assert (row["actor"], row["subject"]) == ("hr@example.org", "verdipuls/v2")


async def test_what_is_read_or_released_has_no_page_to_delete_it(hr):
    await begun(hr)
    await decided(hr, "send")
    assert (await hr.get(f"{BASE}/delete")).status_code == 404
    assert f"{BASE}/delete" not in (await hr.get(VERSIONS)).text


async def test_an_administrator_deletes_what_somebody_else_left(hr, sign_in):
    await begun(hr)
    client = await sign_in(Role.ADMIN)
    page = (await client.get(f"{BASE}/delete")).text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    await client.post(f"{BASE}/delete", data=sent)
    assert await written_versions(Login.WEB, "verdipuls") == ()


async def test_what_others_ask_is_written_too_and_the_page_says_what_is_not(hr):
    assert 'href="/questionnaires/arbeidsplass/versions"' in (await hr.get("/questionnaires")).text
    versions, base = "/questionnaires/arbeidsplass/versions", "/questionnaires/arbeidsplass/v2"
    csrf = {"csrf": token((await hr.get(versions)).text)}
    page = (await hr.post(versions, data=csrf)).text
    assert "De stilles i skjemaene til et annet spørreskjema" in page
    assert "move" not in re.findall(r'<button[^>]*name="(\w+)"', page)
    for absent in ("add?after=aa.1", "retire?item=aa.1", "form"):
        assert f"{base}/{absent}" not in page
        assert (await hr.get(f"{base}/{absent}")).status_code == 404
    sent = filled(page) | {"text.en": "I would recommend this workplace.", "next": "yes"}
    reply = await hr.post(f"{base}/edit", data=sent, follow_redirects=False)
    assert reply.headers["location"] == f"{base}/edit?item=aa.2&order=verdipuls.main#question"
    review = (await hr.get(f"{base}/review")).text
    assert "<ins>" in review
    assert "Attraktiv arbeidsplass" in review


async def test_communications_write_nothing_of_what_staff_are_asked(sign_in):
    client = await sign_in(Role.COMMUNICATIONS)
    assert (await client.get("/questionnaires/arbeidsplass/versions")).status_code == 403
    assert (await client.get("/questionnaires/ukjent/versions")).status_code == 404


async def test_what_no_page_offers_is_refused_in_a_sentence_or_left(hr):
    await begun(hr)
    page = (await hr.get(f"{BASE}/add?after=vp.nyt.5")).text
    sent = {"csrf": token(page), "after": "vp.nyt.5", "id": "vp.nyt.6", "forms": "verdipuls.k1"}
    reply = await hr.post(f"{BASE}/add", data=sent | {"scale": "KI'; --"})
    assert reply.status_code == 422
    assert "Skalaen finnes ikke i denne versjonen." in reply.text
    move = {"csrf": token(page), "order": "verdipuls.k1", "move": "down:vp.try.1"}
    moved = await hr.post(
        f"{BASE}/move", data=move | {"item": "x" * 100_000}, follow_redirects=False
    )
    assert moved.headers["location"] == f"{EDIT}?item=vp.try.1&order=verdipuls.k1#question"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Svarskalaen finnes ikke lenger i denne versjonen."),
        ("nn", "Svarskalaen finst ikkje lenger i denne versjonen."),
        ("en", "The answer scale is no longer in this version."),
    ],
)
async def test_a_set_of_answers_that_there_is_not_is_refused(hr, language, sentence):
    await begun(hr)
    before = (await draft()).files
    words = {"text.nb": ["Lederen min lytter godt."], "text.en": ["My leader listens well."]}
    for unknown in ("ukjent.5", "", "../agree.5"):
        page = (await hr.get(f"{BASE}/edit?item=vp.apn.1")).text
        sent = form_of(page, f"{BASE}/edit") | words | {"options": unknown}
        reply = await hr.post(f"{BASE}/edit?lang={language}", data=sent, follow_redirects=False)
        assert reply.status_code == 422
        assert sentence in reply.text
        # and what was written beside it is kept
        assert all(text in reply.text for [text] in words.values())
    assert (await draft()).files == before


async def test_what_nobody_sees_in_a_question_is_taken_out(hr):
    await begun(hr)
    turned = {name: f"\u202e{text}\u2066\0" for name, text in NEAREST.items()}
    await wrote(hr, "vp.apn.1", **turned)
    page = (await hr.get(f"{BASE}/preview?item=vp.apn.1&lang=nb")).text
    assert NEAREST["text.nb"] in page
    assert "\u202e" not in page


async def test_a_draft_whose_number_the_folder_got_meanwhile_becomes_the_next_version(
    hr, monkeypatch
):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **NEAREST)
    monkeypatch.setenv(SETTING, str(FIRST))  # a new release of the content has a version 2
    for page in (EDIT, REVIEW):
        assert "Etatens filer har fått en versjon" in (await hr.get(page)).text
    assert "Nummeret er tatt." in (await decided(hr, "send")).text
    page = (await hr.get(VERSIONS)).text
    assert re.search(r"Versjon 2</th>\s*<td[^>]*>Frigitt</td>", page)
    assert "Nummeret er tatt i etatens filer" in page
    assert "Lag versjon 3" in page
    assert (await begun(hr)).headers["location"] == "/questionnaires/verdipuls/v3/edit"
    lost, kept = await written_versions(Login.WEB, "verdipuls")
    assert (lost.files.version, kept.files.version) == (2, 3)
    [item] = [one for one in read_items(kept.files).items if one.value.id == "vp.apn.1"]
    assert item.value.text["nb"] == NEAREST["text.nb"]
    # what version 2 of the folder asks in other words is asked in neither of these
    assert item.value.version > load_library().items["vp.apn.1"].version
    assert "Lag versjon" not in (await hr.get(VERSIONS)).text


async def test_a_text_in_which_nothing_is_seen_is_mended_before_anybody_reads_the_version(hr):
    await begun(hr)
    await wrote(hr, "vp.apn.1", **{"text.nb": "\u3164", "help.nn": "\u2800 \ufe0f"})
    read = " ".join((await hr.get(REVIEW)).text.split())
    assert read.count("En tekst har tegn som ikke synes. Skriv den på nytt.") == 1
    assert (await decided(hr, "send")).status_code == 422
    await wrote(hr, "vp.apn.1", **NEAREST, **{"help.nn": ""})
    assert "En tekst har tegn" not in (await hr.get(REVIEW)).text
    await sends(hr, f"{BASE}/options/write?from=enig5", id="en.a", **{"answer.1.nb": "\u3164"})
    read = (await hr.get(REVIEW)).text
    assert f'<a href="{BASE}/options">En tekst i en.a har tegn som ikke synes.' in read


async def test_a_file_with_signs_that_turn_the_text_around_them_is_told(hr):
    await begun(hr)
    text = (await hr.get(f"{BASE}/file?name=text.nb.toml")).text
    turned = text.replace("Lederen min lytter", "Lederen min \u202elytter")
    assert turned != text
    csrf = {"csrf": token((await hr.get(REVIEW)).text)}
    reply = await hr.post(f"{BASE}/file", data=csrf, files={"file": ("text.nb.toml", turned)})
    assert "En tekst har tegn som ikke synes." in reply.text
    assert (await decided(hr, "send")).status_code == 422
