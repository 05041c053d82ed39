"""A measure got other words in a wave that asked both: its line goes on, and says what was done."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import openpyxl
import pytest
from pptx import Presentation

from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope
from survey_app.asking.writing import writing
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications.series import links_told
from survey_app.publications.trends import trends
from survey_app.reading.broken import breaks_of, in_words_of_now, link_sentences
from survey_app.reading.exports.scope import open_part
from survey_app.reading.exports.series import SeriesPoint, series_table
from survey_app.reading.reports.press import Press
from survey_app.reading.trends import trend_points
from survey_app.reading.waves import published, trend_until, wave_of
from survey_app.running.authoring.item_library import behaviour_of
from survey_app.shared import clock
from survey_app.shared.database import Login
from tests.builders_publication import put_on_shelf
from tests.builders_publication.other_words import DELTA, MEASURE, SE, WAVE, reworded_series
from tests.stocked_shelf import emptied, stocked_database
from tests.written_here import write_here

LATER = datetime(2030, 1, 1, tzinfo=UTC)
SENTENCE = "Med det nye ble svarene 9,0 poeng lavere (±\xa01,0)."
AGAIN = "vp.opf.1"  # led over other words in the same wave, and put in others still in the last
CALLED = "Trygg på jobben"  # what publications call a measure that content calls otherwise by now


def changed_again():
    """The series, of which one question was changed once more without a link."""
    contents = reworded_series()
    at = [one["wave"]["key"] for one in contents].index(WAVE)
    asked = [{"nb": words} for words in (*["old"] * at, *["new"] * (5 - at), "newer")]
    for content, identity in zip(contents, asked, strict=True):
        for row in content["measures"]:
            if row["code"] == AGAIN:
                row["identity"] = identity
            if row["code"] == "SIK":
                row["title"] = dict.fromkeys(row["title"], CALLED)
    for content in contents[at:]:
        link = {"measure": AGAIN, "from": asked[at - 1], "to": asked[at]}
        content["links"] = [*content["links"], content["links"][0] | link]
    return contents


@pytest.fixture(scope="module")
def stocked(postgres) -> Iterator[dict[Login, str]]:
    async def stock() -> None:
        await put_on_shelf(*changed_again())

    with stocked_database(postgres, stock) as addresses:
        yield addresses


@pytest.fixture
async def database(stocked) -> dict[Login, str]:
    return await emptied(stocked, "accounts.account", "accounts.api_token", "audit.event")


async def series_of(measure):
    found = await trends("staff", [measure], "agency", "", at=LATER)
    return [(wave_of(one.head), one.estimate) for one in found[measure]]


async def test_figures_of_before_stand_as_published_and_the_line_is_in_the_words_of_now(database):
    bind_web()
    series = await series_of(MEASURE)
    at = [wave.key for wave, _ in series].index(WAVE)
    assert [cell.delta for _, cell in series] == [DELTA] * at + [None] * (len(series) - at)
    lifted = in_words_of_now(series)
    for (_, own), (_, cell) in zip(series[:at], lifted[:at], strict=True):
        assert cell.mean == pytest.approx(own.mean + DELTA)
        # the error of the link is in each of them
        assert cell.high - cell.low >= round(2 * 1.96 * SE, 1)
    assert lifted[at:] == series[at:]
    assert breaks_of(series) == ()
    assert list(link_sentences(series, "nb")) == [WAVE]
    points = trend_points(series, "nb")
    assert len({point.wording for point in points}) == 1
    assert [point.over for point in points].index(True) == at
    # seen from before, nothing has happened yet
    assert in_words_of_now(series[:at])[-1] == series[at - 1]
    other = await series_of("SIK")
    assert {cell.delta for _, cell in other} == {None}
    assert in_words_of_now(other) == other


async def test_a_line_seen_from_an_earlier_wave_knows_nothing_of_what_was_asked_later(database):
    bind_web()
    now = (await series_of(AGAIN))[-1][0]
    kept = [wave for wave, _ in await series_of(AGAIN)]
    seen = {
        wave.key: await trend_until("staff", AGAIN, "agency", "", until=wave, at=LATER)
        for wave in (kept[-2], now)
    }
    # the link led to the words of the wave before the last, and to those of the last nothing does
    then = seen[kept[-2].key]
    assert breaks_of(then) == ()
    assert list(link_sentences(then, "nb")) == [WAVE]
    assert [cell.delta for _, cell in then] == [DELTA] * 3 + [None] * 2
    assert [wave.key for _, wave in breaks_of(seen[now.key])] == [WAVE, now.key]


async def test_pages_say_what_the_words_did_and_draw_the_line_on(web, sign_in, database):
    await sign_in(Role.HR)
    page = (await web.get("/culture")).text
    text = re.sub(r"\s+", " ", page)
    assert SENTENCE in page
    assert "Brudd i serien" not in text
    assert 'class="words"' in page
    assert "med nye spørsmål" in text


async def test_a_line_has_the_name_that_the_rest_of_its_page_has(web, sign_in, database):
    await sign_in(Role.HR)
    page = (await web.get("/culture?index=SIK&wave=2026-05")).text
    assert page.count(CALLED) > 3
    assert page.count("Trygghet for ansatte") == 0


@pytest.fixture
async def file(web, sign_in, database, monkeypatch):
    """Take out a file of the newest wave."""

    monkeypatch.setattr(Press, "write", write_here)
    await sign_in(Role.HR)

    async def taken(form):
        # the newest of the staff stands first
        newest = re.search(r'<option value="([0-9a-f-]{36})"', (await web.get("/reports")).text)
        asked = {"publication": newest[1], "format": form, "unit": ""}
        return io.BytesIO((await web.get("/reports/file", params=asked)).content)

    return taken


async def test_slides_name_the_wave_that_asked_both_and_say_what_the_words_did(file):
    deck = Presentation(await file("pptx"))
    noted = [one for one in deck.slides if one.has_notes_slide]
    [slide] = [one for one in noted if SENTENCE in one.notes_slide.notes_text_frame.text]
    [chart] = [shape.chart for shape in slide.shapes if shape.has_chart]
    assert len([one for one in chart.plots[0].categories if "nye spørsmål" in str(one)]) == 1


async def test_the_sheet_that_is_made_to_be_read_goes_on_as_the_pages_do(file):
    sheet = openpyxl.load_workbook(await file("xlsx"), read_only=True)["Utvikling"]
    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    shown = [line[2:5] for line in lines if line[1]]
    contents = reworded_series()
    before = [one["wave"]["key"] for one in contents].index(WAVE)
    for at, (mean, low, high) in enumerate(shown):
        [row] = [
            row
            for row in contents[at]["estimates"]
            if (row["measure"], row["level"], row["statistic"]) == (MEASURE, "agency", "mean")
        ]
        assert mean == pytest.approx(row["mean"] + (DELTA if at < before else 0), abs=0.05)
        wider = round(high - low, 1) - round(row["high"] - row["low"], 1)
        assert wider > 0 if at < before else wider == 0
    told = [str(line[0]) for line in lines if line[0] and not line[1]]
    assert [text[:40] for text in told] == ["Spørsmål ble endret i en eller flere mål"]


async def test_answers_of_the_api_have_the_figure_and_what_is_laid_on_it(web, database):
    bind_worker()
    made, _ = await create_token(name="tests", scopes=(Scope.STAFF,), days=30, now=clock.now())
    bind_web()
    headers = {"Authorization": f"Bearer {made}"}
    found = (await web.get(f"/api/v1/trends/{MEASURE}?population=staff", headers=headers)).json()
    before = [one for one in found["points"] if "delta" in one]
    assert {(one["delta"], one["delta_se"]) for one in before} == {(DELTA, SE)}
    assert {one["wave"] for one in before} == {"2024-h", "2025-02", "2025-05"}
    newest = found["points"][-1]["publication"]
    address = f"/api/v1/publications/{newest}/changes?measure={MEASURE}&level=agency"
    rows = (await web.get(address, headers=headers)).json()["items"]
    assert {(row["delta"], row["delta_se"]) for row in rows} == {(DELTA, SE)}


async def test_files_have_both_side_by_side(database):
    bind_web()
    found = await series_of(MEASURE)
    newest = found[-1][0]
    part = open_part(newest, await published(newest, LATER))
    points = [SeriesPoint(wave, MEASURE, "agency", "", cell) for wave, cell in found]
    rows = series_table(part, points, "nb").records()
    assert (rows[0]["mean"], rows[0]["delta"], rows[0]["delta_se"]) == (
        found[0][1].mean, DELTA, SE
    )  # fmt: skip
    assert rows[-1]["delta"] is None
    assert {row["wording"] for row in rows} == {0, 1}


async def test_the_next_wave_reads_what_the_wave_of_both_told(database):
    bind_worker()
    async with writing() as link:
        [told] = [one for one in await links_told(link, "staff", 7) if one["measure"] == MEASURE]
        before = await links_told(link, "staff", 4)
        others = await links_told(link, "public", 7)
    assert (told["measure"], told["wave"], told["delta"]) == (MEASURE, WAVE, DELTA)
    assert (before, others) == ([], [])
    bind_web()


async def test_the_library_says_which_figures_were_asked_in_other_words(database):
    bind_web()
    found = await behaviour_of(MEASURE, Role.HR, LATER, "nb")
    series = await series_of(MEASURE)
    at = [wave.key for wave, _ in series].index(WAVE)
    assert [one.alike for one in reversed(found)] == [False] * at + [True] * (len(series) - at)
    assert [one.estimate.mean for one in reversed(found)] == [cell.mean for _, cell in series]
    assert all(one.alike for one in await behaviour_of("SIK", Role.HR, LATER, "nb"))
