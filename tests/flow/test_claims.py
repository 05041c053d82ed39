"""One process counts or publishes at a time; one that hangs is stopped, and said."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import uuid
from datetime import timedelta

import asyncpg
import psutil
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey_app.asking.clock_watch import trusted_now
from survey_app.asking.writing import writing
from survey_app.cli import waves as commands
from survey_app.commands.finish_wave import finish_for_worker
from survey_app.installation import finish_in_child as child
from survey_app.publishing import claims, finish_wave
from survey_app.publishing.claims import REFUSED, claim_wave, due_waves, troubles
from survey_app.publishing.closing import close_wave
from survey_app.publishing.errors import ShelfMovedError
from survey_app.publishing.finishing import AGAIN, DONE, finish_claimed, working_on
from survey_app.settings import Settings
from survey_app.shared import clock
from survey_app.shared.database import Login
from survey_app.waves.errors import ClosingError
from tests.live_server import free_port
from tests.publishing_builders import SmallAgency, value


@pytest.fixture
async def wave(database, tmp_path):
    agency = await SmallAgency(Settings(data_dir=tmp_path), waves=2).imported()
    return await agency.answered()


async def work():
    return await value("SELECT count(*) FROM asking.wave_work WHERE claim IS NOT NULL")


async def silence(seconds):
    await value(
        "UPDATE asking.wave_work SET beat_at = beat_at - make_interval(secs => $1)", float(seconds)
    )


async def test_of_many_who_come_at_once_one_gets_the_wave(wave):
    started = asyncio.Event()
    go_on = asyncio.Event()
    begun = []

    async def slowly(claim):
        begun.append(claim)
        started.set()
        await go_on.wait()
        return DONE

    first = asyncio.create_task(finish_claimed(wave.key, slowly))
    await started.wait()
    others = await asyncio.gather(*(finish_claimed(wave.key, slowly) for _ in range(5)))
    assert others == [None] * 5
    day = wave.closes_on + timedelta(days=1)
    assert await due_waves(day) == []
    go_on.set()
    assert await first == DONE
    assert len(begun) == 1
    assert await work() == 0
    assert [one.key for one in await due_waves(day)] == [wave.key]


async def test_a_claim_whose_holder_is_silent_is_taken_over_and_told(wave):
    first = await claim_wave(wave.key)
    assert await troubles(Login.WEB) == []
    await silence(50)
    assert await claim_wave(wave.key) is None
    await silence(20)
    (trouble,) = await troubles(Login.WEB)
    assert "has not been heard of since" in trouble.sentence
    second = await claim_wave(wave.key)
    assert second is not None
    assert not await claims.beat(first)
    assert await claims.beat(second)


async def test_one_wave_is_worked_on_at_a_time_on_whatever_host(wave):
    held = await claim_wave(wave.key)
    other = await value("SELECT key FROM asking.wave WHERE key <> $1 LIMIT 1", wave.key)
    assert await claim_wave(other) is None
    await claims.release(held, done=True)
    assert await claim_wave(other) is not None


async def test_who_takes_a_wave_while_another_is_just_being_taken_waits_and_gets_none(wave):
    other = await value("SELECT key FROM asking.wave WHERE key <> $1 LIMIT 1", wave.key)
    async with writing():
        held = await claim_wave(wave.key)
        # of another process: it sees nothing of the transaction that is open here
        late = [
            asyncio.create_task(claim_wave(key), context=contextvars.Context())
            for key in (wave.key, other)
        ]
        done, _ = await asyncio.wait(late, timeout=0.3)
        assert not done
    assert await asyncio.gather(*late) == [None, None]
    assert await claims.beat(held)


async def test_who_asks_for_it_by_hand_is_told_who_is_at_it(wave):
    held = await claim_wave(wave.key)
    told = f"«{wave.key}» is being .* just now, by .*, process .* UTC: try again"
    with pytest.raises(ClosingError, match=told):
        async with working_on(wave.key):
            pass
    await claims.release(held, done=False)
    async with working_on(wave.key):
        assert await work() == 1
    assert await work() == 0
    with pytest.raises(ClosingError, match="there is no wave «nothing»"):
        async with working_on("nothing"):
            pass


async def test_an_attempt_that_is_cancelled_gives_the_wave_back(wave):
    started = asyncio.Event()

    async def forever(_claim):
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(finish_claimed(wave.key, forever))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await work() == 0
    assert await claim_wave(wave.key) is not None


async def test_the_limit_grows_with_the_work_and_after_each_time_that_it_was_not_enough(wave):
    ballots = await value("SELECT count(*) FROM counting.urn")
    first = await claim_wave(wave.key)
    assert first.seconds == pytest.approx(600 + 0.05 * ballots)
    await claims.give_up(first, claims.STOPPED, "it took longer")
    # at once, with twice the time
    assert [one.key for one in await due_waves(wave.closes_on + timedelta(days=1))] == [wave.key]
    second = await claim_wave(wave.key)
    assert second.seconds == pytest.approx(2 * first.seconds)


@pytest.fixture
def programme(monkeypatch, tmp_path):
    """Run a few lines of Python where ``barometer wave finish`` would run."""

    def run(lines):
        path = tmp_path / "survey_app" / "cli.py"
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(lines, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("PYTHONSAFEPATH", "1")
        # another programme as long and written in the same second would be taken for this one
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    return run


async def finished(wave, seconds=None):
    async def finish(claim):
        given = (
            claim
            if seconds is None
            else claims.WaveClaim(claim.wave, claim.key, claim.token, seconds)
        )
        return await child.finish_in_child(given)

    return await finish_claimed(wave.key, finish)


@pytest.mark.parametrize(
    ("lines", "kind", "sentence"),
    [
        ("import sys; sys.exit(0)", "", ""),
        ("import sys; sys.exit(75)", "", ""),
        (
            "import sys; sys.stderr.write('too few margins'); sys.exit(65)",
            "refused",
            "too few margins",
        ),
        (
            "import sys; sys.stderr.write('one is left out'); sys.exit(66)",
            "incomplete",
            "one is left out",
        ),
        ("import os; os.kill(os.getpid(), 9)", "refused", "ended with signal 9"),
        ("raise KeyError('an answer')", "refused", "ended with 1"),
    ],
)
async def test_how_a_child_ended_is_told_and_never_what_it_held(
    wave, programme, lines, kind, sentence
):
    programme(lines)
    outcome = await finished(wave)
    assert outcome.kind == kind
    assert sentence in outcome.sentence
    assert "an answer" not in outcome.sentence
    assert await work() == 0


async def test_what_is_asked_for_on_a_page_is_given_to_a_child_that_can_be_stopped(
    programme, monkeypatch, caplog
):
    act = uuid.uuid4()
    programme(
        "import logging, sys; logging.getLogger('barometer.running').warning('correct vp-1: why')\n"
        f"sys.exit(sys.argv[1:] != ['wave', 'carry-out', '{act}'])"
    )
    assert await child.carry_out_in_child(act) == ""
    assert caplog.messages == ["correct vp-1: why"]
    programme("raise KeyError('an answer')")
    assert "ended with 1" in await child.carry_out_in_child(act)
    programme("import time; time.sleep(60)")
    monkeypatch.setattr(child, "CARRYING_OUT", 0.5)
    assert "was stopped" in await child.carry_out_in_child(act)


async def test_the_key_of_a_counter_reaches_its_child_through_a_pipe_and_nothing_else(
    wave, programme, tmp_path
):
    key = X25519PrivateKey.generate()
    seen = tmp_path / "seen"
    programme(
        "import os, pathlib, sys; given = sys.stdin.buffer.read(); seen = pathlib.Path("
        f"{str(seen)!r}); seen.write_text(repr([len(given), sys.argv[1:],"
        " given.hex() in repr(sys.argv) + repr(os.environ)])); sys.stdout.buffer.write(given)"
    )
    given = functools.partial(child.finish_in_child, counter_key=key)
    assert await finish_claimed(wave.key, given) == DONE
    assert seen.read_text() == repr([32, ["wave", "finish", wave.key, "--handed-over"], False])


async def test_a_child_that_hangs_is_stopped_with_all_that_it_started(
    wave, programme, monkeypatch, tmp_path
):
    monkeypatch.setattr(child, "BEAT_SECONDS", 0.2)
    mark = tmp_path / "number of the grandchild"
    programme(
        "import pathlib, subprocess, sys, time\n"
        "one = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"pathlib.Path({str(mark)!r}).write_text(str(one.pid))\n"
        "time.sleep(600)\n"
    )
    outcome = await finished(wave, seconds=1.0)
    assert outcome.kind == "stopped"
    assert "took longer than 1 seconds and was stopped; nothing is lost" in outcome.sentence
    (trouble,) = await troubles(Login.WEB)
    assert trouble.key == wave.key
    assert not psutil.pid_exists(int(mark.read_text()))


async def test_a_wave_is_counted_in_a_process_of_its_own(wave, database, monkeypatch, tmp_path):
    for login, url in database.items():
        name = "BAROMETER_DATABASE_URL" + ("" if login is Login.MIGRATOR else f"_{login.name}")
        monkeypatch.setenv(name, url)
    monkeypatch.setenv("BAROMETER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BAROMETER_SECRET_KEY", "sixteen characters at the least")
    outcome = await finished(wave)
    assert outcome == DONE, outcome
    assert await value("SELECT state FROM asking.wave WHERE key = $1", wave.key) == "published"
    assert await troubles(Login.WEB) == []


async def test_a_database_that_is_away_as_a_child_begins_costs_the_wave_no_hour(
    wave, monkeypatch, tmp_path
):
    # a port that nobody listens at
    monkeypatch.setenv("BAROMETER_DATABASE_URL", f"postgresql://127.0.0.1:{free_port()}/barometer")
    monkeypatch.setenv("BAROMETER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BAROMETER_SECRET_KEY", "sixteen characters at the least")
    (tmp_path / "logins.json").write_text('{"web": "a", "reader": "b", "worker": "c"}')
    assert await finished(wave) == AGAIN
    assert [one.key for one in await due_waves(wave.closes_on + timedelta(days=1))] == [wave.key]


async def test_a_password_that_is_renewed_as_a_child_begins_costs_no_hour_and_no_correction(
    wave, monkeypatch, tmp_path
):
    def refused(*_, **__):
        raise asyncpg.InvalidPasswordError("password authentication failed for user worker")

    monkeypatch.setattr(commands, "as_worker", refused)
    for asked in (["finish", wave.key], ["carry-out", str(uuid.uuid4())]):
        assert CliRunner().invoke(commands.wave, asked).exit_code == child.PASSED_BY
    monkeypatch.setattr(finish_wave, "finish_wave", refused)
    assert await finish_wave.attempt(wave.key, key_dir=tmp_path, now=clock.now()) == AGAIN


async def test_a_key_that_may_not_be_read_is_told_and_not_tried_each_time(monkeypatch, tmp_path):
    async def refused(*_, **__):
        raise PermissionError(13, "Permission denied", str(tmp_path / "key"))

    monkeypatch.setattr(finish_wave, "finish_wave", refused)
    outcome = await finish_wave.attempt("vp-1", key_dir=tmp_path, now=clock.now())
    assert outcome.kind == REFUSED
    assert outcome.sentence == f"no right to read or write {tmp_path / 'key'}"


async def test_figures_that_came_or_went_meanwhile_cost_the_wave_no_hour(
    wave, monkeypatch, tmp_path
):
    async def moved(*_, **__):
        raise ShelfMovedError(wave.key)

    monkeypatch.setattr(close_wave, "_empty_urn", moved)
    assert await finish_wave.attempt(wave.key, key_dir=tmp_path, now=clock.now()) == AGAIN


async def test_a_clock_that_jumps_as_a_child_begins_costs_the_wave_no_hour(wave, tmp_path):
    await trusted_now()
    await value("UPDATE asking.clock SET seen_at = seen_at - interval '1 day'")
    assert await finish_for_worker(wave.key, Settings(data_dir=tmp_path)) == child.PASSED_BY
