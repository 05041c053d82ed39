"""An installation of each released version, brought to this one, with all that lay in it."""

from __future__ import annotations

import itertools
import json
import lzma
import pickle
import re
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from litestar.testing import AsyncTestClient
from redis import Redis

from questionnaires.loader import load_library
from survey_app.accounts.api_tokens import create_token
from survey_app.accounts.roles import Role
from survey_app.accounts.scopes import Scope as TokenScope
from survey_app.asking.campaigns.import_campaign import apply_campaign, plan_campaign, read_campaign
from survey_app.audit.verify import verify_log
from survey_app.commands.demo import demo_account
from survey_app.commands.waves import VERIFIED, verify_named
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publications import shelf
from survey_app.publications.check_files import check_files
from survey_app.publications.records import files_of
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.publishing.releasing.publish_wave import publish_wave
from survey_app.publishing.releasing.verify_publication import Recomputation, recompute
from survey_app.reading.exports.formats import FORMATS, TableOrder, write_tables
from survey_app.reading.exports.scope import ExportScope
from survey_app.reading.reports import press
from survey_app.reading.waves import wave_of
from survey_app.running import questionnaire_files
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, connect, fetch
from survey_app.shared.i18n import languages
from survey_app.simulation.agency import make_agency
from survey_app.simulation.calendar import SimulatedWave
from survey_app.simulation.demo import describe_demo
from survey_app.simulation.fielding import Fielding
from survey_app.simulation.files import staff_campaign
from survey_app.simulation.staff_model import make_staff
from survey_app.waves.trusted_waves import trust_earlier_waves
from survey_app.waves.wave_keys import settle_keys
from tests.builders_answering import some_answers, without_pools
from tests.crawl import CLOSELY, Crawl
from tests.installed_before import RELEASED, dropped, unpack_secrets, upgraded
from tests.one_app import the_app
from tests.releases import DUMP, PEOPLE, RELEASES, SEED

# that publication is as this programme would make it, or its difference is explained
HARMLESS = {Recomputation.SAME, Recomputation.SAME_VALUES, Recomputation.EXPLAINED}
# of later waves: where the results are out, whatever the day of the release
NEXT_YEAR = date(2027, 2, 9)
# what somebody with the database's password may do, each to another publication
_CONTENT = """UPDATE publications.publication SET content = replace(convert_from(content, 'UTF8'),
    '"status":"published"', '"status":"publishet"')::bytea WHERE id = $1"""
_CONTENT_AND_HASH = """UPDATE publications.publication SET content = content || ' '::bytea,
    content_hash = 'sha256:' || encode(sha256(content || ' '::bytea), 'hex') WHERE id = $1"""
_HEAD = """UPDATE publications.publication SET head = jsonb_set(head, '{response,answers}', '9')
    WHERE id = $1"""
_TREND = """UPDATE publications.estimate SET mean = mean + 1 WHERE publication = $1
    AND level = 'agency' AND statistic = 'mean'"""
_ANSWER = """UPDATE counting.response SET answers[1] = 6 - answers[1] WHERE id = (
    SELECT r.id FROM counting.response r JOIN publications.publication p ON p.wave = r.wave
    WHERE p.id = $1 AND answers[1] IN (1, 2, 4, 5) LIMIT 1)"""
# and the words that give it away
TAMPERING = {
    _CONTENT: "the stored content is not what its hash and manifest say",
    _CONTENT_AND_HASH: "the stored content is not what its hash and manifest say",
    _HEAD: "what lists read of it (response) is not what its content says",
    _TREND: "what trends are drawn from is not what its content says",
    _ANSWER: "are not those that its wave record names",
}


# The first has come through every migration and was written in the oldest formats; the last is what
# operators upgrade from. What takes long is tried on one of the two, all the rest on both, and
# everything on every release by `make audit`.
FIRST, LAST = "7255bcf", "1d99ff3"


def _beside(*tried: str) -> list[object]:
    """Return all releases, of which `make test` takes these."""
    return [
        name if name in tried else pytest.param(name, marks=pytest.mark.slow) for name in RELEASED
    ]


ON_THE_FIRST = pytest.mark.parametrize("release", _beside(FIRST), indirect=True)
ON_THE_LAST = pytest.mark.parametrize("release", _beside(LAST), indirect=True)
_MIGRATION = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d:\d+")


def test_those_that_every_build_upgrades_are_the_first_and_the_last():
    def newest_migration(release):
        dump = lzma.decompress((RELEASES / release / DUMP).read_bytes()).decode()
        return max(_MIGRATION.findall(dump))

    in_order = sorted(RELEASED, key=newest_migration)
    assert (in_order[0], in_order[-1]) == (FIRST, LAST)


@pytest.fixture(params=_beside(FIRST, LAST))
async def release(request, postgres) -> AsyncIterator[str]:
    """The name of a release; its database is upgraded and reached as the worker."""
    database = await upgraded(postgres, request.param)
    connect(database)
    bind_worker()
    yield request.param
    await dropped(postgres, database)


@pytest.fixture
async def settings(release, tmp_path) -> Settings:
    unpack_secrets(release, tmp_path)
    chosen = Settings(data_dir=tmp_path, base_url="http://testserver.local")
    # `barometer migrate` does so, where the secret is
    await trust_earlier_waves(chosen)
    return chosen


@pytest.fixture
async def web(release, redis, settings, monkeypatch) -> AsyncIterator[AsyncTestClient]:
    queue.configure(redis.url)
    # who follows every link is quicker than people
    monkeypatch.setattr(questionnaire_files, "MOST_A_MINUTE", 1000)
    with Redis.from_url(redis.url) as client:
        client.flushdb()  # tries to sign in are counted for a quarter of an hour
    app = the_app(settings)
    bind_web()
    async with AsyncTestClient(app, base_url=settings.base_url) as client:
        yield client


@pytest.fixture
def at_time(monkeypatch):
    """Let it be another time for the programme: `at_time(moment)`."""

    def chosen(moment: datetime) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    return chosen


async def sign_in(web, role):
    email, password = demo_account(role)
    reply = await web.post(
        "/sign-in", data={"email": email, "password": password}, follow_redirects=False
    )
    assert reply.status_code == 303, reply.text


async def publications():
    return await fetch(
        Login.MIGRATOR,
        "SELECT id, wave_key, kind, population FROM publications.publication ORDER BY released_at",
    )


async def one_by_one(values):
    for value in values:
        yield value


@pytest.fixture(scope="module", autouse=True)
def each_file_once():
    """Let no child write a file a second time: roles are given many of the same."""
    made = {}
    written = press._written

    async def once(order, rest):
        came = None if rest is None else [one async for one in rest]
        whole = pickle.dumps((order, came))
        if whole not in made:
            made[whole] = await written(order, came and one_by_one(came))
        return made[whole]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press, "_written", once)
        yield


async def crawled(web, role, **chosen):
    """Follow all links as a role, and find no page that fails or is refused."""
    await sign_in(web, role)
    crawl = Crawl(web, **chosen)
    replies = await crawl.follow("/", "/results", "/promise")
    wrong = {address: status for address, status in replies.items() if status not in {200, 302}}
    assert wrong == {}, role
    return crawl


MENU = {
    Role.HR: {"/culture/units", "/culture/items/{item:str}", "/culture/drivers", "/workplace"},
    Role.LEADER: {"/culture", "/culture/units", "/actions", "/strategy"},
    Role.REPRESENTATIVE: {"/culture", "/culture/units", "/reports", "/strategy"},
    Role.COMMUNICATIONS: {
        "/reputation",
        "/reputation/stakeholders",
        "/workplace",
        "/campaigns/{key:str}",
        "/strategy",
    },
    Role.ANALYST: {"/culture/units", "/reputation", "/culture/history", "/events"},
    Role.ADMIN: {"/people", "/campaigns", "/strategy", "/results"},
}


# who sees all that is made of staff, and of the public: of later releases every role is tried
BOTH_SIDES = (Role.HR, Role.COMMUNICATIONS)


@ON_THE_FIRST
async def test_every_page_of_every_role_is_there(web, release):
    for role in BOTH_SIDES if release == FIRST else Role:
        crawl = await crawled(web, role)
        assert {crawl.kind(address) for address in crawl.replies} >= MENU[role]


@pytest.mark.slow
async def test_every_page_about_every_wave_is_there_in_every_language(web):
    for role, language in itertools.product(Role, languages()):
        await fetch(Login.MIGRATOR, "UPDATE accounts.account SET language = $1", language)
        await crawled(web, role, apart=CLOSELY)


async def _tables(rows, forms=FORMATS):
    for row in rows:
        head = await shelf.find_head(str(row["id"]), at=clock.now())
        raw = await shelf.raw_content(row["id"], at=clock.now())
        for form in forms:
            order = TableOrder(form, "nb", wave_of(head), ExportScope())
            assert len(write_tables(order, raw)) > 500, (row["wave_key"], form)


@ON_THE_FIRST
async def test_tables_are_taken_out_in_every_format(release):
    kinds = {row["kind"]: row for row in await publications()}
    await _tables([kinds.pop("main")])
    # a workbook holds all tables: the other formats write these
    await _tables(kinds.values(), forms=["xlsx"])


@pytest.mark.slow
async def test_tables_of_every_wave_are_taken_out_in_every_format(release):
    await _tables(await publications())


async def _reports(web, rows, forms):
    for row in rows:
        await sign_in(web, Role.HR if row["population"] == "staff" else Role.COMMUNICATIONS)
        for form in forms:
            address = f"/reports/file?publication={row['id']}&format={form}"
            reply = await web.get(address)
            assert reply.status_code == 200, (row["wave_key"], form)
            assert len(reply.content) > 10_000


@ON_THE_FIRST
async def test_a_report_is_made_of_a_main_wave(web):
    await _reports(web, [row for row in await publications() if row["kind"] == "main"], ["pdf"])


@pytest.mark.slow
async def test_reports_are_made_of_every_wave(web):
    asked = {"staff", "public"}  # of others there is no report
    rows = [row for row in await publications() if row["population"] in asked]
    await _reports(web, rows, ["pdf", "pptx"])


async def test_programs_read_every_publication(web):
    bind_worker()
    token, _ = await create_token(
        name="tests", scopes=[TokenScope.STAFF, TokenScope.PUBLIC], days=1, now=clock.now()
    )
    bind_web()
    asked = [
        *("publications", "events", "strategy", "trends/KI-kjerne?population=staff"),
        "publications/latest/json-stat",
    ]
    for row in await publications():
        asked += [f"publications/{row['id']}{part}" for part in ("", "/estimates", "/changes")]
    for address in asked:
        reply = await web.get(f"/api/v1/{address}", headers={"Authorization": f"Bearer {token}"})
        assert reply.status_code == 200, address
        # what was counted in the answers is told of nobody any more
        assert '"floor"' not in reply.text
        assert '"min"' not in reply.text


async def _verified(kinds):
    for row in await publications():
        if row["kind"] in kinds:
            told: list[str] = []
            code = await verify_named(str(row["id"]), told.append)
            assert code in {VERIFIED[one] for one in HARMLESS}, (row["wave_key"], told)
            assert "another version of this programme made it (" in told[0]


async def test_what_another_version_made_is_not_called_changed(release):
    await _verified({"main"})


@pytest.mark.slow
async def test_nothing_that_other_versions_made_is_called_changed(release):
    await _verified({"main", "pulse", "half_year", "open"})


async def test_the_log_of_before_is_chained_from_its_first_row(release):
    found = await verify_log(Login.WORKER)
    assert found.misfit is None
    assert found.rows > 0


async def test_what_was_changed_is_found_whoever_made_it(release):
    rows = await publications()
    for table in ("publication", "estimate"):
        await fetch(Login.MIGRATOR, f"ALTER TABLE publications.{table} DISABLE TRIGGER immutable")
    for row, (change, words) in zip(rows, TAMPERING.items(), strict=False):
        await fetch(Login.MIGRATOR, change, row["id"])
        found = await recompute(row["id"])
        assert found.verdict is Recomputation.CHANGED, (words, found)
        assert words in found.sentence
    assert len(rows) >= len(TAMPERING)


async def test_an_auditor_checks_the_files_of_every_wave_that_has_a_record(release):
    keys = await fetch(Login.MIGRATOR, "SELECT wave_key FROM publications.wave_record")
    for row in keys:
        found = check_files(await files_of(row["wave_key"]))
        assert [one.sentence for one in found if not one.holds] == []
        assert len(found) > 10
    # the very first had none
    assert bool(keys) == (release != FIRST)


async def _answered(web, settings, number):
    """Answer the open wave by links that its people got before the upgrade."""
    links = (await describe_demo(settings)).personal_links[:number]
    for link in links:
        path = link.removeprefix(settings.answering_url)
        assert (await web.get(path)).status_code == 200
        reply = await web.post(path, data=some_answers("verdipuls.k1"), follow_redirects=False)
        assert reply.status_code == 303
        assert reply.headers["location"].startswith("/answer/thanks")
    assert (await web.get(path)).status_code == 410
    return len(links)


async def _the_next_wave(settings):
    """Import one more wave into the campaign of before, and let the same staff answer it."""
    closes = NEXT_YEAR + timedelta(days=16)
    wave = SimulatedWave(
        "verdipuls-2027-k1", "verdipuls.k1", "everybody", 13, NEXT_YEAR, closes,
        closes + timedelta(days=14),
    )  # fmt: skip
    plan = await plan_campaign(read_campaign(staff_campaign([], wave), load_library()))
    assert [change.act for change in plan.waves] == ["added"]
    await apply_campaign(plan, now=wave.opened_at, demo=True)
    staff = make_staff(make_agency(PEOPLE, seed=SEED), seed=SEED)
    fielding = Fielding(settings, SEED)
    await fielding.hold_staff(staff, wave, np.zeros(PEOPLE, dtype=int))
    return wave, await fielding.finish(wave)


@ON_THE_LAST
async def test_the_open_wave_and_the_next_one_go_on(web, settings, at_time):
    [row] = await fetch(
        Login.MIGRATOR,
        "SELECT id, key, labels, opened_at, closes_on FROM asking.wave"
        " WHERE state = 'open' AND form = 'verdipuls.k1'",
    )
    at_time(row["opened_at"] + timedelta(days=5))
    sealed = f"SELECT count(*) FROM counting.urn WHERE wave = '{row['id']}'"
    [before] = await fetch(Login.MIGRATOR, sealed)
    assert before["count"] >= 10
    answered = await _answered(web, settings, 12)

    bind_worker()
    now = at_time(datetime.combine(row["closes_on"], clock.now().timetz()) + timedelta(days=1))
    # the worker does so when it starts
    assert await settle_keys(
        data_dir=settings.data_dir, key_dir=settings.key_folder, now=now
    ) == len(list(settings.key_folder.iterdir()))
    closed = await close_wave(row["key"], key_dir=settings.key_folder, now=now)
    assert closed.accepted == before["count"] + answered
    first = await publish_wave(row["key"], now=now)
    with without_pools():
        wave, second = await _the_next_wave(settings)
    for publication in (first, second):
        found = await recompute(publication)
        assert found.verdict is Recomputation.SAME, found.sentence
    at_time(datetime.combine(wave.results_on, now.timetz()) + timedelta(days=1))
    changes = (await shelf.load(second, at=clock.now())).content["changes"]
    # it is compared with what this version made and with what the earlier one made
    assert {one["since"] for one in changes} >= {row["key"], "verdipuls-2025-k3"}
    bind_web()
    await crawled(web, Role.HR, files=False)
    page = await web.get(f"/culture?wave={wave.key}")
    assert "Februar 2027" in page.text
    assert json.loads(row["labels"])["since"]["nb"] in page.text
    manifest = await fetch(
        Login.MIGRATOR, "SELECT manifest FROM publications.publication WHERE id = $1", second
    )
    assert "verdipuls-2025-k3" in json.loads(manifest[0]["manifest"])["made_from"]["earlier"]
