"""Of figures that were taken back nobody is given any, and everybody is told why."""

import re
import uuid
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.retractions import retractions
from survey_app.publications.store import put_retraction
from survey_app.reading.results.share import card_of, share_page
from survey_app.reading.told_why import tell_why
from survey_app.reading.waves import told_taken_back
from survey_app.shared import clock
from survey_app.shared.database import Login, connection
from survey_app.shared.pdf import pdf_bytes
from tests.actions_builders import an_action
from tests.builders_publication import public_series, put_on_shelf, staff_series
from tests.builders_publication.shelf import rows as rows_of
from tests.crawl import Crawl

WHY = "To regioner hadde byttet svar."
AT = datetime(2026, 6, 1, 8, tzinfo=UTC)
SAID = f"ble trukket tilbake 1.\N{NO-BREAK SPACE}juni 2026: {WHY}"
ONE = r'<p class="notice[^"]*">[^<]*ble trukket tilbake[^<]*</p>'
SEVERAL = r'<div class="notice[^"]*">\s*<ul>\s*<li>[^<]*ble trukket tilbake.*?</div>'
NOTICE = re.compile(f"{ONE}|{SEVERAL}", re.DOTALL)
# what no two answers have alike, and the sentence in what programs read of a shared link
OWN = re.compile(r'name="(csrf|form)" value="[^"]*"|<meta property="og:image[^>]*>')
OF_FIGURES = (
    "/",
    "/culture",
    "/culture?unit=ost-5",
    "/culture/units",
    "/culture/items/vp.sik.2",
    "/culture/drivers",
    "/culture/history",
    "/culture/checks",
    "/workplace",
    "/reputation",
    "/strategy",
    "/reports",
    "/results",
)


async def take_back(*waves):
    async with connection(Login.WORKER) as link:
        for wave in waves:
            assert await put_retraction(link, uuid.uuid4(), wave, now=AT, reason=WHY)


async def take_back_now(wave):
    async with connection(Login.WORKER) as link:
        assert await put_retraction(link, uuid.uuid4(), wave, now=clock.now(), reason=WHY)


async def put_now(content, **changed):
    now = clock.now()
    await put(content, id=uuid.uuid4(), computed_at=now, released_at=now, **changed)


async def put(*contents, **changed):
    bind_worker()
    await put_on_shelf(*contents, **changed)
    bind_web()


async def walked(web, everywhere):
    if not everywhere:
        return {one: (await web.get(one)).text for one in OF_FIGURES}
    crawl = Crawl(web)
    await crawl.follow("/", "/results", "/verify")
    return crawl.pages


def without_notice(page):
    return OWN.sub("", re.sub(r"\s+", " ", NOTICE.sub("", page)))


ROLES = (Role.ANALYST, Role.HR, Role.COMMUNICATIONS, Role.LEADER, Role.REPRESENTATIVE)
EVERYWHERE = [pytest.param(role, True, marks=pytest.mark.slow) for role in ROLES]


@pytest.mark.parametrize(("role", "everywhere"), [(Role.ANALYST, False), *EVERYWHERE])
async def test_all_pages_are_as_if_it_had_not_been_asked_but_for_that_it_was_taken_back_and_why(
    web, sign_in, role, everywhere
):
    staff, public = staff_series()[:2], public_series()[:2]
    await put(staff[0], public[0])
    await sign_in(role)
    before = await walked(web, everywhere)
    await put(staff[1], public[1])
    await take_back(staff[1]["wave"]["key"], public[1]["wave"]["key"])
    after = await walked(web, everywhere)
    assert before.keys() == after.keys()
    other = {one for one in after if without_notice(before[one]) != without_notice(after[one])}
    assert other == set()
    told = {one for one, page in after.items() if SAID in page}
    expected = {"/", "/results", "/strategy"} if everywhere else set(OF_FIGURES)
    assert expected - told == set()


async def test_who_reads_another_language_is_told_in_which_one_the_reason_is(web, sign_in):
    waves = staff_series()[:2]
    await put(*waves)
    await take_back(waves[1]["wave"]["key"])
    told = {"nn": "(Grunngivinga er skriven på norsk bokmål.)",
            "en": "(The reason is written in Norwegian Bokmål.)"}  # fmt: skip
    await sign_in(Role.HR)
    for address in ("/culture", f"/culture?wave={waves[1]['wave']['key']}", "/reports"):
        for lang, note in told.items():
            page = (await web.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")).text
            assert f'<span lang="nb">{WHY}</span> {note}' in page, address
    assert "Begrunnelsen er skrevet" not in (await web.get("/culture?lang=nb")).text
    # who reads no page is told too
    found = told_taken_back((await retractions(at=clock.now()))[0], "en")
    assert f"{WHY} {told['en']}" in str(found)
    assert "<" not in str(found)


async def test_a_reason_is_text_on_a_page_whatever_is_in_it():
    said = tell_why("%(wave)s & %(reason)s", {"wave": "<b>"}, "<i>50 %</i>", "en")
    assert str(said) == "<b> & <i>50 %</i> (The reason is written in Norwegian Bokmål.)"
    assert said.__html__().startswith(
        '&lt;b&gt; &amp; <span lang="nb">&lt;i&gt;50 %&lt;/i&gt;</span>'
    )
    assert tell_why("%(reason)s", {}, "<i>", "nb").__html__() == "&lt;i&gt;"


async def test_what_is_said_of_many_waves_is_one_notice_the_newest_first(web, sign_in):
    staff = staff_series()[:4]
    await put(*staff, *public_series()[:2])
    await take_back(staff[3]["wave"]["key"])
    # nor does it push out of the shared picture what is drawn there
    picture = share_page(await card_of("nb", clock.now(), demo=True))
    assert "er trukket tilbake" in picture
    [drawn] = PdfReader(BytesIO(pdf_bytes(picture))).pages
    assert "feb 25" in drawn.extract_text()
    await take_back(*(one["wave"]["key"] for one in staff[1:3]))
    await sign_in(Role.ANALYST)
    said = (await web.get("/culture")).text
    assert len(NOTICE.findall(said)) == 1
    names = [one["wave"]["labels"]["name"]["nb"] for one in staff[:0:-1]]
    places = [said.index(f"Tallene fra «{name}» ble trukket tilbake") for name in names]
    assert places == sorted(places)
    assert places[1] < said.index("1 måling til") < places[2]


async def test_who_names_it_is_told_why_and_given_nothing(web, sign_in):
    [first, gone] = staff_series()[:2]
    [public] = public_series()[:1]
    await put(first, gone, public)
    await take_back("2025-02", public["wave"]["key"])
    token, _ = await create_token(
        name="tests", scopes=(Scope.STAFF, Scope.PUBLIC), days=30, now=clock.now()
    )
    await sign_in(Role.ANALYST)
    number = rows_of(gone)["id"]
    for address in (
        "/culture?wave=2025-02",
        "/culture/units?wave=2025-02",
        f"/reports?publication={number}",
        f"/reports/file?publication={number}&format=csv",
        "/reports?publication=2025-02",
        f"/records/{public['wave']['key']}/publication.json",
    ):
        reply = await web.get(address)
        assert reply.status_code == 410, address
        assert SAID in reply.text, address
    # whoever may not read them, or nobody knows, is not told that there was anything
    await sign_in(Role.COMMUNICATIONS)
    for of in (number, "2025-02"):
        reply = await web.get(f"/reports/file?publication={of}&format=csv")
        assert reply.status_code == 404, of
        assert WHY not in reply.text
    assert WHY not in (await web.get(f"/method?publication={number}")).text
    # a program is told in its own way, and which waves it is about
    program = {"Authorization": f"Bearer {token}"}
    for of in ("", "/estimates", "/changes", "/json-stat"):
        reply = await web.get(f"/api/v1/publications/{number}{of}", headers=program)
        assert reply.status_code == 410, of
        assert reply.json()["detail"].endswith(f"2026-06-01: {WHY}")
    listed = (await web.get("/api/v1/publications", headers=program)).json()
    assert [one["wave"] for one in listed["items"]] == [first["wave"]["key"]]
    assert {one["wave"]: one["reason"] for one in listed["retracted"]} == {
        "2025-02": WHY,
        public["wave"]["key"]: WHY,
    }
    trend = await web.get("/api/v1/trends/APN-kjerne?population=staff", headers=program)
    assert [one["wave"] for one in trend.json()["points"]] == [first["wave"]["key"]]
    # and whoever keeps what was told, that the version after takes back the one before
    heads = (await web.get("/heads.json")).json()
    assert heads["retracted"] == {
        f"{key}/2": f"{key}/1" for key in ("2025-02", public["wave"]["key"])
    }
    assert heads["retracted"].keys() < heads["publications"].keys()
    # and whoever follows the open results
    assert "(trukket tilbake)</title>" in (await web.get("/results/feed.xml")).text


async def test_a_part_of_the_workplace_that_nothing_stands_of_says_why(web, sign_in):
    [staff], [public] = staff_series()[:1], public_series()[:1]
    await put(staff, public)
    await sign_in(Role.ANALYST)
    assert SAID not in (await web.get("/workplace")).text
    await take_back(public["wave"]["key"])
    assert SAID in (await web.get("/workplace")).text


async def test_later_waves_are_not_compared_with_it_any_more_and_say_so(web, sign_in):
    [first, gone, after] = staff_series()[:3]
    await put(first, gone, after)
    await sign_in(Role.ANALYST)
    token, _ = await create_token(name="tests", scopes=[Scope.STAFF], days=30, now=clock.now())
    program = {"Authorization": f"Bearer {token}"}
    changes = f"/api/v1/publications/{rows_of(after)['id']}/changes"
    cube = changes.replace("changes", "json-stat")
    assert "2025-02" in (await web.get(changes, headers=program)).text
    shown = (await web.get(cube, headers=program)).json()["value"]
    await take_back("2025-02")
    for address in ("/", "/culture", "/culture?unit=ost-5", "/culture/units"):
        told = (await web.get(address)).text
        assert SAID in told, address
        assert "ebruar 2025" not in NOTICE.sub("", told), address
    found = await web.get(changes, headers=program)
    assert found.json()["total"] > 0
    assert "2025-02" not in found.text
    # nor are they when right figures are there: the change is one since the wrong ones
    days = {"computed_at": clock.now(), "released_at": clock.now()}
    await put(gone, version=3, id=uuid.uuid4(), **days)
    assert "2025-02" not in (await web.get(changes, headers=program)).text
    assert (await web.get(cube, headers=program)).json()["value"] != shown


async def test_what_was_taken_back_for_good_is_published_anew_by_a_correction(web, sign_in):
    [first, gone] = staff_series()[:2]
    await put(first, gone)
    await take_back("2025-02")
    manifest = {"parameters": {"reason": "Regionene står riktig nå."}}
    days = {"computed_at": clock.now(), "released_at": clock.now()}
    await put(gone, version=3, id=uuid.uuid4(), manifest=manifest, **days)
    await sign_in(Role.ANALYST)
    told = (await web.get("/culture?wave=2025-02")).text
    assert "Regionene står riktig nå." in told
    assert WHY not in told


async def told_to_programs(web, content, waves):
    """Look whether each address of the API, and files, name the waves that were corrected since."""
    token, _ = await create_token(name="tests", scopes=[Scope.STAFF], days=30, now=clock.now())
    number = rows_of(content)["id"]
    for of in (number, f"{number}/changes", "latest"):
        found = await web.get(
            f"/api/v1/publications/{of}", headers={"Authorization": f"Bearer {token}"}
        )
        assert found.json()["corrected_since"] == waves, of
    cube = await web.get(
        f"/api/v1/publications/{number}/json-stat", headers={"Authorization": f"Bearer {token}"}
    )
    assert ("regnet ut før det" in cube.text) == bool(waves)


async def test_a_wave_says_that_its_changes_are_from_figures_that_were_corrected_since(
    web, sign_in
):
    [first, second, third] = staff_series()[:3]
    await put(first, second, third)
    action = await an_action(measure="KI-kjerne", starts_on=date(2025, 3, 10))
    await sign_in(Role.HR)
    assert "ble rettet" not in (await web.get("/culture")).text
    await told_to_programs(web, third, [])
    await put_now(second, version=2)
    for address in ("/", "/culture", "/culture?unit=ost-5", "/strategy", "/results"):
        said = " ".join((await web.get(address)).text.split())
        assert "Endringene her ble regnet ut før det" in said, address
    # nor does who reads it elsewhere take it for a change of what stands now
    await told_to_programs(web, third, [second["wave"]["key"]])
    [alternative] = re.findall(r'og:image:alt" content="([^"]*)"', (await web.get("/results")).text)
    assert "regnet ut før det" in alternative
    picture = share_page(await card_of("nb", clock.now(), demo=False))
    assert "Fra tall som er rettet siden" in picture
    for address in ("/actions", f"/actions/{action}"):
        said = " ".join((await web.get(address)).text.split())
        assert "før «Februar 2025, kortmåling» ble rettet" in said, address
    # not of itself, nor of what came after; nor where no change is shown
    for address in (f"/culture?wave={second['wave']['key']}", "/culture/drivers"):
        assert "før det" not in (await web.get(address)).text
    # what was corrected in its turn compares with what stands
    await put_now(third, version=2)
    assert "før det" not in (await web.get("/culture")).text
    # nothing is compared with what was taken back, before it was or while it was
    await take_back_now(first["wave"]["key"])
    await put_now(third, version=3)
    await put_now(first, version=3)
    for address in ("/culture", f"/culture?wave={second['wave']['key']}"):
        assert "før det" not in (await web.get(address)).text
    # what came after it stood again is
    await put_now(third, version=4)
    await put_now(first, version=4)
    assert "før det" in (await web.get("/culture")).text
    # that figures were taken back weighs more, and stands above it
    await take_back_now(second["wave"]["key"])
    for address in ("/", "/culture", "/results"):
        said = (await web.get(address)).text.partition("<main")[2]
        assert said.index("ble trukket tilbake") < said.index("før det"), address


async def test_everybody_is_told_nothing_of_what_happened_to_a_wave_that_is_not_open(
    web, monkeypatch
):
    chosen = web.app.state.settings.model_copy(update={"open_units_from": date(2024, 1, 1)})
    monkeypatch.setattr(web.app.state, "settings", chosen)
    [first, second, third] = staff_series()[:3]
    await put(first, second, open_results=0)
    await put(third)
    await put_now(second, version=2, open_results=0)
    await take_back_now(first["wave"]["key"])
    for address in ("/results", "/results/feed.xml", "/results/unit/ost-5"):
        reply = await web.get(address)
        assert reply.status_code == 200, address
        assert WHY not in reply.text, address
        assert "ble rettet" not in reply.text, address
    # nor of an open one, where no change is shown
    await put_now(second, version=3)
    assert "ble rettet" in (await web.get("/results")).text
    assert "ble rettet" not in (await web.get("/results/unit/ost-5")).text
