"""Units that were renamed, moved, merged and split: what every page and file tells of before."""

import io
import re
from collections.abc import Iterator

import pypdf
import pytest

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.trends import trend
from survey_app.reading.culture import not_then
from survey_app.reading.exports.series import earlier_waves, series_table
from survey_app.shared import clock
from survey_app.shared.database import Login
from tests.builders_publication import put_on_shelf, rows
from tests.builders_publication.changed_units import OLD_NAME, changed_units
from tests.exported import part
from tests.stocked_shelf import emptied, stocked_database

CORE = "KI-kjerne"
NOT_THEN = "Enheten er ikke med i denne målingen"
NEWEST = rows(changed_units()[2])["id"]


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    """Two main waves, a reorganisation, and the main wave after it."""

    async def stock() -> None:
        await put_on_shelf(*changed_units())

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(stocked, "accounts.account", "accounts.api_token")


@pytest.fixture
async def hr(web, sign_in):
    return await sign_in(Role.HR)


async def points(unit, measure=CORE):
    bind_web()
    found = await trend("staff", measure, "unit", unit, at=clock.now())
    return [
        (one.head.wave_key, one.estimate.status, one.estimate.linked, one.estimate.mean)
        for one in found
    ]


def published(at, code, measure=CORE):
    content = changed_units()[at]
    row = next(
        one
        for one in content["estimates"]
        if (one["measure"], one["statistic"], one["domain"]) == (measure, "mean", code)
    )
    people = next(one["population"] for one in content["domains"] if one["code"] == code)
    return row["mean"], people


async def test_a_unit_with_a_new_name_place_or_code_goes_on(database):
    for now, then in (("ost-1", "ost-1"), ("ost-2", "ost-92"), ("ost-6", "ost-6")):
        assert await points(now) == [
            ("2024-h", "published", "", published(0, then)[0]),
            ("2025-h", "published", "", published(1, then)[0]),
            ("2026-h", "published", "", published(2, now)[0]),
        ]


async def test_a_merged_unit_goes_on_from_its_parts_together(database):
    found = await points("ost-3")
    for at, key in enumerate(("2024-h", "2025-h")):
        (one, a), (other, b) = published(at, "ost-3"), published(at, "ost-93")
        together = (one * a + other * b) / (a + b)
        assert found[at][:3] == (key, "published", "together")
        assert found[at][3] == pytest.approx(together, abs=0.051)


async def test_a_merged_unit_with_a_hidden_part_starts_anew(database):
    found = await points("sor-1")
    assert [one[1] for one in found] == ["not_linked", "not_linked", "published"]
    assert [one[3] for one in found[:2]] == [None, None]


async def test_parts_of_a_split_unit_have_its_figure_for_reference(database):
    for unit in ("ost-5", "ost-95"):
        found = await points(unit)
        assert [one[2] for one in found] == ["reference", "reference", ""]
        assert found[0][3] == published(0, "ost-5")[0]


async def test_a_reference_is_marked_in_the_figure_and_in_words(hr):
    for unit in ("ost-5", "ost-95"):
        text = (await hr.get(f"/culture?unit={unit}&wave=2026-h")).text
        assert "bare til sammenligning" in text
        assert "hele den gamle enheten" in text
        # its square, in both drawings, and no line through it: a single own wave
        assert text.count('stroke="var(--vb-series-2)"') >= 4


async def test_the_page_of_a_unit_says_what_it_was_and_until_when(hr):
    pages = {
        "ost-1": f"Het {OLD_NAME} til 31.\u00a0januar 2026",
        "ost-2": "Het Fengsel Øst 92 til 31.\u00a0januar 2026",
        "ost-6": "Hørte til Region Sør til 31.\u00a0januar 2026",
        "ost-3": "Slått sammen med Fengsel Øst 93 den 1.\u00a0februar 2026.",
        "sor-1": "Kurven begynner på nytt",
        "ost-95": "Skilt ut fra Fengsel Øst 5 den 1.\u00a0februar 2026.",
    }
    for unit, sentence in pages.items():
        text = (await hr.get(f"/culture?unit={unit}&wave=2026-h")).text
        assert sentence in text, unit
    # a region's figure of before is of the units that it had
    moved = {
        "ost": "Fengsel Øst 6 kom med den 1.\u00a0februar 2026, fra Region Sør.",
        "sor": "Fengsel Øst 6 gikk ut den 1.\u00a0februar 2026.",
    }
    for region, sentence in moved.items():
        assert sentence in (await hr.get(f"/culture?unit={region}&wave=2026-h")).text, region
    assert "Fengsel Øst 6 kom med" not in (await hr.get("/culture?unit=vest&wave=2026-h")).text
    text = (await hr.get("/culture?unit=ost-1&wave=2025-h")).text
    assert OLD_NAME in text
    assert "Het Gamle" not in text


async def test_the_table_of_units_calls_no_change_of_what_is_not_the_same(hr):
    text = (await hr.get("/culture/units?wave=2026-h&open=ost")).text
    assert "Fengsel Øst 95" in text
    changes = {
        (one["domain"], one["role"])
        for one in changed_units()[2]["changes"]
        if one["level"] == "unit" and one["measure"] == CORE
    }
    assert {code for code, _ in changes} >= {"ost-1", "ost-2", "ost-3", "ost-6"}
    assert not {"ost-5", "ost-95", "sor-1"} & {code for code, _ in changes}


async def test_files_mark_what_was_not_of_the_unit_alone(database):
    bind_web()
    newest = part(changed_units()[2])
    table = series_table(newest, await earlier_waves(newest, clock.now()), "nb")
    told = {
        one["domain"]: one
        for one in table.records()
        if (one["measure"], one["wave"]) == (CORE, "2024-h")
    }
    assert told["ost-3"]["linked"] == "together"
    assert told["ost-5"]["linked"] == "reference"
    assert not told["ost-1"]["linked"]
    assert told["sor-1"]["status"] == "not_linked"
    assert told["sor-1"]["mean"] is None


async def test_the_api_tells_how_a_point_hangs_together(web):
    bind_worker()
    made, _ = await create_token(name="t", scopes=[Scope.STAFF], days=9, now=clock.now())
    bind_web()
    reply = await web.get(
        f"/api/v1/trends/{CORE}?population=staff&level=unit&domain=ost-3",
        headers={"Authorization": f"Bearer {made}"},
    )
    assert [one.get("linked", "") for one in reply.json()["points"]] == ["together"] * 2 + [""]


async def test_the_report_of_a_unit_says_it_on_paper(hr):
    base = f"/reports/file?publication={NEWEST}&unit=ost-3"
    pdf = await hr.get(f"{base}&format=pdf")
    assert pdf.content.startswith(b"%PDF")
    pages = pypdf.PdfReader(io.BytesIO(pdf.content)).pages
    words = " ".join(page.extract_text() for page in pages)
    assert "Slått sammen med Fengsel Øst 93" in " ".join(words.split())
    assert (await hr.get(f"{base}&format=pptx")).status_code == 200
    assert (await hr.get(f"{base}&format=xlsx")).status_code == 200


async def test_pages_of_units_are_all_open(hr):
    for unit in ("ost-1", "ost-2", "ost-3", "ost-5", "ost-95", "ost-6", "sor-1"):
        for lang in ("nn", "en"):
            reply = await hr.get(f"/culture?unit={unit}&wave=2026-h&lang={lang}")
            assert reply.status_code == 200


@pytest.mark.parametrize(("unit", "lacks"), [("ost-95", "2024-h"), ("ost-93", "2026-h")])
async def test_a_unit_that_the_chosen_wave_does_not_have_is_told_so_with_the_way_to_it(
    hr, web, database, unit, lacks
):
    answer = await web.get(f"/culture?unit={unit}&wave={lacks}")
    assert answer.status_code == 200
    assert NOT_THEN in answer.text
    has = re.search(rf'href="/culture\?unit={unit}&amp;wave=([\w-]+)', answer.text)[1]
    assert has != lacks
    assert NOT_THEN not in (await web.get(f"/culture?unit={unit}&wave={has}")).text
    assert f'href="/culture?unit=&amp;wave={lacks}"' in answer.text
    part_of_it = await web.get(f"/culture?unit={unit}&wave={lacks}", headers={"HX-Request": "true"})
    assert part_of_it.text.lstrip().startswith('<div id="reading"')


async def test_a_unit_that_was_merged_says_with_whom_and_leads_there(hr, web, database):
    answer = (await web.get("/culture?unit=ost-93&wave=2026-h")).text
    told = "Fengsel Øst 93 gikk over i Fengsel Øst 3 den 1. februar 2026, og var ikke en egen enhet"
    assert told in " ".join(answer.split())
    assert 'href="/culture?unit=ost-3&amp;wave=2026-h"' in answer
    assert "Den kan ha hatt et annet navn" not in answer
    # of a wave before the unit was there nobody knows what it was
    before = (await web.get("/culture?unit=ost-95&wave=2024-h")).text
    assert "Den kan ha hatt et annet navn" in before


async def test_who_may_not_see_what_a_unit_became_is_told_its_name_alone(web, sign_in, database):
    await sign_in(Role.REPRESENTATIVE, unit="ost-93")
    answer = (await web.get("/")).text
    assert "gikk over i Fengsel Øst 3 den 1. februar 2026" in " ".join(answer.split())
    assert "unit=ost-3&" not in answer


async def test_a_leader_is_told_so_of_the_own_unit_and_refused_another(web, sign_in, database):
    await sign_in(Role.LEADER, unit="ost-95")
    assert NOT_THEN in (await web.get("/culture?unit=ost-95&wave=2024-h")).text
    assert (await web.get("/culture?unit=ost-93&wave=2024-h")).status_code == 403


@pytest.mark.parametrize("role", [Role.LEADER, Role.REPRESENTATIVE])
@pytest.mark.parametrize("address", ["/", "/culture"])
async def test_whose_unit_is_gone_is_told_so_and_not_shown_the_whole_in_its_place(
    web, sign_in, database, role, address
):
    await sign_in(role, unit="ost-93")
    page = (await web.get(address)).text
    assert NOT_THEN in page
    assert "kan administratoren gi deg tilgang til den som tok over" in page
    assert 'href="/culture?unit=ost-93&amp;wave=2025-h"' in page
    # the whole is one step away, when asked for
    assert NOT_THEN not in (await web.get("/culture?unit=")).text


async def test_no_wave_is_opened_twice_to_look_for_a_unit_that_none_has(
    web, sign_in, database, monkeypatch
):
    opened, as_ever = [], not_then.published

    async def counted(wave, at):
        opened.append(wave.key)
        return await as_ever(wave, at)

    monkeypatch.setattr(not_then, "published", counted)
    await sign_in(Role.LEADER, unit="brand-new")
    for _ in range(2):
        opened.clear()
        assert NOT_THEN not in (await web.get("/culture")).text
    # the chosen one alone, in which the unit might have been
    assert opened == ["2026-h"]


async def test_who_leads_what_a_unit_became_reads_it_and_the_unit_of_before(web, sign_in, database):
    await sign_in(Role.LEADER, unit="ost-93,ost-3")
    assert "<h1>Fengsel Øst 3</h1>" in (await web.get("/")).text
    assert "<h1>Fengsel Øst 93</h1>" in (await web.get("/culture?unit=ost-93&wave=2025-h")).text
    left = (await web.get("/culture?unit=ost-93&wave=2026-h")).text
    assert NOT_THEN in left
    assert "tok over" not in left
