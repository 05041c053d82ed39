"""The demo is built by the ordinary ways, once, and again when a build was killed."""

import asyncio
import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from survey_app.asking.invitations.tokens import is_genuine, split_token
from survey_app.commands.demo import demo_unit
from survey_app.counting.urn import keys
from survey_app.publications import shelf
from survey_app.publications.trends import trend
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection, fetch
from survey_app.simulation import demo as demo_module
from survey_app.simulation.demo import build_demo
from survey_app.simulation.marker import DemoError
from tests.asking_builders import SIZES, an_open_wave
from tests.publishing_builders import TODAY, SmallAgency, rows, value
from tests.stocked_shelf import emptied, stocked_database

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


MAILED = 20


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


async def build(settings, **arguments):
    with ThreadPoolExecutor(2) as pool:
        chosen = {"waves": 2, "public_waves": 1} | arguments
        return await build_demo(settings, people=200, today=TODAY, executor=pool, **chosen)


@pytest.fixture(scope="module")
def stock(postgres, tmp_path_factory):
    """A demo that was built once, in a database of its own."""
    built = SimpleNamespace(
        settings=Settings(data_dir=tmp_path_factory.mktemp("demo-build")), told=[]
    )

    async def stocked():
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(demo_module, "MAILED", MAILED)
            built.demo = await build(
                built.settings, report=lambda what, share: built.told.append((what, share))
            )

    with stocked_database(postgres, stocked) as built.addresses:
        yield built


@pytest.fixture
async def built(stock):
    """The demo of this module; what reads it changes nothing."""
    await emptied(stock.addresses)
    return stock


async def test_history_is_published_and_a_pulse_and_a_survey_are_open(built):
    assert built.told[-1][1] == 1.0
    assert [share for _, share in built.told] == sorted(share for _, share in built.told)
    assert len(await shelf.heads("staff", at=NOW)) == 2
    assert len(await shelf.heads("public", at=NOW)) == 1
    [candidates] = await shelf.heads("candidates", at=NOW)
    assert candidates.head["response"]["answers"] == 400
    states = {row["key"]: row["state"] for row in await rows("SELECT * FROM asking.wave")}
    assert sorted(states.values()) == ["open"] * 2 + ["published"] * 4
    assert built.demo.open_surveys == ("si-din-mening",)
    assert await value("SELECT bool_and(demo) FROM asking.campaign")
    # only the open waves have keys, and invitations of the past are gone
    assert len(keys.held(built.settings.key_folder)) == 2
    assert await value("SELECT count(DISTINCT wave) FROM asking.invitation") <= 2


async def test_personal_links_are_genuine_and_unused(built):
    assert len(built.demo.personal_links) >= 50
    for link in built.demo.personal_links:
        pid, code = split_token(link.rpartition("/")[2])
        (row,) = await rows("SELECT * FROM asking.invitation WHERE pid = $1", pid)
        assert is_genuine(built.settings.secret(), row["wave"], pid, row["generation"], code)
        assert not row["marked"]


async def test_a_few_people_get_a_mail_and_nobody_else(built):
    assert await value("SELECT count(*) FROM asking.outbox WHERE state = 'due'") == MAILED
    # nobody who waits for a mail has answered
    answered = (
        "SELECT count(*) FROM asking.outbox o JOIN asking.invitation i ON i.id = o.invitation"
        " WHERE o.state = 'due' AND i.marked"
    )
    assert await value(answered) == 0
    assert (
        await value("SELECT max(cardinality(reminder_days)) FROM asking.wave WHERE state = 'open'")
        == 0
    )


async def test_a_second_call_tells_what_stands(built):
    assert await build(built.settings) == built.demo


async def test_a_killed_build_starts_again_cleanly(database, settings, monkeypatch):
    one_wave = {"waves": 1, "public_waves": 0}

    async def killed(*_, **__):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(demo_module, "_open_pulse", killed)
        with pytest.raises(asyncio.CancelledError):
            await build(settings, **one_wave)
    async with connection(Login.MIGRATOR) as link:
        assert await link.fetchval("SELECT count(*) FROM asking.person") == 200
        assert await link.fetchval("SELECT count(*) FROM publications.publication") == 1

    demo = await build(settings, **one_wave)
    assert demo.people == 200
    assert len(await shelf.heads("staff", at=NOW)) == 1


async def test_a_demo_without_results_has_a_unit_for_its_leader_among_those_asked_first(database):
    await an_open_wave()
    # it is started again, too, between the last day and results, or when too few answered for any
    for state in ("open", "closed", "counted"):
        await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = $1", state)
        assert await demo_unit() in SIZES


async def test_the_demo_refuses_a_database_that_holds_people(database, settings):
    await SmallAgency(settings).imported()
    with pytest.raises(DemoError, match="BAROMETER_DATA_DIR"):
        await build(settings)


async def test_the_truth_is_kept_and_estimates_are_near_it(built):
    with (built.settings.data_dir / "truth" / "means.csv").open(encoding="utf-8") as file:
        truth = {
            (row["wave"], row["measure"]): float(row["mean"])
            for row in csv.DictReader(file)
            if row["level"] == "agency"
        }
    for population, measure in (("staff", "KI-kjerne"), ("public", "TI")):
        for point in await trend(population, measure, at=NOW):
            estimate = point.estimate
            error = estimate.mean - truth[point.head.wave_key, measure]
            # those who are content answer more readily, and weighting does not remove it
            assert abs(error) < 4 * estimate.se + 3
