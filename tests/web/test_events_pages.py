import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from survey_app.accounts.errors import ForeignPage
from survey_app.accounts.roles import UNIT_ROLES, Role
from survey_app.accounts.sessions import SignedIn
from survey_app.events.jobs import sweep_event_words
from survey_app.events.kinds import EventKind, Shape, Side
from survey_app.events.queries import StoredEvent, stored_events
from survey_app.reading.events import desk as events_desk
from survey_app.reading.events.since import try_all
from survey_app.reading.waves import published, waves
from survey_app.shared.database import Login, fetch
from tests.builders_events import DAY, an_event
from tests.builders_publication import public_series, put_on_shelf, staff_series, words
from tests.stocked_shelf import emptied, stocked_database

UNIT, OTHER = "ost-6", "ost-7"
NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
FORM = {
    "text_nb": "Omorganisering i Region Øst",
    "day": DAY.isoformat(),
    "place": "ost",
    "kind": "reform",
    "shape": "step",
}


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """All waves of staff and of the public."""

    async def stock() -> None:
        await put_on_shelf(*staff_series(), *public_series())

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    """The same shelf for every test here; accounts and events are each test's own."""
    return await emptied(stocked, "accounts.account", "events.event", "audit.event")


async def send(web, page, address, fields):
    csrf = re.search(r'name="csrf" value="([^"]+)"', (await web.get(page)).text)[1]
    return await web.post(address, data={"csrf": csrf, **fields}, follow_redirects=False)


async def stored():
    return await fetch(Login.MIGRATOR, "SELECT * FROM events.event ORDER BY removed_at NULLS FIRST")


async def log():
    return await fetch(
        Login.MIGRATOR,
        "SELECT action, facts FROM audit.event WHERE action <> 'signed in' ORDER BY at",
    )


async def test_each_role_reads_and_writes_events_of_its_side_and_no_other(web, sign_in):
    staff, public = await an_event(), await an_event(side=Side.PUBLIC)
    reads = {
        Role.HR: {staff}, Role.LEADER: {staff}, Role.REPRESENTATIVE: {staff},
        Role.COMMUNICATIONS: {public}, Role.ANALYST: {staff, public}, Role.ADMIN: set(),
    }  # fmt: skip
    writes = {Role.HR: {staff}, Role.COMMUNICATIONS: {public}}
    for role in Role:
        await sign_in(role, unit=UNIT if role in UNIT_ROLES else "")
        listed = await web.get("/events")
        assert listed.status_code == (200 if reads[role] else 403), role
        assert ("<form" in listed.text.split("<main")[1]) == (role in writes)
        for event in (staff, public):
            told = (await web.get(f"/events/{event}")).status_code
            assert told == (200 if event in reads[role] else 403), (role, event)
            form = (await web.get(f"/events/{event}/edit")).status_code
            assert form == (200 if event in writes.get(role, ()) else 403), (role, event)


async def test_a_leader_hears_of_what_is_about_the_unit_and_what_it_is_part_of(web, sign_in):
    whole, region = await an_event("Etaten"), await an_event("Regionen", "ost")
    own, other = await an_event("Enheten", UNIT), await an_event("Naboen", OTHER)
    await sign_in(Role.LEADER, unit=UNIT)
    listed = (await web.get("/events")).text
    for event in (whole, region, own):
        assert str(event) in listed
        assert (await web.get(f"/events/{event}")).status_code == 200
    assert "Naboen" not in listed
    assert (await web.get(f"/events/{other}")).status_code == 403
    assert (await web.get(f"/events/{own}?unit={OTHER}")).status_code == 403
    assert "Naboen" not in (await web.get("/culture?unit=")).text


def read(file):
    return Path(file).read_bytes()


async def test_hr_writes_changes_and_takes_away_with_a_line_in_the_log(web, sign_in):
    await sign_in(Role.HR)
    made = await send(web, "/events", "/events", FORM)
    assert made.status_code == 303
    address = made.headers["Location"]
    [row] = await stored()
    assert (row["side"], row["place"], row["role"], row["open"]) == ("staff", "ost", "hr", False)
    changed = await send(
        web, f"{address}/edit", f"{address}/edit", FORM | {"day": "2025-08-08", "version": "1"}
    )
    assert changed.status_code == 303
    now, former = await stored()
    assert (now["day"], now["removed_at"]) == (date(2025, 8, 8), None)
    # another day is another thing to try on the figures: the first one still counts, without words
    assert (former["day"], former["text_nb"]) == (DAY, "-")
    assert former["removed_at"] is not None
    assert "2 hendelser prøvd" in words(await web.get(address))
    await send(web, f"{address}/edit", f"{address}/edit", FORM | {"version": "²"})
    await send(web, f"{address}/edit", f"{address}/remove", {})
    assert {one["text_nb"] for one in await stored()} == {"-"}
    assert (await web.get(address)).status_code == 404
    for _ in range(5):  # the server may read at one moment what is to go: the job comes again
        await sweep_event_words({})
        await fetch(Login.MIGRATOR, "CHECKPOINT")
        [where] = await fetch(
            Login.MIGRATOR,
            "SELECT current_setting('data_directory') || '/' ||"
            " pg_relation_filepath('events.event') AS f",
        )
        if b"Omorganisering" not in (left := read(where["f"])):
            break
    assert b"Omorganisering" not in left
    lines = await log()
    assert [one["action"] for one in lines] == ["event created", "event changed", "event removed"]
    assert not any("Omorganisering" in one["facts"] for one in lines)


async def test_a_button_that_is_pressed_twice_stores_one_event_and_other_words_another(
    web, sign_in
):
    await sign_in(Role.HR)
    page = (await web.get("/events")).text
    sent = FORM | dict(re.findall(r'name="(csrf|form)" value="([^"]+)"', page))
    replies = await asyncio.gather(
        *(web.post("/events", data=sent, follow_redirects=False) for _ in range(6))
    )
    assert {one.status_code for one in replies} == {303}
    assert len({one.headers["location"] for one in replies}) == len(await stored()) == 1
    # by the button back: the same form, and something else in it
    await web.post("/events", data=sent | {"text_nb": "Ny leder"})
    assert len(await stored()) == 2
    # taken away from two tabs at once, it is taken away once
    [address] = {one.headers["location"] for one in replies}
    gone = await asyncio.gather(*(web.post(f"{address}/remove", data=sent) for _ in range(3)))
    assert {one.status_code for one in gone} <= {200, 404}
    assert [row["action"] for row in await log()] == ["event created"] * 2 + ["event removed"]


async def test_a_form_with_a_mistake_loses_nothing_and_stores_nothing(web, sign_in):
    await sign_in(Role.COMMUNICATIONS)
    reply = await send(web, "/events", "/events", FORM | {"day": "", "text_nb": "Tlf 98765432"})
    assert reply.status_code == 422
    assert 'value="Tlf 98765432"' in reply.text
    assert 'href="#day"' in reply.text
    assert not await stored()
    alone = await web.post("/events", data=FORM, follow_redirects=False)
    assert alone.status_code == 403


async def test_nobody_overwrites_what_another_changed(web, sign_in):
    event = await an_event()
    await sign_in(Role.HR)
    reply = await send(
        web, f"/events/{event}/edit", f"/events/{event}/edit", FORM | {"version": "7"}
    )
    assert reply.status_code == 422
    assert "Noen andre har endret hendelsen" in words(reply)
    assert (await stored())[0]["text_nb"] == "Noe skjedde"


async def test_figures_show_what_happened_there_and_name_it_below(web, sign_in):
    await an_event("I en annen region", "sor")
    event = await an_event("I øst", "ost")
    await sign_in(Role.HR)
    page = (await web.get("/culture?unit=ost")).text
    # wide, narrow and three small figures
    assert len(re.findall(r'<line class="event"', page)) == 5
    assert re.search(
        rf'class="happened".*?href="/events/{event}\?unit=ost">I øst</a>', page, re.DOTALL
    )
    assert "I en annen region" not in page
    whole = (await web.get("/culture?unit=")).text
    assert ">A B</text>" in whole
    assert 'I øst</a> <span class="quiet">(Region Øst)</span>' in whole


async def test_everybody_sees_only_what_its_author_opened_for_the_whole_agency(web):
    await an_event("For alle", side=Side.PUBLIC, open=True)
    await an_event("Ikke for alle", side=Side.PUBLIC)
    await an_event("I øst", "ost", open=True)
    page = (await web.get("/results")).text
    assert "For alle" in page
    assert "Ikke for alle" not in page
    assert "I øst" not in page
    assert 'href="/events' not in page


async def test_the_page_says_what_was_after_and_never_why(web, sign_in):
    event = await an_event("Verdidager")
    await sign_in(Role.HR)
    reply = await web.get(f"/events/{event}")
    text = words(reply)
    assert "Har noe endret seg siden?" in text
    assert re.search(
        r"(Kulturindeksen (er|har|var)|Vi vet ikke om kulturindeksen).*etter hende", text
    )
    assert re.search("Vi kan ikke si at hendelsen er årsaken|Det sier ikke om hendelsen", text)
    assert "på grunn av" not in text
    assert "1 hendelse prøvd, i alt 1 sammenligning." in text
    fragment = await web.get(f"/events/{event}?unit=ost", headers={"HX-Request": "true"})
    assert fragment.text.lstrip().startswith('<div id="reading"')


async def test_too_few_waves_are_said_to_be_too_few(web, sign_in):
    late = await an_event(day=date(2026, 3, 10))
    await sign_in(Role.HR)
    text = words(await web.get(f"/events/{late}"))
    assert "For kort serie til å si noe" in text
    assert "Her er det 5 før og 1 etter" in text
    unit = words(await web.get(f"/events/{late}?unit={UNIT}"))
    assert "Prøv regionen eller hele etaten" in unit


async def test_weighted_answers_are_counted_as_equally_weighted_ones(database):
    await an_event(side=Side.PUBLIC)
    series = await waves("public", NOW)
    shown = await published(series[-1], NOW)
    rows = await stored_events(Side.PUBLIC)
    tried = await try_all(rows, shown.whole, shown, series, Side.PUBLIC, NOW)
    # two waves on each side, of 1982 answers and a design effect of 1.163
    assert {one.answers for one in tried if one.measure == "TI"} == {(3408, 3408)}


async def test_a_wave_that_was_answered_while_it_happened_stands_on_neither_side(web, sign_in):
    event = await an_event(day=date(2025, 9, 20))
    await sign_in(Role.HR)
    text = words(await web.get(f"/events/{event}"))
    assert (
        "Høsten 2025, hovedmåling er holdt utenfor" in text
        or "Høsten 2025 er holdt utenfor" in text
    )
    await web.get("/events")


async def test_a_day_that_was_written_down_when_the_figures_were_known_is_said_to_be(web, sign_in):
    await sign_in(Role.HR)
    made = await send(web, "/events", "/events", FORM)
    assert "kunne vært valgt" in words(await web.get(made.headers["Location"]))
    early = f"/events/{await an_event(text='Varslet')}"
    assert "kunne vært valgt" not in words(await web.get(early))
    # a day that is moved then is chosen then
    words_alone = FORM | {"place": "", "version": "1"}
    await send(web, f"{early}/edit", f"{early}/edit", words_alone)
    assert "kunne vært valgt" not in words(await web.get(early))
    moved = words_alone | {"day": "2025-08-08", "version": "2"}
    await send(web, f"{early}/edit", f"{early}/edit", moved)
    assert "kunne vært valgt" in words(await web.get(early))


async def test_what_is_tried_is_counted_the_same_for_all_who_read(web, sign_in):
    event = await an_event("Etaten")
    await an_event("Naboen", OTHER)
    told = set()
    for role, unit in ((Role.HR, ""), (Role.LEADER, UNIT)):
        await sign_in(role, unit=unit)
        page = words(await web.get(f"/events/{event}?unit="))
        assert "2 hendelser prøvd" in page
        told.add(re.search(r"Har noe endret seg siden\?.*?Vi sammenligner", page, re.DOTALL)[0])
        assert ("Naboen" in page) == (role is Role.HR)
    assert len(told) == 2  # lists differ, figures do not
    sentences = {re.search(r"kulturindeksen.*?poeng[^.]*\.", one, re.IGNORECASE)[0] for one in told}
    assert len(sentences) == 1


async def test_before_anything_is_published_only_those_who_write_hear_of_events(monkeypatch):
    [row] = [StoredEvent(
        UUID(int=1), Side.STAFF, DAY, EventKind.OTHER, Shape.STEP, OTHER, {"nb": "Naboen"}, False,
        "hr", 1, NOW, None,
    )]  # fmt: skip

    async def found(_):
        return row

    monkeypatch.setattr(events_desk, "find_event", found)
    for role, allowed in ((Role.HR, True), (Role.LEADER, False), (Role.ANALYST, False)):
        reader = SignedIn("a", "a@example.org", role, UNIT, "nb", "")
        waiting = events_desk.own_event(events_desk.EventDesk(reader, NOW, ()), row.id, "/events")
        if allowed:
            assert await waiting is row
        else:
            with pytest.raises(ForeignPage):
                await waiting


async def test_words_are_kept_by_language_and_beside_them_for_the_version_before(web, sign_in):
    await sign_in(Role.HR)
    form = FORM | {"text_nn": "Omorganisering i aust", "text_en": "Reorganisation"}
    assert (await send(web, "/events", "/events", form)).status_code == 303
    (row,) = await stored()
    told = {"nb": FORM["text_nb"], "nn": "Omorganisering i aust", "en": "Reorganisation"}
    assert json.loads(row["text"]) == told
    assert [row["text_nb"], row["text_nn"], row["text_en"]] == list(told.values())


async def test_a_change_keeps_words_in_a_language_that_the_form_does_not_ask_for(web, sign_in):
    await sign_in(Role.HR)
    await send(web, "/events", "/events", FORM)
    (row,) = await stored()
    more = json.dumps(json.loads(row["text"]) | {"se": "Juoga"})
    await fetch(Login.MIGRATOR, "UPDATE events.event SET text = $1", more)
    page = f"/events/{row['id']}/edit"
    form = FORM | {"text_nb": "Noe annet", "version": "1"}
    assert (await send(web, page, page, form)).status_code == 303
    kept = [json.loads(one["text"]) for one in await stored()]
    assert {"nb": "Noe annet", "se": "Juoga"} in kept


async def test_what_is_taken_away_leaves_no_word_in_any_language(web, sign_in):
    await sign_in(Role.HR)
    await send(web, "/events", "/events", FORM | {"text_en": "Reorganisation"})
    (row,) = await stored()
    page = f"/events/{row['id']}/edit"
    await send(web, page, f"/events/{row['id']}/remove", {})
    (row,) = await stored()
    assert json.loads(row["text"]) == {"nb": "-"}
    assert [row["text_nb"], row["text_nn"], row["text_en"]] == ["-", "", ""]
