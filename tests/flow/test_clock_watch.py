"""Nothing is closed or deleted by a clock that is wrong, has jumped, or has just been set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from survey_app.asking import clock_watch
from survey_app.asking.clock_watch import ClockError, accept_clock, held_clocks, trusted_now
from survey_app.commands.clock import tell_clock
from survey_app.counting.urn import keys
from survey_app.publishing import jobs
from survey_app.settings import Settings
from survey_app.worker import DATED, quietly
from tests.publishing_builders import SmallAgency, value

A_DAY = timedelta(days=1)


class Clock:
    """The host's clock, the seconds since its start, and which start that was."""

    def __init__(self):
        self.ahead = timedelta()
        self.boot, self.seconds = "one", 5000.0

    def now(self, zone):
        return datetime.now(zone) + self.ahead


@pytest.fixture
def clock(database, monkeypatch):
    found = Clock()
    monkeypatch.setattr(clock_watch, "datetime", found)
    monkeypatch.setattr(clock_watch, "seconds_gone", lambda: (found.boot, found.seconds))
    return found


async def seen(ago, seconds):
    """Let the clock have been looked at some time ago, by its own word and by the seconds gone."""
    await value(
        "UPDATE asking.clock SET seen_at = seen_at - $1::interval, seconds = seconds - $2::float8",
        ago,
        float(seconds),
    )


async def test_the_time_is_the_databases(clock):
    before = datetime.now(UTC)
    assert before - timedelta(seconds=1) < await trusted_now() < before + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ahead", "told"),
    [(A_DAY, "24 hours ahead of"), (-A_DAY, "24 hours behind"), (timedelta(seconds=70), "70 sec")],
)
async def test_a_worker_whose_clock_disagrees_with_the_database_does_nothing(clock, ahead, told):
    clock.ahead = ahead
    with pytest.raises(ClockError, match=told):
        await trusted_now()
    clock.ahead = timedelta()
    await trusted_now()


async def test_time_that_has_passed_is_no_jump(clock):
    await trusted_now()
    await seen(3 * A_DAY, 3 * 86400)
    await trusted_now()
    # nor is a machine that was off, once its clock has had ten minutes
    await seen(3 * A_DAY, 0)
    clock.boot, clock.seconds = "two", 30.0
    with pytest.raises(ClockError, match="ten minutes to settle"):
        await trusted_now()
    clock.seconds = 300.0
    await seen(timedelta(), 0)
    with pytest.raises(ClockError, match="ten minutes to settle"):
        await trusted_now_after(clock, 400.0)
    await trusted_now_after(clock, 700.0)


async def trusted_now_after(clock, seconds):
    await value("UPDATE asking.clock SET seconds = $1", seconds)
    clock.seconds = seconds
    return await trusted_now()


@pytest.mark.parametrize(("ago", "way"), [(A_DAY, "forward by 24 hours"), (-A_DAY, "back by 24")])
async def test_a_clock_that_jumped_is_believed_when_somebody_says_so(clock, ago, way):
    await trusted_now()
    await seen(ago, 0)
    for _ in range(2):
        with pytest.raises(ClockError, match=f"jumped {way}.*barometer clock --accept"):
            await trusted_now()
    (told,) = await held_clocks()
    assert "no wave is closed and nothing deleted" in told
    await accept_clock()
    assert await held_clocks() == []
    await trusted_now()


async def test_a_clock_that_comes_back_needs_nobody(clock):
    await trusted_now()
    await seen(A_DAY, 0)
    with pytest.raises(ClockError, match="jumped forward"):
        await trusted_now()
    await seen(-A_DAY, 0)
    await trusted_now()
    assert await held_clocks() == []


async def test_a_jump_that_one_host_saw_holds_the_others(clock):
    await trusted_now()
    await value("UPDATE asking.clock SET host = 'another', held = 'the clock has jumped forward'")
    with pytest.raises(ClockError, match="another: the clock has jumped forward"):
        await trusted_now()


async def test_a_clock_a_day_ahead_closes_no_wave_and_destroys_no_key(clock, monkeypatch, tmp_path):
    agency = await SmallAgency(Settings(data_dir=tmp_path)).imported()
    await agency.answered()
    monkeypatch.setattr(jobs, "settings", lambda: agency.settings)
    clock.ahead = A_DAY
    with pytest.raises(ClockError, match="ahead of the database"):
        await jobs.finish_due_waves({})
    assert await value("SELECT count(*) FROM asking.wave WHERE state = 'open'") == 1
    assert len(keys.held(agency.settings.key_folder)) == 1


async def test_jobs_of_a_day_wait_for_a_clock_that_can_be_trusted(clock, caplog):
    done = []

    async def dated(_ctx):
        done.append(1)

    clock.ahead = A_DAY
    monkeypatched = quietly(dated)
    await monkeypatched({})
    assert done == [1]
    assert {job.__name__ for job in DATED} == {
        "remind_due", "nightly", "remind_of_actions", "forget_old_comments", "forget_old_pilots",
        "forget_old_responses", "watch_log", "bring_back_days",
        "forget_old_log", "forget_leavers", "forget_closed_accounts",
        "forget_old_letters", "forget_actors", "forget_old_notices",
    }  # fmt: skip
    for job in DATED:
        await quietly(job)({})
    assert caplog.text.count("ahead of the database") == len(DATED)


async def test_the_command_tells_both_clocks_and_takes_the_word_of_who_runs_it(clock):
    await trusted_now()
    await seen(A_DAY, 0)
    with pytest.raises(ClockError):
        await trusted_now()
    told = []
    await tell_clock(told.append, accept=False)
    assert told[0].startswith("here      ")
    assert told[1].startswith("database  ")
    assert "jumped forward by 24 hours" in told[2]
    await tell_clock(told.append, accept=True)
    assert "the clock is right" in told[-1]
    await trusted_now()
