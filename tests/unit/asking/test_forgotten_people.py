"""Who left is deleted when nothing of theirs is needed; who decided what, with the log of it."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from survey_app.asking.delivery.clean_up import forget_invitations
from survey_app.asking.forget_actors import forget_actors
from survey_app.asking.people import forget_leavers as job
from survey_app.asking.people.carry_out import carry_out_uploads
from survey_app.asking.people.forget_leavers import forget_leavers, leavers
from survey_app.publishing.closing.forget_responses import forget_responses
from survey_app.settings import Settings
from survey_app.shared.database import Login, fetch
from tests.asking_builders import HEADER, import_people, register
from tests.builders_answering import an_open_wave

TODAY = date(2026, 5, 12)
LEFT_OUT = "nord-1.0"


async def leave(*numbers, today):
    kept = [
        row for row in register().splitlines() if row == HEADER or row.split(",")[1] not in numbers
    ]
    await import_people("\n".join(kept) + "\n", today=today)


async def counted():
    return await fetch(Login.WORKER, "SELECT invited FROM asking.sample_count")


async def numbers(where="true"):
    rows = await fetch(Login.WORKER, f"SELECT number FROM asking.person p WHERE {where}")
    return {row["number"] for row in rows}


async def logged():
    rows = await fetch(Login.WEB, "SELECT facts FROM audit.event WHERE action = 'leavers deleted'")
    return [json.loads(row["facts"]) for row in rows]


@pytest.fixture
def night(monkeypatch):
    def on(day):
        monkeypatch.setattr(job, "today", lambda: day)
        return forget_leavers({"settings": Settings(leaver_days=90)})

    return on


async def test_who_left_is_deleted_after_ninety_days_and_nobody_else(database, night):
    await import_people(today=TODAY)
    await leave(LEFT_OUT, today=TODAY)
    await night(TODAY + timedelta(days=89))
    assert LEFT_OUT in await numbers()
    assert (await leavers(Login.WORKER)).first == TODAY
    await night(TODAY + timedelta(days=90))
    assert LEFT_OUT not in await numbers()
    assert len(await numbers("active")) == 59
    assert await logged() == [{"people": 1}]
    await night(TODAY + timedelta(days=91))  # nothing is left to do, and nothing to log
    assert len(await logged()) == 1


async def test_who_comes_back_in_time_stays_and_keeps_the_panel(database, night):
    await import_people(today=TODAY)
    [before] = await fetch(
        Login.WORKER, "SELECT panel FROM asking.person WHERE number = $1", LEFT_OUT
    )
    await leave(LEFT_OUT, today=TODAY)
    await import_people(today=TODAY + timedelta(days=30))
    await night(TODAY + timedelta(days=400))
    rows = await fetch(
        Login.WORKER, "SELECT panel, left_on FROM asking.person WHERE number = $1", LEFT_OUT
    )
    assert rows == [{"panel": before["panel"], "left_on": None}]


async def test_a_leaver_whose_version_noted_no_day_is_kept_from_the_first_night_on(database, night):
    await import_people(today=TODAY)
    await fetch(Login.WORKER, "UPDATE asking.person SET active = false WHERE number = $1", LEFT_OUT)
    await night(TODAY)
    await night(TODAY + timedelta(days=89))
    assert LEFT_OUT in await numbers()
    await night(TODAY + timedelta(days=90))
    assert LEFT_OUT not in await numbers()


async def test_who_was_taken_back_by_a_version_that_knew_no_day_counts_anew_when_they_leave(
    database, night
):
    await import_people(today=TODAY)
    await leave(LEFT_OUT, today=TODAY)
    back = "UPDATE asking.person SET active = $2 WHERE number = $1"
    await fetch(Login.WORKER, back, LEFT_OUT, True)
    await night(TODAY + timedelta(days=100))
    await fetch(Login.WORKER, back, LEFT_OUT, False)
    await night(TODAY + timedelta(days=101))
    assert LEFT_OUT in await numbers()


async def test_whom_an_open_wave_has_invited_stays_until_the_invitation_is_gone(
    database, data_dir, night
):
    wave = await an_open_wave(
        Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    )
    await fetch(
        Login.WORKER, "UPDATE asking.person SET active = false, left_on = $1", date(2020, 1, 1)
    )
    everybody = await numbers()
    await night(TODAY)
    assert await numbers() == everybody
    found = await leavers(Login.WORKER)
    assert (found.people, found.needed, found.first) == (len(everybody), len(everybody), None)
    await fetch(Login.WORKER, "DELETE FROM asking.invitation WHERE wave = $1", wave.id)
    await night(TODAY)
    assert await numbers() == set()


async def test_what_the_directory_told_of_a_leaver_goes_with_them(database, night):
    await import_people(today=TODAY)
    await leave(LEFT_OUT, today=TODAY)
    noon = datetime(2026, 5, 12, 12, tzinfo=UTC)
    for name, number, active, state in (
        ("gone", LEFT_OUT, False, "done"), ("here", "nord-1.1", True, "done"),
        ("held", "nord-1.2", False, "held"),
    ):  # fmt: skip
        await fetch(
            Login.WORKER,
            "INSERT INTO asking.directory_person (id, user_name, external_id, language, department,"
            " active, deleted, given_at, changed_at, inactive_since, state, region, released)"
            " VALUES ($1, $2, $3, '', '', $4, false, $5, $5, $6, $7, '', false)",
            uuid.uuid4(), f"{name}@example.org", number, active, noon,
            None if active else noon, state,
        )  # fmt: skip
    await night(TODAY + timedelta(days=89))
    rows = await fetch(Login.WORKER, "SELECT user_name FROM asking.directory_person")
    assert len(rows) == 3
    await night(TODAY + timedelta(days=90))
    rows = await fetch(Login.WORKER, "SELECT user_name FROM asking.directory_person")
    assert {row["user_name"] for row in rows} == {"here@example.org", "held@example.org"}


OLD = datetime(2019, 3, 1, 12, tzinfo=UTC)
NEW = datetime.now(UTC)


async def test_every_act_of_a_page_goes_with_the_log_and_proposals_with_their_year(
    database, data_dir
):
    wave = await an_open_wave(
        Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    )
    for day in (OLD, NEW):
        await fetch(
            Login.WORKER,
            "INSERT INTO asking.wave_act (id, wave, act, asked_at, asked_by, actor, file_name,"
            " content, reason, state, outcome)"
            " VALUES ($1, $2, 'dates', $3, $1, 'hr@example.org', '', '', '', 'done', '[]')",
            uuid.uuid4(), wave.id, day,
        )  # fmt: skip
        await fetch(
            Login.WORKER,
            "INSERT INTO asking.unit_link_act (id, origin, asked_at, asked_by, actor, content,"
            " state, outcome) VALUES ($1, 'x', $2, $1, 'hr@example.org', '', 'refused', '[]')",
            uuid.uuid4(), day,
        )  # fmt: skip
        await fetch(
            Login.WORKER,
            "INSERT INTO asking.unit_link (id, origin, target, kind, name, day, recorded_at,"
            " decided_by) VALUES ($1, 'x', 'y', 'renamed', 'X', $2::date, $3, 'hr@example.org')",
            uuid.uuid4(), day.date(), day,
        )  # fmt: skip
        await fetch(
            Login.WORKER,
            "INSERT INTO asking.wave_proposal (id, source, year, opens_on, closes_on, results_on,"
            " asked_by, actor, made_at, planned_as)"
            " VALUES ($1, $2, $3, $4, $4, $4, $1, 'hr@example.org', $5, '')",
            uuid.uuid4(), wave.id, day.year, day.date(), day,
        )  # fmt: skip
    await forget_actors({"settings": Settings(log_years=5)})
    for statement in (
        "SELECT asked_at AS at FROM asking.wave_act",
        "SELECT asked_at AS at FROM asking.unit_link_act",
        "SELECT recorded_at AS at FROM asking.unit_link WHERE decided_by <> ''",
        "SELECT made_at AS at FROM asking.wave_proposal",
    ):
        assert await fetch(Login.WORKER, statement) == [{"at": NEW}], statement
    assert len(await fetch(Login.WORKER, "SELECT FROM asking.unit_link")) == 2


async def test_who_uploaded_a_register_is_forgotten_after_a_day_and_what_its_columns_mean_is_not(
    database,
):
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.register_upload (id, uploaded_at, account, actor, file_name, content,"
        " fields, seen, state, confirmed_at, counts) VALUES ($1, $2, $1, 'hr@example.org', 'a.csv',"
        " '', '{\"column:A\": \"number\"}', '', 'done', $2, '{}')",
        uuid.uuid4(), NEW - timedelta(days=2),
    )  # fmt: skip
    await carry_out_uploads({})
    [row] = await fetch(Login.WORKER, "SELECT actor, file_name, fields FROM asking.register_upload")
    assert (row["actor"], row["file_name"]) == ("", "")
    assert json.loads(row["fields"]) == {"column:A": "number"}


async def test_what_a_sample_was_made_of_goes_with_the_answers_or_with_a_cancelled_wave(
    database, data_dir
):
    wave = await an_open_wave(
        Settings(data_dir=data_dir, secret_key="for tests only, and long enough there")
    )
    put = (
        "INSERT INTO asking.sample_count (id, wave, county, age, gender, invited)"
        " VALUES (gen_random_uuid(), $1, '03', '1', '1', 1)"
    )
    closed = datetime(2026, 1, 1, 12, tzinfo=UTC)
    state = "UPDATE asking.wave SET state = $2, closed_at = $3 WHERE id = $1"
    await fetch(Login.WORKER, put, wave.id)
    await fetch(Login.WORKER, state, wave.id, "cancelled", closed)
    await forget_invitations(now=closed + timedelta(days=28))
    assert len(await counted()) == 1
    await forget_invitations(now=closed + timedelta(days=30))
    assert await counted() == []
    await fetch(Login.WORKER, put, wave.id)
    await fetch(Login.WORKER, state, wave.id, "published", closed)
    await fetch(Login.WORKER, "UPDATE asking.campaign SET retention_days = 100")
    await forget_responses(now=closed + timedelta(days=99))
    assert len(await counted()) == 1
    await forget_responses(now=closed + timedelta(days=101))
    assert await counted() == []


async def a_released_version(version, day):
    made = uuid.uuid4()
    await fetch(
        Login.MIGRATOR,
        "ALTER TABLE asking.instrument_version DISABLE TRIGGER USER",
    )
    await fetch(
        Login.MIGRATOR,
        "INSERT INTO asking.instrument_version (id, instrument, version, state, files, saved,"
        " changed_at, changed_by, changed_actor, reason, released_at, released_by, released_actor,"
        " hash) VALUES ($1, 'x', $2, 'released', '{}', 1, $3, $1, 'a@example.org', '', $3, $1,"
        " 'b@example.org', 'h')",
        made, version, day,
    )  # fmt: skip
    await fetch(Login.MIGRATOR, "ALTER TABLE asking.instrument_version ENABLE TRIGGER USER")
    return made


async def test_who_asked_and_decided_is_forgotten_as_late_as_the_log_and_what_was_decided_stays(
    database,
):
    for day in (OLD, NEW):
        for state in ("done", "asked"):
            await fetch(
                Login.WORKER,
                "INSERT INTO asking.campaign_act"
                " (id, campaign, act, asked_at, asked_by, actor, content, state, outcome)"
                " VALUES ($1, 'k', 'texts', $2, $1, 'hr@example.org', '', $3, '[]')",
                uuid.uuid4(), day, state,
            )  # fmt: skip
        await fetch(
            Login.WORKER,
            "INSERT INTO asking.agency_limits"
            " (id, invitations, weeks_between, file, changed_at, changed_by, actor)"
            " VALUES ($1, 3, 8, '', $2, $1, 'admin@example.org')",
            uuid.uuid4(), day,
        )  # fmt: skip
    for version, day in ((1, OLD), (2, NEW)):
        await a_released_version(version, day)
    await forget_actors({"settings": Settings(log_years=5)})
    rows = await fetch(Login.WORKER, "SELECT asked_at, state FROM asking.campaign_act")
    assert {(row["asked_at"] == OLD, row["state"]) for row in rows} == {
        (True, "asked"), (False, "asked"), (False, "done"),
    }  # fmt: skip
    limits = await fetch(
        Login.WORKER, "SELECT invitations, actor FROM asking.agency_limits ORDER BY changed_at"
    )
    assert [(row["invitations"], row["actor"]) for row in limits] == [
        (3, ""), (3, "admin@example.org"),
    ]  # fmt: skip
    versions = await fetch(
        Login.WORKER,
        "SELECT hash, changed_actor, released_actor FROM asking.instrument_version"
        " ORDER BY version",
    )
    assert [tuple(row.values()) for row in versions] == [
        ("h", "", ""), ("h", "a@example.org", "b@example.org"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    ["changed_actor = 'other@example.org'", "released_actor = '', hash = 'other'", "hash = ''"],
)
async def test_nothing_else_of_a_released_version_changes_however_old_it_is(database, change):
    made = await a_released_version(1, OLD)
    with pytest.raises(asyncpg.RaiseError, match="never changes"):
        await fetch(
            Login.WORKER, f"UPDATE asking.instrument_version SET {change} WHERE id = $1", made
        )


async def test_who_released_a_version_this_year_is_told(database):
    made = await a_released_version(1, NEW)
    with pytest.raises(asyncpg.RaiseError, match="never changes"):
        await fetch(
            Login.WORKER,
            "UPDATE asking.instrument_version SET released_actor = '' WHERE id = $1",
            made,
        )
