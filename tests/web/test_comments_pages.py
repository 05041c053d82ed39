"""The page of comments: who may open it, the way through quarantine, and what readers see."""

import re
from collections.abc import Iterator

import pytest

from survey_app.accounts.roles import Role
from survey_app.comments.forget import forget_taken_out
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.reading.comments import quarantine
from survey_app.shared.database import Login, fetch
from tests.builders_publication import put_on_shelf, staff_series, words
from tests.comments_builders import PASSWORD, in_quarantine, released, two_keepers
from tests.stocked_shelf import emptied, stocked_database

PAGE = "/culture/comments"


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """All staff waves, and an agency in the register."""

    async def stock() -> None:
        await put_on_shelf(*staff_series())
        await fetch(
            Login.MIGRATOR,
            "INSERT INTO asking.unit (id, code, name, kind, parent, valid_from) VALUES"
            " (gen_random_uuid(), 'etaten', 'Kriminalomsorgen', 'agency', NULL, '2020-01-01'),"
            " (gen_random_uuid(), 'rav', 'Ravneberget fengsel', 'fengsel', 'etaten', '2020-01-01')",
        )

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(
        stocked, "accounts.account", "audit.event", "comments.wave", "comments.quarantine",
        "comments.released", "comments.keeper", "comments.code_book",
    )  # fmt: skip


async def newest_wave():
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT wave_key FROM publications.publication WHERE population = 'staff'"
        " ORDER BY released_at DESC LIMIT 1",
    )
    return rows[0]["wave_key"]


async def as_keeper(web, name):
    await web.get("/sign-out")
    web.cookies.clear()
    reply = await web.post(
        "/sign-in",
        data={"email": f"{name}@example.org", "password": PASSWORD},
        follow_redirects=False,
    )
    assert reply.status_code == 303


async def send(web, address, *, page=PAGE, **fields):
    html = (await web.get(page)).text
    csrf = re.search(r'name="csrf" value="([^"]+)"', html)[1]
    seen = re.search(
        rf'action="{re.escape(address)}"[^>]*>.*?name="seen" value="([^"]+)"', html, re.DOTALL
    ) or re.search(r'name="seen" value="([^"]+)"', html)
    data = {"csrf": csrf} | ({"seen": seen[1]} if seen else {}) | fields
    return await web.post(address, data=data, follow_redirects=False)


async def say_yes(web, asked):
    """Send what a page asks once more, as its button does."""
    assert asked.status_code == 200
    [form] = re.findall(r'(?s)<form method="post" action="/culture/comments.*?</form>', asked.text)
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    address = re.search(r'action="([^"]+)"', form)[1]
    return await web.post(address, data=fields, follow_redirects=False)


async def test_each_role_sees_what_the_page_says_it_sees(web, sign_in):
    bind_worker()
    key = await newest_wave()
    await released(["En kommentar om vakt"] * 3, key=key)
    await in_quarantine(["Hemmelig ennå"] * 3, key="a-wave-without-results")
    bind_web()
    for role in Role:
        await sign_in(role)
        reply = await web.get(PAGE)
        assert reply.status_code == (200 if role is Role.HR else 403), role
        if role is Role.HR:
            assert reply.text.count("En kommentar om vakt") == 3
            assert "Hemmelig" not in reply.text
            assert reply.headers["cache-control"] == "no-store"
    await web.get("/sign-out")
    bind_worker()
    await fetch(
        Login.MIGRATOR, "UPDATE accounts.account SET unit = 'etaten' WHERE role = 'representative'"
    )
    bind_web()
    web.cookies.clear()
    await web.post("/sign-in", data={"email": "representative@example.org", "password": PASSWORD})
    assert (await web.get(PAGE)).text.count("En kommentar om vakt") == 3
    assert '<a href="/culture/comments" aria-current="page">' in (await web.get(PAGE)).text
    assert (await web.get(PAGE + "/themes")).status_code == 403


async def test_one_masks_and_the_other_releases_and_what_was_masked_is_gone(web):
    bind_worker()
    key = await newest_wave()
    await in_quarantine(
        ["Kari på Ravneberget vet om garasjen.", "Bra opplæring", "Den eneste som sa det"], key=key
    )
    await two_keepers()
    bind_web()
    rows = await fetch(Login.MIGRATOR, "SELECT id, text FROM comments.quarantine")
    kari = next(row["id"] for row in rows if "Kari" in row["text"])
    own = f"{PAGE}/{kari}"

    await as_keeper(web, "one")
    page = await web.get(own)
    assert page.text.count('type="checkbox"') == 2
    assert page.text.count(" checked>") == 2
    fields = {"mask": ["0", "1"], "words": "garasjen\nkjelleren"}
    for odd in ({"mask": "²", "seen": "x"}, {"mask": "9" * 5000, "seen": "x"}):
        reply = await send(web, f"{own}/mask", page=own, **odd)
        assert reply.headers["location"].endswith("told=changed#karantene")
    missing = await send(web, f"{own}/mask", page=own, **fields)
    assert missing.status_code == 422
    assert "«kjelleren» står ikke i kommentaren" in missing.text
    many = "\n".join(map(str, range(40_000)))  # each was looked for: four seconds for everybody
    refused = await send(web, f"{own}/mask", page=own, mask=["0", "1"], words=many)
    assert (refused.status_code, "Ingenting er endret" in refused.text) == (413, True)
    asked = await send(web, f"{own}/mask", page=own, mask=["0", "1"], words="garasjen")
    assert "[navn] på [enhet] vet om [skjult]" in words(asked)
    assert "kan ikke hentes tilbake" in words(asked)
    masked = "SELECT 1 FROM comments.quarantine WHERE masked_by IS NOT NULL"
    assert await fetch(Login.MIGRATOR, masked) == []
    done = await say_yes(web, asked)
    assert done.headers["location"].endswith("told=masked#karantene")
    [row] = await fetch(Login.MIGRATOR, "SELECT text FROM comments.quarantine WHERE id = $1", kari)
    assert row["text"] == "⟦name⟧ på ⟦unit⟧ vet om ⟦other⟧."
    listed = (await web.get(PAGE)).text
    assert f"{own}/release" not in listed
    assert "2 må du selv se over. Les kommentarene" in words(await web.get("/"))
    refused = await send(web, f"{own}/release", page=own)
    assert "not_yours" in refused.headers["location"]

    await as_keeper(web, "two")
    waits = words(await web.get("/"))
    assert "1 er maskert av den andre som leser, og kan frigis av deg. 2 må du selv" in waits
    assert "Allerede maskert: 1 navn, 1 enhet, 1 skjult." in words(await web.get(own))
    listed = (await web.get(PAGE)).text
    assert f"{own}/release" in listed
    assert "Kari" not in listed
    assert "«eneste» kan peke på én person" in listed
    released_now = await send(web, f"{own}/release")
    assert "told=released" in released_now.headers["location"]
    assert (await web.get(own)).status_code == 404
    # one is released, and three are needed before anybody reads any
    assert "minst 3 er frigitt" in (await web.get(PAGE)).text
    audit = await fetch(
        Login.MIGRATOR,
        "SELECT actor, action, facts::text FROM audit.event WHERE action <> 'signed in'",
    )
    assert {(row["actor"], row["action"]) for row in audit} >= {
        ("one@example.org", "comment masked"), ("two@example.org", "comment released"),
    }  # fmt: skip
    assert not [row for row in audit if "Kari" in row["facts"] or "garasjen" in row["facts"]]


async def test_other_hr_cannot_open_the_quarantine_by_its_address(web, sign_in):
    bind_worker()
    key = await newest_wave()
    await in_quarantine(["en", "to", "tre"], key=key)
    await two_keepers()
    bind_web()
    rows = await fetch(Login.MIGRATOR, "SELECT id FROM comments.quarantine")
    await sign_in(Role.HR)
    own = f"{PAGE}/{rows[0]['id']}"
    assert (await web.get(own)).status_code == 403
    for act in ("mask", "release", "hold"):
        assert (await web.post(f"{own}/{act}", data={})).status_code == 403
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.quarantine")) == 3


async def test_holding_back_asks_first_and_no_leaves_everything_as_it_was(web):
    bind_worker()
    key = await newest_wave()
    await in_quarantine(["Den eneste som sa det", "to", "tre"], key=key)
    await two_keepers()
    bind_web()
    [row] = await fetch(
        Login.MIGRATOR, "SELECT id FROM comments.quarantine WHERE text LIKE 'Den eneste%'"
    )
    await as_keeper(web, "one")
    asked = await send(web, f"{PAGE}/{row['id']}/hold")
    assert "Skal denne holdes tilbake? Den eneste som sa det" in words(asked)
    assert f'href="{PAGE}?wave={key}#karantene">Nei, gå tilbake' in asked.text
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.quarantine")) == 3
    done = await say_yes(web, asked)
    assert done.headers["location"].endswith(f"told=held&undo={row['id']}#karantene")
    assert "Den eneste" not in (await web.get(PAGE)).text
    assert len(await waiting_texts()) == 2


async def waiting_texts():
    rows = await fetch(Login.MIGRATOR, "SELECT text FROM comments.quarantine WHERE gone_by IS NULL")
    return {row["text"] for row in rows}


async def test_what_was_held_back_is_put_back_until_the_night_and_deleted_by_it(web):
    bind_worker()
    key = await newest_wave()
    await in_quarantine(["Den eneste som sa det", "to", "tre"], key=key)
    await two_keepers()
    bind_web()
    [row] = await fetch(
        Login.MIGRATOR, "SELECT id FROM comments.quarantine WHERE text LIKE 'Den eneste%'"
    )
    own = f"{PAGE}/{row['id']}"
    await as_keeper(web, "one")
    held = await say_yes(web, await send(web, f"{own}/hold"))
    page = held.headers["location"]
    assert f'action="{own}/unhold"' in (await web.get(page)).text
    assert "1 er holdt tilbake" in words(await web.get(page))
    for act in ("mask", "release", "hold"):
        assert (await web.post(f"{own}/{act}", data={})).status_code == 404
    back = await send(web, f"{own}/unhold", page=page, wave=key)
    assert back.headers["location"].endswith("told=unheld#karantene")
    assert "Den eneste som sa det" in words(await web.get(PAGE))
    assert "er holdt tilbake" not in words(await web.get(PAGE))
    await say_yes(web, await send(web, f"{own}/hold"))
    bind_worker()
    await forget_taken_out()
    bind_web()
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.quarantine")) == 2
    late = await send(web, f"{own}/unhold", page=page, wave=key)
    assert late.headers["location"].endswith("told=changed#karantene")
    acts = await fetch(
        Login.MIGRATOR, "SELECT action FROM audit.event WHERE action LIKE 'comment %' ORDER BY at"
    )
    assert [one["action"] for one in acts] == [
        "comment held back", "comment put back", "comment held back",
    ]  # fmt: skip


async def test_any_reader_removes_a_comment_for_all(web, sign_in):
    bind_worker()
    key = await newest_wave()
    await released(["Kan kjennes igjen", "en", "to", "tre"], key=key)
    bind_web()
    await sign_in(Role.HR)
    [row] = await fetch(
        Login.MIGRATOR, "SELECT id FROM comments.released WHERE text = 'Kan kjennes igjen'"
    )
    for wrong in ("wrong", "å", "²"):
        reply = await web.post(f"{PAGE}/{row['id']}/remove", data={"csrf": wrong})
        assert reply.status_code == 403
    asked = await send(web, f"{PAGE}/{row['id']}/remove", wave=key)
    assert "Skal denne fjernes for alle? Kan kjennes igjen" in words(asked)
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.released")) == 4
    reply = await say_yes(web, asked)
    assert reply.headers["location"].endswith(f"told=removed&undo={row['id']}#frigitt")
    page = (await web.get(f"{PAGE}?wave={key}&told=removed")).text
    assert "Kan kjennes igjen" not in page
    assert "1 er fjernet av lesere" in page
    [event] = await fetch(
        Login.MIGRATOR,
        "SELECT subject, facts::text FROM audit.event WHERE action = 'comment removed'",
    )
    assert (event["subject"], event["facts"]) == (key, "{}")


async def test_who_removed_a_comment_brings_it_back_until_the_night_deletes_it(web):
    bind_worker()
    key = await newest_wave()
    await released(["Kan kjennes igjen", "en", "to"], key=key)
    await two_keepers()
    bind_web()
    await as_keeper(web, "one")
    [row] = await fetch(
        Login.MIGRATOR, "SELECT id FROM comments.released WHERE text = 'Kan kjennes igjen'"
    )
    own = f"{PAGE}/{row['id']}"
    assert (await web.get(PAGE)).text.count("<blockquote") == 3
    gone = await say_yes(web, await send(web, f"{own}/remove", wave=key))
    page = gone.headers["location"]
    # two are left, and three are needed before anybody reads any
    assert "<blockquote" not in (await web.get(page)).text
    # whoever was worried has the last word: nobody else shows it again
    await as_keeper(web, "two")
    other = await send(web, f"{own}/bring-back", page=page, wave=key)
    assert other.headers["location"].endswith("told=too_late#frigitt")
    await as_keeper(web, "one")
    back = await send(web, f"{own}/bring-back", page=page, wave=key)
    assert back.headers["location"].endswith("told=brought#frigitt")
    shown = (await web.get(back.headers["location"])).text
    assert shown.count("<blockquote") == 3
    assert "er fjernet av lesere" not in shown
    await say_yes(web, await send(web, f"{own}/remove", wave=key))
    bind_worker()
    await forget_taken_out()
    bind_web()
    assert len(await fetch(Login.MIGRATOR, "SELECT 1 FROM comments.released")) == 2
    late = await send(web, f"{own}/bring-back", page=page, wave=key)
    assert late.headers["location"].endswith("told=too_late#frigitt")
    assert "1 er fjernet av lesere" in (await web.get(PAGE)).text


async def test_themes_are_counted_small_ones_together_and_hr_edits_the_code_book(web, sign_in):
    bind_worker()
    key = await newest_wave()
    texts = ["Vaktplanen"] * 4 + ["Utstyret"] * 2 + ["Garderoben", "Garderobene lekker"]
    await released(texts + ["Kantina er fin"] * 3, key=key)
    bind_web()
    await sign_in(Role.HR)
    page = (await web.get(PAGE)).text
    counts = dict(re.findall(r'<tr><th scope="row">([^<]+)</th><td>(\d+)</td></tr>', page))
    assert counts == {"Bemanning og vaktplan": "4", "Utstyr og bygg": "4", "Annet": "3"}
    assert "ikke andeler av de ansatte" in page
    chosen = (await web.get(f"{PAGE}?wave={key}&theme=staffing")).text
    assert chosen.count("<blockquote") == 4
    book = (await web.get(PAGE + "/themes")).text
    assert re.search(r'<th scope="row">kantina</th><td>3</td>', book)
    wrong = await send(
        web, PAGE + "/themes", page=PAGE + "/themes", version="0", **{"words-staffing": "(1)"}
    )
    assert wrong.status_code == 422
    words = {f"words-{one}": "utstyr*" for one in ("training", "environment", "leadership")}
    words |= {"words-staffing": "vaktplan*", "words-equipment": "utstyr*, kantine*, kantina"}
    done = await send(web, PAGE + "/themes", page=PAGE + "/themes", version="0", **words)
    assert done.status_code == 303
    page = (await web.get(PAGE)).text
    assert re.search(r'<th scope="row">Utstyr og bygg</th><td>5</td>', page)
    old = await send(web, PAGE + "/themes", page=PAGE + "/themes", version="0", **words)
    assert "Noen andre har endret ordboka" in old.text


async def test_what_is_written_is_text_on_the_page_and_goes_to_no_translator(web):
    bind_worker()
    key = await newest_wave()
    bad = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ csrf }} %(n)s"
    await released([bad] * 3, key=key)
    await in_quarantine([bad], key="not-out-yet")
    await two_keepers()
    bind_web()
    await as_keeper(web, "one")
    [row] = await fetch(Login.MIGRATOR, "SELECT id FROM comments.quarantine")
    for address in (f"{PAGE}?wave={key}", f"{PAGE}?wave=not-out-yet", f"{PAGE}/{row['id']}"):
        page = (await web.get(address)).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert '<blockquote class="quote" translate="no">' in page


async def test_proposals_are_made_for_what_is_shown_and_not_for_all(web, monkeypatch):
    bind_worker()
    await in_quarantine([f"Kommentar {n}" for n in range(60)], key=await newest_wave())
    await two_keepers()
    bind_web()
    await as_keeper(web, "one")
    made = []
    propose = quarantine.propose
    monkeypatch.setattr(quarantine, "propose", lambda *of: made.append(1) or propose(*of))
    page = (await web.get(PAGE)).text
    assert len(made) == 3
    assert "Se 57 til" in page
    made.clear()
    page = (await web.get(f"{PAGE}?show=all")).text
    assert len(made) == 50
    assert "10 til kommer fram" in page


async def test_of_too_few_the_page_says_only_that(web, sign_in):
    bind_worker()
    await in_quarantine([], key=await newest_wave(), minimum=10)
    bind_web()
    await sign_in(Role.HR)
    page = (await web.get(PAGE)).text
    assert "Færre enn 10 skrev en kommentar" in page
    assert "<blockquote" not in page
